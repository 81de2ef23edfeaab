import { readJson } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { changePassword, changePasswordInput } from '@/lib/server/use-case/change-account'

export const POST = route('account.self', async ({ principal, request }) => {
  await changePassword(principal, await readJson(request, changePasswordInput))
  return json({ changed: true })
})
