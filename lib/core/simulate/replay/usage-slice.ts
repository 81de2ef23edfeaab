/**
 * A slice of the hourly rollup: calls of one model, project, tier and length class whose hours are alike for the
 * question asked (the same month and, on the target, the same prices). Prices are linear in quantities, so pricing the
 * sum of alike hours equals the sum of pricing each.
 */
import type { Usd } from '../../money/usd'
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
}
