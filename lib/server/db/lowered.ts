/**
 * Buckets that an import counts lower than an earlier import did which goes on to later times. Exports do not say when they were
 * taken, so that the newer is the one imported later; an older one that comes late looks like this: its last days were not over.
 */
import 'server-only'
import { SAME_KEY, tokensOf } from './facts'
import type { Queryable } from './pool'

/** Exports of aggregates are small; what is larger is a log of calls that grew. */
const MAX_RECORDS = 200_000n

export interface LoweredFrom {
  readonly no: number
  readonly buckets: number
}

/** The import of which most buckets were lowered; null when none was. */
export async function loweredBy(
  connection: Queryable,
  workspaceId: number,
  importNo: number,
  told: { readonly restated: bigint; readonly lastMs: number | null },
): Promise<LoweredFrom | null> {
  const { restated, lastMs } = told
  if (restated === 0n || restated > MAX_RECORDS || lastMs === null) return null
  const { rows } = await connection.query<{ no: number; buckets: string }>(
    `SELECT i.no, count(*) AS buckets
     FROM usage_restatement s JOIN usage_record u ON ${SAME_KEY} JOIN import i ON i.no = s.import_no
     WHERE s.workspace_id = $1 AND s.by_import_no = $2 AND (${tokensOf('s')}) > (${tokensOf('u')})
       AND i.last_at > greatest($3::timestamptz,
         (SELECT max(ts) FROM usage_duplicate WHERE workspace_id = $1 AND import_no = $2))
     GROUP BY i.no ORDER BY count(*) DESC, i.no LIMIT 1`,
    [workspaceId, importNo, new Date(lastMs)],
  )
  const [first] = rows
  return first === undefined ? null : { no: first.no, buckets: Number.parseInt(first.buckets, 10) }
}
