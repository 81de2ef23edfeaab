/** A request's body piece by piece, for files: nothing is gathered in memory. */
import 'server-only'

export async function* streamedBody(request: Request): AsyncGenerator<Uint8Array, void, undefined> {
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
