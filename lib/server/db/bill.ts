/** The sums a bill is made from, out of the hourly rollup: it alone keeps which prices were used. */
import 'server-only'
import type { Period } from '../../core/time/instant'
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

const SUMMED = [
  'records',
  'requests',
  'uncounted_records',
  'input_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'output_tokens',
  'reasoning_tokens',
  'cost',
  'unpriced_records',
  'unpriced_requests',
  'unpriced_tokens',
  'reported_cost',
  'reported_records',
] as const

/** One row a host, model, tier and way of pricing, and where asked a project. */
export async function sumBill(
  connection: Queryable,
  workspaceId: number,
  period: Period,
  by: 'all' | 'project' = 'all',
): Promise<BillSums[]> {
  const keys = ['host_id', 'model_id', 'service_tier_id', 'price_set_id', ...(by === 'project' ? ['project_id'] : [])]
  const { rows } = await connection.query<BillSums>(
    `SELECT ${keys.join(', ')},
       ${SUMMED.map((name) => `trim_scale(sum(${name})::numeric)::text AS ${name}`).join(', ')},
       nullif(sum_quantities(other_quantities), '{}') AS other_quantities
     FROM usage_hour WHERE workspace_id = $1 AND hour >= $2 AND hour < $3
     GROUP BY ${keys.join(', ')}`,
    [workspaceId, new Date(period.startMs), new Date(period.endMs)],
  )
  return rows
}
