import { readJson } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { listTokens } from '@/lib/server/read/list-tokens'
import { createToken, createTokenInput } from '@/lib/server/use-case/create-token'

export const GET = route('tokens.own', async ({ principal }) => {
  const tokens = await listTokens(principal)
  return json({
    tokens: tokens.map((token) => ({
      id: token.id,
      name: token.name,
      prefix: token.prefix,
      scopes: token.scopes,
      owner: token.ownerEmail,
      created_at: token.createdAt,
      expires_at: token.expiresAt,
      last_used_at: token.lastUsedAt,
    })),
  })
})

export const POST = route('tokens.own', async ({ principal, request }) => {
  const created = await createToken(principal, await readJson(request, createTokenInput))
  return json(
    {
      id: created.id,
      token: created.token,
      prefix: created.prefix,
      name: created.name,
      scopes: created.scopes,
      expires_at: created.expiresAt,
    },
    { status: 201 },
  )
})
