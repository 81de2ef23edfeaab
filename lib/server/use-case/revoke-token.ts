/** Revokes an API token: the next request with it is refused. */
import 'server-only'
import { z } from 'zod'
import { authorise, grantOf, type Principal } from '../auth/principal'
import { writeAudit } from '../db/audit'
import { inTransaction } from '../db/pool'
import { revokeToken as revokeRow } from '../db/token'
import { AppError } from '../errors'

/** Own tokens, or any of the workspace for an administrator. Throws NOT_FOUND otherwise, also for another workspace's. */
export async function revokeToken(principal: Principal, input: { id: string }): Promise<void> {
  authorise(principal, 'tokens.own')
  const missing = new AppError('NOT_FOUND', 'There is no such token, or it is already revoked.')
  if (!z.uuid().safeParse(input.id).success) throw missing
  const owner = grantOf(principal, 'tokens.all') === 'all' ? null : principal.userId
  await inTransaction(async (connection) => {
    const revoked = await revokeRow(connection, principal.workspaceId, input.id, owner)
    if (revoked === null) throw missing
    await writeAudit(connection, principal, 'token.revoke', `token ${revoked.name} (${revoked.prefix})`)
  })
}
