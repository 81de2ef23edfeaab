/**
 * Requests to addresses that people enter. They go to public addresses alone: the text is checked when it is saved, and the
 * addresses its name resolves to when it is used, inside the connection's own look-up, so that no second look-up can answer
 * otherwise. Redirects are refused, time and answer are bounded. An operator may open named hosts and networks on purpose.
 */
import 'server-only'
import { lookup as resolveName } from 'node:dns'
import { type ClientRequest, request as requestPlain } from 'node:http'
import { request as requestSecure } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { env } from './env'

const TIMEOUT_MS = 10_000
const PORTS = new Set(['', '443', '8443'])
const INNER_NAME =
  /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home|corp|private|home\.arpa|onion|test|example|invalid)$/

/** Nothing of these is somebody else's server on the internet. Source: IANA special-purpose registries, checked 2026-11-24. */
const REFUSED = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  REFUSED.addSubnet(network, prefix, 'ipv4')
}
const GLOBAL_V6 = new BlockList()
GLOBAL_V6.addSubnet('2000::', 3, 'ipv6')
/** Inside 2000::/3, but documentation, tunnels that carry an IPv4 address, and the like. */
const REFUSED_V6 = new BlockList()
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  REFUSED_V6.addSubnet(network, prefix, 'ipv6')
}

export function isPublicAddress(address: string): boolean {
  const version = isIP(address)
  if (version === 4) return !REFUSED.check(address, 'ipv4')
  return version === 6 && GLOBAL_V6.check(address, 'ipv6') && !REFUSED_V6.check(address, 'ipv6')
}

interface Allowed {
  readonly hosts: ReadonlySet<string>
  readonly networks: BlockList
}

/** `TOKENTAB_OUTBOUND_ALLOW`: hosts, addresses and networks the operator opens. */
function allowed(): Allowed {
  const hosts = new Set<string>()
  const networks = new BlockList()
  for (const text of (env().TOKENTAB_OUTBOUND_ALLOW ?? '').split(',').map((part) => part.trim().toLowerCase())) {
    if (text === '') continue
    const [address = '', prefix] = text.split('/')
    const version = isIP(address)
    if (version === 0) hosts.add(text)
    else if (prefix === undefined) networks.addAddress(address, version === 4 ? 'ipv4' : 'ipv6')
    else networks.addSubnet(address, Number.parseInt(prefix, 10), version === 4 ? 'ipv4' : 'ipv6')
  }
  return { hosts, networks }
}

const mayConnect = (address: string, open: Allowed): boolean =>
  isPublicAddress(address) || open.networks.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6')

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '').toLowerCase()

/** Why an address may not be used; null when it may, as far as its text tells. */
export function whyRefused(text: string): string | null {
  // What URL parsers disagree about is no address: they would not name the same host.
  if (/[\s\\#\p{Cc}]/u.test(text) || !URL.canParse(text))
    return 'It is not an address like https://hooks.example.com/path.'
  const url = new URL(text)
  const host = bare(url.hostname)
  const open = allowed()
  const isOpen = open.hosts.has(host) || (isIP(host) !== 0 && mayConnect(host, open) && !isPublicAddress(host))
  if (url.username !== '' || url.password !== '') return 'It must not carry a user name or password.'
  if (url.protocol !== 'https:' && !(isOpen && url.protocol === 'http:')) return 'It must begin with https://.'
  if (isOpen) return null
  if (!PORTS.has(url.port)) return 'Its port must be 443 or 8443.'
  if (isIP(host) !== 0) return isPublicAddress(host) ? null : 'It is not a public address.'
  if (!host.includes('.') || host.endsWith('.') || INNER_NAME.test(host)) return 'Its host is not a public name.'
  return null
}

/** Resolves as the system does, and hands on what may be connected to; one refused address refuses the name. */
function guardedLookup(open: Allowed): LookupFunction {
  return (hostname, options, callback) => {
    resolveName(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '', 0)
      const first = addresses[0]
      const refused = open.hosts.has(hostname.toLowerCase())
        ? undefined
        : addresses.find(({ address }) => !mayConnect(address, open))
      if (first === undefined || refused !== undefined) {
        return callback(Object.assign(new Error(`${hostname} is not a public address`), { code: 'EREFUSED' }), '', 0)
      }
      if (options.all === true) return callback(null, addresses)
      return callback(null, first.address, first.family)
    })
  }
}

/** An answer that changes the protocol is neither an answer nor an error to Node: nobody else would ever hear of it. */
function onUpgrade(request: ClientRequest, fail: (why: string) => void): void {
  request.on('upgrade', (_response, socket) => {
    socket.destroy()
    fail('it answered with another protocol')
  })
}

