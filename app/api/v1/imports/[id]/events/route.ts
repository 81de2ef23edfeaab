import { route } from '@/lib/server/http/route'
import { followImport } from '@/lib/server/read/follow-import'

export const dynamic = 'force-dynamic'

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  // A proxy or a compressor that gathers events would make progress jump.
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
}

export const GET = route<{ id: string }>('import.read', async ({ principal, request, params }) => {
  const events = await followImport(principal, { id: params.id, signal: request.signal })
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { done, value } = await events.next()
      if (done === true) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    cancel: async () => {
      await events.return(undefined)
    },
  })
  return new Response(body, { headers: HEADERS })
})
