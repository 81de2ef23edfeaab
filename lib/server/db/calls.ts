/** Pages of single records, newest first, by keyset: rows that arrive meanwhile shift nothing. */
import 'server-only'
import type { InstantMs } from '../../core/time/instant'
import type { Queryable } from './pool'
import { filters, type SpendFilter } from './spend'

export interface CallPlace {
  readonly ms: InstantMs
  readonly dedupKey: string
}

export interface CallQuery {
  readonly fromMs: InstantMs
  readonly toMs: InstantMs
  readonly filter: SpendFilter
}

/** What every reading of single records asks for. */
export interface RecordRow {
  readonly ts: Date
  readonly dedup_key: string
  readonly host_id: number
  readonly model_id: number
  readonly project_id: number
  readonly api_key_id: number
  readonly user_id: number
  readonly service_tier_id: number
  readonly region_id: number
  readonly bucket_seconds: number
  readonly requests: string | null
  readonly input_tokens: string
  readonly cache_read_tokens: string
  readonly cache_write_5m_tokens: string
  readonly cache_write_1h_tokens: string
  readonly output_tokens: string
  readonly reasoning_tokens: string
  readonly other_quantities: Readonly<Record<string, string>> | null
  readonly status: number
  readonly latency_ms: number | null
  readonly cost: string | null
  readonly reported_cost: string | null
  readonly reported_currency: string | null
}

export const RECORD_ROW = `ts, dedup_key, host_id, model_id, project_id, api_key_id, user_id, service_tier_id, region_id, bucket_seconds,
  requests, input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, output_tokens, reasoning_tokens,
  other_quantities, status, latency_ms, trim_scale(cost)::text AS cost, trim_scale(reported_cost)::text AS reported_cost,
  reported_currency`

export interface CallRow extends RecordRow {
  readonly import_no: number
  readonly source_line: string
  readonly price_set_id: number
  readonly unpriced_code: number
  readonly set_aside_by: number | null
}

/**
 * Records of a query, called `s`. `unpriced` is what that means for a record: is_unpriced is a name of the summing query
 * alone.
 */
export function recordConditions(workspaceId: number, query: CallQuery, unpriced: string) {
  const values: unknown[] = [workspaceId, new Date(query.fromMs), new Date(query.toMs)]
  const parameter = (value: unknown) => `$${values.push(value)}`
  const where = [
    's.workspace_id = $1 AND s.ts >= $2 AND s.ts < $3',
    ...filters({ ...query.filter, unpriced: false }, parameter),
    ...(query.filter.unpriced ? [unpriced] : []),
  ]
  return { values, parameter, where }
}

const WITHOUT_PRICES = 's.price_set_id = 0'

/** `after` is the place of the last record of the page before. */
export async function listCalls(
  connection: Queryable,
  workspaceId: number,
  query: CallQuery & { readonly after: CallPlace | null; readonly limit: number },
): Promise<CallRow[]> {
  const { values, parameter, where } = recordConditions(workspaceId, query, WITHOUT_PRICES)
  if (query.after !== null) {
    const at = parameter(new Date(query.after.ms))
    where.push(`s.ts <= ${at} AND (s.ts, s.dedup_key) < (${at}, ${parameter(query.after.dedupKey)}::uuid)`)
  }
  const { rows } = await connection.query<CallRow>(
    `SELECT ${RECORD_ROW}, import_no, source_line, price_set_id, unpriced_code, set_aside_by
     FROM usage_record AS s WHERE ${where.join(' AND ')}
     ORDER BY s.ts DESC, s.dedup_key DESC LIMIT ${parameter(query.limit)}`,
    values,
  )
  return rows
}

/**
 * How many records of the query are in no sum because a decision about the source sets them aside. Where nobody decided
 * anything no record is looked at: a server that has not counted a grown table yet would read all of it.
 */
export async function countSetAside(connection: Queryable, workspaceId: number, query: CallQuery): Promise<string> {
  const { values, where } = recordConditions(workspaceId, query, WITHOUT_PRICES)
  const { rows } = await connection.query<{ records: string }>(
    `SELECT count(*)::text AS records FROM usage_record AS s
     WHERE s.set_aside_by IS NOT NULL AND EXISTS (SELECT 1 FROM source_decision WHERE workspace_id = $1)
       AND ${where.join(' AND ')}`,
    values,
  )
  return rows[0]?.records ?? '0'
}
