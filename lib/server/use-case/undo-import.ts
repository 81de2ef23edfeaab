/**
 * Takes an import back in one transaction: its records go, buckets it restated return to their older values, and the
 * rollups change by exactly that.
 */
import 'server-only'
import { authorise, type Principal } from '../auth/principal'
import { writeAudit } from '../db/audit'
import { outcomeOf } from '../db/import-view'
import { pool } from '../db/pool'
import { forgetPulled } from '../db/pull'
import { inLongTransaction } from '../db/transaction'
import { removeRecords } from '../db/undo'
import { tryLockImports } from '../db/workspace-lock'
import { AppError } from '../errors'
import { fault } from '../fault'

/** Throws NOT_FOUND, FORBIDDEN, or CONFLICT when the import is not committed or another one is being written. Undoing twice is no fault. */
export async function undoImport(principal: Principal, input: { readonly id: string }): Promise<void> {
  const before = await outcomeOf(pool(), input.id)
  if (before === null || before.workspaceId !== principal.workspaceId) {
    authorise(principal, 'import.undo')
    throw new AppError('NOT_FOUND', 'There is no such import.')
  }
  authorise(principal, 'import.undo', before.createdBy)
  if (before.status === 'undone') return
  await inLongTransaction(async (connection) => {
    if (!(await tryLockImports(connection, principal.workspaceId))) {
      throw new AppError('CONFLICT', 'Another import is being written right now; nothing was undone.', {
        reason: 'IMPORT_RUNNING',
        remedy: 'Try again when it is done, or cancel it.',
        retryAfterSeconds: 10,
      })
    }
    const removed = await removeRecords(connection, principal.workspaceId, input.id, principal.actor)
    if (removed === null) {
      throw new AppError(
        'CONFLICT',
        `Import #${before.no} is ${before.status}; only a committed import can be undone.`,
        {
          reason: 'NOT_COMMITTED',
          remedy: 'Cancel it while it runs, or wait until it is committed.',
        },
      )
    }
    await forgetPulled(connection, principal.workspaceId, input.id)
    await writeAudit(connection, principal, 'import.undo', `import #${before.no}`, removed)
    await fault('undo.before-commit')
  })
}
