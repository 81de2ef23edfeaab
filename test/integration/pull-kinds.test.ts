import type { ServerResponse } from 'node:http'
import { expect, it } from 'vitest'
import type { PullKind } from '../../lib/core/source/pull/pull-source'
import { dayOf } from '../../lib/core/source/pull/pull-source'
import { DAY_MS, floorToDay, HOUR_MS, isoOf } from '../../lib/core/time/instant'
import type { Principal } from '../../lib/server/auth/principal'
import { pool } from '../../lib/server/db/pool'
import { readConnection } from '../../lib/server/read/connections'
import { listImportPage } from '../../lib/server/read/imports'
import { addConnection } from '../../lib/server/use-case/change-connections'
import { pullOnce } from '../../lib/server/use-case/pull-usage'
import { type Asked, type FakeProvider, sendJson } from '../support/fake-provider'
import { drain, requireBalancedBooks } from '../support/imports'
import { besideFakeProvider } from '../support/scene'

const today = floorToDay(Date.now())
const yesterday = today - DAY_MS
const never = new AbortController().signal
let provider: FakeProvider
let base: string
let principal: Principal
besideFakeProvider((made) => {
  ;({ provider, base, principal } = made)
})

async function pullAll(kind: PullKind, from: number): Promise<string> {
  const { id } = await addConnection(principal, {
    name: kind,
    kind,
    key: provider.key,
    base_url: base,
    from: dayOf(from),
  })
  for (let outcome = await pullOnce(never); outcome !== null && outcome !== 'nothing due'; ) {
    expect(['fetched', 'unchanged', 'importing']).toContain(outcome)
    await drain()
    outcome = await pullOnce(never)
  }
  return id
}

const answers = (path: string, page: (asked: Asked) => object) => (asked: Asked, response: ServerResponse) => {
  if (asked.path === `/v1${path}`) sendJson(response, 200, page(asked))
  else sendJson(response, 404, {})
  return true
}

it('Anthropic’s usage report comes by the hour, with each class of tokens apart', async () => {
  provider.trick = answers('/organizations/usage_report/messages', (asked) => ({
    data: asked.query.has('page')
      ? [
          {
            starting_at: isoOf(yesterday + 13 * HOUR_MS),
            ending_at: isoOf(yesterday + 14 * HOUR_MS),
            results: [
              {
                uncached_input_tokens: 1_500,
                cache_creation: { ephemeral_1h_input_tokens: 10, ephemeral_5m_input_tokens: 20 },
                cache_read_input_tokens: 200,
                output_tokens: 500,
                server_tool_use: { web_search_requests: 3 },
                api_key_id: 'apikey_01',
                workspace_id: 'wrkspc_01',
                model: 'claude-sonnet-4-20250514',
                service_tier: 'standard',
                context_window: '0-200k',
                inference_geo: 'global',
                speed: 'standard',
              },
            ],
          },
        ]
      : [{ starting_at: isoOf(yesterday), ending_at: isoOf(yesterday + HOUR_MS), results: [] }],
    has_more: !asked.query.has('page'),
    next_page: asked.query.has('page') ? null : 'page_two',
  }))
  const id = await pullAll('anthropic-usage', yesterday)
  expect(provider.asked.map((one) => [one.key, one.query.get('page')])).toEqual([
    [provider.key, null],
    [provider.key, 'page_two'],
  ])
  const { rows } = await pool().query(
    `SELECT ts, input_tokens::text, cache_read_tokens::text, cache_write_5m_tokens::text, cache_write_1h_tokens::text, output_tokens::text
     FROM usage_record WHERE workspace_id = $1`,
    [principal.workspaceId],
  )
  expect(rows).toEqual([
    {
      ts: new Date(yesterday + 13 * HOUR_MS),
      input_tokens: '1500',
      cache_read_tokens: '200',
      cache_write_5m_tokens: '20',
      cache_write_1h_tokens: '10',
      output_tokens: '500',
    },
  ])
  expect((await readConnection(principal, { id })).state).toBe('good')
  await requireBalancedBooks(principal)
})

