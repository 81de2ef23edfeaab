/** What an administrator may do to a member: another role, disable and enable, a new password, removal. */
import 'server-only'
import { z } from 'zod'
import { hashPassword } from '../auth/password'
import { authorise, type Principal, ROLES, type Role } from '../auth/principal'
import { writeAudit } from '../db/audit'
import {
  belongsElsewhere,
  countOtherAdmins,
  deleteMembership,
  followHomeInSample,
  lockMember,
  updateRole,
} from '../db/member'
import { type Connection, inTransaction } from '../db/pool'
import { revokeAllSessions, revokeWorkspaceSessions } from '../db/session'
import { setDisabled, setPasswordHash } from '../db/user'
import { AppError } from '../errors'

export const changeMemberInput = z.strictObject({
  role: z.enum(ROLES).optional(),
  disabled: z.boolean().optional(),
  password: z.string().max(2000).optional(),
})
export type ChangeMemberInput = z.input<typeof changeMemberInput>

interface Member {
  readonly email: string
  readonly role: Role
  readonly disabled: boolean
}

async function requireMember(connection: Connection, principal: Principal, userId: number): Promise<Member> {
  const member = Number.isSafeInteger(userId) ? await lockMember(connection, principal.workspaceId, userId) : null
  if (member === null) throw new AppError('NOT_FOUND', 'There is no such member.')
  return member
}

async function keepOneAdmin(
  connection: Connection,
  principal: Principal,
  userId: number,
  member: Member,
): Promise<void> {
  if (member.role !== 'admin' || member.disabled) return
  if ((await countOtherAdmins(connection, principal.workspaceId, userId)) > 0) return
  throw new AppError('CONFLICT', 'A workspace keeps at least one administrator.', {
    reason: 'LAST_ADMIN',
    remedy: 'Make somebody else an administrator first.',
  })
}

/** An account used by two companies is not for one of them to lock or to give a password. */
async function requireSoleWorkspace(connection: Connection, principal: Principal, userId: number): Promise<void> {
  if (!(await belongsElsewhere(connection, principal.workspaceId, userId))) return
  throw new AppError('CONFLICT', 'This account also belongs to another workspace.', {
    reason: 'SHARED_ACCOUNT',
    remedy: 'Remove the member from this workspace instead.',
  })
}

/** Throws NOT_FOUND for another workspace's member, CONFLICT when no administrator would be left. Takes effect at once. */
export async function changeMember(principal: Principal, userId: number, input: ChangeMemberInput): Promise<void> {
  authorise(principal, 'members.manage')
  const parsed = changeMemberInput.safeParse(input)
  if (!parsed.success) throw new AppError('INVALID_REQUEST', parsed.error.issues[0]?.message ?? 'Not a change.')
  const { role, disabled, password } = parsed.data
  const passwordHash = password === undefined ? null : await hashPassword(password)
  await inTransaction(async (connection) => {
    const member = await requireMember(connection, principal, userId)
    if (role !== undefined && role !== member.role) {
      if (role !== 'admin') await keepOneAdmin(connection, principal, userId, member)
      await updateRole(connection, { workspaceId: principal.workspaceId, userId, role })
      if (!principal.isSample) await followHomeInSample(connection, userId)
      await writeAudit(connection, principal, 'member.role', member.email, { from: member.role, to: role })
    }
    if (disabled !== undefined && disabled !== member.disabled) {
      await requireSoleWorkspace(connection, principal, userId)
      if (disabled) await keepOneAdmin(connection, principal, userId, member)
      await setDisabled(connection, userId, disabled)
      if (disabled) await revokeAllSessions(connection, userId, null)
      await writeAudit(connection, principal, disabled ? 'member.disable' : 'member.enable', member.email)
    }
    if (passwordHash !== null) {
      await requireSoleWorkspace(connection, principal, userId)
      await setPasswordHash(connection, userId, passwordHash)
      await revokeAllSessions(connection, userId, userId === principal.userId ? (principal.sessionId ?? null) : null)
      await writeAudit(connection, principal, 'member.password', member.email)
    }
  })
}

/** Ends the membership: the account stays, its sessions and tokens in this workspace end. */
export async function removeMember(principal: Principal, userId: number): Promise<void> {
  authorise(principal, 'members.manage')
  await inTransaction(async (connection) => {
    const member = await requireMember(connection, principal, userId)
    await keepOneAdmin(connection, principal, userId, member)
    await deleteMembership(connection, principal.workspaceId, userId)
    if (!principal.isSample) await followHomeInSample(connection, userId)
    await revokeWorkspaceSessions(connection, userId, principal.workspaceId)
    await writeAudit(connection, principal, 'member.remove', member.email, { role: member.role })
  })
}
