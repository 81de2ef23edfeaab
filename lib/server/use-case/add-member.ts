/** An administrator adds a person. There is no mail: the first password is handed over, or single sign-on proves who it is. */
import 'server-only'
import { z } from 'zod'
import { normaliseEmail } from '../auth/email'
import { hashPassword } from '../auth/password'
import { authorise, type Principal, ROLES } from '../auth/principal'
import { writeAudit } from '../db/audit'
import { insertMembership, isMember } from '../db/member'
import { inTransaction } from '../db/pool'
import { findUserByEmail, insertUser } from '../db/user'
import { AppError } from '../errors'

export const addMemberInput = z.strictObject({
  email: z.string().max(254),
  name: z.string().trim().max(100).default(''),
  role: z.enum(ROLES),
  /** Null when the person signs in by single sign-on only, or already has an account in another workspace. */
  password: z.string().max(2000).nullable().default(null),
})
export type AddMemberInput = z.input<typeof addMemberInput>

/** Answers the member's user id. Throws CONFLICT when the person is a member already, UNPROCESSABLE for a bad address or password. */
export async function addMember(principal: Principal, input: AddMemberInput): Promise<{ userId: number }> {
  authorise(principal, 'members.manage')
  const parsed = addMemberInput.safeParse(input)
  if (!parsed.success) throw new AppError('INVALID_REQUEST', parsed.error.issues[0]?.message ?? 'Not a member.')
  const { name, role, password } = parsed.data
  const email = normaliseEmail(parsed.data.email)
  if (email === null) throw new AppError('UNPROCESSABLE', 'That is not an e-mail address.', { reason: 'EMAIL_SHAPE' })
  const passwordHash = password === null ? null : await hashPassword(password)
  return inTransaction(async (connection) => {
    const { workspaceId } = principal
    const known = await findUserByEmail(connection, email)
    if (known !== null && (await isMember(connection, workspaceId, known.id))) {
      throw new AppError('CONFLICT', `${email} is already a member.`, { reason: 'ALREADY_MEMBER' })
    }
    // An account that exists keeps its own password and name: adding a person must not take the account over.
    const userId = known?.id ?? (await insertUser(connection, { email, name, passwordHash }))
    await insertMembership(connection, { workspaceId, userId, role })
    await writeAudit(connection, principal, 'member.add', email, { role })
    return { userId }
  })
}
