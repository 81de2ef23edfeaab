/** next-auth's endpoints under /api/auth: CSRF token, sign-in, callback, sign-out. */
import 'server-only'
import type { NextRequest } from 'next/server'
import NextAuth from 'next-auth'
import { authOptions } from '../auth/options'
import { clientAddress } from './peer'
import { problem } from './problem'

export async function handleSignIn(
  request: NextRequest,
  context: { params: Promise<{ nextauth: string[] }> },
): Promise<Response> {
  try {
    const options = await authOptions({
      address: clientAddress(request.headers),
      userAgent: request.headers.get('user-agent'),
    })
    // The library's type still expects synchronous params; it awaits them.
    const answer: Response = await NextAuth(request, context as never, options)
    answer.headers.set('cache-control', 'private, no-store')
    return answer
  } catch (error) {
    return problem(error)
  }
}
