/** What a request line asks for, looked at before the framework does: that one answers some of them with a fault of its own. */
import 'server-only'
import type { IncomingMessage } from 'node:http'
import { AppError } from '../errors'

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/**
 * Brings a target in absolute form (RFC 9112, 3.2.2: a server must take it, and its host instead of the Host header) into
 * the form of all others.
 */
export function originForm(request: IncomingMessage): void {
  const { url = '/' } = request
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return
  const { host, pathname, search } = new URL(url)
  request.url = `${pathname}${search}`
  request.headers.host = host
}

/** Null when the method and the path can be asked for at all. */
export function whyUnaskable({ method = 'GET', url = '/' }: Pick<IncomingMessage, 'method' | 'url'>): AppError | null {
  if (!METHODS.has(method)) {
    return new AppError('METHOD_NOT_ALLOWED', `Nothing here answers to the method ${method}.`)
  }
  const path = url.split('?', 1)[0] ?? '/'
  if (!path.startsWith('/')) return new AppError('INVALID_REQUEST', 'The address does not begin with a slash.')
  try {
    decodeURIComponent(path)
  } catch (cause) {
    if (!(cause instanceof URIError)) throw cause
    return new AppError('INVALID_REQUEST', 'The path holds a % that begins no character of UTF-8.', {
      remedy: 'Write a % itself as %25.',
    })
  }
  return null
}
