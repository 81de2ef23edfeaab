import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { revokeToken } from '@/lib/server/use-case/revoke-token'

export const DELETE = route<{ id: string }>('tokens.own', async ({ principal, params }) => {
  await revokeToken(principal, { id: params.id })
  return json({ revoked: true })
})
