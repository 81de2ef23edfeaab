/** A person's own account: who, which workspaces, where signed in. */
import 'server-only'
import { authorise, type Principal } from '../auth/principal'
import { findUser, listSessions, listWorkspacesByAge, type SessionRow } from '../db/account-row'
import type { WorkspaceOfUser } from '../db/user'
import { AppError } from '../errors'

export interface AccountView {
  readonly email: string
  readonly name: string
  readonly hasPassword: boolean
  readonly workspaces: readonly WorkspaceOfUser[]
  readonly sessions: readonly (SessionRow & { readonly isThisOne: boolean })[]
}

export async function readAccount(principal: Principal): Promise<AccountView> {
  authorise(principal, 'account.self')
  const user = principal.userId === null ? null : await findUser(principal.userId)
  if (user === null)
    throw new AppError('FORBIDDEN', 'Only a signed-in person has an account.', { reason: 'NOT_A_PERSON' })
  const sessions = await listSessions(user.id, new Date())
  return {
    email: user.email,
    name: user.name,
    hasPassword: user.passwordHash !== null,
    workspaces: await listWorkspacesByAge(user.id),
    sessions: sessions.map((session) => ({ ...session, isThisOne: session.id === principal.sessionId })),
  }
}
