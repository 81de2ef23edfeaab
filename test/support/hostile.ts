/** What a client should not send, and bodies that are right but for it. */

/** Texts that are no name, number, day or id of anything, or are beyond what is stored. */
export function hostileTexts(): string[] {
  return [
    '',
    ' ',
    '\0',
    'a\0b',
    '\ud800',
    '\u202e',
    '../../etc/passwd',
    "'; DROP TABLE usage_record; --",
    '{{7*7}}',
    '-1',
    '0',
    '1e400',
    'NaN',
    '9'.repeat(40),
    '0.1234567890123456789',
    '0000-01-01',
    '0000-01',
    '2026-02-31',
    '9999-12-31',
    '------------------------------------',
    '1.------------------------------------',
    '999999999999999.00000000-0000-4000-8000-000000000001',
    '__proto__',
    'constructor',
    'x'.repeat(5_000),
  ]
}

const HOSTILE_NUMBERS = [
  '-1',
  '0',
  '0.5',
  '2147483648',
  '9007199254740993',
  '1e300',
  '-0',
  '123456789012345678901234567890',
]

/** The body with one leaf after the other replaced, as JSON text. */
export function hostileBodies(body: unknown): string[] {
  const found: string[] = [JSON.stringify(body)]
  const walk = (value: unknown, put: (text: string) => string) => {
    for (const other of ['null', '[]', '{}', 'true', ...HOSTILE_NUMBERS]) found.push(put(other))
    if (typeof value === 'string') for (const text of hostileTexts()) found.push(put(JSON.stringify(text)))
    if (Array.isArray(value)) {
      value.forEach((inner, at) => {
        walk(inner, (text) =>
          put(`[${value.map((one, place) => (place === at ? text : JSON.stringify(one))).join(',')}]`),
        )
      })
    } else if (typeof value === 'object' && value !== null) {
      const entries = Object.entries(value)
      for (const [name, inner] of entries) {
        walk(inner, (text) =>
          put(
            `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${key === name ? text : JSON.stringify(one)}`).join(',')}}`,
          ),
        )
      }
    }
  }
  walk(body, (text) => text)
  return found
}

const period = { from: '2026-09-01', to: '2026-10-01' }
const scenario = {
  baseline: { from: '2026-09-01T00:00:00Z', to: '2026-10-01T00:00:00Z', filter: { project: ['bot'] } },
  moves: [{ share: '0.5', target: { kind: 'hosted', host: 'openai', model: 'gpt-5-mini' } }],
}

/** By method and folder of the route: bodies that it takes, as far as what they name is there. */
export const VALID_BODIES: Readonly<Record<string, readonly unknown[]>> = {
  'POST api/v1/account/workspace': [{ workspace_id: 1 }],
  'POST api/v1/advisor': [{ project: 'bot', answers: { needs_ai: true, quality_floor: 50, monthly_budget: '100' } }],
  'POST api/v1/alert-channels': [{ kind: 'webhook', target: 'https://hooks.example.com/x' }],
  'POST api/v1/allocation/rules': [
    { dimension: 'tag', tag: 'team', value: 'care', cost_centre: 'Care', from: '2026-01-01', to: '2026-02-01' },
  ],
  'PATCH api/v1/allocation/rules/[id]': [{ move: 'up' }, { to: '2026-09-01' }],
  'POST api/v1/allocation/sharing': [{ mode: 'even', from_month: '2026-09' }],
  'POST api/v1/bills/[month]/adjustments': [{ kind: 'credit', amount: '-1.5', host: 'openai', reason: 'why' }],
  'POST api/v1/bills/[month]/close': [{ note: 'n', digest: 'a'.repeat(64) }],
  'POST api/v1/bills/[month]/invoices': [
    {
      host: 'openai',
      number: '7',
      lines: [{ category: 'usage', model: 'gpt-5', meter: 'input', quantity: '5', amount: '1.00' }],
    },
  ],
  'POST api/v1/bills/[month]/reopen': [{ reason: 'why' }],
  'POST api/v1/bills/[month]/review': [{ digest: 'a'.repeat(64) }],
  'POST api/v1/bills/tolerance': [{ amount: '1.50', per_myriad: 5 }],
  'POST api/v1/budgets': [
    { name: 'b', scope: 'tag', tag: 'team', value: 'care', amount: '10.5', thresholds: [50, 100], on_forecast: true },
  ],
  'POST api/v1/cards': [
    { kind: 'gpu', name: 'mine', card: { memory_gb: 80, bandwidth_gb_s: 3000 } },
    { kind: 'model', name: 'own', card: { total_parameters: 7e9 } },
  ],
  'POST api/v1/connections': [
    {
      name: 'c',
      kind: 'openai-usage',
      key: 'sk-0123456789abcdef',
      base_url: 'https://api.example.com',
      from: '2026-11-01',
    },
  ],
  'PATCH api/v1/connections/[id]': [{ name: 'c', key: 'sk-0123456789abcdef', base_url: 'https://a.example.com' }],
  'POST api/v1/estimate': [
    {
      points: [
        {
          model: 'gpt-oss-120b',
          gpu: 'H100-SXM-80GB',
          gpus: 1,
          precision: 'mxfp4',
          engine: 'vllm',
          input_tokens: 100,
          output_tokens: 100,
          cached_fraction: '0',
          concurrency: 8,
        },
      ],
    },
  ],
  'POST api/v1/exchange-rates': [{ currency: 'EUR', source: 'ECB', rates: [{ day: '2026-09-01', rate: '0.9' }] }],
  'PUT api/v1/imports/[id]/mapping': [{ name: 'm', spec: {} }],
  'POST api/v1/imports/[id]/mapping': [{ spec: {} }],
  'POST api/v1/imports/decisions': [
    { host: 'openai', ...period, source: 'tokentab', mode: 'preview', reason: 'why' },
    { host: 'openai', ...period, source: 'tokentab', mode: 'apply', reason: 'why' },
  ],
  'POST api/v1/imports/decisions/[no]/reverse': [{ reason: 'why' }],
  'POST api/v1/members': [{ email: 'new@example.com', name: 'New', role: 'viewer', password: null }],
  'PATCH api/v1/members/[id]': [{ role: 'viewer', disabled: false }],
  'POST api/v1/price': [
    {
      calls: [
        {
          provider: 'openai',
          model: 'gpt-5',
          api: 'openai.chat',
          timestamp: '2026-07-15T12:00:00Z',
          service_tier: 'standard',
          region: null,
          usage: { prompt_tokens: 7083, completion_tokens: 2408, prompt_tokens_details: { cached_tokens: 1000 } },
        },
      ],
    },
  ],
  'POST api/v1/prices': [
    {
      host: 'openai',
      model: 'gpt-5',
      meter: 'input',
      amount: '1.1',
      per: '1000000',
      currency: 'USD',
      effective_from: '2026-01-01T00:00:00Z',
      effective_to: '2026-02-01T00:00:00Z',
      when: { context_tokens_over: 200_000 },
      priority: 3,
      source: 'order form',
    },
  ],
  'PATCH api/v1/prices/[id]': [{ effective_to: '2026-03-01T00:00:00Z' }],
  'POST api/v1/prices/book': [{ sign_off: { name: 'n', date: '2026-09-01', reason: 'why' }, host: 'openai' }],
  'POST api/v1/prices/names': [{ host: 'openai', name: 'my-name', model: 'gpt-5', from: '2026-01-01T00:00:00Z' }],
  'POST api/v1/reports': [{ title: 't', scenario, other: null }],
  'PATCH api/v1/reports/[id]': [
    { switched: { on: '2026-09-01', host: 'openai', model: 'gpt-5-mini', monthly_cost: '12.50' } },
  ],
  'POST api/v1/reports/[id]/links': [{ expires_in_days: 3 }],
  'POST api/v1/reprice': [
    { ...period, mode: 'preview', filter: { host: 'openai', model: ['gpt-5'] } },
    { ...period, mode: 'apply', reason: 'why', filter: { host: 'openai' } },
  ],
  'POST api/v1/simulate': [
    scenario,
    { ...scenario, moves: [{ target: { kind: 'self_hosted', model: 'gpt-oss-120b', gpu: 'H100-SXM-80GB' } }] },
  ],
  'POST api/v1/simulate/mix': [
    { baseline: scenario.baseline, targets: 'open', others: { quality_floor: 50, residency: 'eu' } },
  ],
  'POST api/v1/tokens': [{ name: 'n', scopes: ['read'], expires_in_days: 3 }],
  'PATCH api/v1/workspace': [{ display_currency: 'EUR' }],
  'POST api/v1/usage': [
    [
      {
        id: 'a',
        timestamp: '2026-09-04T00:00:00Z',
        provider: 'openai',
        model: 'gpt-5',
        project: 'p',
        api_key: 'k',
        user: 'u',
        tags: { team: 'care' },
        usage: { input: '10', output: '5', cache_read: '1', input_audio: '2' },
        service_tier: 'standard',
        region: 'eu',
        status: 'ok',
        latency_ms: 10,
        reported_cost: '0.1',
      },
    ],
  ],
}

interface Query {
  readonly method?: string
  readonly base?: Readonly<Record<string, string>>
  readonly names: readonly string[]
}

const LINE = { meter: 'input' }
const CALLS = ['from', 'to', 'host', 'model', 'project', 'api_key', 'user', 'service_tier', 'unpriced', 'import_no']

/** By folder of the route: the parameters it reads. */
export const QUERIES: Readonly<Record<string, Query>> = {
  'api/v1/advisor': { names: ['project'] },
  'api/v1/calls': { base: LINE, names: [...CALLS, 'meter', 'price', 'cursor', 'limit', 'nothing'] },
  'api/v1/calls.csv': { names: CALLS },
  'api/v1/exchange-rates': { names: ['currency'] },
  'api/v1/explore.csv': {
    names: ['period', 'rows', 'columns', 'measure', 'host', 'model', 'project', 'api_key', 'user'],
  },
  'api/v1/imports': { names: ['cursor', 'limit'] },
  'api/v1/prices': { names: ['host', 'model', 'q', 'meter', 'book', 'at', 'cursor', 'limit'] },
  'api/v1/prices/book': { method: 'POST', names: ['mode'] },
  'api/v1/spend': {
    base: { group_by: 'month,tag.team' },
    names: [
      'from',
      'to',
      'group_by',
      'measure',
      'cursor',
      'filter.host',
      'filter.user',
      'filter.tag.team',
      'filter.import',
    ],
  },
}
