/** Who belongs to the workspace, for the administrators who manage it. */
import 'server-only'
import { authorise, type Principal } from '../auth/principal'
import { listMembers as listRows, type MemberRow } from '../db/account-row'

export async function listMembers(principal: Principal): Promise<readonly MemberRow[]> {
  authorise(principal, 'members.manage')
  return listRows(principal.workspaceId)
}
