/**
 * Accounts a row at a time, through Prisma: what screens show and single changes that need no lock. What must see or hold
 * the state of a transaction, and the one query that says who asks, is SQL on a connection in user, member, session, token
 * and audit.
 */
import 'server-only'
import { prisma } from './pool'
import type { Role, UserRow, WorkspaceOfUser, WorkspaceRow } from './user'

export async function findUser(id: number): Promise<UserRow | null> {
  const user = await prisma().user.findUnique({
    where: { id },
    select: { id: true, email: true, name: true, passwordHash: true, disabledAt: true },
  })
  if (user === null) return null
  const { disabledAt, ...row } = user
  return { ...row, disabled: disabledAt !== null }
}

const WORKSPACE = { id: true, slug: true, name: true, isSample: true } as const

export async function findWorkspaceBySlug(slug: string): Promise<WorkspaceRow | null> {
  return await prisma().workspace.findUnique({ where: { slug }, select: WORKSPACE })
}

/** Own workspaces before the sample, oldest first. */
export async function listWorkspacesByAge(userId: number): Promise<WorkspaceOfUser[]> {
  const memberships = await prisma().membership.findMany({
    where: { userId },
    select: { role: true, workspace: { select: WORKSPACE }, user: { select: { email: true } } },
    orderBy: [{ workspace: { isSample: 'asc' } }, { workspaceId: 'asc' }],
  })
  return memberships.map(({ role, workspace, user }) => ({ ...workspace, role, email: user.email }))
}

export interface MemberRow {
  readonly userId: number
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly disabled: boolean
  readonly hasPassword: boolean
  readonly joinedAt: Date
  /** Null when never seen in this workspace. */
  readonly lastSeenAt: Date | null
}

/** Members by e-mail address. */
export async function listMembers(workspaceId: number): Promise<MemberRow[]> {
  const [memberships, seen] = await Promise.all([
    prisma().membership.findMany({
      where: { workspaceId },
      select: {
        role: true,
        createdAt: true,
        user: { select: { id: true, email: true, name: true, disabledAt: true, passwordHash: true } },
      },
      orderBy: { user: { email: 'asc' } },
    }),
    prisma().userSession.groupBy({ by: ['userId'], where: { workspaceId }, _max: { lastSeenAt: true } }),
  ])
  const lastSeenAt = new Map(seen.map((row) => [row.userId, row._max.lastSeenAt]))
  return memberships.map(({ role, createdAt, user }) => ({
    userId: user.id,
    email: user.email,
    name: user.name,
    role,
    disabled: user.disabledAt !== null,
    hasPassword: user.passwordHash !== null,
    joinedAt: createdAt,
    lastSeenAt: lastSeenAt.get(user.id) ?? null,
  }))
}

export interface SessionRow {
  readonly id: string
  readonly userAgent: string | null
  readonly createdAt: Date
  readonly lastSeenAt: Date
  readonly expiresAt: Date
}

/** Live sessions of one user, last seen first. */
export async function listSessions(userId: number, now: Date): Promise<SessionRow[]> {
  const user = await prisma().user.findUnique({
    where: { id: userId },
    select: {
      sessionVersion: true,
      sessions: {
        where: { revokedAt: null, expiresAt: { gt: now } },
        select: {
          id: true,
          userAgent: true,
          createdAt: true,
          lastSeenAt: true,
          expiresAt: true,
          sessionVersion: true,
        },
        orderBy: [{ lastSeenAt: 'desc' }, { id: 'asc' }],
      },
    },
  })
  if (user === null) return []
  // A session of an older version was refused when the user signed out everywhere.
  return user.sessions.flatMap(({ sessionVersion, ...row }) => (sessionVersion === user.sessionVersion ? [row] : []))
}

/** Signing out: whoever holds the cookie may end its session. */
export async function endSession(id: string, now: Date): Promise<void> {
  await prisma().userSession.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: now } })
}

/** One statement; false when the user does not belong to that workspace. */
export async function moveSession(session: { id: string; userId: number; workspaceId: number }): Promise<boolean> {
  const { id, userId, workspaceId } = session
  const { count } = await prisma().userSession.updateMany({
    where: { id, userId, user: { memberships: { some: { workspaceId } } } },
    data: { workspaceId },
  })
  return count === 1
}

export interface TokenRow {
  readonly id: string
  readonly name: string
  readonly prefix: string
  readonly scopes: string[]
  readonly ownerId: number | null
  /** Null for a token made on the command line. */
  readonly ownerEmail: string | null
  readonly createdAt: Date
  readonly expiresAt: Date | null
  readonly lastUsedAt: Date | null
}

/** Tokens that have not been revoked, newest first; of one owner, or of the whole workspace when `ownerId` is null. */
export async function listTokens(workspaceId: number, ownerId: number | null): Promise<TokenRow[]> {
  const tokens = await prisma().apiToken.findMany({
    where: { workspaceId, revokedAt: null, ...(ownerId === null ? {} : { userId: ownerId }) },
    select: {
      id: true,
      name: true,
      prefix: true,
      scopes: true,
      userId: true,
      createdAt: true,
      expiresAt: true,
      lastUsedAt: true,
      user: { select: { email: true } },
    },
    orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
  })
  return tokens.map(({ userId, user, ...row }) => ({ ...row, ownerId: userId, ownerEmail: user?.email ?? null }))
}

export interface AuditRow {
  /** Digits. */
  readonly id: string
  readonly at: Date
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly detail: unknown
}

/** Newest first; `before` is the id of the last row of the page before. */
export async function listAudit(
  workspaceId: number,
  page: { before: string | null; limit: number },
): Promise<AuditRow[]> {
  const rows = await prisma().auditLog.findMany({
    where: { workspaceId, ...(page.before === null ? {} : { id: { lt: BigInt(page.before) } }) },
    select: { id: true, at: true, actor: true, action: true, subject: true, detail: true },
    orderBy: { id: 'desc' },
    take: page.limit,
  })
  return rows.map((row) => ({ ...row, id: row.id.toString() }))
}
