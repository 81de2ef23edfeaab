/** A request's body piece by piece, for files: nothing is gathered in memory. */
import 'server-only'
import { AppError } from '../errors'

/** The body as a file. Throws UNSUPPORTED_TYPE for a form, whose frame around the file would be read as rows. */
export function fileBody(request: Request): AsyncGenerator<Uint8Array, void, undefined> {
  if (request.headers.get('content-type')?.toLowerCase().startsWith('multipart/') === true) {
    throw new AppError('UNSUPPORTED_TYPE', 'The body is a form, not a file.', {
      remedy: 'Send the file itself as the body: curl --data-binary @FILE, not -F.',
    })
  }
  return streamedBody(request)
}

async function* streamedBody(request: Request): AsyncGenerator<Uint8Array, void, undefined> {
  if (request.body === null) return
  const reader = request.body.getReader()
  let whole = false
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      yield value
    }
    whole = true
  } finally {
    // A refused upload is not read on; the sender meets a closed body. A body that failed cannot be cancelled any more.
    if (!whole) await reader.cancel().catch(() => undefined)
  }
}
