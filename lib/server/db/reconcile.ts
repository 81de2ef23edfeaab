/** Our side of a reconciliation: usage by day, and what would explain a gap as a whole. */
import 'server-only'
import { addUsd, subtractUsd, sumUsd, type Usd, usdFromAtto, usdFromText, ZERO_USD } from '../../core/money/usd'
import { currencyOf, linesInItsCurrency } from '../../core/report/bill-line'
import type { OurLine, SilentCalls } from '../../core/report/reconcile'
import { HOUR_MS, type Period } from '../../core/time/instant'
import type { BillSums } from './bill'
import { BILL_SUMS } from './bill-correction'
import { billRowsOf } from './bill-rows'
import { DIMENSION } from './dimension'
import type { Queryable } from './pool'
import { COST_CURRENCY } from './price-set'

/** One host and currency of our prices. */
export interface OurHost {
  readonly host: string
  readonly currency: string
  readonly lines: readonly OurLine[]
  /** Calls without a price, by model. */
  readonly unpriced: ReadonlyMap<string, bigint>
}

export async function ourHosts(
  connection: Queryable,
  workspaceId: number,
  period: Period,
): Promise<readonly OurHost[]> {
  const { rows: sums } = await connection.query<BillSums & { day: string }>(
    `SELECT to_char(hour AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, host_id, model_id, service_tier_id, price_set_id,
       ${BILL_SUMS.map((name) => `trim_scale(sum(${name})::numeric)::text AS ${name}`).join(', ')},
       nullif(sum_quantities(other_quantities), '{}') AS other_quantities
     FROM usage_hour WHERE workspace_id = $1 AND hour >= $2 AND hour < $3
     GROUP BY 1, host_id, model_id, service_tier_id, price_set_id`,
    [workspaceId, new Date(period.startMs), new Date(period.endMs)],
  )
  const rows = await billRowsOf(connection, workspaceId, sums)
  const hosts = new Map<string, OurHost & { lines: OurLine[]; unpriced: Map<string, bigint> }>()
  const hostOf = (host: string, currency: string) => {
    const key = JSON.stringify([host, currency])
    const known = hosts.get(key) ?? { host, currency, lines: [], unpriced: new Map<string, bigint>() }
    hosts.set(key, known)
    return known
  }
  const waiting: { readonly host: string; readonly model: string; readonly calls: bigint }[] = []
  rows.forEach((row, index) => {
    const day = sums[index]?.day
    if (day === undefined) throw new Error('a row without its sums')
    const { host: name, model } = row
    if (row.lines.length === 0) {
      if (row.unpricedRecords !== 0n) waiting.push({ host: name, model, calls: row.unpricedRequests })
      return
    }
    const host = hostOf(name, currencyOf(row))
    for (const { meter, quantity, amount } of linesInItsCurrency(row)) {
      host.lines.push({ model, meter, day, quantity, amount: usdFromAtto(amount) })
    }
  })
  const priced = [...hosts.values()]
  for (const { host: name, model, calls } of waiting) {
    // What has no price has no currency: it is told with each that the host has, and with dollars where it has none.
    const own = priced.filter((one) => one.host === name)
    for (const { unpriced } of own.length === 0 ? [hostOf(name, COST_CURRENCY)] : own) {
      const before = unpriced.get(model)
      unpriced.set(model, before === undefined ? calls : before + calls)
    }
  }
  return [...hosts.values()]
}

/** Zones that hosts keep their days in. */
const ZONES: readonly (readonly [zone: string, hours: number])[] = [
  ['UTC−08:00', -8],
  ['UTC−07:00', -7],
  ['UTC+08:00', 8],
  ['UTC−05:00', -5],
  ['UTC+01:00', 1],
]
const WIDEST_MS = 8 * HOUR_MS

/** By host, what a month of another zone's days would cost more or less. */
export async function zoneDifferences(
  connection: Queryable,
  workspaceId: number,
  period: Period,
): Promise<ReadonlyMap<string, readonly { readonly zone: string; readonly difference: Usd }[]>> {
  const { startMs, endMs } = period
  const near = (ms: number) => [new Date(ms - WIDEST_MS), new Date(ms + WIDEST_MS)]
  const { rows } = await connection.query<{ host: string; hour: Date; cost: string }>(
    `SELECT d.value AS host, u.hour, trim_scale(sum(u.cost))::text AS cost
     FROM usage_hour u JOIN dimension d ON d.workspace_id = u.workspace_id AND d.kind = ${DIMENSION.host} AND d.id = u.host_id
     WHERE u.workspace_id = $1 AND ((u.hour >= $2 AND u.hour < $3) OR (u.hour >= $4 AND u.hour < $5)) AND u.cost <> 0
     GROUP BY 1, 2`,
    [workspaceId, ...near(startMs), ...near(endMs)],
  )
  const between = (host: string, fromMs: number, toMs: number): Usd =>
    sumUsd(
      rows
        .filter((row) => row.host === host && row.hour.getTime() >= fromMs && row.hour.getTime() < toMs)
        .map((row) => usdFromText(row.cost)),
    )
  const difference = (host: string, hours: number): Usd => {
    const by = -hours * HOUR_MS
    const moved = (ms: number) => between(host, Math.min(ms, ms + by), Math.max(ms, ms + by))
    // Days that begin later leave the first hours out and take in some of the next month; earlier ones the other way.
    return by > 0 ? subtractUsd(moved(endMs), moved(startMs)) : subtractUsd(moved(startMs), moved(endMs))
  }
  return new Map(
    [...new Set(rows.map((row) => row.host))].map((host) => [
      host,
      ZONES.map(([zone, hours]) => ({ zone, difference: difference(host, hours) })),
    ]),
  )
}

