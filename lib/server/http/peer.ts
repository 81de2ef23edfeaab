/** Where a request comes from, as far as it can be believed. */
import 'server-only'
import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'
import { env } from '../env'

const PEER = 'x-tokentab-peer'

/**
 * Writes the socket's own address into every incoming request, over whatever the client put there. Called once, before
 * the server listens; the framework hands headers on but not the socket.
 */
export function stampPeer(): void {
  subscribe('http.server.request.start', (message) => {
    const { request } = message as { request: IncomingMessage }
    request.headers[PEER] = request.socket.remoteAddress ?? 'unknown'
  })
}

/**
 * The client's address, for counting attempts. `X-Forwarded-For` counts only behind a proxy the operator vouched for
 * (TOKENTAB_TRUST_PROXY=1), and then its last entry: the one our own proxy wrote.
 */
export function clientAddress(headers: Headers): string {
  const forwarded =
    env().TOKENTAB_TRUST_PROXY === '1' ? headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() : null
  const address = forwarded || headers.get(PEER) || 'unknown'
  const plain = address.startsWith('::ffff:') ? address.slice(7) : address
  // A household or a rented machine has a whole /64: counting single IPv6 addresses would count nothing.
  return isIPv6(plain) ? plain.split(':').slice(0, 4).join(':') : plain.slice(0, 64)
}
