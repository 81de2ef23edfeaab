/**
 * Pricing stored records again with the book of today: what would change, or the change itself in one transaction. What
 * a price depends on is stored with each record, so a book that did not change changes nothing.
 */
import 'server-only'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { subtractUsd, type Usd, usdToText } from '../../core/money/usd'
import type { PriceBook } from '../../core/price/compiled'
import { costOf } from '../../core/price/price-usage'
import { selectPrices } from '../../core/price/select'
import { RepriceFold, type RepriceResult, repriceResult } from '../../core/report/reprice-view'
import { isoOf, monthOf, parseInstant } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { writeAudit } from '../db/audit'
import { type Connection, metAnother } from '../db/pool'
import { loadBook } from '../db/price-book'
import { type PriceChange, RecordChanged, writeChanges } from '../db/price-change'
import { hasPrices, isPriced, NO_PRICE_SET, PriceSetIds, unpricedCodeFor } from '../db/price-set'
import {
  closeRevision,
  laterRevisionOf,
  openRevision,
  type RepriceScope,
  readStoredUsage,
  revisionOf,
  type StoredUsage,
  undoRevision,
} from '../db/reprice'
import { inLongTransaction, readConsistently } from '../db/transaction'
import { lockImports } from '../db/workspace-lock'
import { AppError } from '../errors'

const ATTEMPTS = 4

const names = z
  .union([z.string().min(1).max(300), z.array(z.string().min(1).max(300)).min(1).max(200)])
  .transform((value) => (typeof value === 'string' ? [value] : value))

export const repriceInput = z.strictObject({
  /** Half-open period of the records: dates, months or RFC 3339. */
  from: z.string().max(40),
  to: z.string().max(40),
  mode: z.enum(['preview', 'apply']),
  reason: z.string().trim().max(1_000).optional(),
  /** Names as the records say them. */
  filter: z.strictObject({ host: names.optional(), model: names.optional() }).default({}),
})

/**
 * A preview writes nothing. `apply` changes records and sums together, or nothing; when no price differs it makes no
 * revision. Throws UNPROCESSABLE for an apply without a reason or an empty period, CONFLICT when a sender goes on restating its
 * records.
 */
export async function reprice(principal: Principal, input: z.output<typeof repriceInput>): Promise<RepriceResult> {
  authorise(principal, 'prices.write')
  const scope = scopeOf(input)
  const period = { from: isoOf(scope.fromMs), to: isoOf(scope.toMs) }
  if (input.mode === 'preview') {
    const fold = await readConsistently(
      async (connection) => await priceAgain(connection, principal.workspaceId, scope, null),
      { unlimited: true },
    )
    return repriceResult(fold, { mode: 'preview', ...period, revision: null })
  }
  const reason = input.reason ?? ''
  if (reason === '') {
    throw new AppError('UNPROCESSABLE', 'A re-pricing needs a reason.', {
      reason: 'REASON_MISSING',
      remedy: 'Say in "reason" why the stored prices change; the audit log keeps it.',
    })
  }
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await applyOnce(principal, input, scope, reason)
    } catch (error) {
      if (!(error instanceof RecordChanged) && !metAnother(error)) throw error
      if (attempt === ATTEMPTS) throw contended()
    }
  }
}

function contended(): AppError {
  return new AppError('CONFLICT', 'Records were restated while they were priced. Nothing was changed.', {
    reason: 'RECORDS_CHANGED',
    remedy: 'Try again in a moment, or re-price a period that is not being reported any more.',
    retryAfterSeconds: 10,
  })
}

async function applyOnce(
  principal: Principal,
  input: z.output<typeof repriceInput>,
  scope: RepriceScope,
  reason: string,
): Promise<RepriceResult> {
  const period = { from: isoOf(scope.fromMs), to: isoOf(scope.toMs) }
  return await inLongTransaction(async (connection) => {
    const { workspaceId, actor } = principal
    await lockImports(connection, workspaceId)
    const id = randomUUID()
    const no = await openRevision(connection, { workspaceId, id, scope, reason, actor })
    const fold = await priceAgain(connection, workspaceId, scope, async (changes) => {
      await writeChanges(connection, workspaceId, no, changes)
    })
    const { total } = fold
    if (!fold.changesAny) throw new NothingChanged(fold)
    await closeRevision(connection, workspaceId, no, {
      records: total.changed,
      newlyPriced: total.newlyPriced,
      before: total.before,
      after: total.after,
    })
    await writeAudit(connection, principal, 'price.reprice', `re-pricing #${no}`, {
      id,
      reason,
      ...period,
      ...(Object.keys(input.filter).length === 0 ? {} : { filter: input.filter }),
      records: total.changed.toString(),
      newly_priced: total.newlyPriced.toString(),
      before: usdToText(total.before),
      after: usdToText(total.after),
      difference: usdToText(subtractUsd(total.after, total.before)),
    })
    return repriceResult(fold, { mode: 'apply', ...period, revision: { id, no } })
  }).catch((error: unknown) => {
    if (error instanceof NothingChanged) {
      return repriceResult(error.fold, { mode: 'apply', ...period, revision: null })
    }
    throw error
  })
}

