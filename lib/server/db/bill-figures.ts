/** The figures of a bill from what is stored: sums with the prices they used, corrections, adjustments. */
import 'server-only'
import { createHash } from 'node:crypto'
import { type DayRate, MOST_DAYS_OLD } from '../../core/money/exchange'
import { buildBill } from '../../core/report/bill'
import { canonicalText } from '../../core/report/bill-digest'
import { type BillRow, currencyOf } from '../../core/report/bill-line'
import type { BillFigures } from '../../core/report/bill-view'
import { DAY_MS, isoOf, type Period } from '../../core/time/instant'
import { type BillSums, sumBill, sumClosedBill } from './bill'
import { listAdjustments } from './bill-adjustment'
import { listCorrections } from './bill-correction-list'
import { withListPrices } from './bill-list-price'
import { billRowsOf } from './bill-rows'
import { exchangeRates } from './exchange-rate'
import type { Queryable } from './pool'
import { COST_CURRENCY, foreignPriceSets } from './price-set'

export interface FiguresOf {
  readonly month: string
  readonly period: Period
  /**
   * The close whose figures are made anew: changes since then are left out. Null for the bill as it stands now, of a
   * month that is open.
   */
  readonly closedVersion: number | null
}

/** Call inside a transaction that sees one state. */
export async function billFigures(connection: Queryable, workspaceId: number, of: FiguresOf): Promise<BillFigures> {
  const { month, period, closedVersion } = of
  const foreignSets = new Set(await foreignPriceSets(connection, workspaceId))
  const sums = (await billSums(connection, workspaceId, of, 'all')).filter((row) => !foreignSets.has(row.price_set_id))
  const foreign =
    foreignSets.size === 0
      ? []
      : (await billSums(connection, workspaceId, of, 'day')).filter((row) => foreignSets.has(row.price_set_id))
  const corrections = await listCorrections(connection, workspaceId, { side: 'billed_in', month })
  const carried = {
    side: 'month' as const,
    month,
    ...(closedVersion === null ? {} : { version: { is: 'before' as const, to: closedVersion } }),
  }
  const carriedLines = await listCorrections(connection, workspaceId, carried)
  const foreignRows = (await billRowsOf(connection, workspaceId, foreign)).map((row, index) => ({
    ...row,
    day: dayOf(foreign[index]),
  }))
  return buildBill(month, {
    rows: await withListPrices(connection, await billRowsOf(connection, workspaceId, sums), period),
    foreign: foreignRows,
    rates: await ratesFor(connection, workspaceId, [
      ...foreignRows.map((row) => ({ currency: currencyOf(row), days: [row.day] })),
      ...[...corrections, ...carriedLines].map(({ currency, days = [] }) => ({
        currency,
        days: days.map((one) => one.day),
      })),
    ]),
    corrections,
    carried: carriedLines,
    adjustments: await listAdjustments(connection, workspaceId, month),
  })
}

/** Sums of a month as it stands, or as it was closed. */
export async function billSums(
  connection: Queryable,
  workspaceId: number,
  { month, period, closedVersion }: FiguresOf,
  by: 'all' | 'day',
): Promise<BillSums[]> {
  return closedVersion === null
    ? await sumBill(connection, workspaceId, period, by)
    : await sumClosedBill(connection, workspaceId, { month, period, version: closedVersion }, by)
}

/** The usage of a bill day by day, oldest first, with list prices beside contract rates. */
export async function billDays(
  connection: Queryable,
  workspaceId: number,
  of: FiguresOf,
): Promise<(BillRow & { readonly day: string })[]> {
  const sums = await billSums(connection, workspaceId, of, 'day')
  const rows = await withListPrices(connection, await billRowsOf(connection, workspaceId, sums), of.period)
  return rows
    .map((row, index) => ({ ...row, day: dayOf(sums[index]) }))
    .sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0))
}

function dayOf(row: BillSums | undefined): string {
  if (row?.day === undefined) throw new Error('a sum by day names its day')
  return row.day
}

/** By currency the rates that hold on the days of its amounts, oldest first. */
async function ratesFor(
  connection: Queryable,
  workspaceId: number,
  wanted: readonly { readonly currency: string; readonly days: readonly string[] }[],
): Promise<ReadonlyMap<string, readonly DayRate[]>> {
  const days = new Map<string, string[]>()
  for (const one of wanted) {
    if (one.currency !== COST_CURRENCY) days.set(one.currency, [...(days.get(one.currency) ?? []), ...one.days])
  }
  const rates = new Map<string, readonly DayRate[]>()
  for (const [currency, of] of days) {
    const [first, last] = [of.toSorted()[0], of.toSorted().at(-1)]
    if (first === undefined || last === undefined) continue
    const from = isoOf(Date.parse(`${first}T00:00:00Z`) - MOST_DAYS_OLD * DAY_MS).slice(0, 10)
    rates.set(currency, await exchangeRates(connection, workspaceId, { currency, from, to: last }))
  }
  return rates
}

export interface BillText {
  readonly text: string
  /** SHA-256 of the text in UTF-8. */
  readonly digest: Buffer
}

export function frozenText(figures: BillFigures): BillText {
  const text = canonicalText(figures)
  return { text, digest: digestOf(text) }
}

export function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
