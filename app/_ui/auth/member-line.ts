/** A member as the settings screen shows it. */
import type { t } from '../messages/en'

export type RoleName = keyof typeof t.account.roles
export const ROLE_NAMES = ['admin', 'finance', 'engineer', 'viewer'] as const satisfies readonly RoleName[]

export interface MemberLine {
  readonly userId: number
  readonly email: string
  readonly name: string
  readonly role: RoleName
  readonly disabled: boolean
  readonly hasPassword: boolean
  readonly lastSeenAt: string | null
  readonly isYou: boolean
}