it('Anthropic’s cost report comes by the day, in cents, into the layer of billed cost', async () => {
  provider.trick = answers('/organizations/cost_report', () => ({
    data: [
      {
        starting_at: isoOf(yesterday),
        ending_at: isoOf(today),
        results: [
          {
            amount: '123.78912',
            currency: 'USD',
            workspace_id: null,
            description: 'Claude Sonnet 4 Usage - Input Tokens',
            cost_type: 'tokens',
            token_type: 'uncached_input_tokens',
            model: 'claude-sonnet-4-20250514',
            service_tier: 'standard',
            context_window: '0-200k',
            inference_geo: 'global',
          },
        ],
      },
    ],
    has_more: false,
    next_page: null,
  }))
  await pullAll('anthropic-cost', yesterday)
  const { rows } = await pool().query(
    'SELECT host, trim_scale(amount)::text AS amount FROM billed_cost WHERE workspace_id = $1',
    [principal.workspaceId],
  )
  expect(rows).toEqual([{ host: 'anthropic', amount: '1.2378912' }])
  const [only] = (await listImportPage(principal, { cursor: null, limit: 5 })).items
  expect([only?.format, only?.billed?.rows, only?.cost]).toEqual(['anthropic-cost-api', '1', null])
  await requireBalancedBooks(principal)
})

it('a line of cost that moved to another project is billed once', async () => {
  let project = 'proj_old'
  provider.trick = answers('/organization/costs', (asked) => {
    const start = yesterday / 1_000
    const line = { object: 'organization.costs.result', line_item: 'gpt-5, input', api_key_id: null }
    const results = [
      { ...line, project_id: project, amount: { value: '0.060000000000000000001', currency: 'usd' } },
      { ...line, project_id: 'proj_other', amount: { value: 2, currency: 'usd' } },
    ]
    const bucket = { object: 'bucket', start_time: start, end_time: start + 86_400, results }
    return { object: 'page', data: asked.query.has('page') ? [] : [bucket], has_more: false, next_page: null }
  })
  const id = await pullAll('openai-costs', yesterday)
  project = 'proj_new'
  await pool().query('UPDATE connection SET asked_at = now(), next_at = now() WHERE id = $1', [id])
  expect(await pullOnce(never)).toBe('fetched')
  await drain()
  const { rows } = await pool().query(
    `SELECT project, trim_scale(sum(amount))::text AS amount FROM billed_cost
     WHERE workspace_id = $1 AND replaced_by IS NULL GROUP BY 1 ORDER BY 1`,
    [principal.workspaceId],
  )
  expect(rows).toEqual([
    { project: 'proj_new', amount: '0.060000000000000000001' },
    { project: 'proj_old', amount: '0' },
    { project: 'proj_other', amount: '2' },
  ])
  await requireBalancedBooks(principal)
})

it('OpenRouter’s activity is asked day by day, and never for a day that is not over', async () => {
  provider.trick = answers('/activity', (asked) => ({
    data: [
      {
        date: asked.query.get('date'),
        model: 'openai/gpt-4.1',
        model_permaslug: 'openai/gpt-4.1-2025-04-14',
        endpoint_id: '550e8400-e29b-41d4-a716-446655440000',
        provider_name: 'OpenAI',
        usage: 0.015,
        byok_usage_inference: 0,
        requests: 5,
        prompt_tokens: 50,
        completion_tokens: 125,
        reasoning_tokens: 25,
      },
    ],
  }))
  const id = await pullAll('openrouter-activity', today - 3 * DAY_MS)
  expect(provider.asked.map((one) => one.query.get('date'))).toEqual(
    [3, 2, 1].map((back) => dayOf(today - back * DAY_MS)),
  )
  const { rows } = await pool().query(
    `SELECT count(*)::int AS records, sum(output_tokens)::text AS output, trim_scale(sum(reported_cost))::text AS reported
     FROM usage_record WHERE workspace_id = $1`,
    [principal.workspaceId],
  )
  expect(rows).toEqual([{ records: 3, output: '375', reported: '0.045' }])
  const { days } = await readConnection(principal, { id })
  expect(days.at(-1)).toMatchObject({ day: dayOf(today), status: 'pending' })
  await requireBalancedBooks(principal)
})
