/**
 * The sample workspace: a company with fourteen months of invented usage, brought in through the same door as any file.
 * Everyone who has an account may look around in it, in the role they have at home.
 */
import 'server-only'
import { usdFromText } from '../../core/money/usd'
import type { RuleDimension } from '../../core/report/chargeback'
import { sampleCompanyCsv } from '../../core/source/sample-company'
import { commandLinePrincipal } from '../auth/command-line'
import { costCentreNamed, insertRule, setSharing } from '../db/allocation'
import { insertBudget } from '../db/budget'
import { hasImport } from '../db/import'
import { insertMembership } from '../db/member'
import { inTransaction, type Queryable } from '../db/pool'
import { insertWorkspace, listRolesAtHome, listWorkspaces, lockSetUp } from '../db/user'
import { receiveUpload } from './receive-upload'

const SAMPLE_WORKSPACE = { slug: 'northwind', name: 'Northwind', isSample: true } as const
const SAMPLE_ACTOR = 'sample data'
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
    await insertSampleAllocation(connection, workspaceId)
    for (const budget of SAMPLE_BUDGETS) {
      await insertBudget(connection, workspaceId, { ...budget, createdBy: SAMPLE_ACTOR })
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

const SAMPLE_RULES: readonly {
  readonly dimension: RuleDimension
  readonly tag?: string
  readonly value: string
  readonly centre: string
}[] = [
  { dimension: 'tag', tag: 'team', value: 'care', centre: 'Customer care' },
  { dimension: 'project', value: 'search', centre: 'Discovery' },
  { dimension: 'project', value: 'tagging', centre: 'Catalogue' },
  { dimension: 'api_key', value: 'contracts-*', centre: 'Legal' },
  { dimension: 'project', value: 'assistant', centre: 'Product' },
]

const SAMPLE_BUDGETS = [
  {
    name: 'Everything',
    scope: 'workspace',
    tag: null,
    value: null,
    amount: usdFromText('18000'),
    thresholds: [50, 80, 100],
    onForecast: true,
    onAnomaly: true,
  },
  {
    name: 'Support bot',
    scope: 'project',
    tag: null,
    value: 'support-bot',
    amount: usdFromText('6000'),
    thresholds: [80, 100],
    onForecast: true,
    onAnomaly: false,
  },
  {
    name: 'Legal',
    scope: 'cost_centre',
    tag: null,
    value: 'Legal',
    amount: usdFromText('4000'),
    thresholds: [80, 100],
    onForecast: true,
    onAnomaly: false,
  },
] as const

/** Research is nobody's cost centre: it is shared by what the others bear. */
async function insertSampleAllocation(connection: Queryable, workspaceId: number): Promise<void> {
  for (const { centre, tag = null, ...rule } of SAMPLE_RULES) {
    const costCentreId = await costCentreNamed(connection, workspaceId, centre, SAMPLE_ACTOR)
    await insertRule(connection, workspaceId, { ...rule, tag, costCentreId, from: null, to: null }, SAMPLE_ACTOR)
  }
  await setSharing(connection, workspaceId, '2000-01', 'proportional', SAMPLE_ACTOR)
}

async function* encoded(chunks: Iterable<string>): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk, 'utf8')
}
