import { describe, expect, test } from 'vitest'
import {
  authorise,
  grantOf,
  type Permission,
  POLICY,
  type Principal,
  ROLES,
  SCOPES,
} from '../../../lib/server/auth/principal'

const person = (role: Principal['role']): Principal => ({
  workspaceId: 1,
  workspaceName: 'Acme',
  isSample: false,
  userId: 1,
  actor: 'ann@example.com',
  role,
  scopes: null,
})

/** Who may do what, written out by hand beside the product's own tables: W all, o own objects, - nothing. */
const EXPECTED: Record<Permission, string> = {
  //                  admin finance engineer viewer
  'usage.read': 'W W W W',
  'import.read': 'W W W W',
  'import.create': 'W W W -',
  'import.undo': 'W W o -',
  'ingest.write': 'W W W -',
  'price.use': 'W W W W',
  'prices.read': 'W W W W',
  'prices.write': 'W W - -',
  'sources.decide': 'W W - -',
  'bills.read': 'W W W W',
  'bills.write': '- W - -',
  'allocation.write': 'W W - -',
  'budgets.read': 'W W W W',
  'budgets.write': 'W W o -',
  'channels.manage': 'W - - -',
  'connections.read': 'W W W W',
  'connections.write': 'W - W -',
  'simulate.run': 'W W W W',
  'reports.read': 'W W W W',
  'reports.write': 'W W W -',
  'members.manage': 'W - - -',
  'workspace.manage': 'W - - -',
  'tokens.own': 'W W W -',
  'tokens.all': 'W - - -',
  'audit.read': 'W W - -',
  'account.self': 'W W W W',
}
const LETTER = { all: 'W', own: 'o', none: '-' } as const
const permissions = Object.keys(POLICY) as Permission[]

describe('the policy', () => {
  test('gives each role what the matrix says, and no permission is missing from it', () => {
    const actual = Object.fromEntries(
      permissions.map((permission) => [
        permission,
        ROLES.map((role) => LETTER[grantOf(person(role), permission)]).join(' '),
      ]),
    )
    expect(actual).toEqual(EXPECTED)
  })

  test('lets no one person both manage members and close bills', () => {
    const both = ROLES.filter((role) =>
      (['members.manage', 'bills.write'] as const).every((permission) => grantOf(person(role), permission) !== 'none'),
    )
    expect(both).toEqual([])
  })

  test('gives a token never more than its owner’s role, whatever its scopes', () => {
    for (const role of ROLES) {
      for (const scope of SCOPES) {
        for (const permission of permissions) {
          const owner = grantOf(person(role), permission)
          const token = grantOf({ ...person(role), scopes: [scope] }, permission)
          if (owner === 'none') expect([role, scope, permission, token]).toEqual([role, scope, permission, 'none'])
          if (owner === 'own') expect(['own', 'none']).toContain(token)
        }
      }
    }
  })

  test('lets no token manage members, tokens, the workspace or an account', () => {
    for (const permission of [
      'members.manage',
      'channels.manage',
      'workspace.manage',
      'tokens.own',
      'tokens.all',
      'account.self',
    ] as const) {
      expect([permission, grantOf({ ...person('admin'), scopes: [...SCOPES] }, permission)]).toEqual([
        permission,
        'none',
      ])
    }
  })

  test('gives a token without scopes nothing', () => {
    for (const permission of permissions) expect(grantOf({ ...person('admin'), scopes: [] }, permission)).toBe('none')
  })
})

test('a refused token is told what it lacks: the scope, or the role of its owner when it has the scope', () => {
  const refusal = (principal: Principal, permission: Permission) => {
    try {
      authorise(principal, permission)
    } catch (error) {
      return error
    }
    return null
  }
  const commandLine: Principal = { ...person('admin'), userId: null, scopes: ['bills', 'read'] }
  expect(refusal(commandLine, 'bills.write')).toMatchObject({
    reason: 'MISSING_ROLE',
    remedy: expect.stringContaining('the role finance'),
  })
  expect(refusal({ ...commandLine, scopes: ['read'] }, 'bills.write')).toMatchObject({
    reason: 'MISSING_SCOPE',
    remedy: 'Use a token with the scope bills.',
  })
  expect(refusal(commandLine, 'members.manage')).toMatchObject({
    reason: 'MISSING_SCOPE',
    remedy: 'Only a signed-in person can do this.',
  })
  expect(refusal(person('viewer'), 'prices.write')).toMatchObject({
    reason: 'MISSING_ROLE',
    remedy: expect.stringContaining('admin or finance'),
  })
})
