import { publicMix } from '@/lib/core/report/mix-view'
import { mixSchema } from '@/lib/core/simulate/scenario'
import { readJson } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { findMix } from '@/lib/server/read/find-mix'

export const POST = route('simulate.run', async ({ principal, request }) => {
  return json(publicMix(await findMix(principal, await readJson(request, mixSchema))))
})
