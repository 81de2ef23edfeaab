/** Asking the shipped price book for one rate. */
import { priceUsage } from '../../../lib/core/price/price-usage'
import { shippedBook } from '../../support/price-book'

export const { files: FILES, book: BOOK } = shippedBook()

export interface Ask {
  readonly host: string
  readonly model: string
  readonly at: string
  readonly meter?: string
  readonly tier?: string
  readonly speed?: string
  readonly region?: string
  readonly mode?: string
  readonly contextSize?: string
  readonly prompt?: bigint
}

const CORE: Readonly<Record<string, 'input' | 'cacheRead' | 'cacheWrite5m' | 'cacheWrite1h' | 'output'>> = {
  input: 'input',
  cache_read: 'cacheRead',
  cache_write_5m: 'cacheWrite5m',
  cache_write_1h: 'cacheWrite1h',
  output: 'output',
}
const NOTHING = { input: 0n, cacheRead: 0n, cacheWrite5m: 0n, cacheWrite1h: 0n, output: 0n, reasoning: 0n, other: null }

/** The rate the book charges, as decimal text for the meter's own units, or the code of why there is none. */
export function rateOf(ask: Ask): string {
  const meter = ask.meter ?? 'input'
  const core = CORE[meter]
  const quantities =
    meter === 'reasoning'
      ? { ...NOTHING, output: 1n, reasoning: 1n }
      : core === undefined
        ? { ...NOTHING, other: new Map([[meter, 1n]]) as never }
        : { ...NOTHING, [core]: 1n }
  const charge = priceUsage(BOOK, {
    host: ask.host,
    model: ask.model,
    startMs: Date.parse(ask.at),
    serviceTier: ask.tier ?? 'standard',
    region: ask.region ?? null,
    speed: ask.speed ?? null,
    mode: ask.mode ?? null,
    contextSize: ask.contextSize ?? null,
    promptTokens: ask.prompt ?? 1n,
    contextTier: null,
    requests: null,
    quantities,
  })
  if (charge.status === 'unpriced') return charge.reason.code
  const line = charge.lines[0]
  if (line === undefined) return 'NO_LINE'
  // One unit costs amount / per; the rate with its multipliers is amount × per.
  const atto = line.amount * line.entry.per
  const digits = atto.toString().padStart(19, '0')
  return `${digits.slice(0, -18)}.${digits.slice(-18)}`.replace(/\.?0+$/, '')
}
