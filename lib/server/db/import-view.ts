/** Imports as they are read, a row at a time through Prisma: one, a page; and, for the worker, the bare outcome. */
import 'server-only'
import type { ImportBilled, ImportPage, ImportStatus, ImportView } from '../../core/report/import-view'
import type { Problem } from '../../core/result'
import { isoOf } from '../../core/time/instant'
import type { Prisma } from './generated/client'
import { pool, prisma, type Queryable } from './pool'
import { setAsideByImport } from './set-aside'

const COLUMNS = {
  id: true,
  no: true,
  status: true,
  source: true,
  filename: true,
  format: true,
  generation: true,
  createdBy: true,
  createdAt: true,
  finishedAt: true,
  undoneAt: true,
  undoneBy: true,
  bytesTotal: true,
  bytesReceived: true,
  bytesRead: true,
  sha256: true,
  rowsRead: true,
  accepted: true,
  duplicate: true,
  rejected: true,
  restated: true,
  unpriced: true,
  cost: true,
  firstAt: true,
  lastAt: true,
  problem: true,
  billedRows: true,
  billed: true,
} as const satisfies Prisma.ImportSelect

type ImportRow = Prisma.ImportGetPayload<{ select: typeof COLUMNS }>

/** Null when the workspace has no such import. `titleOf` names a format for people. */
export async function findImport(
  workspaceId: number,
  id: string,
  titleOf: (format: string) => string | null,
): Promise<ImportView | null> {
  const row = await prisma().import.findUnique({ where: { id, workspaceId }, select: COLUMNS })
  return row === null ? null : ((await viewsOf(workspaceId, [row], titleOf))[0] ?? null)
}

/** Newest first; `before` is the number of the last import of the page before. */
export async function listImports(
  workspaceId: number,
  page: { readonly before: number | null; readonly limit: number },
  titleOf: (format: string) => string | null,
): Promise<ImportPage> {
  const rows = await prisma().import.findMany({
    where: { workspaceId, ...(page.before === null ? {} : { no: { lt: page.before } }) },
    select: COLUMNS,
    orderBy: { no: 'desc' },
    take: page.limit + 1,
  })
  const items = await viewsOf(workspaceId, rows.slice(0, page.limit), titleOf)
  return { items, next: rows.length > page.limit ? String(items.at(-1)?.no) : null }
}

const NONE_ASIDE: ReadonlyMap<number, string> = new Map()

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/** By digest in hex, the number of the first committed import that holds those bytes. */
async function firstWithBytes(workspaceId: number, rows: readonly ImportRow[]): Promise<ReadonlyMap<string, number>> {
  const digests = rows.flatMap(({ sha256 }) => (sha256 === null ? [] : [sha256]))
  if (digests.length === 0) return new Map()
  const committed = await prisma().import.groupBy({
    by: ['sha256'],
    where: { workspaceId, status: 'committed', sha256: { in: digests } },
    _min: { no: true },
  })
  return new Map(
    committed.flatMap(({ sha256, _min: { no } }) =>
      sha256 === null || no === null ? [] : [[hex(sha256), no] as const],
    ),
  )
}

async function viewsOf(
  workspaceId: number,
  rows: readonly ImportRow[],
  titleOf: (format: string) => string | null,
): Promise<ImportView[]> {
  const first = await firstWithBytes(workspaceId, rows)
  const committed = rows.filter(({ status }) => status === 'committed').map(({ no }) => no)
  const aside = committed.length === 0 ? NONE_ASIDE : await setAsideByImport(pool(), workspaceId, committed)
  const time = (at: Date | null) => (at === null ? null : isoOf(at.getTime()))
  return rows.map((row) => {
    const sameBytes = row.sha256 === null ? undefined : first.get(hex(row.sha256))
    return {
      id: row.id,
      no: row.no,
      status: row.status as ImportStatus,
      source: row.source as ImportView['source'],
      filename: row.filename,
      format: row.format,
      format_title: row.format === null ? null : titleOf(row.format),
      generation: row.generation,
      created_by: row.createdBy,
      created_at: isoOf(row.createdAt.getTime()),
      finished_at: time(row.finishedAt),
      undone_at: time(row.undoneAt),
      undone_by: row.undoneBy,
      bytes_total: row.bytesTotal === null ? null : row.bytesTotal.toString(),
      bytes_received: row.bytesReceived.toString(),
      bytes_read: row.bytesRead.toString(),
      rows_read: row.rowsRead.toString(),
      accepted: row.accepted.toString(),
      duplicate: row.duplicate.toString(),
      rejected: row.rejected.toString(),
      restated: row.restated.toString(),
      unpriced: row.unpriced.toString(),
      set_aside: aside.get(row.no) ?? '0',
      // Every digit, without an exponent and without trailing zeros.
      cost: row.cost === null ? null : row.cost.toFixed(),
      first_at: time(row.firstAt),
      last_at: time(row.lastAt),
      problem: row.problem as Problem | null,
      billed:
        row.billed === null
          ? null
          : { rows: row.billedRows.toString(), ...(row.billed as unknown as Omit<ImportBilled, 'rows'>) },
      same_bytes_as: sameBytes !== undefined && sameBytes < row.no ? sameBytes : null,
    }
  })
}

/** What the mapping step must know of an import; null when the workspace has no such import. */
export async function findMappable(
  workspaceId: number,
  id: string,
): Promise<{
  readonly status: string
  readonly format: string | null
  readonly code: string | null
  readonly sha256: Buffer | null
  readonly createdMs: number
} | null> {
  const row = await prisma().import.findUnique({
    where: { id, workspaceId },
    select: { status: true, format: true, problem: true, sha256: true, createdAt: true },
  })
  if (row === null) return null
  const problem = row.problem as Problem | null
  return {
    status: row.status,
    format: row.format,
    code: problem === null ? null : problem.code,
    sha256: row.sha256 === null ? null : Buffer.from(row.sha256),
    createdMs: row.createdAt.getTime(),
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
