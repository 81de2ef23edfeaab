/** The principal of a command typed on the server itself: whoever may run it can read the data directory anyway. */
import 'server-only'
import { findWorkspaceBySlug } from '../db/account-row'
import { inTransaction } from '../db/pool'
import { insertWorkspace, listWorkspaces, lockSetUp, type WorkspaceRow } from '../db/user'
import { AppError } from '../errors'
import type { Principal } from './principal'

export const FIRST_WORKSPACE = { slug: 'main', name: 'My company', isSample: false } as const

/** The oldest workspace that is not a sample; made when there is none yet, so that a token can exist before a person does. */
async function firstWorkspace(): Promise<WorkspaceRow> {
  return inTransaction(async (connection) => {
    await lockSetUp(connection)
    const own = (await listWorkspaces(connection)).find((workspace) => !workspace.isSample)
    if (own !== undefined) return own
    return { ...FIRST_WORKSPACE, id: await insertWorkspace(connection, FIRST_WORKSPACE) }
  })
}

/** @param slug the workspace's short name; without one, the oldest that is not a sample */
export async function commandLinePrincipal(slug?: string): Promise<Principal> {
  const workspace = slug === undefined ? await firstWorkspace() : await findWorkspaceBySlug(slug)
  if (workspace === null) throw new AppError('NOT_FOUND', `There is no workspace ${slug}.`)
  return {
    workspaceId: workspace.id,
    workspaceName: workspace.name,
    isSample: workspace.isSample,
    userId: null,
    actor: 'command line',
    role: 'admin',
    scopes: null,
  }
}
