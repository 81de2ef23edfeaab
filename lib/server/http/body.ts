/** Reading what a client sent: bounded, strict UTF-8, JSON without loss of digits, then a strict schema. */
import 'server-only'
import type { z } from 'zod'
import { parseJson } from '../../core/source/json'
import { AppError } from '../errors'
import { complaintOf, type RequestPart } from './complaint'

const DEFAULT_MAX_BYTES = 1024 ** 2

/** The body as bytes; throws TOO_LARGE as soon as the limit is passed, without reading on. */
export async function readBytes(request: Request, maxBytes: number = DEFAULT_MAX_BYTES): Promise<Uint8Array> {
  if (request.body === null) return new Uint8Array()
  const parts: Uint8Array[] = []
  let length = 0
  const reader = request.body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.byteLength
    if (length > maxBytes) {
      await reader.cancel()
      throw new AppError('TOO_LARGE', `The body is larger than ${maxBytes} bytes.`, {
        remedy: 'Send it in several requests, or import it as a file.',
      })
    }
    parts.push(value)
  }
  return Buffer.concat(parts, length)
}

export async function readText(request: Request, maxBytes?: number): Promise<string> {
  const bytes = await readBytes(request, maxBytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    throw new AppError('INVALID_REQUEST', 'The body is not UTF-8 text.', { reason: 'INVALID_UTF8' })
  }
}

/**
 * A JSON body that satisfies the schema. Throws UNSUPPORTED_TYPE, TOO_LARGE or INVALID_REQUEST naming the place. Integers
 * beyond 2^53 arrive as bigint and numbers with a fraction or exponent as their text: nothing passes through a float. Schemas are strict objects: an unknown key is refused, never ignored.
 */
export async function readJson<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
  options: { maxBytes?: number } = {},
): Promise<z.output<Schema>> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') {
    throw new AppError('UNSUPPORTED_TYPE', 'The body must be JSON.', { remedy: 'Send content-type: application/json.' })
  }
  return checked(schema, parseBody(await readText(request, options.maxBytes)))
}

function parseBody(text: string): unknown {
  const parsed = parseJson(text)
  if (parsed.ok) return parsed.value
  const { code, message, remedy } = parsed.error
  throw new AppError('INVALID_REQUEST', message, { reason: code, remedy })
}

/** The query as an object of strings that satisfies the schema. A name given twice is refused: it is never clear which counts. */
export function readQuery<Schema extends z.ZodType>(request: Request, schema: Schema): z.output<Schema> {
  const values = new Map<string, string>()
  for (const [name, value] of new URL(request.url).searchParams) {
    if (values.has(name)) {
      throw new AppError('INVALID_REQUEST', `The parameter ${name} is given twice.`, {
        remedy: 'Separate several values by commas.',
      })
    }
    values.set(name, value)
  }
  return checked(schema, Object.fromEntries(values), 'query')
}

/** `value` as the schema has it, or INVALID_REQUEST: what is wrong, where it stood, and what to send instead. */
export function checked<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  part: RequestPart = 'body',
): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const { message, remedy } = complaintOf(result.error, schema, value, part)
  throw new AppError('INVALID_REQUEST', message, remedy === null ? {} : { remedy })
}
