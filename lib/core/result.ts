/**
 * A value or a reason. Bad data and missing prices travel as results, never as exceptions and never as zero,
 * so that a caller cannot forget them. Refused requests and broken invariants are exceptions elsewhere.
 */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E }

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value }
}

export function err<E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error }
}

/** A defect in data or in a request: what, where and how to mend it. `code` is closed and stable for machines. */
export interface Problem {
  readonly code: string
  readonly message: string
  readonly remedy: string
}
