/** Whether a write that rests on a cookie came from our own pages. */
import 'server-only'
import { env } from '../env'
import { AppError } from '../errors'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/** The configured public origin; without one, the origin a browser must have used to send this Host header. */
function isOwnOrigin(origin: string, host: string | null): boolean {
  const configured = env().TOKENTAB_PUBLIC_URL
  if (configured !== undefined) return origin === new URL(configured).origin
  return host !== null && (origin === `http://${host}` || origin === `https://${host}`)
}

/**
 * Throws FORBIDDEN unless all hold for a writing method: `Origin` is ours, `Sec-Fetch-Site` (when sent) is same-origin, and
 * the request carries what no HTML form can send: a JSON content type or the header `x-tokentab: 1`.
 */
export function requireOwnOrigin(request: Request): void {
  if (SAFE.has(request.method)) return
  const origin = request.headers.get('origin')
  const site = request.headers.get('sec-fetch-site')
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  const ours = origin !== null && isOwnOrigin(origin, request.headers.get('host'))
  const marked = type === 'application/json' || request.headers.get('x-tokentab') === '1'
  if (ours && (site === null || site === 'same-origin') && marked) return
  throw new AppError('FORBIDDEN', 'This write did not come from a page of this server.', {
    reason: 'CROSS_ORIGIN',
    remedy: 'Use an API token, or set TOKENTAB_PUBLIC_URL to the address people open.',
  })
}
