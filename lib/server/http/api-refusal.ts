/**
 * Refusals of the framework under /api. What no route answers, or not by this method, it refuses with a page or with nothing;
 * a client of the API is promised problem+json with a code whatever it asks.
 */
import 'server-only'
import type { ServerResponse } from 'node:http'
import { AppError } from '../errors'
import { problem } from './problem'

/** Routes answer refusals themselves, in JSON, and files with a type of their own. */
const PAGE = /^text\/(html|plain|x-component)\b/

/** Null for a status with which only routes refuse. */
function refusalOf(status: number): unknown {
  if (status === 404) {
    return new AppError('NOT_FOUND', 'There is nothing at this address.', {
      remedy: 'GET /api/openapi.json lists the addresses of the API.',
    })
  }
  if (status === 405) {
    return new AppError('METHOD_NOT_ALLOWED', 'This address does not answer to this method.', {
      remedy: 'GET /api/openapi.json lists the methods of each address.',
    })
  }
  if (status === 400) return new AppError('INVALID_REQUEST', 'The request cannot be read.')
  return status < 500 ? null : new Error(`the framework answered ${status}`)
}

/** Watches a response to a request under /api, and puts the problem in the place of a page before anything of it is sent. */
export function refuseInJson(response: ServerResponse, method: string): void {
  const { writeHead, write, end } = response
  let replaced = false

  const replace = (): boolean => {
    if (replaced) return true
    const type = response.getHeader('content-type')
    if (response.statusCode < 400 || response.headersSent) return false
    if (type !== undefined && !PAGE.test(String(type))) return false
    const refusal = refusalOf(response.statusCode)
    if (refusal === null) return false
    replaced = true
    void send(refusal)
    return true
  }
  const send = async (refusal: unknown) => {
    const answer = problem(refusal)
    const body = await answer.text()
    for (const name of ['content-encoding', 'content-length', 'transfer-encoding', 'etag', 'link', 'vary']) {
      response.removeHeader(name)
    }
    response.writeHead = writeHead
    response.statusCode = answer.status
    answer.headers.forEach((value, name) => void response.setHeader(name, value))
    response.setHeader('content-length', Buffer.byteLength(body))
    end.call(response, method === 'HEAD' ? '' : body, 'utf8')
  }
  /** The one who writes goes on as if its text had been sent. */
  const told = (parts: readonly unknown[]) => {
    const done = parts.find((part) => typeof part === 'function')
    if (done !== undefined) process.nextTick(done as () => void)
  }
  Object.assign(response, {
    writeHead: (status: number, ...rest: unknown[]) => {
      response.statusCode = status
      // Who gives headers here says what it sends.
      const plain = rest.every((part) => typeof part === 'string')
      return plain && replace() ? response : Reflect.apply(writeHead, response, [status, ...rest])
    },
    write: (...parts: unknown[]) => {
      if (!replace()) return Reflect.apply(write, response, parts)
      told(parts)
      return true
    },
    end: (...parts: unknown[]) => {
      if (!replace()) return Reflect.apply(end, response, parts)
      told(parts)
      return response
    },
  })
}
