/** The sums a bill is made from, out of the hourly rollup: it alone keeps which prices were used. */
import 'server-only'
import type { Period } from '../../core/time/instant'
import { BILL_SUMS } from './bill-correction'
import type { Queryable } from './pool'

/** Ids, exact decimal text and digit strings, as PostgreSQL wrote them. */
export interface BillSums {
  host_id: number
  model_id: number
  service_tier_id: number
  price_set_id: number
  /** Only where the sums are by project. */
  project_id?: number
  records: string
  requests: string
  uncounted_records: string
  input_tokens: string
  cache_read_tokens: string
  cache_write_5m_tokens: string
  cache_write_1h_tokens: string
  output_tokens: string
  reasoning_tokens: string
  other_quantities: Readonly<Record<string, string>> | null
  cost: string
  unpriced_records: string
  unpriced_requests: string
  unpriced_tokens: string
  reported_cost: string | null
  reported_records: string
}

/** A sum over records of which none reported a cost is unknown, not zero. */
const summed = (name: string) =>
  name === 'reported_cost' ? 'CASE WHEN sum(reported_records) <> 0 THEN sum(reported_cost) END' : `sum(${name})`
const SUMMED = BILL_SUMS.map((name) => `trim_scale(${summed(name)}::numeric)::text AS ${name}`).join(', ')
const KEYS = ['host_id', 'model_id', 'service_tier_id', 'price_set_id']

/** One row a host, model, tier and way of pricing, and where asked a project. */
export async function sumBill(
  connection: Queryable,
  workspaceId: number,
  period: Period,
  by: 'all' | 'project' = 'all',
): Promise<BillSums[]> {
  const keys = [...KEYS, ...(by === 'project' ? ['project_id'] : [])]
  const { rows } = await connection.query<BillSums>(
    `SELECT ${keys.join(', ')}, ${SUMMED}, nullif(sum_quantities(other_quantities), '{}') AS other_quantities
     FROM usage_hour WHERE workspace_id = $1 AND hour >= $2 AND hour < $3
     GROUP BY ${keys.join(', ')}`,
    [workspaceId, new Date(period.startMs), new Date(period.endMs)],
  )
  return rows
}

/** The same sums less the corrections since a close: what the month was closed with. */
export async function sumClosedBill(
  connection: Queryable,
  workspaceId: number,
  bill: { readonly month: string; readonly period: Period; readonly version: number },
): Promise<BillSums[]> {
  const { month, period, version } = bill
  const keys = KEYS.join(', ')
  const { rows } = await connection.query<BillSums>(
    `SELECT ${keys}, ${SUMMED}, nullif(sum_quantities(other_quantities), '{}') AS other_quantities
     FROM (
       SELECT ${keys}, ${BILL_SUMS.join(', ')}, other_quantities
       FROM usage_hour WHERE workspace_id = $1 AND hour >= $2 AND hour < $3
       UNION ALL
       SELECT ${keys}, ${BILL_SUMS.map((name) => `-${name}`).join(', ')}, negate_quantities(other_quantities)
       FROM bill_correction WHERE workspace_id = $1 AND month = $4 AND version = $5 AND withdrawn_at IS NULL
     ) AS s
     GROUP BY ${keys} HAVING sum(records) <> 0 OR sum(cost) <> 0`,
    [workspaceId, new Date(period.startMs), new Date(period.endMs), month, version],
  )
  return rows
}
