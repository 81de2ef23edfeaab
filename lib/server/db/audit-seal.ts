/**
 * The chain of the audit log: a seal is the SHA-256 of the seal before it in the workspace and of a row. Who changes or takes
 * out a sealed row has to write every seal after it anew, and a backup or a printed seal still tells.
 */
import 'server-only'
import { createHash } from 'node:crypto'
import type { BookDifference } from './book-difference'
import { inTransaction, pool, type Queryable } from './pool'

const SEAL_LOCK = 711_010
const ROWS_AT_ONCE = 2_000
/** Before the first. */
const NOTHING: Buffer = Buffer.alloc(0)

interface SealableRow {
  readonly id: string
  readonly workspace_id: number
  readonly at: Date
  readonly actor: string
  readonly action: string
  readonly subject: string
  /** As the database writes it: one text for one value. */
  readonly detail: string
}
const ROW = 'a.id, a.workspace_id, a.at, a.actor, a.action, a.subject, a.detail::text AS detail'

/** Texts are joined with their lengths, so that none can pass for the end of another. */
export function sealOf(before: Buffer, row: SealableRow): Buffer {
  const { id, workspace_id, at, actor, action, subject, detail } = row
  const hash = createHash('sha256').update(before)
  for (const text of [String(workspace_id), id, at.toISOString(), actor, action, subject, detail]) {
    const bytes = Buffer.from(text)
    hash.update(`${bytes.length}:`).update(bytes)
  }
  return hash.digest()
}

/** Seals the rows that have no seal, in the order of their ids; one that commits later is sealed later. */
export async function sealAuditLog(): Promise<void> {
  const { rows } = await pool().query<{ id: number }>(
    `SELECT DISTINCT a.workspace_id AS id FROM audit_log a
     WHERE NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.audit_id = a.id)`,
  )
  for (const { id } of rows) while ((await sealSome(id)) === ROWS_AT_ONCE);
}

async function sealSome(workspaceId: number): Promise<number> {
  return await inTransaction(async (connection) => {
    await connection.query('SELECT pg_advisory_xact_lock($1, $2)', [SEAL_LOCK, workspaceId])
    const last = await connection.query<{ no: string; seal: Buffer }>(
      'SELECT no, seal FROM audit_seal WHERE workspace_id = $1 ORDER BY no DESC LIMIT 1',
      [workspaceId],
    )
    const { rows } = await connection.query<SealableRow>(
      `SELECT ${ROW} FROM audit_log a WHERE a.workspace_id = $1
         AND NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.audit_id = a.id) ORDER BY a.id LIMIT $2`,
      [workspaceId, ROWS_AT_ONCE],
    )
    let before = last.rows[0]?.seal ?? NOTHING
    const seals = rows.map((row) => {
      before = sealOf(before, row)
      return before.toString('hex')
    })
    await connection.query(
      `INSERT INTO audit_seal (workspace_id, no, audit_id, seal)
       SELECT $1, $2::bigint + place, id, decode(seal, 'hex')
       FROM unnest($3::bigint[], $4::text[]) WITH ORDINALITY AS s (id, seal, place)`,
      [workspaceId, last.rows[0]?.no ?? '0', rows.map(({ id }) => id), seals],
    )
    return rows.length
  })
}

type SealedRow = {
  readonly no: string
  readonly seal: Buffer
  readonly audit_id: string
  readonly workspace: number
} & (SealableRow | { readonly id: null })

/** I8: where the chain of a workspace breaks first. `workspaceId` null checks all of them. */
export async function sealDifferences(connection: Queryable, workspaceId: number | null): Promise<BookDifference[]> {
  const found: BookDifference[] = []
  let workspace = -1
  let no = 0n
  let before = NOTHING
  let isBroken = false
  for (;;) {
    const { rows } = await connection.query<SealedRow>(
      `SELECT s.workspace_id AS workspace, s.no, s.seal, s.audit_id, ${ROW}
       FROM audit_seal s LEFT JOIN audit_log a ON a.id = s.audit_id
       WHERE ($1::int IS NULL OR s.workspace_id = $1) AND (s.workspace_id, s.no) > ($2, $3)
       ORDER BY s.workspace_id, s.no LIMIT $4`,
      [workspaceId, workspace, no.toString(), ROWS_AT_ONCE],
    )
    for (const row of rows) {
      if (row.workspace !== workspace) [workspace, no, before, isBroken] = [row.workspace, 0n, NOTHING, false]
      no += 1n
      const fault = isBroken ? null : faultOf(row, no, before)
      if (fault !== null) {
        const place = `workspace ${workspace}, row ${row.audit_id} of the audit log`
        found.push({ rule: 'I8', place, ...fault })
        isBroken = true
      }
      no = BigInt(row.no)
      before = row.seal
    }
    if (rows.length < ROWS_AT_ONCE) return found
  }
}

function faultOf(row: SealedRow, no: bigint, before: Buffer): { expected: string; actual: string } | null {
  if (BigInt(row.no) !== no) return { expected: `seal ${no}`, actual: `seal ${row.no}: those between are gone` }
  if (row.id === null) return { expected: 'a row', actual: 'none: it was taken out' }
  const actual = sealOf(before, row)
  return actual.equals(row.seal) ? null : { expected: row.seal.toString('hex'), actual: actual.toString('hex') }
}
