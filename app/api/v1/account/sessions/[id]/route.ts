import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { revokeSession } from '@/lib/server/use-case/change-account'

export const DELETE = route<{ id: string }>('account.self', async ({ principal, params }) => {
  await revokeSession(principal, { id: params.id })
  return json({ revoked: true })
})
