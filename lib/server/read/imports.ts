/** Imports as a person follows them: the list, one with its rejected rows, the download of all rejected rows. */
import 'server-only'
import { csvText } from '../../core/report/csv-cell'
import type { BilledDetail, ImportDetail, ImportPage, ImportView } from '../../core/report/import-view'
import { MAPPED_FORMATS } from '../../core/source/mapping/mapped-source'
import { listFormats } from '../../core/source/registry'
import { authorise, type Principal } from '../auth/principal'
import { billedLinesOf, restatedLinesOf } from '../db/billed-view'
import { findImport, listImports } from '../db/import-view'
import { pool } from '../db/pool'
import { listRejects } from '../db/reject'
import { AppError } from '../errors'

const REJECTS_SHOWN = 50
const BILLED_LINES_SHOWN = 200
const REJECTS_A_PAGE = 2_000
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

const titles = new Map<string, string>()

function titleOf(format: string): string | null {
  if (titles.size === 0) {
    for (const { id, title } of listFormats()) titles.set(id, title)
    for (const id of Object.values(MAPPED_FORMATS)) titles.set(id, 'Mapped columns')
  }
  return titles.get(format) ?? null
}

/** Newest first. `cursor` is the `next` of the page before. */
export async function listImportPage(
  principal: Principal,
  input: { readonly cursor: string | null; readonly limit: number },
): Promise<ImportPage> {
  authorise(principal, 'import.read')
  if (input.cursor !== null && !/^\d{1,9}$/.test(input.cursor)) {
    throw new AppError('INVALID_REQUEST', 'The cursor is not one of this list.')
  }
  const before = input.cursor === null ? null : Number.parseInt(input.cursor, 10)
  return await listImports(principal.workspaceId, { before, limit: input.limit }, titleOf)
}

/** Throws NOT_FOUND. */
export async function getImportView(principal: Principal, input: { readonly id: string }): Promise<ImportView> {
  authorise(principal, 'import.read')
  const found = UUID.test(input.id) ? await findImport(principal.workspaceId, input.id, titleOf) : null
  if (found === null) throw new AppError('NOT_FOUND', 'There is no such import.')
  return found
}

/** With its first rejected rows. Throws NOT_FOUND. */
export async function getImport(principal: Principal, input: { readonly id: string }): Promise<ImportDetail> {
  const found = await getImportView(principal, input)
  const rejects = await listRejects(pool(), input.id, 0, REJECTS_SHOWN)
  return {
    import: found,
    billed: found.billed === null ? null : await billedDetail(principal.workspaceId, found.no),
    rejects: rejects.map(({ seq, line, column_name, code, message, remedy, raw }) => ({
      seq,
      line,
      column: column_name,
      code,
      message,
      remedy,
      raw,
    })),
  }
}

async function billedDetail(workspaceId: number, no: number): Promise<BilledDetail> {
  return {
    lines: await billedLinesOf(pool(), workspaceId, no, BILLED_LINES_SHOWN),
    restated: await restatedLinesOf(pool(), workspaceId, no, BILLED_LINES_SHOWN),
  }
}

/** The stored rejected rows as CSV text, piece by piece. Throws NOT_FOUND before the first piece. */
export async function streamRejects(
  principal: Principal,
  input: { readonly id: string },
): Promise<AsyncGenerator<string, void, undefined>> {
  await getImportView(principal, input)
  return rejectLines(input.id)
}

async function* rejectLines(id: string): AsyncGenerator<string, void, undefined> {
  yield 'line,byte_offset,column,code,message,remedy,raw\r\n'
  let after = 0
  for (;;) {
    const rows = await listRejects(pool(), id, after, REJECTS_A_PAGE)
    const last = rows.at(-1)
    if (last === undefined) return
    yield rows
      .map((row) =>
        [
          row.line,
          row.byte_offset,
          csvText(row.column_name ?? ''),
          row.code,
          csvText(row.message),
          csvText(row.remedy),
          csvText(row.raw),
        ].join(','),
      )
      .map((line) => `${line}\r\n`)
      .join('')
    after = last.seq
  }
}
