import { readQuery } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { readCalls } from '@/lib/server/read/calls'
import { callsQuery } from '../queries'

export const GET = route('usage.read', async ({ principal, request }) => {
  const { cursor, limit, unpriced, import_no, ...asked } = readQuery(request, callsQuery)
  const { host, model, project, api_key, user, service_tier, meter, price, from, to } = asked
  const filter = {
    from,
    to,
    ...(host === undefined ? {} : { host }),
    ...(model === undefined ? {} : { model }),
    ...(project === undefined ? {} : { project }),
    ...(api_key === undefined ? {} : { api_key }),
    ...(user === undefined ? {} : { user }),
    ...(service_tier === undefined ? {} : { service_tier }),
    ...(meter === undefined ? {} : { meter }),
    ...(price === undefined ? {} : { price }),
    ...(unpriced === undefined ? {} : { unpriced: unpriced === 'true' }),
    ...(import_no === undefined ? {} : { import_no }),
  }
  return json(await readCalls(principal, { filter, cursor: cursor ?? null, ...(limit === undefined ? {} : { limit }) }))
})
