/** Saved what-if reports and the links that open one without an account. */
import 'server-only'
import { createHash } from 'node:crypto'
import type { FrozenReport, Switch } from '../../core/report/what-if-report'
import type { Queryable } from './pool'

export interface StoredReport {
  readonly id: string
  readonly content: FrozenReport
  /** SHA-256 of the stored text, hexadecimal. */
  readonly digest: string
  readonly createdBy: string
  readonly createdAt: Date
  readonly switched: Switch | null
  /** Links that open it now. */
  readonly liveLinks: number
}

interface ReportRow {
  id: string
  content: string
  digest: Buffer
  created_by: string
  created_at: Date
  switched: Switch | null
  live_links: number
}

const COLUMNS = `r.id, r.content, r.digest, r.created_by, r.created_at, r.switched,
  (SELECT count(*)::int FROM report_link l WHERE l.workspace_id = r.workspace_id AND l.report_id = r.id
     AND l.revoked_at IS NULL AND l.expires_at > now()) AS live_links`

function reportOf(row: ReportRow): StoredReport {
  const digest = createHash('sha256').update(row.content).digest()
  if (!digest.equals(row.digest)) throw new Error(`the report ${row.id} is not what was frozen`)
  return {
    id: row.id,
    content: JSON.parse(row.content) as FrozenReport,
    digest: digest.toString('hex'),
    createdBy: row.created_by,
    createdAt: row.created_at,
    switched: row.switched,
    liveLinks: row.live_links,
  }
}

export async function insertReport(
  connection: Queryable,
  report: {
    readonly workspaceId: number
    readonly id: string
    readonly content: FrozenReport
    readonly createdBy: string
  },
): Promise<void> {
  const text = JSON.stringify(report.content)
  await connection.query(
    'INSERT INTO what_if_report (workspace_id, id, content, digest, created_by) VALUES ($1, $2, $3, $4, $5)',
    [report.workspaceId, report.id, text, createHash('sha256').update(text).digest(), report.createdBy],
  )
}

/** Newest first. `after` is the report after which a page begins; null for the first. */
export async function listReports(
  connection: Queryable,
  workspaceId: number,
  { after, limit }: { readonly after: Pick<StoredReport, 'createdAt' | 'id'> | null; readonly limit: number },
): Promise<StoredReport[]> {
  const { rows } = await connection.query<ReportRow>(
    `SELECT ${COLUMNS} FROM what_if_report r WHERE r.workspace_id = $1
       AND ($3::timestamptz IS NULL OR (r.created_at, r.id) < ($3, $4::uuid))
     ORDER BY r.created_at DESC, r.id DESC LIMIT $2`,
    [workspaceId, limit, after?.createdAt ?? null, after?.id ?? null],
  )
  return rows.map(reportOf)
}

export async function findReports(
  connection: Queryable,
  workspaceId: number,
  ids: readonly string[],
): Promise<StoredReport[]> {
  const { rows } = await connection.query<ReportRow>(
    `SELECT ${COLUMNS} FROM what_if_report r WHERE r.workspace_id = $1 AND r.id = ANY ($2::uuid[])`,
    [workspaceId, ids],
  )
  return rows.map(reportOf)
}

/** False when there is no such report. */
export async function setSwitched(
  connection: Queryable,
  workspaceId: number,
  id: string,
  switched: Switch | null,
): Promise<boolean> {
  const { rowCount } = await connection.query(
    'UPDATE what_if_report SET switched = $3::jsonb WHERE workspace_id = $1 AND id = $2',
    [workspaceId, id, switched === null ? null : JSON.stringify(switched)],
  )
  return rowCount === 1
}

/** False when there is none. Its links go with it. */
export async function deleteReport(connection: Queryable, workspaceId: number, id: string): Promise<boolean> {
  const { rowCount } = await connection.query('DELETE FROM what_if_report WHERE workspace_id = $1 AND id = $2', [
    workspaceId,
    id,
  ])
  return rowCount === 1
}

export async function insertLink(
  connection: Queryable,
  link: {
    readonly workspaceId: number
    readonly id: string
    readonly reportId: string
    readonly hash: Buffer
    readonly createdBy: string
    readonly expiresAt: Date
  },
): Promise<void> {
  await connection.query(
    `INSERT INTO report_link (workspace_id, id, report_id, hash, created_by, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`,
    [link.workspaceId, link.id, link.reportId, link.hash, link.createdBy, link.expiresAt],
  )
}

export interface StoredLink {
  readonly id: string
  readonly createdBy: string
  readonly createdAt: Date
  readonly expiresAt: Date
}

/** Links that open the report now, newest first. */
export async function liveLinksOf(connection: Queryable, workspaceId: number, reportId: string): Promise<StoredLink[]> {
  const { rows } = await connection.query<StoredLink>(
    `SELECT id, created_by AS "createdBy", created_at AS "createdAt", expires_at AS "expiresAt" FROM report_link
     WHERE workspace_id = $1 AND report_id = $2 AND revoked_at IS NULL AND expires_at > now() ORDER BY created_at DESC, id`,
    [workspaceId, reportId],
  )
  return rows
}

/** False when there is no such link that is still open. */
export async function revokeLink(
  connection: Queryable,
  workspaceId: number,
  reportId: string,
  id: string,
): Promise<boolean> {
  const { rowCount } = await connection.query(
    `UPDATE report_link SET revoked_at = now() WHERE workspace_id = $1 AND report_id = $2 AND id = $3 AND revoked_at IS NULL`,
    [workspaceId, reportId, id],
  )
  return rowCount === 1
}

/** The report that a link opens now; null for an unknown, expired or revoked one alike. */
export async function findSharedReport(connection: Queryable, hash: Buffer): Promise<StoredReport | null> {
  const { rows } = await connection.query<ReportRow>(
    `SELECT ${COLUMNS} FROM report_link k JOIN what_if_report r ON r.workspace_id = k.workspace_id AND r.id = k.report_id
     WHERE k.hash = $1 AND k.revoked_at IS NULL AND k.expires_at > now()`,
    [hash],
  )
  return rows[0] === undefined ? null : reportOf(rows[0])
}
