/** Price entries of the published book and of the workspace's contracts, page by page. */
import 'server-only'
import { z } from 'zod'
import { resolveHost } from '../../core/price/book'
import { conditionsToJson } from '../../core/price/condition'
import type { PriceEntry } from '../../core/price/entry'
import { isoOf, parseInstant } from '../../core/time/instant'
import { isMeter } from '../../core/usage/meter'
import { authorise, type Principal } from '../auth/principal'
import { loadBook } from '../db/price-book'
import { AppError } from '../errors'

const DEFAULT_LIMIT = 200
const MAX_LIMIT = 1_000

/** The query of GET /api/v1/prices: values are text as the address carries them. */
export const listPricesInput = z.strictObject({
  host: z.string().max(100).optional(),
  model: z.string().max(300).optional(),
  /** Words that all occur in host and model. */
  q: z.string().max(300).optional(),
  meter: z.string().refine(isMeter, 'is not a meter').optional(),
  book: z.enum(['list', 'contract']).optional(),
  /** Only entries in force at this instant. */
  at: z.string().optional(),
  cursor: z.string().max(1_000).optional(),
  limit: z
    .string()
    .regex(/^[1-9]\d{0,3}$/)
    .transform((text) => Number.parseInt(text, 10))
    .refine((limit) => limit <= MAX_LIMIT, `is at most ${MAX_LIMIT}`)
    .optional(),
})

export interface PricePage {
  readonly prices: readonly Readonly<Record<string, unknown>>[]
  /** Send it back for the next page; null on the last. */
  readonly next_cursor: string | null
}

/** Sorted by host, model, meter, begin and id, so that a cursor stays right while entries are added. */
export async function listPrices(principal: Principal, input: z.output<typeof listPricesInput>): Promise<PricePage> {
  authorise(principal, 'prices.read')
  const book = await loadBook(principal.workspaceId)
  const limit = input.limit ?? DEFAULT_LIMIT
  const host = input.host === undefined ? null : (resolveHost(book, input.host)?.info.host ?? input.host)
  const model = input.model?.toLowerCase()
  const words = (input.q ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  const atMs = input.at === undefined ? null : instantOf(input.at)
  const after = input.cursor === undefined ? null : cursorOf(input.cursor)
  const found = book.entries
    .filter((entry) => {
      if (host !== null && entry.host !== host) return false
      if (model !== undefined && entry.model !== model) return false
      if (input.meter !== undefined && entry.meter !== input.meter) return false
      if (input.book !== undefined && entry.book !== input.book) return false
      if (atMs !== null && (atMs < entry.fromMs || (entry.toMs !== null && atMs >= entry.toMs))) return false
      return words.every((word) => `${entry.host} ${entry.model}`.includes(word))
    })
    .map((entry) => ({ entry, key: sortKey(entry) }))
    .filter(({ key }) => after === null || key > after)
    .sort((a, b) => (a.key < b.key ? -1 : 1))
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return {
    prices: page.map(({ entry }) => priceEntryToJson(entry)),
    next_cursor: found.length > limit && last !== undefined ? Buffer.from(last.key).toString('base64url') : null,
  }
}

function sortKey(entry: PriceEntry): string {
  return [entry.host, entry.model, entry.meter, isoOf(entry.fromMs), entry.id].join('\u0001')
}

function cursorOf(cursor: string): string {
  const key = Buffer.from(cursor, 'base64url').toString('utf8')
  if (key.split('\u0001').length === 5) return key
  throw new AppError('INVALID_REQUEST', 'cursor is not one this list gave.', { reason: 'CURSOR_INVALID' })
}

function instantOf(text: string): number {
  const parsed = parseInstant(text, 'utc')
  if (parsed.ok) return parsed.value
  throw new AppError('INVALID_REQUEST', 'at is not an instant.', { remedy: 'Send RFC 3339 in UTC.' })
}

/** An entry as the API writes it. */
export function priceEntryToJson(entry: PriceEntry): Readonly<Record<string, unknown>> {
  return {
    id: entry.id,
    host: entry.host,
    model: entry.model,
    meter: entry.meter,
    kind: entry.kind,
    amount: entry.amount,
    per: entry.per.toString(),
    currency: entry.currency,
    effective_from: isoOf(entry.fromMs),
    effective_to: entry.toMs === null ? null : isoOf(entry.toMs),
    when: conditionsToJson(entry.conditions),
    book: entry.book,
    priority: entry.priority,
    source_url: entry.sourceUrl,
    checked_on: entry.checkedOn,
    confidence: entry.confidence,
  }
}
