/** Bills of months: `GET /api/v1/bills`, one month of it, and the bill screens. */
import 'server-only'
import { roundToCents, usdFromText, usdToText } from '../../core/money/usd'
import type { PriceLine } from '../../core/price/compiled'
import type { PriceEntry } from '../../core/price/entry'
import { lineOf, STANDARD } from '../../core/price/situation'
import { type BillRow, type BillSummary, type BillView, buildBill, pricedPerMyriad } from '../../core/report/bill'
import { billCsv } from '../../core/report/bill-csv'
import { monthOf, monthPeriod } from '../../core/time/instant'
import { isMeter, type OtherMeter } from '../../core/usage/meter'
import { authorise, type Principal } from '../auth/principal'
import { type BillSums, sumBill } from '../db/bill'
import { dimensionValues } from '../db/dimension'
import { pool } from '../db/pool'
import { priceEntriesByIds } from '../db/price-book'
import { type PriceSetLine, priceSetLines } from '../db/price-set'
import { NO_FILTER, type SpendSums, sumSpend } from '../db/spend'
import { readConsistently } from '../db/transaction'
import { AppError } from '../errors'

/** Throws NOT_FOUND for text that is no month; a month without usage is a bill without lines. */
export async function readBill(principal: Principal, input: { readonly month: string }): Promise<BillView> {
  authorise(principal, 'bills.read')
  const { workspaceId } = principal
  const period = monthPeriod(input.month)
  if (!period.ok) throw new AppError('NOT_FOUND', 'There is no such bill.', { remedy: 'Name a month like 2026-09.' })
  const rows = await readConsistently(async (connection) => {
    const sums = await sumBill(connection, workspaceId, period.value)
    const names = await dimensionValues(
      connection,
      workspaceId,
      sums.flatMap((row) => [row.host_id, row.model_id, row.service_tier_id]),
    )
    const sets = await priceSetLines(connection, workspaceId, [...new Set(sums.map((row) => row.price_set_id))])
    const ids = new Set([...sets.values()].flat().flatMap((line) => [line.price_id, ...line.multiplier_ids]))
    const entries = await priceEntriesByIds(workspaceId, [...ids], connection)
    const lines = new Map([...sets].map(([id, set]) => [id, set.map((line) => priceLineOf(line, entries))]))
    return sums.map((row) => rowOf(row, names, lines.get(row.price_set_id) ?? []))
  })
  return buildBill(input.month, rows, Date.now())
}

/** The same bill as CSV text. */
export async function readBillCsv(principal: Principal, input: { readonly month: string }): Promise<string> {
  return billCsv(await readBill(principal, input))
}

/** Every month with usage, newest first. */
export async function listBills(principal: Principal): Promise<BillSummary[]> {
  authorise(principal, 'bills.read')
  const rows = await sumSpend(pool(), principal.workspaceId, {
    fromMs: null,
    toMs: null,
    groups: [{ kind: 'time', unit: 'month' }],
    filter: NO_FILTER,
    offset: 0,
    limit: null,
  })
  const current = monthOf(Date.now())
  return rows.map((row) => summaryOf(row, current)).reverse()
}

function summaryOf(row: SpendSums, currentMonth: string): BillSummary {
  const month = row.keys[0]
  if (typeof month !== 'string') throw new Error('a month without a name')
  const isKnown = row.records !== row.unpricedRecords
  const tokens = [row.input, row.cacheRead, row.cacheWrite5m, row.cacheWrite1h, row.output]
  return {
    month,
    status: 'open',
    unfinished: month >= currentMonth,
    currency: 'USD',
    total: isKnown ? usdToText(roundToCents(usdFromText(row.cost))) : null,
    exact_total: isKnown ? row.cost : null,
    records: row.records,
    unpriced_requests: row.unpricedRequests,
    priced_per_myriad: pricedPerMyriad(
      tokens.reduce((sum, one) => sum + BigInt(one), 0n),
      BigInt(row.unpricedTokens),
    ),
  }
}

function priceLineOf(line: PriceSetLine, entries: ReadonlyMap<string, PriceEntry>): PriceLine {
  if (!isMeter(line.meter)) throw new Error(`a price set names no meter: ${line.meter}`)
  const entryOf = (id: string) => {
    const entry = entries.get(id)
    if (entry === undefined) throw new Error(`the ledger has no price entry ${id}`)
    return entry
  }
  return lineOf(line.meter, entryOf(line.price_id), line.multiplier_ids.map(entryOf))
}

function rowOf(row: BillSums, names: ReadonlyMap<number, string>, lines: readonly PriceLine[]): BillRow {
  return {
    host: names.get(row.host_id) ?? '',
    model: names.get(row.model_id) ?? '',
    serviceTier: names.get(row.service_tier_id) ?? STANDARD,
    lines,
    quantities: {
      input: BigInt(row.input_tokens),
      cacheRead: BigInt(row.cache_read_tokens),
      cacheWrite5m: BigInt(row.cache_write_5m_tokens),
      cacheWrite1h: BigInt(row.cache_write_1h_tokens),
      output: BigInt(row.output_tokens),
      reasoning: BigInt(row.reasoning_tokens),
      other:
        row.other_quantities === null
          ? null
          : new Map(Object.entries(row.other_quantities).map(([meter, count]) => [meter as OtherMeter, BigInt(count)])),
    },
    requests: BigInt(row.requests),
    uncountedRecords: BigInt(row.uncounted_records),
    records: BigInt(row.records),
    cost: usdFromText(row.cost),
    unpricedRecords: BigInt(row.unpriced_records),
    unpricedRequests: BigInt(row.unpriced_requests),
    unpricedTokens: BigInt(row.unpriced_tokens),
    reportedCost: row.reported_cost === null ? null : usdFromText(row.reported_cost),
    reportedRecords: BigInt(row.reported_records),
  }
}
