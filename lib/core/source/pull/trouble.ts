/**
 * What may go wrong with a pull, in our own words: a provider's error text may repeat the key and is never kept. And how
 * long to leave the provider alone after it.
 */
import { HOUR_MS, type InstantMs } from '../../time/instant'

export type TroubleCode =
  | 'KEY_REFUSED'
  | 'TOO_MANY_REQUESTS'
  | 'PROVIDER_FAULT'
  | 'UNREACHABLE'
  | 'ADDRESS_REFUSED'
  | 'REQUEST_REFUSED'
  | 'UNREADABLE'
  | 'ENDLESS'
  | 'IMPORT_FAILED'

export interface Trouble {
  readonly code: TroubleCode
  /** HTTP status of the answer; null when there was none, or it was 200. */
  readonly status: number | null
  readonly message: string
  readonly remedy: string
}

const MINUTE_MS = 60_000
const FIRST_MS = MINUTE_MS
const LONGEST_MS = HOUR_MS / 2
/** A key that is refused stays refused until somebody changes it; then it is asked for at once. */
const REFUSED_MS = 6 * HOUR_MS
const LONGEST_WAIT_MS = 24 * HOUR_MS

/** What an answer other than 200 means. */
export function troubleOfStatus(status: number): Trouble {
  if (status === 401 || status === 403) {
    return {
      code: 'KEY_REFUSED',
      status,
      message: 'The key was refused.',
      remedy: 'Enter a key that is valid and may read usage and cost; pulls go on at once.',
    }
  }
  if (status === 429) {
    return {
      code: 'TOO_MANY_REQUESTS',
      status,
      message: 'The provider asks for fewer requests.',
      remedy: 'Nothing to do: it is tried again when the provider allows it.',
    }
  }
  if (status >= 500) {
    return {
      code: 'PROVIDER_FAULT',
      status,
      message: 'The provider had a fault.',
      remedy: 'Nothing to do: it is tried again.',
    }
  }
  if (status >= 300 && status < 400) {
    return {
      code: 'ADDRESS_REFUSED',
      status,
      message: 'The address redirects, which is refused: the key would go elsewhere.',
      remedy: 'Enter the address it redirects to, if you trust it, together with the key.',
    }
  }
  return {
    code: 'REQUEST_REFUSED',
    status,
    message: 'The provider refused the request.',
    remedy: 'Check the base address, and that the key is one of the organisation.',
  }
}

export const unreachable = (why: string): Trouble => ({
  code: 'UNREACHABLE',
  status: null,
  message: `The provider could not be reached: ${why}`,
  remedy: 'Nothing to do: it is tried again.',
})

export const unreadable = (why: string): Trouble => ({
  code: 'UNREADABLE',
  status: null,
  message: why,
  remedy: 'Nothing of it was taken; it is tried again. If it stays, check the base address.',
})

export const endless = (why: string): Trouble => ({
  code: 'ENDLESS',
  status: null,
  message: why,
  remedy: 'Nothing of it was taken; it is tried again.',
})

export const addressRefused = (why: string): Trouble => ({
  code: 'ADDRESS_REFUSED',
  status: null,
  message: `The address may not be used. ${why}`,
  remedy: 'An operator may open an address of the own network with TOKENTAB_OUTBOUND_ALLOW.',
})

export const importFailed = (no: number, why: string): Trouble => ({
  code: 'IMPORT_FAILED',
  status: null,
  message: `What was fetched could not be imported (#${no}): ${why}`,
  remedy: 'Look at the import; the days are fetched again.',
})

/** Seconds or a date, as a header tells it; null for anything else. */
export function retryAfterMs(header: string | null, nowMs: InstantMs): number | null {
  if (header === null) return null
  const text = header.trim()
  if (/^\d{1,9}$/.test(text)) return Number.parseInt(text, 10) * 1_000
  const at = /^[A-Za-z]{3}, \d{2} [A-Za-z]{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs)
}

/**
 * How long to wait before the next try.
 * @param failures how many tries failed in a row, this one included: from 1
 * @param askedMs what the provider asked for (Retry-After); it is waited for at least, but no longer than a day
 */
export function pauseMs(trouble: Trouble, failures: number, askedMs: number | null): number {
  if (trouble.code === 'KEY_REFUSED') return REFUSED_MS
  const own = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 20))
  return askedMs === null ? own : Math.max(own, Math.min(askedMs, LONGEST_WAIT_MS))
}
