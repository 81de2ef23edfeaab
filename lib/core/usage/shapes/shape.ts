/** What a shape makes of a provider's usage object. */
import type { OtherMeter } from '../meter'
import type { Quantities, ReportedCost } from '../record'
import type { UsageObject, UsageReader } from './usage-reader'

export interface NormalisedUsage {
  readonly quantities: Quantities
  /** Every input token of the call: what long-context prices ask. */
  readonly promptTokens: bigint
  readonly requests: bigint
  /** What the usage object itself tells of these; null when it is silent. */
  readonly serviceTier: string | null
  readonly speed: string | null
  readonly region: string | null
  readonly mode: string | null
  readonly contextSize: string | null
  readonly reportedCost: ReportedCost | null
}

export interface UsageContext {
  readonly model: string
}

/** Reads one provider's usage object; faults go to the reader. */
export type UsageShape = (reader: UsageReader, usage: UsageObject, context: UsageContext) => NormalisedUsage

const ONE_CALL = 1n

export function normalised(
  leaves: Omit<Quantities, 'other'>,
  others: Iterable<readonly [OtherMeter, bigint]>,
  promptTokens: bigint,
  told: Partial<NormalisedUsage> = {},
): NormalisedUsage {
  let other: Map<OtherMeter, bigint> | null = null
  for (const [meter, quantity] of others) {
    if (quantity <= 0n) continue
    other ??= new Map()
    other.set(meter, quantity)
  }
  const { input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning } = leaves
  const quantities: Quantities = { input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning, other }
  return {
    quantities,
    promptTokens,
    requests: told.requests ?? ONE_CALL,
    serviceTier: told.serviceTier ?? null,
    speed: told.speed ?? null,
    region: told.region ?? null,
    mode: told.mode ?? null,
    contextSize: told.contextSize ?? null,
    reportedCost: told.reportedCost ?? null,
  }
}

export interface ModalityCounts {
  audio: bigint
  image: bigint
  video: bigint
}

/** Total, and of it what was audio, image and video; the rest is text. */
export interface Side extends ModalityCounts {
  readonly total: bigint
}

/**
 * Splits an input side into uncached and cached leaves per modality. When the source does not say which tokens were
 * cached, text is taken first, then images, video and audio: a prompt's repeated front is text in practice, and the rule
 * never makes a leaf negative.
 */
export function splitCached(
  reader: UsageReader,
  prompt: Side,
  cached: { readonly total: bigint; readonly known: ModalityCounts | null },
  written: bigint,
): { input: bigint; uncached: ModalityCounts; cacheRead: bigint; cached: ModalityCounts } {
  const modal = prompt.audio + prompt.image + prompt.video
  const text = reader.rest(prompt.total, modal, 'The audio, image and video tokens are more than the prompt tokens.')
  reader.rest(
    prompt.total,
    cached.total + written,
    'The cached and cache-written tokens are more than the prompt tokens.',
  )
  const read: ModalityCounts = cached.known ?? { audio: 0n, image: 0n, video: 0n }
  if (cached.known === null) {
    let left = cached.total > text ? cached.total - text : 0n
    for (const kind of ['image', 'video', 'audio'] as const) {
      read[kind] = left < prompt[kind] ? left : prompt[kind]
      left -= read[kind]
    }
  }
  const readText = reader.rest(
    cached.total,
    read.audio + read.image + read.video,
    'The cached audio, image and video tokens are more than the cached tokens.',
  )
  const uncached = {
    audio: reader.rest(prompt.audio, read.audio, 'More audio tokens are cached than there are.'),
    image: reader.rest(prompt.image, read.image, 'More image tokens are cached than there are.'),
    video: reader.rest(prompt.video, read.video, 'More video tokens are cached than there are.'),
  }
  // Tokens written to a cache are text unless the source says otherwise, which none does.
  const input = reader.rest(
    text,
    readText + written,
    'The cached text tokens are more than the text tokens of the prompt.',
  )
  return { input, uncached, cacheRead: readText, cached: read }
}
