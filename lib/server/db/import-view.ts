/** Imports as they are read: one, a page, and the bare outcome. */
import 'server-only'
import type { ImportPage, ImportStatus, ImportView } from '../../core/report/import-view'
import type { Problem } from '../../core/result'
import { isoOf } from '../../core/time/instant'
import type { Queryable } from './pool'

interface ImportRow {
  id: string
  no: number
  status: ImportStatus
  source: ImportView['source']
  filename: string
  format: string | null
  generation: string | null
  created_by: string
  created_at: Date
  finished_at: Date | null
  undone_at: Date | null
  undone_by: string | null
  bytes_total: string | null
  bytes_received: string
  bytes_read: string
  rows_read: string
  accepted: string
  duplicate: string
  rejected: string
  restated: string
  unpriced: string
  cost: string | null
  first_at: Date | null
  last_at: Date | null
  problem: Problem | null
  same_bytes_as: number | null
}

const COLUMNS = `i.id, i.no, i.status, i.source, i.filename, i.format, i.generation, i.created_by, i.created_at, i.finished_at,
  i.undone_at, i.undone_by, i.bytes_total, i.bytes_received, i.bytes_read, i.rows_read, i.accepted, i.duplicate, i.rejected,
  i.restated, i.unpriced, trim_scale(i.cost)::text AS cost, i.first_at, i.last_at, i.problem,
  (SELECT min(e.no) FROM import e WHERE e.workspace_id = i.workspace_id AND e.sha256 = i.sha256 AND e.no < i.no
     AND e.status = 'committed') AS same_bytes_as`

/** Null when the workspace has no such import. `titleOf` names a format for people. */
export async function findImport(
  connection: Queryable,
  workspaceId: number,
  id: string,
  titleOf: (format: string) => string | null,
): Promise<ImportView | null> {
  const { rows } = await connection.query<ImportRow>(
    `SELECT ${COLUMNS} FROM import i WHERE i.workspace_id = $1 AND i.id = $2`,
    [workspaceId, id],
  )
  return rows[0] === undefined ? null : viewOf(rows[0], titleOf)
}

/** Newest first; `before` is the number of the last import of the page before. */
export async function listImports(
  connection: Queryable,
  workspaceId: number,
  page: { readonly before: number | null; readonly limit: number },
  titleOf: (format: string) => string | null,
): Promise<ImportPage> {
  const { rows } = await connection.query<ImportRow>(
    `SELECT ${COLUMNS} FROM import i WHERE i.workspace_id = $1 AND ($2::int IS NULL OR i.no < $2) ORDER BY i.no DESC LIMIT $3`,
    [workspaceId, page.before, page.limit + 1],
  )
  const items = rows.slice(0, page.limit).map((row) => viewOf(row, titleOf))
  return { items, next: rows.length > page.limit ? String(items.at(-1)?.no) : null }
}

function viewOf(row: ImportRow, titleOf: (format: string) => string | null): ImportView {
  const time = (at: Date | null) => (at === null ? null : isoOf(at.getTime()))
  return {
    ...row,
    format_title: row.format === null ? null : titleOf(row.format),
    created_at: isoOf(row.created_at.getTime()),
    finished_at: time(row.finished_at),
    undone_at: time(row.undone_at),
    first_at: time(row.first_at),
    last_at: time(row.last_at),
  }
}

/** Whose import it is and where it stands, for those who change it. */
export async function outcomeOf(
  connection: Queryable,
  id: string,
): Promise<{ status: ImportStatus; fence: number; workspaceId: number; no: number; createdBy: string } | null> {
  const { rows } = await connection.query<{
    status: ImportStatus
    fence: number
    workspaceId: number
    no: number
    createdBy: string
  }>(`SELECT status, fence, workspace_id AS "workspaceId", no, created_by AS "createdBy" FROM import WHERE id = $1`, [
    id,
  ])
  return rows[0] ?? null
}
