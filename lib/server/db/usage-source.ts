/** SQL of which calls a what-if is about: on the hourly rollup, or on the records where it asks for tags. */
import 'server-only'
import { type MoveSelect, promptClassesIn } from '../../core/simulate/replay/move-select'
import { EMBEDDING_PATTERN } from '../../core/simulate/replay/target-price'
import type { Period } from '../../core/time/instant'
import { DIMENSION, type DimensionName } from './dimension'

const FILTERS = ['host', 'model', 'project', 'api_key', 'service_tier'] as const satisfies readonly DimensionName[]

/** Records in the shape of usage_hour, which does not keep tags. */
const RECORDS_AS_HOURS = `(SELECT workspace_id, ts, date_trunc('hour', ts, 'UTC') AS hour, host_id, model_id, project_id, api_key_id,
    service_tier_id, tag_set_id, context_band, bucket_seconds, greatest(bucket_seconds, 3600) AS grain_seconds, 1 AS records,
    coalesce(requests, 0) AS requests, (requests IS NULL)::int AS uncounted_records, input_tokens, cache_read_tokens,
    cache_write_5m_tokens, cache_write_1h_tokens, output_tokens, reasoning_tokens, other_quantities,
    coalesce(cost, 0) AS cost, (cost IS NULL)::int AS unpriced_records, price_set_id FROM usage_record WHERE set_aside_by IS NULL)`

/** What slices must be told apart by, because some move asks for it. */
export interface SliceDetail {
  readonly apiKey: boolean
  readonly tags: readonly string[]
}

export function detailOf(selects: readonly MoveSelect[]): SliceDetail {
  return {
    apiKey: selects.some((select) => select.api_key !== undefined),
    tags: [...new Set(selects.flatMap((select) => Object.keys(select.tag ?? {})))].sort(),
  }
}

/** What makes `usageSource` answer from the records themselves, for questions about single calls. */
export const SINGLE_CALLS: SliceDetail = { apiKey: false, tags: [''] }

export interface UsageSource {
  /** A table expression to be called `u`. */
  readonly from: string
  readonly where: string
}

/** The empty name selects rows without one. Adds to `values`, whose first must be the workspace. */
export function usageSource(
  period: Period,
  selects: readonly MoveSelect[],
  detail: SliceDetail,
  values: unknown[],
): UsageSource {
  const bind = (value: unknown) => `$${values.push(value)}`
  const tagged = detail.tags.length > 0
  const time = tagged ? 'u.ts' : 'u.hour'
  const parts = [
    'u.workspace_id = $1',
    `${time} >= ${bind(new Date(period.startMs))}`,
    `${time} < ${bind(new Date(period.endMs))}`,
  ]
  for (const select of selects) {
    for (const kind of FILTERS) {
      const wanted = select[kind]
      if (wanted === undefined) continue
      const none = wanted.includes('') ? ' UNION ALL SELECT 0' : ''
      parts.push(
        `u.${kind}_id IN (SELECT id FROM dimension WHERE workspace_id = $1 AND kind = ${DIMENSION[kind]} AND value = ANY (${bind(wanted)}::text[])${none})`,
      )
    }
    for (const [name, wanted] of Object.entries(select.tag ?? {})) {
      const [named, oneOf] = [bind(name), bind(wanted)]
      const sets = (also: string) => `(SELECT id FROM dimension WHERE workspace_id = $1 AND kind = ${DIMENSION.tag_set}
        AND EXISTS (SELECT 1 FROM jsonb_array_elements(value::jsonb) AS pairs (pair) WHERE pair ->> 0 = ${named}${also}))`
      const valued = `u.tag_set_id IN ${sets(` AND pair ->> 1 = ANY (${oneOf}::text[])`)}`
      parts.push(wanted.includes('') ? `(${valued} OR u.tag_set_id NOT IN ${sets('')})` : valued)
    }
    if (select.prompt_tokens !== undefined) {
      parts.push(`u.context_band / 16 = ANY (${bind([...promptClassesIn(select.prompt_tokens)])}::int[])`)
    }
    // A bucket of a day does not tell its hours; which hours of the rest count is the caller's.
    if (select.hours !== undefined) parts.push('u.grain_seconds <= 3600')
  }
  return { from: tagged ? RECORDS_AS_HOURS : 'usage_hour', where: parts.join(' AND ') }
}

/** SQL of priced calls of models that answer with text; with length classes, what own GPUs can take of them. */
export function answersWithText(totalClasses: readonly number[] | null, values: unknown[]): string {
  const bind = (value: unknown) => `$${values.push(value)}`
  const text = `u.unpriced_records = 0 AND u.model_id NOT IN (SELECT id FROM dimension
    WHERE workspace_id = $1 AND kind = ${DIMENSION.model} AND value ~* ${bind(EMBEDDING_PATTERN)})`
  return totalClasses === null
    ? text
    : `${text} AND u.context_band % 16 = ANY (${bind(totalClasses)}::int[]) AND u.other_quantities IS NULL`
}
