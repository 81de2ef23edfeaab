/** next-auth's endpoints under /api/auth: CSRF token, sign-in, callback, sign-out. */
import 'server-only'
import { NextRequest } from 'next/server'
import NextAuth from 'next-auth'
import { parseJson } from '../../core/source/json'
import { authOptions } from '../auth/options'
import { AppError } from '../errors'
import { readText } from './body'
import { clientAddress } from './peer'
import { problem } from './problem'

/** An address, a password of 1,000 characters and a way back, several times. */
const MAX_FORM_BYTES = 32 * 1024

export async function handleSignIn(
  request: NextRequest,
  context: { params: Promise<{ nextauth: string[] }> },
): Promise<Response> {
  try {
    const form = await withSmallBody(request)
    const options = await authOptions({
      address: clientAddress(request.headers),
      userAgent: request.headers.get('user-agent'),
    })
    // The library's type still expects synchronous params; it awaits them.
    const answer: Response = await NextAuth(form, context as never, options)
    answer.headers.set('cache-control', 'private, no-store')
    return answer
  } catch (error) {
    return problem(error)
  }
}

/** Anybody may send here, and the library gathers a body of any length and fails on one that is no form: it gets neither. */
async function withSmallBody(request: NextRequest): Promise<NextRequest> {
  if (request.method !== 'POST' || request.body === null) return request
  const body = await readText(request, MAX_FORM_BYTES)
  if (request.headers.get('content-type')?.includes('application/json') === true) {
    const parsed = parseJson(body)
    if (!parsed.ok || typeof parsed.value !== 'object' || parsed.value === null) {
      throw new AppError('INVALID_REQUEST', 'The body is not a JSON object.')
    }
  }
  return new NextRequest(request.url, { method: 'POST', headers: request.headers, body })
}
