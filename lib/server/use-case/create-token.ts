/** Makes an API token. Its text is answered once and never again. */
import 'server-only'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { authorise, grantOf, type Principal, SCOPES, type Scope } from '../auth/principal'
import { makeTokenText } from '../auth/token-text'
import { writeAudit } from '../db/audit'
import { inTransaction } from '../db/pool'
import { insertToken } from '../db/token'
import { AppError } from '../errors'

export const createTokenInput = z.strictObject({
  name: z.string().trim().min(1).max(100),
  scopes: z.array(z.enum(SCOPES)).min(1),
  /** Days until it ends; null for a token that lasts until it is revoked. */
  expires_in_days: z.int().min(1).max(3650).nullable().default(null),
})
export type CreateTokenInput = z.input<typeof createTokenInput>

export interface CreatedToken {
  readonly id: string
  readonly token: string
  readonly prefix: string
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly expiresAt: Date | null
}

/** Throws FORBIDDEN for a viewer, for a token that asks for another token, and for scope admin asked by a non-administrator. */
export async function createToken(principal: Principal, input: CreateTokenInput): Promise<CreatedToken> {
  authorise(principal, 'tokens.own')
  const parsed = createTokenInput.safeParse(input)
  if (!parsed.success) throw new AppError('INVALID_REQUEST', parsed.error.issues[0]?.message ?? 'Not a token request.')
  const { name, expires_in_days: days } = parsed.data
  const scopes = [...new Set(parsed.data.scopes)]
  if (scopes.includes('admin') && grantOf(principal, 'tokens.all') !== 'all') {
    throw new AppError('FORBIDDEN', 'Only an administrator makes a token with the scope admin.', {
      reason: 'MISSING_ROLE',
      remedy: 'Choose narrower scopes.',
    })
  }
  const made = makeTokenText()
  const id = randomUUID()
  const expiresAt = days === null ? null : new Date(Date.now() + days * 86_400_000)
  await inTransaction(async (connection) => {
    const { workspaceId, userId } = principal
    await insertToken(connection, {
      id,
      workspaceId,
      userId,
      name,
      prefix: made.prefix,
      hash: made.hash,
      scopes,
      expiresAt,
    })
    await writeAudit(connection, principal, 'token.create', `token ${name} (${made.prefix})`, { scopes, expiresAt })
  })
  return { id, token: made.text, prefix: made.prefix, name, scopes, expiresAt }
}