export interface FailedCalls {
  readonly calls: bigint
  /** At our prices. */
  readonly amount: Usd
  readonly silent: ReadonlyMap<string, SilentCalls>
}

/** Without tokens a failed call has no cost here, whatever its host thinks of it. */
const HAS_NO_TOKENS = `u.input_tokens + u.cache_read_tokens + u.cache_write_5m_tokens + u.cache_write_1h_tokens + u.output_tokens = 0
  AND u.other_quantities IS NULL`

/** Failed calls by host, of those asked for that have any; of these `silent` has every model. */
export async function failedCalls(
  connection: Queryable,
  workspaceId: number,
  period: Period,
  hosts: readonly string[],
): Promise<ReadonlyMap<string, FailedCalls>> {
  const bounds = [workspaceId, new Date(period.startMs), new Date(period.endMs)]
  const { rows: all } = await connection.query<{
    host_id: number
    host: string
    model: string
    calls: string
    has_failed: boolean
  }>(
    `SELECT u.host_id, h.value AS host, m.value AS model, sum(u.requests + u.uncounted_records)::text AS calls,
       sum(u.errors) > 0 AS has_failed
     FROM usage_hour u
     JOIN dimension h ON h.workspace_id = u.workspace_id AND h.kind = ${DIMENSION.host} AND h.id = u.host_id
     JOIN dimension m ON m.workspace_id = u.workspace_id AND m.kind = ${DIMENSION.model} AND m.id = u.model_id
     WHERE u.workspace_id = $1 AND u.hour >= $2 AND u.hour < $3 AND h.value = ANY ($4::text[])
     GROUP BY 1, 2, 3`,
    [...bounds, hosts],
  )
  const failing = new Set(all.filter((row) => row.has_failed).map((row) => row.host_id))
  if (failing.size === 0) return new Map()
  const { rows } = await connection.query<{
    host: string
    model: string
    calls: string
    cost: string
    silent: string
  }>(
    `SELECT h.value AS host, m.value AS model, sum(coalesce(requests, 1))::text AS calls,
       trim_scale(coalesce(sum(cost), 0))::text AS cost,
       coalesce(sum(coalesce(requests, 1)) FILTER (WHERE ${HAS_NO_TOKENS}), 0)::text AS silent
     FROM usage_record u
     JOIN dimension h ON h.workspace_id = u.workspace_id AND h.kind = ${DIMENSION.host} AND h.id = u.host_id
     JOIN dimension m ON m.workspace_id = u.workspace_id AND m.kind = ${DIMENSION.model} AND m.id = u.model_id
     WHERE u.workspace_id = $1 AND ts >= $2 AND ts < $3 AND status = 1 AND set_aside_by IS NULL AND host_id = ANY ($4::int[])
     GROUP BY 1, 2`,
    [...bounds, [...failing]],
  )
  const found = new Map<string, FailedCalls & { silent: Map<string, SilentCalls> }>()
  for (const row of rows) {
    const before = found.get(row.host) ?? { calls: 0n, amount: ZERO_USD, silent: new Map<string, SilentCalls>() }
    const { silent } = before
    silent.set(row.model, { calls: BigInt(row.silent), others: 0n })
    found.set(row.host, {
      calls: before.calls + BigInt(row.calls),
      amount: addUsd(before.amount, usdFromText(row.cost)),
      silent,
    })
  }
  for (const { host, model, calls } of all) {
    const silent = found.get(host)?.silent
    const { calls: without } = silent?.get(model) ?? { calls: 0n }
    silent?.set(model, { calls: without, others: BigInt(calls) - without })
  }
  return found
}

/** By host, what finance entered on the bill of the month. */
export async function hostAdjustments(
  connection: Queryable,
  workspaceId: number,
  month: string,
): Promise<ReadonlyMap<string, Usd>> {
  const { rows } = await connection.query<{ host: string; amount: string }>(
    `SELECT host, trim_scale(amount)::text AS amount FROM bill_adjustment
     WHERE workspace_id = $1 AND month = $2 AND removed_at IS NULL AND host IS NOT NULL`,
    [workspaceId, month],
  )
  const sums = new Map<string, Usd>()
  for (const { host, amount } of rows) sums.set(host, addUsd(sums.get(host) ?? ZERO_USD, usdFromText(amount)))
  return sums
}
