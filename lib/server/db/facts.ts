/** When two rows are the same fact, in SQL: for the way of duplicates into the books and for the way out of them. */
import 'server-only'

/** What must be equal for two rows of one identity to be the same fact. Names given beside it may differ. */
export const FACTS = [
  'model_id',
  'service_tier_id',
  'bucket_seconds',
  'requests',
  'input_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'output_tokens',
  'reasoning_tokens',
  'other_quantities',
  'status',
  'reported_cost',
  'reported_currency',
] as const

/** The row `s` has the identity of the stored row `u`. */
export const SAME_KEY = 'u.workspace_id = s.workspace_id AND u.ts = s.ts AND u.dedup_key = s.dedup_key'

/** All tokens of a row: of two versions of a call that grows, the newer has more. */
export function tokensOf(table: string): string {
  return ['input_tokens', 'cache_read_tokens', 'cache_write_5m_tokens', 'cache_write_1h_tokens', 'output_tokens']
    .map((name) => `${table}.${name}::numeric`)
    .join(' + ')
}
