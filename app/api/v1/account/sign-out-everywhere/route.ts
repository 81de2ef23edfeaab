import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { signOutEverywhere } from '@/lib/server/use-case/change-account'

export const POST = route('account.self', async ({ principal }) => {
  await signOutEverywhere(principal)
  return json({ signed_out: true })
})
