/** Imports and undos of one workspace take turns, so that each sees the other's records whole. Ends with the transaction. */
import 'server-only'
import type { Queryable } from './pool'

const IMPORT_LOCK = 711_002

export async function lockImports(connection: Queryable, workspaceId: number): Promise<void> {
  await connection.query('SELECT pg_advisory_xact_lock($1, $2)', [IMPORT_LOCK, workspaceId])
}
