/** What a client still sends when its answer is out already. */
import 'server-only'
import type { IncomingMessage, ServerResponse } from 'node:http'

/** How long the rest is taken from the line before the line is cut. */
const BEAR_MS = 60_000

/**
 * A body over its limit is answered before it is read to its end. Most clients look for the answer only when all is sent: with
 * nobody reading on, they would wait for good and never learn that they were refused. So the rest is taken and dropped, for a
 * while; who still sends then is cut off.
 */
export function dropUnread(request: IncomingMessage, response: ServerResponse, bearMs: number = BEAR_MS): void {
  // Node takes the socket from a request whose reader gave it up.
  const { socket } = request
  response.once('finish', () => {
    if (request.complete || socket.destroyed) return
    const cut = setTimeout(() => socket.destroy(), bearMs)
    const settled = () => {
      clearTimeout(cut)
      socket.off('close', settled)
    }
    socket.once('close', settled)
    // Such a request is closed to what still comes, and would stop the socket at the first piece. Null is its end.
    request.push = (piece: unknown) => {
      if (piece === null) settled()
      return true
    }
    socket.resume()
  })
}
