/** Stops an import that is not committed yet. Whoever works on it finds out within a second and rolls back. */
import 'server-only'
import { authorise, type Principal } from '../auth/principal'
import { writeAudit } from '../db/audit'
import { outcomeOf } from '../db/import-view'
import { inTransaction, pool } from '../db/pool'
import { markCancelled } from '../db/undo'
import { AppError } from '../errors'
import { dropUpload } from '../upload-store'

/** Throws NOT_FOUND, FORBIDDEN, or CONFLICT when it is already over. */
export async function cancelImport(principal: Principal, input: { readonly id: string }): Promise<void> {
  const before = await outcomeOf(pool(), input.id)
  if (before === null || before.workspaceId !== principal.workspaceId) {
    authorise(principal, 'import.undo')
    throw new AppError('NOT_FOUND', 'There is no such import.')
  }
  authorise(principal, 'import.undo', before.createdBy)
  const cancelled = await inTransaction(async (connection) => {
    const done = await markCancelled(connection, input.id)
    if (done) await writeAudit(connection, principal, 'import.cancel', `import #${before.no}`)
    return done
  })
  if (!cancelled) {
    throw new AppError('CONFLICT', `Import #${before.no} is over already.`, { reason: 'IMPORT_OVER' })
  }
  await dropUpload(input.id)
}
