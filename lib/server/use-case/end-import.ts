/** What DELETE on an import means: a committed one is undone, a running one is cancelled. */
import 'server-only'
import { authorise, type Principal } from '../auth/principal'
import { outcomeOf } from '../db/import-view'
import { pool } from '../db/pool'
import { AppError } from '../errors'
import { cancelImport } from './cancel-import'
import { undoImport } from './undo-import'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Throws NOT_FOUND, FORBIDDEN or CONFLICT. */
export async function endImport(principal: Principal, input: { readonly id: string }): Promise<void> {
  authorise(principal, 'import.undo')
  const found = UUID.test(input.id) ? await outcomeOf(pool(), input.id) : null
  if (found === null) throw new AppError('NOT_FOUND', 'There is no such import.')
  const running = found.status === 'receiving' || found.status === 'stored' || found.status === 'importing'
  await (running ? cancelImport(principal, input) : undoImport(principal, input))
}
