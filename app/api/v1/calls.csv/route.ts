import { readQuery } from '@/lib/server/http/body'
import { fileStream } from '@/lib/server/http/file-stream'
import { route } from '@/lib/server/http/route'
import { exportCalls } from '@/lib/server/read/export-calls'
import { callsFilterOf, exportQuery } from '../queries'

export const GET = route('usage.read', async ({ principal, request }) => {
  const filter = callsFilterOf(readQuery(request, exportQuery))
  return fileStream(await exportCalls(principal, { filter }), 'calls.csv', 'text/csv; charset=utf-8')
})
