/** A small price book for tests: every mechanism once. Figures are made up except where a test names their source. */

import { compileBook } from '../../../lib/core/price/book'
import { type BookFile, parseBookFile } from '../../../lib/core/price/book-file'
import type { PriceableUsage, PriceBook } from '../../../lib/core/price/compiled'
import { parseInstant } from '../../../lib/core/time/instant'

const evidence = { source: 'https://example.com/prices', checked_on: '2026-11-23', confidence: 'provider' }

export function block(rates: Record<string, string>, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { from: '2025-01-01T00:00:00Z', to: null, rates, ...evidence, ...more }
}

export function multiplier(factor: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { from: '2025-01-01T00:00:00Z', to: null, models: '*', meters: ['*'], factor, ...evidence, ...more }
}

export function model(name: string, prices: unknown[], more: Record<string, unknown> = {}): Record<string, unknown> {
  return { model: name, publisher: 'acme', names: [{ name, kind: 'dated' }], prices, ...more }
}

export function fileOf(host: string, models: unknown[], more: Record<string, unknown> = {}): BookFile {
  const parsed = parseBookFile({ host, title: host, names: [], currency: 'USD', models, ...more })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  return parsed.value
}

export function bookOf(...files: BookFile[]): PriceBook {
  return compileBook({
    entries: files.flatMap((file) => file.entries),
    aliases: files.flatMap((file) => file.aliases),
    hosts: files.map((file) => file.host),
  })
}

export function at(text: string): number {
  const parsed = parseInstant(text, 'utc')
  if (!parsed.ok) throw new Error(text)
  return parsed.value
}

export const NONE = {
  input: 0n,
  cacheRead: 0n,
  cacheWrite5m: 0n,
  cacheWrite1h: 0n,
  output: 0n,
  reasoning: 0n,
  other: null,
} as const

export function usage(
  more: Partial<Omit<PriceableUsage, 'quantities'>> & { quantities?: Partial<PriceableUsage['quantities']> } = {},
): PriceableUsage {
  return {
    host: 'acme',
    model: 'm',
    startMs: at('2026-07-15T12:00:00Z'),
    serviceTier: 'standard',
    region: null,
    speed: null,
    promptTokens: null,
    contextTier: null,
    requests: 1n,
    ...more,
    quantities: { ...NONE, ...more.quantities },
  }
}
