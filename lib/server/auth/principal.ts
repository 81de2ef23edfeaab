/**
 * Who is asking, and what they may do. Every use-case and read calls `authorise` first; pages and route handlers only
 * find out who the principal is. The tables below are the whole policy.
 */
import 'server-only'
import { AppError } from '../errors'

export const ROLES = ['admin', 'finance', 'engineer', 'viewer'] as const
export type Role = (typeof ROLES)[number]

export const SCOPES = ['price', 'import', 'ingest', 'read', 'bills', 'simulate', 'admin'] as const
export type Scope = (typeof SCOPES)[number]

export interface Principal {
  readonly workspaceId: number
  readonly workspaceName: string
  /** The workspace holds generated sample data and every screen says so. */
  readonly isSample: boolean
  /** Null for a token made on the server's command line. */
  readonly userId: number | null
  /** What the audit log writes: an e-mail address, "token NAME (PREFIX)" or "command line". */
  readonly actor: string
  /** Role now; for a token, its owner's role now, and admin for a token made on the command line. */
  readonly role: Role
  /** Null for a session: a person is limited by role alone. A token may do what both its scopes and its owner's role allow. */
  readonly scopes: readonly Scope[] | null
  /** The session this request came with; absent for tokens and the command line. */
  readonly sessionId?: string
}

type Grant = 'all' | 'own' | 'none'
interface Rule {
  readonly roles: Readonly<Record<Role, Grant>>
  /** Scopes any of which lets a token do it; `own` limits a scope to objects this actor made. */
  readonly scopes: Partial<Readonly<Record<Scope, Grant>>>
}

const everyone = { admin: 'all', finance: 'all', engineer: 'all', viewer: 'all' } as const
const writers = { admin: 'all', finance: 'all', engineer: 'all', viewer: 'none' } as const
const money = { admin: 'all', finance: 'all', engineer: 'none', viewer: 'none' } as const
const admins = { admin: 'all', finance: 'none', engineer: 'none', viewer: 'none' } as const

export const POLICY = {
  'usage.read': { roles: everyone, scopes: { read: 'all', admin: 'all' } },
  'import.read': { roles: everyone, scopes: { import: 'all', read: 'all', admin: 'all' } },
  'import.create': { roles: writers, scopes: { import: 'all', admin: 'all' } },
  'sources.decide': { roles: money, scopes: { admin: 'all' } },
  'import.undo': {
    roles: { admin: 'all', finance: 'all', engineer: 'own', viewer: 'none' },
    scopes: { import: 'own', admin: 'all' },
  },
  'ingest.write': { roles: writers, scopes: { ingest: 'all', admin: 'all' } },
  'price.use': { roles: everyone, scopes: { price: 'all', admin: 'all' } },
  'prices.read': { roles: everyone, scopes: { price: 'all', read: 'all', admin: 'all' } },
  'prices.write': { roles: money, scopes: { admin: 'all' } },
  'bills.read': { roles: everyone, scopes: { bills: 'all', admin: 'all' } },
  'bills.write': { roles: { ...money, admin: 'none' }, scopes: { bills: 'all' } },
  'allocation.write': { roles: money, scopes: { admin: 'all' } },
  'budgets.read': { roles: everyone, scopes: { read: 'all', bills: 'all', admin: 'all' } },
  'budgets.write': { roles: { ...writers, engineer: 'own' }, scopes: { admin: 'all' } },
  'channels.manage': { roles: admins, scopes: {} },
  'connections.read': { roles: everyone, scopes: { import: 'all', read: 'all', admin: 'all' } },
  'connections.write': { roles: { ...writers, finance: 'none' }, scopes: { admin: 'all' } },
  'simulate.run': { roles: everyone, scopes: { simulate: 'all', admin: 'all' } },
  'reports.read': { roles: everyone, scopes: { simulate: 'all', read: 'all', admin: 'all' } },
  'reports.write': { roles: writers, scopes: { simulate: 'all', admin: 'all' } },
  'members.manage': { roles: admins, scopes: {} },
  'workspace.manage': { roles: admins, scopes: {} },
  'tokens.own': { roles: writers, scopes: {} },
  'tokens.all': { roles: admins, scopes: {} },
  'audit.read': { roles: money, scopes: { admin: 'all' } },
  'account.self': { roles: everyone, scopes: {} },
} as const satisfies Record<string, Rule>

export type Permission = keyof typeof POLICY

/** What the principal may do with a permission: on everything of the workspace, on its own objects, or nothing. */
export function grantOf(principal: Principal, permission: Permission): Grant {
  const rule: Rule = POLICY[permission]
  const byRole = rule.roles[principal.role]
  if (principal.scopes === null || byRole === 'none') return byRole
  let byScope: Grant = 'none'
  for (const scope of principal.scopes) {
    const grant = rule.scopes[scope]
    if (grant === 'all') byScope = 'all'
    else if (grant === 'own' && byScope === 'none') byScope = 'own'
  }
  return byScope === 'none' ? 'none' : byRole === 'own' || byScope === 'own' ? 'own' : 'all'
}

/** Throws FORBIDDEN unless allowed. `ownerActor` is who made the object, where a grant may be limited to own objects. */
export function authorise(principal: Principal, permission: Permission, ownerActor?: string): void {
  const grant = grantOf(principal, permission)
  if (grant === 'all') return
  if (grant === 'own' && (ownerActor === undefined || ownerActor === principal.actor)) return
  const rule: Rule = POLICY[permission]
  if (principal.scopes !== null && !lacksOnlyRole(principal, rule)) {
    const scopes = Object.keys(rule.scopes).join(' or ')
    throw new AppError('FORBIDDEN', `This token may not do that (${permission}).`, {
      reason: 'MISSING_SCOPE',
      remedy: scopes === '' ? 'Only a signed-in person can do this.' : `Use a token with the scope ${scopes}.`,
    })
  }
  const roles = ROLES.filter((role) => rule.roles[role] !== 'none').join(' or ')
  throw new AppError('FORBIDDEN', `The role ${principal.role} may not do that (${permission}).`, {
    reason: 'MISSING_ROLE',
    remedy: `It takes the role ${roles}. Ask an administrator of this workspace.`,
  })
}

/** The token has the scope; its owner has not the role, and no other token of the same owner would do. */
function lacksOnlyRole(principal: Principal, rule: Rule): boolean {
  return rule.roles[principal.role] === 'none' && principal.scopes?.some((scope) => rule.scopes[scope]) === true
}
