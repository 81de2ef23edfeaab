import { readQuery } from '@/lib/server/http/body'
import { csvStream } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { exportCalls } from '@/lib/server/read/export-calls'
import { callsFilterOf, exportQuery } from '../queries'

export const GET = route('usage.read', async ({ principal, request }) => {
  const filter = callsFilterOf(readQuery(request, exportQuery))
  return csvStream(await exportCalls(principal, { filter }), 'calls.csv')
})
