import { fileStream } from '@/lib/server/http/file-stream'
import { route } from '@/lib/server/http/route'
import { streamRejects } from '@/lib/server/read/imports'

export const GET = route<{ id: string }>('import.read', async ({ principal, params }) =>
  fileStream(
    await streamRejects(principal, { id: params.id }),
    `rejected-rows-${params.id}.csv`,
    'text/csv; charset=utf-8',
  ),
)
