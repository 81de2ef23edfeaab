/** A workspace's own price: a negotiated rate, or a negotiated factor on the list. Appended, never edited. */
import 'server-only'
import { z } from 'zod'
import { parseScaled } from '../../core/money/decimal'
import { resolveHost } from '../../core/price/book'
import { RATE_PLACES } from '../../core/price/book-file'
import type { PriceBook } from '../../core/price/compiled'
import { conditionsOf, whenSchema } from '../../core/price/condition'
import type { PriceEntry } from '../../core/price/entry'
import { priceEntryId } from '../../core/price/entry-id'
import { canHoldTogether, findTies } from '../../core/price/ties'
import { isoOf, parseInstant } from '../../core/time/instant'
import { isMeter, isTokenMeter, type Meter } from '../../core/usage/meter'
import { authorise, type Principal } from '../auth/principal'
import { writeAudit } from '../db/audit'
import { lockOwnPrices } from '../db/own-prices'
import { inTransaction } from '../db/pool'
import { insertEntries, loadBook } from '../db/price-book'
import { AppError } from '../errors'

const amount = z
  .union([z.int().nonnegative(), z.string().regex(/^\d{1,11}(\.\d{1,9})?$/, 'is a decimal with at most 9 places')])
  .transform((value) => String(value))

export const addPriceInput = z.strictObject({
  host: z.string().min(1).max(100),
  /** "*", for a factor, is every model of the host. */
  model: z.string().min(1).max(300),
  /** "*", for a factor, is every meter whose unit is a token. */
  meter: z.string().refine((name) => name === '*' || isMeter(name), 'is not a meter'),
  kind: z.enum(['rate', 'multiplier']).default('rate'),
  amount,
  per: z.union([z.int().positive(), z.string().regex(/^[1-9]\d{0,18}$/)]).optional(),
  currency: z.string().length(3).default('USD'),
  effective_from: z.string(),
  effective_to: z.string().nullable().default(null),
  when: whenSchema.default({}),
  priority: z.int().min(-1_000).max(1_000).default(0),
  /** Where it is agreed: an address, or words like "order form 2026-11". */
  source: z.string().min(1).max(1_000),
})

/** Answers the new entry. Throws CONFLICT for a price that exists or would hold at once with an equally specific one. */
export async function addPrice(principal: Principal, input: z.output<typeof addPriceInput>): Promise<PriceEntry> {
  authorise(principal, 'prices.write')
  const { workspaceId } = principal
  return await inTransaction(async (connection) => {
    await lockOwnPrices(connection, workspaceId)
    const book = await loadBook(workspaceId, connection)
    const asked = entryOf(book, input)
    const own = book.entries.filter(
      (one) => one.book === 'contract' && one.host === asked.host && one.model === asked.model,
    )
    const entry = besideWithdrawn(asked, own)
    if (own.some((one) => one.id === entry.id && one.toMs !== one.fromMs)) {
      throw new AppError('CONFLICT', 'This price exists already with the same begin and conditions.', {
        reason: 'PRICE_EXISTS',
        remedy: 'Close it and begin the new price later, or give the new one a higher priority.',
      })
    }
    const tie = findTies([...own, entry]).find(({ a, b }) => a.id === entry.id || b.id === entry.id)
    if (tie !== undefined && canHoldTogether(tie.a, tie.b)) {
      const other = tie.a.id === entry.id ? tie.b : tie.a
      throw new AppError(
        'CONFLICT',
        `The contract price ${other.id} from ${isoOf(other.fromMs)} would hold at the same time.`,
        {
          reason: 'PRICE_TIE',
          remedy: 'Close it first, or give one of the two a higher priority.',
        },
      )
    }
    await insertEntries(connection, workspaceId, [entry], principal.actor)
    await writeAudit(connection, principal, 'price.add', `${entry.host}/${entry.model} ${entry.meter}`, {
      id: entry.id,
      kind: entry.kind,
      amount: entry.amount,
      per: entry.per.toString(),
      currency: entry.currency,
      effective_from: isoOf(entry.fromMs),
      effective_to: entry.toMs === null ? null : isoOf(entry.toMs),
    })
    return entry
  })
}

/** An id is of its price for ever, also when that was withdrawn: the one that replaces it has the next higher priority. */
function besideWithdrawn(asked: PriceEntry, own: readonly PriceEntry[]): PriceEntry {
  let entry = asked
  while (own.some((one) => one.id === entry.id && one.toMs === one.fromMs)) {
    const { id: _taken, ...bare } = { ...entry, priority: entry.priority + 1 }
    entry = { id: priceEntryId(bare), ...bare }
  }
  return entry
}

function entryOf(book: PriceBook, input: z.output<typeof addPriceInput>): PriceEntry {
  const host = resolveHost(book, input.host)
  const fromMs = instantOf('effective_from', input.effective_from)
  const toMs = input.effective_to === null ? null : instantOf('effective_to', input.effective_to)
  if (toMs !== null && toMs <= fromMs) throw refusal('effective_to is not after effective_from.')
  if (input.kind === 'rate' && (input.model === '*' || input.meter === '*')) {
    throw refusal('A rate is for one model and one meter; only a multiplier may say "*".')
  }
  if (!parseScaled(input.amount, RATE_PLACES).ok) throw refusal(`amount has more than ${RATE_PLACES} decimal places.`)
  const bare = {
    host: host?.info.host ?? input.host.toLowerCase(),
    model: modelOf(host, input.model.toLowerCase()),
    meter: input.meter as Meter | '*',
    kind: input.kind,
    per: perOf(input),
    amount: input.amount,
    currency: input.currency.toUpperCase(),
    fromMs,
    toMs,
    conditions: conditionsOf(input.when),
    book: 'contract' as const,
    priority: input.priority,
    sourceUrl: input.source,
    checkedOn: isoOf(Date.now()).slice(0, 10),
    confidence: 'user' as const,
  }
  return { id: priceEntryId(bare), ...bare }
}

/** Prices are kept under the book's own id of a model; a name of it is resolved as of the price's first instant. */
function modelOf(host: ReturnType<typeof resolveHost>, name: string): string {
  return host?.exact.get(name)?.at(-1)?.model ?? name
}

function perOf(input: z.output<typeof addPriceInput>): bigint {
  if (input.kind === 'multiplier') return 1n
  if (input.per !== undefined) return BigInt(input.per)
  if (isMeter(input.meter) && (isTokenMeter(input.meter) || input.meter === 'reasoning')) return 1_000_000n
  throw refusal('Say in "per" how many units the amount is for.')
}

function instantOf(name: string, text: string): number {
  const parsed = parseInstant(text, 'utc')
  if (parsed.ok) return parsed.value
  throw refusal(`${name} is not an instant (RFC 3339 in UTC).`)
}

function refusal(message: string): AppError {
  return new AppError('UNPROCESSABLE', message, { reason: 'PRICE_INVALID' })
}
