/**
 * What every response tells the browser about itself, set at the front door so that no page, file, refusal or error goes
 * without. Scripts run only with the nonce of their own response.
 */
import 'server-only'
import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { env } from '../env'

const FIXED: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  // Nothing of a ledger belongs into a search engine, least of all a shared report.
  'x-robots-tag': 'noindex, nofollow',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
}

/** Style attributes are how charts place their parts, so inline styles stay allowed; inline scripts do not. */
function contentPolicy(nonce: string): string {
  return [
    "default-src 'self'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/**
 * Also writes the nonce into the request, over whatever the client sent: the framework takes the nonce of its own scripts
 * from the policy it finds there.
 */
export function setSecurityHeaders(request: IncomingMessage, response: ServerResponse): void {
  const nonce = randomBytes(16).toString('base64')
  const policy = contentPolicy(nonce)
  request.headers['content-security-policy'] = policy
  request.headers['x-nonce'] = nonce
  delete request.headers['content-security-policy-report-only']
  response.setHeader('content-security-policy', policy)
  for (const [name, value] of Object.entries(FIXED)) response.setHeader(name, value)
  if (env().TOKENTAB_PUBLIC_URL?.startsWith('https:'))
    response.setHeader('strict-transport-security', 'max-age=31536000')
}
