/** The first administrator and the first workspace: from the set-up page, or from the environment at start. */
import 'server-only'
import { z } from 'zod'
import { FIRST_WORKSPACE } from '../auth/command-line'
import { normaliseEmail } from '../auth/email'
import { hashPassword } from '../auth/password'
import { listWorkspacesByAge } from '../db/account-row'
import { writeAudit } from '../db/audit'
import { hasMember, insertMembership } from '../db/member'
import { inTransaction, pool } from '../db/pool'
import { anyUserExists, insertUser, insertWorkspace, listWorkspaces, lockSetUp, renameWorkspace } from '../db/user'
import { env } from '../env'
import { AppError } from '../errors'
import { log } from '../log'
import { StartError } from '../process-identity'
import { createSample } from './create-sample'
import { consumeSetupCode, isSetupCode } from './setup-code'

export const setUpInput = z.strictObject({
  code: z.string().max(200),
  workspace_name: z.string().trim().min(1).max(100),
  name: z.string().trim().max(100).default(''),
  email: z.string().max(254),
  password: z.string().max(2000),
  /** Also make the workspace of sample data, to look around in. */
  sample_data: z.boolean().default(false),
})
export type SetUpInput = z.input<typeof setUpInput>

export interface FirstAdmin {
  readonly userId: number
  readonly workspaceId: number
}

export interface SetUpOutcome extends FirstAdmin {
  /** The workspace of sample data; null when none was asked for or it could not be made. */
  readonly sampleWorkspaceId: number | null
}

interface FirstAdminInput {
  readonly email: string
  readonly name: string
  readonly password: string
  readonly workspaceName: string
}

/** Null when somebody already has an account: of any number of calls at once, one makes the administrator. */
async function createFirstAdmin(input: FirstAdminInput): Promise<FirstAdmin | null> {
  const email = normaliseEmail(input.email)
  if (email === null) {
    throw new AppError('UNPROCESSABLE', 'That is not an e-mail address.', { reason: 'EMAIL_SHAPE' })
  }
  const passwordHash = await hashPassword(input.password)
  return inTransaction(async (connection) => {
    await lockSetUp(connection)
    if (await anyUserExists(connection)) return null
    const userId = await insertUser(connection, { email, name: input.name, passwordHash })
    // The command line may have made the first workspace already, to hang a token on; it becomes this one.
    const waiting = (await listWorkspaces(connection)).find((workspace) => !workspace.isSample)
    const workspaceId =
      waiting?.id ?? (await insertWorkspace(connection, { ...FIRST_WORKSPACE, name: input.workspaceName }))
    if (waiting !== undefined) await renameWorkspace(connection, waiting.id, input.workspaceName)
    for (const workspace of await listWorkspaces(connection)) {
      if (workspace.id !== workspaceId && (!workspace.isSample || (await hasMember(connection, workspace.id)))) continue
      await insertMembership(connection, { workspaceId: workspace.id, userId, role: 'admin' })
    }
    await writeAudit(connection, { workspaceId, actor: email }, 'workspace.set-up', email)
    return { userId, workspaceId }
  })
}

/** True while nobody has an account. */
export async function isSetUpOpen(): Promise<boolean> {
  return !(await anyUserExists(pool()))
}

/** Throws NOT_FOUND once somebody has an account: afterwards the address tells nothing, whatever is sent to it. */
export async function requireSetUpOpen(): Promise<void> {
  if (await isSetUpOpen()) return
  throw new AppError('NOT_FOUND', 'This server is already set up.', { remedy: 'Sign in instead.' })
}

/** Throws NOT_FOUND once somebody has an account, FORBIDDEN for a wrong code, UNPROCESSABLE for a short password. */
export async function setUp(input: SetUpInput): Promise<SetUpOutcome> {
  await requireSetUpOpen()
  const parsed = setUpInput.safeParse(input)
  if (!parsed.success) throw new AppError('INVALID_REQUEST', parsed.error.issues[0]?.message ?? 'Not a set-up request.')
  const { code, name, email, password, workspace_name: workspaceName } = parsed.data
  if (!(await isSetupCode(code))) {
    throw new AppError('FORBIDDEN', 'The set-up code is not the one the server printed.', {
      reason: 'SETUP_CODE',
      remedy: "Open the address in the server's log; it carries the code.",
    })
  }
  const admin = await createFirstAdmin({ email, name, password, workspaceName })
  if (admin === null) {
    throw new AppError('NOT_FOUND', 'Somebody else has just set this server up.', { remedy: 'Sign in instead.' })
  }
  await consumeSetupCode()
  return { ...admin, sampleWorkspaceId: parsed.data.sample_data ? await makeSample(admin.userId) : null }
}

/** The administrator exists by now, so that a sample that cannot be made is told to the log and does not undo the set-up. */
async function makeSample(userId: number): Promise<number | null> {
  try {
    await createSample(Date.now())
  } catch (error) {
    log().error({ err: error }, 'the sample workspace could not be made')
  }
  return (await listWorkspacesByAge(userId)).find((workspace) => workspace.isSample)?.id ?? null
}

/**
 * Makes the administrator named by TOKENTAB_ADMIN_EMAIL and TOKENTAB_ADMIN_PASSWORD when there is none. Null when the
 * variables are absent or somebody already has an account; an existing password is never changed by them. Throws a StartError
 * that names the variables.
 */
export async function ensureFirstAdmin(): Promise<FirstAdmin | null> {
  const email = env().TOKENTAB_ADMIN_EMAIL
  const password = env().TOKENTAB_ADMIN_PASSWORD
  if (email === undefined || password === undefined || !(await isSetUpOpen())) return null
  const input = { email, password, name: '', workspaceName: FIRST_WORKSPACE.name }
  const admin = await createFirstAdmin(input).catch((error: unknown) => {
    if (!(error instanceof AppError)) throw error
    const why = [error.message, error.remedy].filter((text) => text !== null).join(' ')
    throw new StartError(`TOKENTAB_ADMIN_EMAIL and TOKENTAB_ADMIN_PASSWORD make no administrator: ${why}`)
  })
  await consumeSetupCode()
  return admin
}
