/** A file to save that is made while it is read: however long, it is never held whole. */
import 'server-only'

/** Text comes in lines, bytes as they are. */
export type FileContent = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>

const PIECE_BYTES = 64 * 1024

/** No longer than the reader takes it; a reader that goes away ends the making. @param filename ASCII without quotes */
export function fileStream(content: FileContent, filename: string, mediaType: string): Response {
  const pieces = inPieces(content)
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { done, value } = await pieces.next()
      if (done === true) controller.close()
      else controller.enqueue(value)
    },
    cancel: async () => {
      await pieces.return(undefined)
    },
  })
  return new Response(body, {
    headers: {
      'content-type': mediaType,
      'content-disposition': `attachment; filename="${filename}"`,
      'cache-control': 'private, no-store',
    },
  })
}

/** Lines gathered to pieces of some size; after each, others get their turn. */
async function* inPieces(content: FileContent): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder()
  let text = ''
  for await (const part of content) {
    if (typeof part === 'string') text += part
    else {
      if (text !== '') yield encoder.encode(text)
      text = ''
      yield part
    }
    if (text.length < PIECE_BYTES) continue
    yield encoder.encode(text)
    text = ''
  }
  if (text !== '') yield encoder.encode(text)
}
