/** RFC 9457 problem+json: the one place where an error becomes an HTTP answer. */
import 'server-only'
import { AppError } from '../errors'
import { log } from '../log'

const PRIVATE = { 'cache-control': 'private, no-store' }

/** Lossless JSON reply: a bigint becomes a digit string, never a rounded number. */
export function json(body: unknown, init: { status?: number; headers?: Record<string, string> } = {}): Response {
  const text = JSON.stringify(body, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))
  return new Response(text, {
    status: init.status ?? 200,
    headers: { 'content-type': 'application/json; charset=utf-8', ...PRIVATE, ...init.headers },
  })
}

/** A CSV file to save. @param filename ASCII without quotes */
export function csv(text: string, filename: string): Response {
  return new Response(text, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${filename}"`,
      ...PRIVATE,
    },
  })
}

const CONNECTION_LOST = /^(08|57P0|ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|P1001|P1002|P1008|P1017)/

interface DatabaseFault {
  readonly code?: unknown
  readonly message?: unknown
  /** Where Prisma keeps what the driver said. */
  readonly meta?: { readonly driverAdapterError?: { readonly cause?: { readonly originalCode?: unknown } } }
  readonly cause?: { readonly originalCode?: unknown }
}

/**
 * Connection-level failures of PostgreSQL (class 08, 57P01–57P03, refused sockets), as the driver or Prisma reports them: the
 * client should retry.
 */
function isDatabaseDown(error: unknown): boolean {
  if (codesOf(error).some((code) => CONNECTION_LOST.test(code))) return true
  const { message } = (error ?? {}) as DatabaseFault
  // A server that dies without a farewell leaves no code.
  return typeof message === 'string' && message.includes('Connection terminated')
}

function codesOf(error: unknown): string[] {
  if (typeof error !== 'object' || error === null) return []
  const { code, meta, cause } = error as DatabaseFault
  const codes = [code, meta?.driverAdapterError?.cause?.originalCode, cause?.originalCode]
  return codes.filter((one) => typeof one === 'string')
}

/**
 * PostgreSQL stores every character but U+0000. Any text of a request may hold one, and where it is no name of anything it
 * does no harm; so it is refused where it would be stored or looked for, as the database says it (22021, in JSON 22P05).
 */
function holdsNul(error: unknown): boolean {
  return codesOf(error).some((code) => code === '22021' || code === '22P05')
}

export function problem(error: unknown): Response {
  const refusal = refusalOf(error)
  if (refusal === null) {
    log().error({ err: error }, 'request failed')
    return problemBody(500, 'INTERNAL', 'The server met a fault of its own. Nothing was changed.', null, null)
  }
  return problemBody(refusal.status, refusal.reason, refusal.message, refusal.remedy, refusal.retryAfterSeconds)
}

/** Null for a fault of our own. */
function refusalOf(error: unknown): AppError | null {
  if (error instanceof AppError) return error
  if (isDatabaseDown(error)) {
    return new AppError('UNAVAILABLE', 'The database is restarting. Nothing was stored; try again.', {
      retryAfterSeconds: 5,
    })
  }
  if (!holdsNul(error)) return null
  return new AppError('INVALID_REQUEST', 'A text of the request holds the character U+0000, which no name has.', {
    reason: 'NUL_CHARACTER',
    remedy: 'Send it without that character.',
  })
}

function problemBody(
  status: number,
  code: string,
  detail: string,
  remedy: string | null,
  retryAfterSeconds: number | null,
): Response {
  const headers: Record<string, string> = { 'content-type': 'application/problem+json; charset=utf-8', ...PRIVATE }
  if (retryAfterSeconds !== null) headers['retry-after'] = String(retryAfterSeconds)
  if (status === 401) headers['www-authenticate'] = 'Bearer'
  return new Response(problemText({ status, code, detail, remedy }), { status, headers })
}

export function problemText(said: {
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly remedy: string | null
}): string {
  const { status, code, detail, remedy } = said
  return JSON.stringify({
    type: 'about:blank',
    title: code,
    status,
    code,
    detail,
    ...(remedy === null ? {} : { remedy }),
  })
}
