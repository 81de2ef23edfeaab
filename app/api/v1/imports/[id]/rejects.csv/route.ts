import { route } from '@/lib/server/http/route'
import { streamRejects } from '@/lib/server/read/imports'

export const GET = route<{ id: string }>('import.read', async ({ principal, params }) => {
  const lines = await streamRejects(principal, { id: params.id })
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { done, value } = await lines.next()
      if (done === true) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    cancel: async () => {
      await lines.return(undefined)
    },
  })
  return new Response(body, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="rejected-rows-${params.id}.csv"`,
    },
  })
})
