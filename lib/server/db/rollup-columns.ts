/** The columns of the rollups usage_hour and usage_day, and how they come from records. */
import 'server-only'
import { COUNT } from '../../core/rollup/sum-table'

export const HOUR_KEYS = [
  'workspace_id',
  'hour',
  'host_id',
  'model_id',
  'project_id',
  'api_key_id',
  'service_tier_id',
  'region_id',
  'context_band',
  'grain_seconds',
  'price_set_id',
]
export const DAY_KEYS = [
  'workspace_id',
  'day',
  'host_id',
  'model_id',
  'project_id',
  'api_key_id',
  'user_id',
  'service_tier_id',
]
/** Columns that add up, how they come from records, and where a fold counts them: null is its cost. */
export const SUMS: readonly (readonly [column: string, ofRecords: string, field: number | null])[] = [
  ['records', 'count(*)', COUNT.records],
  ['requests', 'coalesce(sum(requests), 0)', COUNT.requests],
  ['uncounted_records', 'count(*) FILTER (WHERE requests IS NULL)', COUNT.uncountedRecords],
  ['input_tokens', 'sum(input_tokens)', COUNT.input],
  ['cache_read_tokens', 'sum(cache_read_tokens)', COUNT.cacheRead],
  ['cache_write_5m_tokens', 'sum(cache_write_5m_tokens)', COUNT.cacheWrite5m],
  ['cache_write_1h_tokens', 'sum(cache_write_1h_tokens)', COUNT.cacheWrite1h],
  ['output_tokens', 'sum(output_tokens)', COUNT.output],
  ['reasoning_tokens', 'sum(reasoning_tokens)', COUNT.reasoning],
  ['cost', 'coalesce(sum(cost), 0)', null],
  ['unpriced_records', 'count(*) FILTER (WHERE cost IS NULL)', COUNT.unpricedRecords],
  ['unpriced_requests', 'coalesce(sum(coalesce(requests, 1)) FILTER (WHERE cost IS NULL), 0)', COUNT.unpricedRequests],
  [
    'unpriced_tokens',
    `coalesce(sum(input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens + output_tokens)
       FILTER (WHERE cost IS NULL), 0)`,
    COUNT.unpricedTokens,
  ],
  [
    'reported_records',
    `count(*) FILTER (WHERE reported_cost IS NOT NULL AND reported_currency = 'USD')`,
    COUNT.reportedRecords,
  ],
  ['errors', 'count(*) FILTER (WHERE status = 1)', COUNT.errors],
]
export const REPORTED = `sum(reported_cost) FILTER (WHERE reported_currency = 'USD')`
/** Columns in the order in which sums are selected and written. */
export const HOUR_COLUMNS = [...HOUR_KEYS, ...SUMS.map(([name]) => name), 'reported_cost', 'other_quantities']
export const DAY_COLUMNS = [...DAY_KEYS, ...SUMS.map(([name]) => name), 'reported_cost']
