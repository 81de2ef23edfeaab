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
})
