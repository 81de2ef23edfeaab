import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Principal } from '../../lib/server/auth/principal'
import { readOverlaps } from '../../lib/server/read/overlaps'
import { readSpend } from '../../lib/server/read/spend'
import { undoImport } from '../../lib/server/use-case/undo-import'
import { useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase, resetDatabase } from '../support/database'
import { commandLineOf, importFile, insertTestPrices, requireBalancedBooks, usageCsv } from '../support/imports'

let removeData: () => void
let principal: Principal

beforeAll(async () => {
  removeData = useOwnDataDirectory()
  await openTestDatabase()
})
afterAll(async () => {
  await closeTestDatabase()
  removeData()
})
beforeEach(async () => {
  await resetDatabase()
  await insertTestPrices()
  principal = await commandLineOf('acme')
})

const SEPTEMBER = 1_788_220_800
/** The provider's own export: [day of September from 0, model]. */
function openaiUsage(days: readonly (readonly [number, string])[]): string {
  return [
    'start_time,end_time,project_id,num_model_requests,user_id,api_key_id,model,batch,service_tier,input_tokens,output_tokens,input_cached_tokens,input_uncached_tokens',
    ...days.map(
      ([day, model]) =>
        `${SEPTEMBER + day * 86_400},${SEPTEMBER + (day + 1) * 86_400},,3,,,${model},False,default,1000000,0,0,1000000`,
    ),
    '',
  ].join('\n')
}
const call = (id: string, day: string, model: string) => ({
  id,
  timestamp: `2026-09-${day}T10:00:00Z`,
  model,
  input: 500_000,
  output: 0,
})

describe('usage told by two sources', () => {
  it('is found by host, model and day, with the figures and imports of each', async () => {
    const provider = await importFile(
      principal,
      openaiUsage([
        [0, 'gpt-5'],
        [1, 'gpt-5'],
        [2, 'gpt-5-mini'],
      ]),
    )
    expect(await readOverlaps(principal)).toEqual([])
    const log = await importFile(
      principal,
      usageCsv([
        call('a', '02', 'gpt-5-2026-08-07'),
        call('b', '03', 'gpt-5-mini'),
        call('c', '04', 'gpt-5'),
        call('d', '01', 'gpt-5-nano'),
      ]),
    )
    expect(await readOverlaps(principal)).toEqual([
      {
        host: 'openai',
        from: '2026-09-02',
        to: '2026-09-03',
        sources: [
          {
            source: 'openai',
            title: 'OpenAI usage export',
            days: '2',
            models: '2',
            records: '2',
            // A million at 1.25 and a million at 0.25.
            cost: '1.5',
            imports: [{ id: provider.id, no: provider.no, filename: 'usage.csv' }],
          },
          {
            source: 'tokentab-csv',
            title: 'Tokentab CSV',
            days: '2',
            models: '2',
            records: '2',
            cost: '0.125',
            imports: [{ id: log.id, no: log.no, filename: 'usage.csv' }],
          },
        ],
      },
    ])
    await undoImport(principal, { id: log.id })
    expect(await readOverlaps(principal)).toEqual([])
    await requireBalancedBooks(principal)
  })

  it('is not seen between logs of two programs, or between exports of one teller', async () => {
    await importFile(principal, usageCsv([call('a', '02', 'gpt-5')]))
    await importFile(
      principal,
      `{"id":"x","timestamp":"2026-09-02T11:00:00Z","provider":"openai","model":"gpt-5","usage":{"input":7}}\n`,
    )
    expect(await readOverlaps(principal)).toEqual([])
    const other = await commandLineOf('other')
    await importFile(other, openaiUsage([[1, 'gpt-5']]))
    expect(await readOverlaps(principal)).toEqual([])
  })
})