/** Rolls the empty revision back, so that pricing twice leaves what pricing once left. */
class NothingChanged extends Error {
  constructor(readonly fold: RepriceFold) {
    super('no price changed')
  }
}

/** Prices every record of the scope; `write` gets those whose price differs, or is null for a preview. */
async function priceAgain(
  connection: Connection,
  workspaceId: number,
  scope: RepriceScope,
  write: ((changes: readonly PriceChange[]) => Promise<void>) | null,
): Promise<RepriceFold> {
  const book = await loadBook(workspaceId, connection)
  const sets = new PriceSetIds(workspaceId)
  const fold = new RepriceFold()
  for await (const batch of readStoredUsage(connection, workspaceId, scope)) {
    for (const { usage } of batch) {
      const selection = selectPrices(book, usage)
      if (hasPrices(selection)) sets.find(selection)
    }
    await sets.resolve(connection, { store: write !== null })
    const changes: PriceChange[] = []
    for (const stored of batch) {
      const change = changeOf(book, sets, stored)
      if (stored.isSetAside) fold.noteSetAside(change !== null)
      else
        fold.add({
          month: monthOf(stored.usage.startMs),
          host: stored.usage.host,
          model: stored.usage.model,
          before: stored.price.cost,
          after: change === null ? stored.price.cost : change.price.cost,
          changed: change !== null,
        })
      if (change !== null) changes.push(change)
    }
    await write?.(changes)
  }
  return fold
}

/** Null when the record is priced as the book says already. */
function changeOf(book: PriceBook, sets: PriceSetIds, stored: StoredUsage): PriceChange | null {
  const { usage, price, dedupKey } = stored
  const selection = selectPrices(book, usage)
  const priced = isPriced(selection)
  const priceSet = hasPrices(selection) ? sets.find(selection) : NO_PRICE_SET
  const cost: Usd | null = priced ? costOf(selection, usage) : null
  const unpricedCode = unpricedCodeFor(selection)
  if (priceSet === price.priceSet && cost === price.cost && unpricedCode === price.unpricedCode) return null
  const { historySeq, version } = stored
  return { tsMs: usage.startMs, dedupKey, historySeq, version, price: { priceSet, cost, unpricedCode } }
}

/**
 * Gives the records of a revision their former prices back. Undoing twice is no fault. Throws NOT_FOUND, or CONFLICT
 * while a later revision of some of the same records is in force.
 */
export async function undoReprice(
  principal: Principal,
  input: { readonly id: string },
): Promise<{ readonly records: string }> {
  authorise(principal, 'prices.write')
  if (!z.uuid().safeParse(input.id).success) throw new AppError('NOT_FOUND', 'There is no such re-pricing.')
  return await inLongTransaction(async (connection) => {
    const { workspaceId, actor } = principal
    await lockImports(connection, workspaceId)
    const revision = await revisionOf(connection, workspaceId, input.id, { lock: true })
    if (revision === null) throw new AppError('NOT_FOUND', 'There is no such re-pricing.')
    if (revision.undone_at !== null) return { records: '0' }
    const later = await laterRevisionOf(connection, workspaceId, revision.no)
    if (later !== null) {
      throw new AppError('CONFLICT', `Re-pricing #${later} priced some of the same records later.`, {
        reason: 'LATER_REVISION',
        remedy: `Undo re-pricing #${later} first.`,
      })
    }
    const undone = await undoRevision(connection, workspaceId, revision.no, actor)
    await writeAudit(connection, principal, 'price.reprice_undo', `re-pricing #${revision.no}`, {
      id: revision.id,
      records: undone.records,
    })
    return undone
  })
}

function scopeOf(input: z.output<typeof repriceInput>): RepriceScope {
  const fromMs = instantOf('from', input.from)
  const toMs = instantOf('to', input.to)
  if (toMs <= fromMs) {
    throw new AppError('UNPROCESSABLE', 'to is not after from.', { reason: 'PERIOD_EMPTY' })
  }
  return { fromMs, toMs, hosts: input.filter.host ?? null, models: input.filter.model ?? null }
}

function instantOf(name: 'from' | 'to', text: string): number {
  const parsed = parseInstant(/^\d{4}-\d{2}$/.test(text) ? `${text}-01` : text, 'refuse')
  if (parsed.ok) return parsed.value
  throw new AppError('INVALID_REQUEST', `${name} is a date or an RFC 3339 time with its zone, like 2026-09-01.`)
}
