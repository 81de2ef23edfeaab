/**
 * The listening socket. It opens before anything else runs and answers /healthz and /readyz itself, so that whoever
 * watches sees a reason instead of a closed port while the database starts or recovers.
 */
import 'server-only'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { StartError } from '../process-identity'
import { refuseInJson } from './api-refusal'
import { stampRequest } from './peer'
import { problem as problemReply } from './problem'
import { setSecurityHeaders } from './security-headers'
import { originForm, whyUnaskable } from './target'
import { dropUnread } from './unread-body'

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

export interface FrontDoor {
  /** Where it listens, e.g. http://127.0.0.1:3000. */
  readonly origin: string
  readonly server: Server
  /** Why requests cannot be served now; null when they can. */
  readonly setProblem: (reason: string | null) => void
  /** Hands over everything but the two probes. */
  readonly serveWith: (handler: Handler) => void
  /** Stops accepting, lets running requests finish for at most so long, then cuts the rest. */
  readonly close: (drainMilliseconds: number) => Promise<void>
}

const RETRY_AFTER_SECONDS = 5

function reply(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', ...headers })
  response.end(body)
}

/** Sends what was made for the web's interface through Node's. */
async function send(response: ServerResponse, answer: Response): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers))
  response.end(await answer.text())
}

const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)

function waitingPage(reason: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="2"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Tokentab is not ready yet</title><style>body{font:16px/1.5 system-ui,sans-serif;color-scheme:light dark;margin:20vh auto;max-width:32rem;padding:0 1.5rem}p{opacity:.75}</style></head><body><h1>Not ready yet</h1><p role="status">${escapeHtml(reason)}. This page tries again by itself; nothing is lost.</p></body></html>`
}

function refuse(request: IncomingMessage, response: ServerResponse, reason: string): void {
  const headers = { 'retry-after': String(RETRY_AFTER_SECONDS), connection: 'close' }
  if (request.method === 'GET' && (request.headers.accept ?? '').includes('text/html')) {
    reply(response, 503, 'text/html; charset=utf-8', waitingPage(reason), headers)
    return
  }
  const body = {
    type: 'about:blank',
    title: 'UNAVAILABLE',
    status: 503,
    code: 'UNAVAILABLE',
    detail: `Not ready: ${reason}. Nothing was stored; try again.`,
  }
  reply(response, 503, 'application/problem+json; charset=utf-8', JSON.stringify(body), headers)
}

/** How often senders of headers that never end are looked for; Node would look half as often as it bears them. */
const CHECK_EVERY_MS = 5_000

/**
 * @param probe asked by /readyz once there is no known problem; null when the database answers.
 */
export async function openFrontDoor(options: {
  host: string
  port: number
  probe: () => Promise<string | null>
}): Promise<FrontDoor> {
  let problem: string | null = 'starting'
  let handler: Handler | null = null
  let draining = false
  const open = new Set<ServerResponse>()

  // Anybody may ask, and asking takes a connection of the database: whoever asks meanwhile gets the same answer.
  let asked: Promise<string | null> | null = null
  const probe = async () => {
    asked ??= options.probe().finally(() => {
      asked = null
    })
    return await asked
  }
  const readiness = async (response: ServerResponse) => {
    const reason = draining ? 'stopping' : (problem ?? (await probe()))
    reply(
      response,
      reason === null ? 200 : 503,
      'application/json; charset=utf-8',
      JSON.stringify(reason === null ? { status: 'ready' } : { status: 'not_ready', reason }),
      reason === null ? {} : { 'retry-after': String(RETRY_AFTER_SECONDS) },
    )
  }

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const refusal = whyUnaskable(request)
    if (refusal !== null) return await send(response, problemReply(refusal))
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    if (path === '/healthz') return reply(response, 200, 'application/json; charset=utf-8', '{"status":"alive"}')
    if (path === '/readyz') return await readiness(response)
    if (draining) response.setHeader('connection', 'close')
    // Files of the pages do not need the database.
    if (handler !== null && (problem === null || path.startsWith('/_next/static/'))) {
      if (/^\/api(\/|$)/.test(path)) refuseInJson(response, request.method ?? 'GET')
      return await handler(request, response)
    }
    refuse(request, response, problem ?? 'starting')
  }

  const server = createServer({ connectionsCheckingInterval: CHECK_EVERY_MS }, (request, response) => {
    open.add(response)
    response.on('close', () => open.delete(response))
    dropUnread(request, response)
    originForm(request)
    stampRequest(request)
    setSecurityHeaders(request, response)
    answer(request, response).catch((error: Error) => {
      process.stderr.write(`request failed: ${error.stack ?? error.message}\n`)
      if (!response.headersSent) reply(response, 500, 'text/plain; charset=utf-8', 'Internal error')
      else response.destroy()
    })
  })
  // An upload of many gigabytes over a slow line takes as long as it takes; Node would end it after five minutes.
  server.requestTimeout = 0
  server.headersTimeout = 60_000
  server.keepAliveTimeout = 65_000

  await new Promise<void>((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const cause =
        error.code === 'EADDRINUSE'
          ? `Port ${options.port} of ${options.host} is taken. Stop what listens there, or set PORT.`
          : `Cannot listen on ${options.host}:${options.port}: ${error.message}`
      fail(new StartError(cause))
    })
    server.listen(options.port, options.host, done)
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : options.port
  const host = options.host.includes(':') ? `[${options.host}]` : options.host

  return {
    origin: `http://${host}:${port}`,
    server,
    setProblem: (reason) => {
      problem = reason
    },
    serveWith: (next) => {
      handler = next
    },
    close: async (drainMilliseconds) => {
      draining = true
      const closed = new Promise<void>((done) => server.close(() => done()))
      server.closeIdleConnections()
      // A stream of events never finishes by itself; its reader reconnects to the next server.
      for (const response of open) {
        if (String(response.getHeader('content-type') ?? '').startsWith('text/event-stream')) response.destroy()
      }
      const idle = setInterval(() => server.closeIdleConnections(), 200)
      const cut = setTimeout(() => server.closeAllConnections(), drainMilliseconds)
      await closed
      clearInterval(idle)
      clearTimeout(cut)
    },
  }
}
