import { readQuery } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { readCalls } from '@/lib/server/read/calls'
import { callsFilterOf, callsQuery } from '../queries'

export const GET = route('usage.read', async ({ principal, request }) => {
  const { cursor, limit, ...rest } = readQuery(request, callsQuery)
  const filter = callsFilterOf(rest)
  return json(await readCalls(principal, { filter, cursor: cursor ?? null, ...(limit === undefined ? {} : { limit }) }))
})
