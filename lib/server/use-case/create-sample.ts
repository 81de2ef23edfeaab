/**
 * The sample workspace: a company with fourteen months of invented usage, brought in through the same door as any file.
 * Everyone who has an account may look around in it, in the role they have at home.
 */
import 'server-only'
import { sampleCompanyCsv } from '../../core/source/sample-company'
import { commandLinePrincipal } from '../auth/command-line'
import { hasImport } from '../db/import'
import { insertMembership } from '../db/member'
import { inTransaction } from '../db/pool'
import { insertWorkspace, listRolesAtHome, listWorkspaces, lockSetUp } from '../db/user'
import { receiveUpload } from './receive-upload'

const SAMPLE_WORKSPACE = { slug: 'northwind', name: 'Northwind', isSample: true } as const
/** Any fixed number: the sample is the same on every machine and at every start of the same hour. */
const SEED = 20_261_123

/**
 * Makes the workspace once and hands its file to the import queue; null when it has its file already. A process that died
 * between the two steps left a workspace without one: the next call brings it.
 */
export async function createSample(nowMs: number): Promise<{ readonly importId: string } | null> {
  const wanting = await inTransaction(async (connection) => {
    await lockSetUp(connection)
    const made = (await listWorkspaces(connection)).find((workspace) => workspace.isSample)
    if (made !== undefined) return !(await hasImport(connection, made.id))
    const workspaceId = await insertWorkspace(connection, SAMPLE_WORKSPACE)
    for (const { userId, role } of await listRolesAtHome(connection)) {
      await insertMembership(connection, { workspaceId, userId, role })
    }
    return true
  })
  if (!wanting) return null
  const { id } = await receiveUpload(await commandLinePrincipal(SAMPLE_WORKSPACE.slug), {
    filename: 'northwind-sample.csv',
    chunks: encoded(sampleCompanyCsv({ seed: SEED, nowMs })),
    declaredBytes: null,
    declaredSha256: null,
    options: { format: 'tokentab-csv', host: null, timeZone: null, project: null },
    source: 'sample',
  })
  return { importId: id }
}

async function* encoded(chunks: Iterable<string>): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk, 'utf8')
}
