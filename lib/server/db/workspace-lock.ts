/** Imports and undos of one workspace take turns, so that each sees the other's records whole. Ends with the transaction. */
import 'server-only'
import type { Queryable } from './pool'

const IMPORT_LOCK = 711_002

/** Waits for its turn as long as it takes. */
export async function lockImports(connection: Queryable, workspaceId: number): Promise<void> {
  await connection.query('SELECT pg_advisory_xact_lock($1, $2)', [IMPORT_LOCK, workspaceId])
}

/** Waits ten seconds for its turn; false when an import is being written for longer. Then the transaction is of no use. */
export async function tryLockImports(connection: Queryable, workspaceId: number): Promise<boolean> {
  await connection.query(`SET LOCAL lock_timeout = '10s'`)
  try {
    await lockImports(connection, workspaceId)
  } catch (error) {
    if ((error as { code?: unknown }).code === '55P03') return false
    throw error
  }
  await connection.query('SET LOCAL lock_timeout = 0')
  return true
}

const BILL_LOCK = 711_006

/**
 * Closing a month against whatever changes sums. Writers share it from before they look which months are closed until
 * they have committed, closing has it alone: usage is in the bill or a correction of it, never neither and never both.
 */
export async function lockBills(connection: Queryable, workspaceId: number, mode: 'shared' | 'alone'): Promise<void> {
  const name = mode === 'shared' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock'
  await connection.query(`SELECT ${name}($1, $2)`, [BILL_LOCK, workspaceId])
}