export type Sent = { readonly ok: true } | { readonly ok: false; readonly problem: string }

/** Posts a body; succeeds with a 2xx answer within ten seconds. Never throws for what the other side does. */
export async function postOutbound(
  address: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<Sent> {
  const why = whyRefused(address)
  if (why !== null) return { ok: false, problem: why }
  const url = new URL(address)
  const send = url.protocol === 'https:' ? requestSecure : requestPlain
  return await new Promise<Sent>((resolve) => {
    const request = send(
      url,
      {
        method: 'POST',
        agent: false,
        lookup: guardedLookup(allowed()),
        headers: { 'user-agent': 'tokentab', ...headers, 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        const status = response.statusCode
        // The answer's text is of no interest and may be endless.
        response.destroy()
        clearTimeout(timer)
        if (status !== undefined && status >= 200 && status < 300) resolve({ ok: true })
        else if (status !== undefined && status >= 300 && status < 400) {
          resolve({ ok: false, problem: `It redirects (${status}), which is refused.` })
        } else resolve({ ok: false, problem: `It answered ${status}.` })
      },
    )
    const fail = (why: string) => {
      clearTimeout(timer)
      resolve({ ok: false, problem: why })
    }
    const timer = setTimeout(() => request.destroy(new Error('no answer within 10 seconds')), TIMEOUT_MS)
    request.on('error', (error) => fail(error.message))
    onUpgrade(request, fail)
    request.end(body)
  })
}

export interface GetLimits {
  /** From the first byte sent to the last received. */
  readonly timeoutMs: number
  readonly maxBytes: number
  /** Ends the request early. */
  readonly signal?: AbortSignal
}

export type Answered =
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfter: string | null; readonly body: Buffer }
  | { readonly kind: 'refused'; readonly problem: string }
  | { readonly kind: 'unreachable'; readonly problem: string }
  | { readonly kind: 'too_large' }

/**
 * Asks for an address and answers its body, which is kept for a 200 alone. Redirects are answered as they are, never
 * followed: the headers carry a key. An answer that is cut off, too slow or too large is none. Never throws for what the
 * other side does.
 */
export async function getOutbound(
  address: string,
  headers: Readonly<Record<string, string>>,
  limits: GetLimits,
): Promise<Answered> {
  const why = whyRefused(address)
  if (why !== null) return { kind: 'refused', problem: why }
  const url = new URL(address)
  const send = url.protocol === 'https:' ? requestSecure : requestPlain
  return await new Promise<Answered>((resolve) => {
    const request = send(
      url,
      {
        method: 'GET',
        agent: false,
        lookup: guardedLookup(allowed()),
        headers: { 'user-agent': 'tokentab', accept: 'application/json', ...headers },
      },
      (response) => {
        const status = response.statusCode ?? 0
        const retryAfter = response.headers['retry-after'] ?? null
        if (status !== 200) {
          response.destroy()
          settle({ kind: 'answer', status, retryAfter, body: Buffer.alloc(0) })
          return
        }
        const parts: Buffer[] = []
        let bytes = 0
        response.on('data', (part: Buffer) => {
          bytes += part.length
          parts.push(part)
          if (bytes <= limits.maxBytes) return
          response.destroy()
          settle({ kind: 'too_large' })
        })
        response.on('end', () => settle({ kind: 'answer', status, retryAfter, body: Buffer.concat(parts) }))
        // After an end this is heard by nobody: the first outcome stands.
        response.on('close', () => settle({ kind: 'unreachable', problem: 'the answer was cut off' }))
        response.on('error', () => settle({ kind: 'unreachable', problem: 'the answer was cut off' }))
      },
    )
    const settle = (answered: Answered) => {
      clearTimeout(timer)
      limits.signal?.removeEventListener('abort', stop)
      resolve(answered)
    }
    const stop = () => request.destroy(new Error('this process ends'))
    const seconds = Math.max(1, Math.round(limits.timeoutMs / 1_000))
    const timer = setTimeout(
      () => request.destroy(new Error(`no whole answer within ${seconds} ${seconds === 1 ? 'second' : 'seconds'}`)),
      limits.timeoutMs,
    )
    limits.signal?.addEventListener('abort', stop)
    onUpgrade(request, (why) => settle({ kind: 'unreachable', problem: why }))
    request.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EREFUSED'
        ? settle({ kind: 'refused', problem: 'Its name leads to an address that is not public.' })
        : settle({ kind: 'unreachable', problem: error.message }),
    )
    request.end()
  })
}
