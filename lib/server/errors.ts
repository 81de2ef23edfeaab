/**
 * A refused request. A use-case or read throws it; `http/problem.ts` turns it once into RFC 9457 problem+json.
 * The text a client sees comes from here, never from an arbitrary exception.
 */
const STATUS = {
  INVALID_REQUEST: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  TOO_LARGE: 413,
  UNSUPPORTED_TYPE: 415,
  UNPROCESSABLE: 422,
  TOO_MANY_REQUESTS: 429,
  UNAVAILABLE: 503,
} as const

export type AppErrorCode = keyof typeof STATUS

export class AppError extends Error {
  readonly code: AppErrorCode
  /** Finer machine code, e.g. UPLOAD_TRUNCATED. */
  readonly reason: string
  readonly remedy: string | null
  readonly retryAfterSeconds: number | null

  constructor(
    code: AppErrorCode,
    message: string,
    detail: { reason?: string; remedy?: string; retryAfterSeconds?: number } = {},
  ) {
    super(message)
    this.name = 'AppError'
    this.code = code
    this.reason = detail.reason ?? code
    this.remedy = detail.remedy ?? null
    this.retryAfterSeconds = detail.retryAfterSeconds ?? null
  }

  get status(): number {
    return STATUS[this.code]
  }
}
