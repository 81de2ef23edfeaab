import { describe, expect, it } from 'vitest'
import { usdToText } from '../../../lib/core/money/usd'
import type { Charge } from '../../../lib/core/price/charge'
import { priceUsage } from '../../../lib/core/price/price-usage'
import { selectPrices } from '../../../lib/core/price/select'
import { at, block, bookOf, fileOf, model, multiplier, usage } from './sample-book'

function costText(charge: Charge): string {
  return charge.status === 'unpriced' ? charge.reason.code : usdToText(charge.cost)
}

describe('a charge', () => {
  it('is exact: gpt-5, 6,083 uncached + 1,000 cached + 2,408 out is 0.03180875', () => {
    const book = bookOf(
      fileOf('openai', [model('gpt-5', [block({ input: '1.25', cache_read: '0.125', output: '10' })])]),
    )
    const charge = priceUsage(
      book,
      usage({ host: 'openai', model: 'gpt-5', quantities: { input: 6083n, cacheRead: 1000n, output: 2408n } }),
    )
    expect(costText(charge)).toBe('0.03180875')
    expect(charge.lines.map((line) => usdToText(line.amount))).toEqual(['0.00760375', '0.000125', '0.02408'])
  })

  it('counts beyond 2^53 without loss', () => {
    const book = bookOf(fileOf('acme', [model('m', [block({ input: '0.000000001' })])]))
    const charge = priceUsage(book, usage({ quantities: { input: 9007199254740993n } }))
    expect(costText(charge)).toBe('9.007199254740993')
  })

  it('is unpriced with a reason, never $0, for what the book does not know', () => {
    const book = bookOf(fileOf('acme', [model('m', [block({ input: '1' })])]))
    const quantities = { input: 1n }
    expect(costText(priceUsage(book, usage({ quantities, host: 'nobody' })))).toBe('HOST_UNKNOWN')
    expect(costText(priceUsage(book, usage({ quantities, model: 'm-large' })))).toBe('MODEL_UNKNOWN')
    expect(costText(priceUsage(book, usage({ quantities, model: 'xm' })))).toBe('MODEL_UNKNOWN')
    expect(costText(priceUsage(book, usage({ quantities: { output: 1n } })))).toBe('METER_UNPRICED')
    expect(costText(priceUsage(book, usage({ quantities, serviceTier: 'batch' })))).toBe('TIER_UNPRICED')
    expect(costText(priceUsage(book, usage({ quantities, speed: 'fast' })))).toBe('SPEED_UNPRICED')
    expect(costText(priceUsage(book, usage({ quantities, startMs: at('2024-12-31T23:59:59.999Z') })))).toBe(
      'NO_PRICE_AT_TIME',
    )
    expect(costText(priceUsage(book, usage({ quantities: { input: 1n, output: 2n } })))).toBe('METER_UNPRICED')
  })

  it('is free only by an explicit zero rate', () => {
    const any = { ...model('*', [block({ input: '0', output: '0' })]), names: [] }
    const book = bookOf(fileOf('ollama', [any]))
    const charge = priceUsage(
      book,
      usage({ host: 'ollama', model: 'whatever:7b', quantities: { input: 5n, output: 6n } }),
    )
    expect(charge.status).toBe('free')
  })

  it('bills reasoning apart only where the book has a rate for it, and never twice', () => {
    const plain = bookOf(fileOf('acme', [model('m', [block({ output: '10' })])]))
    const apart = bookOf(fileOf('acme', [model('m', [block({ output: '10', reasoning: '3' })])]))
    const call = usage({ quantities: { output: 100n, reasoning: 40n } })
    expect(costText(priceUsage(plain, call))).toBe('0.001')
    expect(costText(priceUsage(apart, call))).toBe('0.00072')
  })

  it('multiplies region and speed factors, and leaves fees alone', () => {
    const book = bookOf(
      fileOf(
        'acme',
        [
          model('m', [
            block({ input: '3', web_search: '10' }, { per: { web_search: '1000' } }),
            block({ input: '6' }, { when: { speed: ['fast'] } }),
          ]),
        ],
        { multipliers: [multiplier('1.1', { when: { region: ['us'] } })] },
      ),
    )
    const other = new Map([['web_search', 2n]] as const)
    expect(costText(priceUsage(book, usage({ region: 'us', quantities: { input: 1000n, other } })))).toBe('0.0233')
    expect(costText(priceUsage(book, usage({ region: 'us', speed: 'fast', quantities: { input: 1000n } })))).toBe(
      '0.0066',
    )
    expect(costText(priceUsage(book, usage({ region: 'eu', quantities: { input: 1000n } })))).toBe('0.003')
  })

  it('divides seconds once, half to even at 10^-18', () => {
    const book = bookOf(
      fileOf('acme', [model('m', [block({ audio_seconds: '0.1' }, { per: { audio_seconds: '3600' } })])]),
    )
    const charge = priceUsage(book, usage({ quantities: { other: new Map([['audio_seconds', 7n]] as const) } }))
    expect(costText(charge)).toBe('0.000194444444444444')
  })
})

