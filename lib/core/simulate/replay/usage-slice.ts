/**
 * A slice of the hourly rollup: calls of one model, project, tier and length class whose hours are alike for the
 * question asked (the same month and, on the target, the same prices). Prices are linear in quantities, so pricing the
 * sum of alike hours equals the sum of pricing each.
 */
import type { Usd } from '../../money/usd'
import type { LengthRange } from '../../rollup/context-band'
import type { InstantMs } from '../../time/instant'
import type { Quantities } from '../../usage/record'

export interface UsageSlice {
  /** An hour of the slice, by whose prices it is priced. */
  readonly atMs: InstantMs
  /** 3600 for hours; more for buckets that do not tell the hour. */
  readonly grainSeconds: number
  /** "2026-09", UTC. */
  readonly month: string
  readonly host: string
  readonly model: string
  readonly project: string | null
  /** Told apart only when the question names keys; else null, and so with tags. */
  readonly apiKey: string | null
  /** Values of the tags the question names. */
  readonly tags: ReadonlyMap<string, string> | null
  readonly serviceTier: string
  readonly region: string | null
  /** See lib/core/rollup/context-band.ts. */
  readonly contextBand: number
  readonly records: bigint
  /** Calls of records whose source counts them. */
  readonly requests: bigint
  readonly quantities: Quantities
  /** Null when these calls have no price today. */
  readonly cost: Usd | null
  /** What its calls are like; absent: as those of the slice. */
  readonly pool?: CallPool | undefined
}

/**
 * All calls of a question that are of one model, project and length class. What a mean decides is decided on them, not on a
 * slice: how hours are cut into slices depends on the moves, and what moves cost together must be what they cost apart.
 */
export interface CallPool {
  /** Prompt tokens of records whose calls are counted, and these calls. */
  readonly promptTokens: bigint
  readonly requests: bigint
  readonly input: bigint
  readonly cacheRead: bigint
  /** Some of them wrote into a cache that is billed for it. */
  readonly writesCache: boolean
}

/** The slices of a whole question, each with the pool of its calls. */
export function withPools<Slice extends UsageSlice>(slices: readonly Slice[]): Slice[] {
  const keyOf = ({ host, model, project, contextBand }: Slice) => `${host}\n${model}\n${project ?? ''}\n${contextBand}`
  const pools = new Map<string, CallPool>()
  for (const slice of slices) {
    const key = keyOf(slice)
    const known = pools.get(key)
    pools.set(key, known === undefined ? poolOf(slice) : bothPools(known, poolOf(slice)))
  }
  return slices.map((slice) => ({ ...slice, pool: pools.get(keyOf(slice)) }))
}

function bothPools(a: CallPool, b: CallPool): CallPool {
  return {
    promptTokens: a.promptTokens + b.promptTokens,
    requests: a.requests + b.requests,
    input: a.input + b.input,
    cacheRead: a.cacheRead + b.cacheRead,
    writesCache: a.writesCache || b.writesCache,
  }
}

/** The pool of a slice that nobody pooled: its own calls. */
export function poolOf({ requests, quantities, pool }: UsageSlice): CallPool {
  if (pool !== undefined) return pool
  const { input, cacheRead, cacheWrite5m, cacheWrite1h } = quantities
  return {
    promptTokens: requests === 0n ? 0n : input + cacheRead + cacheWrite5m + cacheWrite1h,
    requests,
    input,
    cacheRead,
    writesCache: cacheWrite5m > 0n || cacheWrite1h > 0n,
  }
}

/**
 * The prompt length by which calls of a length class are priced where a price asks for it: their mean, for the bounds of the
 * classes are not those of every price ("from 272,000 tokens" cuts the class that ends there, "over 32,000" one in the middle).
 * The longest of the class where the source does not count its calls. Null where no length is known.
 */
export function pricedPrompt(range: LengthRange | null, { promptTokens, requests }: CallPool): bigint | null {
  if (range === null) return null
  const min = BigInt(range.min)
  const max = range.max === null ? null : BigInt(range.max)
  if (requests === 0n) return max ?? min
  const mean = promptTokens / requests
  if (max !== null && mean > max) return max
  return mean < min ? min : mean
}
