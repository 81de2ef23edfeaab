/** Where a request comes from, as far as it can be believed. */
import 'server-only'
import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'
import { env } from '../env'

const PEER = 'x-tokentab-peer'
/** What a proxy writes, and anybody else may write too. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-port', 'x-forwarded-proto']

/**
 * Writes into a request what the framework does not hand on, over whatever the client put there: the socket's own address
 * and the path that was asked for.
 */
export function stampRequest(request: IncomingMessage): void {
  request.headers['x-tokentab-path'] = request.url ?? '/'
  if (env().TOKENTAB_TRUST_PROXY === '0') for (const name of FORWARDED) delete request.headers[name]
  request.headers[PEER] = request.socket.remoteAddress ?? 'unknown'
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
  return isIPv6(plain) ? network(plain) : plain.slice(0, 64)
}

/** The /64 of an IPv6 address: a household or a rented machine has a whole one, so counting single addresses counts nothing. */
function network(address: string): string {
  const [head = '', tail] = address.split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0')
  return [...front, ...zeros, ...back].slice(0, 4).join(':')
}
