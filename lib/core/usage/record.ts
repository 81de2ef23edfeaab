/**
 * The usage record: one call, or one bucket of calls, as a source reported it, with token classes made disjoint.
 * It is a fact: appended, never edited. It holds no cost of ours and no prompt or response text.
 */
import type { InstantMs } from '../time/instant'
import type { OtherMeter } from './meter'

/** Disjoint quantities. Counts are non-negative and may exceed 2^53. */
export interface Quantities {
  readonly input: bigint
  readonly cacheRead: bigint
  readonly cacheWrite5m: bigint
  readonly cacheWrite1h: bigint
  /** Includes `reasoning`. */
  readonly output: bigint
  /** The part of `output` spent thinking; 0 when the source does not tell. */
  readonly reasoning: bigint
  /** Audio, images, searches and the like; absent when there is none. */
  readonly other: ReadonlyMap<OtherMeter, bigint> | null
}

export type ServiceTier = 'standard' | 'batch' | 'flex' | 'priority' | 'scale' | (string & {})

/**
 * Which rule decides that two rows are the same call (`docs/duplicates.md`).
 * `provider_id`: the host's own unique id. `bucket`: an aggregate named by its time and dimensions; a newer export with
 * other values restates it. `content`: neither, so equal content plus its ordinal in the file. `stored`: the key under which
 * a record exported from here is stored, and the host's own id beside it.
 */
export interface Identity {
  readonly kind: 'provider_id' | 'bucket' | 'content' | 'stored'
  /** The key's fields in a fixed order; the server hashes them length-prefixed, so ("a-b","c") differs from ("a","b-c"). */
  readonly parts: readonly string[]
  /**
   * The source may report the call again as it grows (a span exported before its end, a streamed answer), or told a part of
   * the bucket: a version with more tokens, or with more output, restates the stored one; one with fewer is an older version
   * and adds nothing.
   */
  readonly grows?: 'tokens' | 'output'
}

export interface ReportedCost {
  /** Exact decimal text as the source wrote it. */
  readonly amount: string
  /** ISO 4217, upper case. */
  readonly currency: string
  readonly kind: 'billed' | 'estimated' | 'byok_upstream'
}

export interface UsageRecord {
  readonly identity: Identity
  /** Start of the call or bucket, UTC. */
  readonly startMs: InstantMs
  /**
   * The source tells no time: `startMs` is when the import was received. Its identity does not depend on that time, and
   * the first time a call was seen stays its time however often it is imported.
   */
  readonly timeAssumed?: true
  /**
   * Another copy of the call may tell another time (a log copied and stamped anew), so the identity does not depend on it:
   * the call keeps the time of the copy that was imported first.
   */
  readonly timeOfFirst?: true
  /** End of a bucket (exclusive); null for a single call. */
  readonly endMs: InstantMs | null
  /** Who bills: "openai", "anthropic", "openrouter", "ollama"… Lower case; "unknown" when the source does not tell. */
  readonly host: string
  /** The model as the source names it. */
  readonly model: string
  readonly project: string | null
  readonly apiKey: string | null
  readonly user: string | null
  readonly region: string | null
  readonly serviceTier: ServiceTier
  /** Faster or slower serving of the same model ("fast"), where the host prices it. */
  readonly speed: string | null
  /** Number of calls; null when the source does not tell. */
  readonly requests: bigint | null
  readonly quantities: Quantities
  /**
   * Prompt length that decides long-context prices: every input token of one call. Null for buckets, whose calls'
   * lengths are unknown unless the source states a context tier.
   */
  readonly promptTokens: bigint | null
  /** The source's own context tier for a bucket, as an inclusive bound: "<=200000", ">200000"; null when it states none. */
  readonly contextTier: string | null
  readonly status: 'ok' | 'error' | 'cancelled'
  readonly latencyMs: number | null
  readonly reportedCost: ReportedCost | null
  /** Sorted by name. */
  readonly tags: readonly (readonly [name: string, value: string])[]
}
