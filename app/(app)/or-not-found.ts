import { notFound } from 'next/navigation'

/** Turns a read's NOT_FOUND into the page that says so; any other refusal goes on to the error screen. */
export async function orNotFound<Value>(read: Promise<Value>): Promise<Value> {
  try {
    return await read
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'NOT_FOUND') notFound()
    throw error
  }
}
