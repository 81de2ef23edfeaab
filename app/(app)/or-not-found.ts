import { notFound } from 'next/navigation'

/** Of a read: there is no such thing, or the address asks for none that could be. */
const NOTHING = new Set<unknown>(['NOT_FOUND', 'INVALID_REQUEST'])

/** Turns them into the page that says so; any other refusal goes on to the error screen. */
export async function orNotFound<Value>(read: Promise<Value>): Promise<Value> {
  try {
    return await read
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && NOTHING.has(error.code)) notFound()
    throw error
  }
}
