/** Rows that were not taken: each with its place and reason, as far as they are stored. */
import 'server-only'
import type { Queryable } from './pool'

/** Rejects are counted exactly; beyond this many their text is not kept. */
export const MAX_STORED_REJECTS = 100_000

export interface RejectRow {
  readonly line: number
  readonly byteOffset: number
  readonly column: string | null
  readonly code: string
  readonly message: string
  readonly remedy: string
  readonly raw: string
}

/** `firstSeq` is how many of this import are stored already. */
export async function storeRejects(
  connection: Queryable,
  importId: string,
  firstSeq: number,
  rows: readonly RejectRow[],
): Promise<void> {
  await connection.query(
    `INSERT INTO import_reject (import_id, seq, line, byte_offset, column_name, code, message, remedy, raw)
     SELECT $1, $2 + place, line, byte_offset, column_name, code, message, remedy, raw
     FROM unnest($3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[]) WITH ORDINALITY
       AS r (line, byte_offset, column_name, code, message, remedy, raw, place)`,
    [
      importId,
      firstSeq,
      rows.map((row) => row.line),
      rows.map((row) => row.byteOffset),
      rows.map((row) => (row.column === null ? null : storable(row.column))),
      rows.map((row) => row.code),
      rows.map((row) => storable(row.message)),
      rows.map((row) => storable(row.remedy)),
      rows.map((row) => storable(row.raw).slice(0, 2_048)),
    ],
  )
}

/** PostgreSQL text holds no NUL. */
function storable(text: string): string {
  return text.includes('\u0000') ? text.replaceAll('\u0000', '␀') : text
}

export interface StoredReject {
  readonly seq: number
  readonly line: string
  readonly byte_offset: string
  readonly column_name: string | null
  readonly code: string
  readonly message: string
  readonly remedy: string
  readonly raw: string
}

/** In the order of the file, after the given place. */
export async function listRejects(
  connection: Queryable,
  importId: string,
  afterSeq: number,
  limit: number,
): Promise<StoredReject[]> {
  const { rows } = await connection.query<StoredReject>(
    `SELECT seq, line, byte_offset, column_name, code, message, remedy, raw FROM import_reject
     WHERE import_id = $1 AND seq > $2 ORDER BY seq LIMIT $3`,
    [importId, afterSeq, limit],
  )
  return rows
}
