/** The workspaces a signed-in person may go to. */
import 'server-only'
import { authorise, type Principal } from '../auth/principal'
import { listWorkspacesByAge } from '../db/account-row'

export interface WorkspaceChoice {
  readonly id: number
  readonly name: string
  readonly isSample: boolean
  readonly isHere: boolean
}

/** Own ones before the sample, oldest first; none for a principal who is nobody's account. */
export async function listWorkspaceChoices(principal: Principal): Promise<readonly WorkspaceChoice[]> {
  authorise(principal, 'account.self')
  if (principal.userId === null) return []
  const workspaces = await listWorkspacesByAge(principal.userId)
  return workspaces.map(({ id, name, isSample }) => ({ id, name, isSample, isHere: id === principal.workspaceId }))
}