describe('an agent that tells its calls in files and as telemetry', () => {
  const session = `${JSON.stringify({
    type: 'assistant',
    sessionId: 's-1',
    uuid: 'u-1',
    requestId: 'req_example_1',
    timestamp: '2026-09-02T10:00:01.000Z',
    cwd: '/srv/shop',
    version: '2.1.0',
    message: {
      id: 'msg_01example0000000000000001',
      type: 'message',
      role: 'assistant',
      model: 'claude-opus-4-6',
      stop_reason: 'end_turn',
      usage: { input_tokens: 1000, output_tokens: 40, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 },
    },
  })}\n`
  const attribute = (key: string, value: string | number) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : { intValue: value },
  })
  const event = (attributes: Readonly<Record<string, string | number>>) =>
    `${JSON.stringify({
      resourceLogs: [
        {
          scopeLogs: [
            {
              logRecords: [
                {
                  timeUnixNano: String(Date.UTC(2026, 8, 2, 10) * 1_000_000),
                  attributes: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
                },
              ],
            },
          ],
        },
      ],
    })}\n`
  const telemetry = event({
    'event.name': 'claude_code.api_request',
    'event.timestamp': '2026-09-02T10:00:02.000Z',
    'session.id': 's-1',
    request_id: 'req_example_1',
    model: 'claude-opus-4-6',
    input_tokens: 1000,
    output_tokens: 40,
    cache_read_tokens: 0,
    cache_creation_tokens: 0,
    duration_ms: 1500,
  })

  it('is shown with both, and telemetry of another agent or program is not', async () => {
    await importFile(principal, session)
    await importFile(
      principal,
      event({
        'gen_ai.provider.name': 'anthropic',
        'gen_ai.operation.name': 'chat',
        'gen_ai.response.id': 'msg_01other',
        'gen_ai.request.model': 'claude-opus-4-6',
        'gen_ai.usage.input_tokens': 7,
        'gen_ai.usage.output_tokens': 7,
        'event.name': 'gen_ai.client.inference.operation.details',
      }),
    )
    await importFile(
      principal,
      event({
        'event.name': 'codex.sse_event',
        'event.kind': 'response.completed',
        'event.timestamp': '2026-09-02T10:00:02.000Z',
        'conversation.id': 'c-1',
        model: 'gpt-5',
        input_token_count: 10,
        cached_token_count: 0,
        output_token_count: 1,
        reasoning_token_count: 0,
        tool_token_count: 11,
      }),
    )
    expect((await readSpend(principal, {})).total.records).toBe('3')
    expect(await readOverlaps(principal)).toEqual([])
    await importFile(principal, telemetry)
    const [overlap, another] = await readOverlaps(principal)
    expect(another).toBeUndefined()
    expect([overlap?.host, overlap?.from, overlap?.to]).toEqual(['anthropic', '2026-09-02', '2026-09-02'])
    expect(
      overlap?.sources.map(({ source, records, imports }) => [source, records, imports.map(({ no }) => no)]),
    ).toEqual([
      ['claude-code-jsonl', '1', [1]],
      ['otlp-json', '1', [4]],
    ])
    await requireBalancedBooks(principal)
  })
})

describe('one source in two groupings', () => {
  const page = (results: readonly object[]) =>
    JSON.stringify({
      object: 'page',
      data: [{ object: 'bucket', start_time: SEPTEMBER, end_time: SEPTEMBER + 86_400, results }],
      has_more: false,
    })
  const result = (fields: object) => ({
    object: 'organization.usage.completions.result',
    input_tokens: 1_000_000,
    output_tokens: 0,
    num_model_requests: 3,
    model: null,
    project_id: null,
    ...fields,
  })

  it('is told with the import that comes second, until one of them is undone', async () => {
    const first = await importFile(principal, openaiUsage([[0, 'gpt-5']]))
    expect(first.problem).toBeNull()
    const ungrouped = await importFile(principal, page([result({})]))
    expect(ungrouped).toMatchObject({ accepted: '1', problem: { code: 'GROUPED_TWICE' } })
    expect(ungrouped.problem?.message).toContain(`#${first.no}`)
    await undoImport(principal, { id: first.id })
    expect(await importFile(principal, page([result({ input_tokens: 7 })]))).toMatchObject({
      restated: '1',
      problem: null,
    })
    await requireBalancedBooks(principal)
  })

  it('counts a day once whether a part of it or the whole of it came first', async () => {
    const part = page([result({ model: 'gpt-5', input_tokens: 400_000 })]).replace(
      `"start_time":${SEPTEMBER}`,
      `"start_time":${SEPTEMBER + 50_000}`,
    )
    const whole = page([result({ model: 'gpt-5' })])
    const total = async () => (await readSpend(principal, {})).total
    const once = { tokens: { input: '1000000' } }
    const first = await importFile(principal, part)
    expect(await importFile(principal, whole)).toMatchObject({ restated: '1', problem: null })
    expect(await total()).toMatchObject(once)
    expect(await importFile(principal, `${part}\n`)).toMatchObject({ accepted: '0', duplicate: '1', restated: '0' })
    expect(await total()).toMatchObject(once)
    await undoImport(principal, { id: first.id })
    expect(await total()).toMatchObject(once)
    await requireBalancedBooks(principal)
  })

  it('is not seen in the same grouping, in a revision of it, or on other days', async () => {
    const grouped = (input: number) => [
      result({ model: 'gpt-5', project_id: 'a' }),
      result({ model: 'gpt-5', input_tokens: input }),
    ]
    await importFile(principal, page(grouped(5)))
    expect(await importFile(principal, page(grouped(6)))).toMatchObject({
      restated: '1',
      duplicate: '1',
      problem: null,
    })
    expect(await importFile(principal, openaiUsage([[3, 'gpt-5']]))).toMatchObject({ accepted: '1', problem: null })
  })
})
