/** Wall-clock times of an IANA zone to instants, with the two awkward hours of a year told apart. */
import type { InstantMs } from '../time/instant'
import { offsetAt } from '../time/zone-offset'

export type LocalInstant =
  | { readonly kind: 'once'; readonly ms: InstantMs }
  /** The clock showed this time twice; `ms` is the earlier. */
  | { readonly kind: 'twice'; readonly ms: InstantMs }
  /** The clock never showed it. */
  | { readonly kind: 'gap' }

/** `wallMs` is the wall clock's reading written as if it were UTC. */
export function utcOfLocal(wallMs: number, timeZone: string): LocalInstant {
  // Offsets a day before and after bracket any change near the instant.
  const before = offsetAt(wallMs - 86_400_000, timeZone)
  const after = offsetAt(wallMs + 86_400_000, timeZone)
  const found = [...new Set([before, after])]
    .map((offset) => wallMs - offset)
    .filter((ms) => ms + offsetAt(ms, timeZone) === wallMs)
    .sort((a, b) => a - b)
  const first = found[0]
  if (first === undefined) return { kind: 'gap' }
  return { kind: found.length > 1 ? 'twice' : 'once', ms: first }
}
