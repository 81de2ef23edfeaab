/**
 * The frame of every route handler: finds the principal, checks the permission the route declares, refuses cross-origin
 * writes, and turns whatever is thrown into problem+json. Use-cases and reads authorise once more on their own.
 */
import 'server-only'
import { authorise, type Permission, type Principal } from '../auth/principal'
import { requireCaller } from '../auth/resolve'
import { requireOwnOrigin } from './origin'
import { problem } from './problem'

export interface RouteCall<Params> {
  readonly principal: Principal
  readonly request: Request
  readonly params: Params
}

type RouteHandler<Params> = (request: Request, context: { params: Promise<Params> }) => Promise<Response>

function withPrivateCache(response: Response): Response {
  if (!response.headers.has('cache-control')) response.headers.set('cache-control', 'private, no-store')
  return response
}

/** `export const GET = route<{ id: string }>('import.read', async ({ principal, params }) => json(…))` */
export function route<Params extends object = object>(
  permission: Permission,
  handler: (call: RouteCall<Params>) => Promise<Response>,
): RouteHandler<Params> {
  return async (request, context) => {
    try {
      const caller = await requireCaller(request)
      if (caller.by === 'cookie') requireOwnOrigin(request)
      authorise(caller.principal, permission)
      return withPrivateCache(await handler({ principal: caller.principal, request, params: await context.params }))
    } catch (error) {
      return problem(error)
    }
  }
}

/** For the few routes that anybody may call; which ones is fixed in the authorisation table of the architecture test. */
export function publicRoute<Params extends object = object>(
  handler: (call: { request: Request; params: Params }) => Promise<Response>,
): RouteHandler<Params> {
  return async (request, context) => {
    try {
      return withPrivateCache(await handler({ request, params: await context.params }))
    } catch (error) {
      return problem(error)
    }
  }
}
