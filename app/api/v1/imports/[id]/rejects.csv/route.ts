import { csvStream } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { streamRejects } from '@/lib/server/read/imports'

export const GET = route<{ id: string }>('import.read', async ({ principal, params }) =>
  csvStream(await streamRejects(principal, { id: params.id }), `rejected-rows-${params.id}.csv`),
)