describe('a fee per request', () => {
  const flat = bookOf(
    fileOf('acme', [model('m', [block({ input: '1', requests: '5' }, { per: { requests: '1000' } })])]),
  )
  const bySize = bookOf(
    fileOf('acme', [
      model('m', [
        block({ input: '1' }),
        block({ requests: '5' }, { per: { requests: '1000' }, when: { context_size: ['low'] } }),
      ]),
    ]),
  )
  const quantities = { input: 1000n }

  it('is a line per call counted, and a source that does not count calls is unpriced', () => {
    expect(costText(priceUsage(flat, usage({ quantities, requests: 3n })))).toBe('0.016')
    expect(costText(priceUsage(flat, usage({ quantities, requests: null })))).toBe('METER_UNPRICED')
    expect(
      costText(
        priceUsage(
          flat,
          usage({ quantities: { ...quantities, other: new Map([['requests', 2n]] as const) }, requests: null }),
        ),
      ),
    ).toBe('0.011')
  })

  it('that depends on the search context size is asked only of calls that state one', () => {
    expect(priceUsage(bySize, usage({ quantities }))).toMatchObject({ status: 'priced', omitted: ['requests'] })
    expect(priceUsage(bySize, usage({ quantities, contextSize: 'low' }))).toMatchObject({ omitted: [] })
    expect(costText(priceUsage(bySize, usage({ quantities })))).toBe('0.001')
    expect(costText(priceUsage(bySize, usage({ quantities, requests: null })))).toBe('0.001')
    expect(costText(priceUsage(bySize, usage({ quantities, contextSize: 'low' })))).toBe('0.006')
    expect(costText(priceUsage(bySize, usage({ quantities, contextSize: 'huge' })))).toBe('METER_UNPRICED')
  })
})

describe('reasoning with a price of its own', () => {
  it('does not fall back to the output rate of another tier', () => {
    const book = bookOf(
      fileOf('acme', [
        model('m', [
          block({ output: '10', reasoning: '3' }),
          block({ output: '5' }, { when: { service_tier: ['batch'] } }),
        ]),
      ]),
    )
    const batch = { serviceTier: 'batch', quantities: { output: 100n, reasoning: 40n } }
    expect(costText(priceUsage(book, usage(batch)))).toBe('TIER_UNPRICED')
    expect(costText(priceUsage(book, usage({ ...batch, quantities: { output: 100n } })))).toBe('0.0005')
  })
})

describe('reasoning that got a price of its own later', () => {
  it('is still billed as output before that, in whatever order calls are priced', () => {
    const book = bookOf(
      fileOf('acme', [model('m', [block({ output: '10' }), block({ reasoning: '3' }, { from: '2026-07-01' })])]),
    )
    const late = usage({ quantities: { output: 100n } })
    const early = usage({ startMs: at('2026-06-01'), quantities: { output: 100n, reasoning: 40n } })
    expect([late, early].map((call) => costText(priceUsage(book, call)))).toEqual(['0.001', '0.001'])
  })
})

describe('a selection', () => {
  it('is one shared object for records priced alike', () => {
    const book = bookOf(fileOf('acme', [model('m', [block({ input: '1', output: '2' })])]))
    const first = selectPrices(book, usage({ quantities: { input: 1n, output: 2n } }))
    const second = selectPrices(
      book,
      usage({ model: 'M-2026-01-01', startMs: at('2025-05-01'), quantities: { input: 9n, output: 1n } }),
    )
    expect(second).toBe(first)
    expect(first.key).toContain('input=pr_')
  })

  it('refuses a bucket inside which the price turns', () => {
    const book = bookOf(
      fileOf('acme', [
        model('m', [
          block({ input: '1' }, { to: '2026-07-15T16:00:00Z' }),
          block({ input: '2' }, { from: '2026-07-15T16:00:00Z' }),
        ]),
      ]),
    )
    const day = { startMs: at('2026-07-15'), endMs: at('2026-07-16'), quantities: { input: 1n } }
    expect(selectPrices(book, usage(day)).problem?.code).toBe('BUCKET_SPANS_PRICES')
    expect(selectPrices(book, usage({ ...day, endMs: at('2026-07-15T16:00:00Z') })).problem).toBe(null)
  })

  it('refuses a bucket inside which a peak hour begins, or the name turns to another model', () => {
    const peak = { local_time: { utc_offset_minutes: 480, windows: [['09:00', '12:00']] } }
    const peaks = bookOf(fileOf('acme', [model('m', [block({ input: '1' }), block({ input: '2' }, { when: peak })])]))
    const quantities = { input: 1n }
    const bucket = (startMs: number, hours: number) =>
      usage({ startMs, endMs: startMs + hours * 3_600_000, quantities })
    expect(selectPrices(peaks, bucket(at('2026-07-15'), 24)).problem?.code).toBe('BUCKET_SPANS_PRICES')
    expect(selectPrices(peaks, bucket(at('2026-07-15T01:00:00Z'), 3)).problem).toBe(null)
    expect(selectPrices(peaks, bucket(at('2026-07-15T00:30:00Z'), 1)).problem?.code).toBe('BUCKET_SPANS_PRICES')
    const turning = bookOf(
      fileOf('acme', [
        model('v1', [block({ input: '1' })], { names: [{ name: 'm', kind: 'exact', to: '2026-07-15T12:00:00Z' }] }),
        model('v2', [block({ input: '1' })], { names: [{ name: 'm', kind: 'exact', from: '2026-07-15T12:00:00Z' }] }),
      ]),
    )
    expect(selectPrices(turning, bucket(at('2026-07-15'), 24)).problem?.code).toBe('BUCKET_SPANS_PRICES')
    expect(selectPrices(turning, bucket(at('2026-07-15'), 12)).problem).toBe(null)
  })
})
