import { describe, expect, it } from 'vitest'
import { priceCall, pricedCallToJson } from '../../../lib/core/price/price-call'
import { at, block, bookOf, fileOf, model, multiplier } from './sample-book'

const book = bookOf(
  fileOf(
    'anthropic',
    [
      model('claude', [
        block({ input: '3', cache_read: '0.3', output: '15' }),
        block({ input: '1.5', output: '7.5' }, { when: { service_tier: ['batch'] } }),
        block({ input: '18', output: '90' }, { when: { speed: ['fast'] } }),
      ]),
    ],
    { names: ['Claude API'], multipliers: [multiplier('1.1', { when: { region: ['us'] } })] },
  ),
)
const call = {
  provider: 'anthropic',
  model: 'claude',
  api: 'anthropic.messages',
  timestamp: '2026-07-15T12:00:00Z',
  usage: { input_tokens: 1000, output_tokens: 100 },
}

function answer(more: Record<string, unknown> = {}): Record<string, unknown> {
  return pricedCallToJson(priceCall(book, { ...call, ...more }, at('2026-07-15')))
}

function told(more: Record<string, unknown>): unknown {
  const { status, cost, reason } = answer(more)
  return cost ?? `${status} ${(reason as { code: string }).code}`
}

describe('a call', () => {
  it('takes tier, speed and region from its usage, and its own word before that', () => {
    const usage = (more: Record<string, unknown>) => ({ usage: { ...call.usage, ...more } })
    expect(told({})).toBe('0.0045')
    expect(told(usage({ service_tier: 'batch' }))).toBe('0.00225')
    expect(told({ ...usage({ service_tier: 'batch' }), service_tier: 'standard' })).toBe('0.0045')
    expect(told(usage({ speed: 'fast' }))).toBe('0.027')
    expect(told(usage({ inference_geo: 'us' }))).toBe('0.00495')
    expect(told({ ...usage({ inference_geo: 'us' }), region: 'global' })).toBe('0.0045')
    expect(told(usage({ service_tier: 'priority' }))).toBe('unpriced TIER_UNPRICED')
  })

  it.each([
    ['no object', { usage: 7 }, 'invalid_usage USAGE_MALFORMED'],
    ['no api of ours', { api: 'openai.chats' }, 'invalid_usage API_UNKNOWN'],
    ['no instant', { timestamp: 'yesterday' }, 'invalid_usage TIMESTAMP_INVALID'],
    ['an impossible day', { timestamp: '2026-02-30T00:00:00Z' }, 'invalid_usage TIMESTAMP_INVALID'],
    ['a key nobody knows', { tier: 'batch' }, 'invalid_usage CALL_INVALID'],
    ['no model', { model: '' }, 'invalid_usage CALL_INVALID'],
    ['another model', { model: 'claude-2' }, 'unpriced MODEL_UNKNOWN'],
    ['another host', { provider: 'claude' }, 'unpriced HOST_UNKNOWN'],
  ])('with %s says so', (_name, more, expected) => {
    expect(told(more)).toBe(expected)
  })

  it('that lacks one price shows the lines it has, and no cost', () => {
    const half = answer({ service_tier: 'batch', usage: { ...call.usage, cache_read_input_tokens: 5 } })
    expect(half).toMatchObject({ status: 'unpriced', cost: null, currency: null, coverage: 'partial' })
    expect(half.lines).toHaveLength(2)
  })

  it('names the factor and the host by the book’s own word', () => {
    const { host, lines } = answer({ provider: 'claude api', region: 'us' })
    expect(host).toBe('anthropic')
    expect((lines as unknown[])[0]).toMatchObject({ unit_price: '3', multiplier: '1.1', amount: '0.0033' })
  })

  it('without a time is priced as of now', () => {
    expect(answer({ timestamp: null }).cost).toBe('0.0045')
    expect(pricedCallToJson(priceCall(book, { ...call, timestamp: undefined }, at('2024-01-01'))).status).toBe(
      'unpriced',
    )
  })
})

describe('rates sent along', () => {
  const rates = [
    { meter: 'input', amount: '2' },
    { meter: 'output', unit_price: '0.008', per: '1000' },
  ]

  it('price the call instead of the book, whatever its tier and model, and have no id', () => {
    const own = answer({ rates, model: 'anything', provider: 'elsewhere', service_tier: 'batch' })
    expect(own).toMatchObject({ status: 'priced', cost: '0.0028', host: 'elsewhere', model: 'anything' })
    expect((own.lines as unknown[])[0]).toMatchObject({ price_id: null, source_url: null, effective_from: null })
  })

  it('with conditions are held to them', () => {
    const tiered = [...rates, { meter: 'input', amount: '1', when: { service_tier: ['batch'] } }]
    expect(told({ rates: tiered })).toBe('0.0028')
    expect(told({ rates: tiered, service_tier: 'batch' })).toBe('unpriced TIER_UNPRICED')
  })

  it('must price every meter of the call', () => {
    expect(told({ rates: [rates[0]] })).toBe('unpriced METER_UNPRICED')
    expect(told({ rates: [] })).toBe('unpriced RATES_INVALID')
    expect(told({ rates: [{ meter: 'web_search', amount: '1' }] })).toBe('unpriced RATES_INVALID')
    expect(told({ rates: [{ meter: 'input', amount: '0.0000000001' }] })).toBe('unpriced RATES_INVALID')
    expect(told({ rates: [{ meter: 'tokens', amount: '1' }] })).toBe('invalid_usage CALL_INVALID')
    expect(
      told({
        rates: [
          { meter: 'input', amount: '0' },
          { meter: 'output', amount: '0' },
        ],
      }),
    ).toBe('0')
  })
})
