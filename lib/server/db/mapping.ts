/** Saved mappings of files that no dialect knows: one a header and workspace. */
import 'server-only'
import { createHash, randomUUID } from 'node:crypto'
import type { MappingView } from '../../core/source/mapping/draft'
import { type MappingSpec, mappingSpec, type SavedMapping } from '../../core/source/mapping/spec'
import { isoOf } from '../../core/time/instant'
import type { Queryable } from './pool'

/** Newest first. A spec that this version cannot read is left out: its files ask for a mapping again. */
export async function loadMappings(connection: Queryable, workspaceId: number): Promise<readonly SavedMapping[]> {
  const { rows } = await connection.query<{ id: string; name: string; spec: unknown }>(
    'SELECT id, name, spec FROM import_mapping WHERE workspace_id = $1 ORDER BY created_at DESC, id',
    [workspaceId],
  )
  return rows.flatMap(({ id, name, spec }) => {
    const parsed = mappingSpec.safeParse(spec)
    return parsed.success ? [{ id, name, spec: parsed.data }] : []
  })
}

export async function listMappingRows(connection: Queryable, workspaceId: number): Promise<readonly MappingView[]> {
  const { rows } = await connection.query<{ id: string; name: string; created_by: string; created_at: Date }>(
    `SELECT id, name, created_by, created_at FROM import_mapping WHERE workspace_id = $1 ORDER BY created_at DESC, id`,
    [workspaceId],
  )
  return rows.map((row) => ({ ...row, created_at: isoOf(row.created_at.getTime()) }))
}

/** Saves the mapping of a header, in the place of an older one; returns its id. */
export async function saveMapping(
  connection: Queryable,
  mapping: {
    readonly workspaceId: number
    readonly name: string
    readonly spec: MappingSpec
    readonly createdBy: string
  },
): Promise<string> {
  const { workspaceId, name, spec, createdBy } = mapping
  const { rows } = await connection.query<{ id: string }>(
    `INSERT INTO import_mapping (workspace_id, id, name, fingerprint, spec, created_by) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (workspace_id, fingerprint)
     DO UPDATE SET name = EXCLUDED.name, spec = EXCLUDED.spec, created_by = EXCLUDED.created_by, created_at = now()
     RETURNING id`,
    [workspaceId, randomUUID(), name, fingerprintOf(spec), JSON.stringify(spec), createdBy],
  )
  return (rows[0] as { id: string }).id
}

/** The name of what was removed; null when the workspace has no such mapping. */
export async function removeMapping(connection: Queryable, workspaceId: number, id: string): Promise<string | null> {
  const { rows } = await connection.query<{ name: string }>(
    'DELETE FROM import_mapping WHERE workspace_id = $1 AND id = $2 RETURNING name',
    [workspaceId, id],
  )
  return rows[0]?.name ?? null
}

/** Puts an import that failed for want of a mapping back into the queue with one; false when it is not such an import. */
export async function queueMapped(
  connection: Queryable,
  workspaceId: number,
  importId: string,
  mappingId: string,
  codes: readonly string[],
): Promise<boolean> {
  const { rowCount } = await connection.query(
    `UPDATE import SET status = 'stored', problem = NULL, finished_at = NULL, attempts = 0, rows_read = 0, rejected = 0,
       options = options || jsonb_build_object('mapping', $3::text, 'format', NULL)
     WHERE workspace_id = $1 AND id = $2 AND status = 'failed' AND problem ->> 'code' = ANY ($4)`,
    [workspaceId, importId, mappingId, codes],
  )
  if (rowCount === 1) await connection.query('NOTIFY import_stored')
  return rowCount === 1
}

function fingerprintOf(spec: MappingSpec): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([spec.kind, spec.header]))
    .digest()
}
