/**
 * The counts of a record as doubles, for loops over millions of records: big integers are exact at any size, but every
 * step with them allocates. Only counts whose sums stay exact are given out; a record with a larger one has none.
 */
import type { Quantities } from '../usage/record'

/** Largest count given out: a sum of two is exact still. */
export const MAX_PLAIN = 2 ** 52

/** Whole numbers from 0 to `MAX_PLAIN`; so is the sum of the token classes. */
export interface PlainCounts {
  readonly input: number
  readonly cacheRead: number
  readonly cacheWrite5m: number
  readonly cacheWrite1h: number
  readonly output: number
  readonly reasoning: number
  /** Null where the source does not count calls. */
  readonly requests: number | null
  /** Null where it is unknown. */
  readonly promptTokens: number | null
}

/** Null when a count, or the sum of the token classes, is beyond `MAX_PLAIN`. */
export function plainCountsOf(record: {
  readonly quantities: Quantities
  readonly requests: bigint | null
  readonly promptTokens: bigint | null
}): PlainCounts | null {
  const { quantities } = record
  const input = Number(quantities.input)
  const cacheRead = quantities.cacheRead === 0n ? 0 : Number(quantities.cacheRead)
  const cacheWrite5m = quantities.cacheWrite5m === 0n ? 0 : Number(quantities.cacheWrite5m)
  const cacheWrite1h = quantities.cacheWrite1h === 0n ? 0 : Number(quantities.cacheWrite1h)
  const output = Number(quantities.output)
  const reasoning = quantities.reasoning === 0n ? 0 : Number(quantities.reasoning)
  const requests = record.requests === null ? null : Number(record.requests)
  const promptTokens = record.promptTokens === null ? null : Number(record.promptTokens)
  // A count too large for a double is rounded, but never to below the bound.
  if (input + cacheRead + cacheWrite5m + cacheWrite1h + output > MAX_PLAIN || reasoning > MAX_PLAIN) return null
  if ((requests !== null && requests > MAX_PLAIN) || (promptTokens !== null && promptTokens > MAX_PLAIN)) return null
  return { input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning, requests, promptTokens }
}
