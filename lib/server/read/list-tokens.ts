/** The API tokens a person may see: their own, or all of the workspace for an administrator. Never their text. */
import 'server-only'
import { authorise, grantOf, type Principal } from '../auth/principal'
import { listTokens as listRows, type TokenRow } from '../db/account-row'

export async function listTokens(principal: Principal): Promise<readonly TokenRow[]> {
  authorise(principal, 'tokens.own')
  const owner = grantOf(principal, 'tokens.all') === 'all' ? null : principal.userId
  return listRows(principal.workspaceId, owner)
}
