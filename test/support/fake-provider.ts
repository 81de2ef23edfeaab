/**
 * A provider's usage and cost API on the loopback, which tells what it is given and fails in the ways it is told to. Usage is
 * held by hour, cost by day, as the providers hold it.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Asked {
  readonly path: string
  readonly query: URLSearchParams
  readonly key: string
}

/** What to do with one request instead of answering it; null answers it. */
export type Trick = (asked: Asked, response: ServerResponse) => boolean

export class FakeProvider {
  /** Input tokens of gpt-5 by the second at which an hour begins. */
  readonly usage = new Map<number, bigint>()
  /** Dollars as text by the second at which a day begins. */
  readonly costs = new Map<number, string>()
  readonly asked: Asked[] = []
  key = 'sk-admin-planted-canary-8f3a-0001'
  /** Buckets of a page, whatever the limit says; null obeys it. */
  mostBuckets: number | null = null
  trick: Trick | null = null
  private readonly server = createServer((request, response) => this.answer(request, response))

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1')
    await once(this.server, 'listening')
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`
  }

  stop(): void {
    this.server.closeAllConnections()
    this.server.close()
  }

  /** Requests for pages of a list since the beginning of the test. */
  pagesOf(path: string): number {
    return this.asked.filter((one) => one.path === path).length
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://fake')
    const asked = {
      path: url.pathname,
      query: url.searchParams,
      key: String(request.headers.authorization ?? request.headers['x-api-key'] ?? '').replace('Bearer ', ''),
    }
    this.asked.push(asked)
    if (this.trick?.(asked, response) === true) return
    if (asked.key !== this.key) {
      sendJson(response, 401, { error: { message: `Incorrect API key provided: ${asked.key}` } })
      return
    }
    const page = this.pageOf(asked)
    if (page === null) sendJson(response, 404, { error: { message: 'Unknown' } })
    else sendJson(response, 200, page)
  }

  private pageOf(asked: Asked): object | null {
    if (asked.path === '/v1/organization/costs') return this.buckets(asked, 86_400, (start) => this.costResults(start))
    if (!asked.path.startsWith('/v1/organization/usage/')) return null
    const isCompletions = asked.path.endsWith('/completions')
    return this.buckets(asked, 3_600, (start) => (isCompletions ? this.usageResults(start) : []))
  }

  private usageResults(start: number): object[] {
    const tokens = this.usage.get(start)
    if (tokens === undefined) return []
    return [
      {
        object: 'organization.usage.completions.result',
        input_tokens: Number(tokens),
        input_cached_tokens: 0,
        output_tokens: 0,
        num_model_requests: 1,
        project_id: 'proj_one',
        user_id: null,
        api_key_id: 'key_one',
        model: 'gpt-5',
        batch: false,
        service_tier: 'default',
      },
    ]
  }

  private costResults(start: number): object[] {
    const amount = this.costs.get(start)
    if (amount === undefined) return []
    return [
      {
        object: 'organization.costs.result',
        amount: { value: amount, currency: 'usd' },
        line_item: 'gpt-5, input',
        project_id: 'proj_one',
        organization_id: 'org-one',
      },
    ]
  }

  private buckets(asked: Asked, width: number, resultsOf: (start: number) => object[]): object {
    const number = (name: string) => Number.parseInt(asked.query.get(name) ?? '0', 10)
    const limit = this.mostBuckets ?? number('limit')
    const from = asked.query.has('page') ? number('page') : number('start_time')
    const data: object[] = []
    let start = from
    for (; start < number('end_time') && data.length < limit; start += width) {
      data.push({ object: 'bucket', start_time: start, end_time: start + width, results: resultsOf(start) })
    }
    const hasMore = start < number('end_time')
    return { object: 'page', data, has_more: hasMore, next_page: hasMore ? String(start) : null }
  }
}

export function sendJson(response: ServerResponse, status: number, body: object, headers: object = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}
