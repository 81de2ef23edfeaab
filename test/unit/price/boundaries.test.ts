import { describe, expect, it } from 'vitest'
import { usdToText } from '../../../lib/core/money/usd'
import type { PriceBook } from '../../../lib/core/price/compiled'
import { priceUsage } from '../../../lib/core/price/price-usage'
import { at, block, bookOf, fileOf, model, usage } from './sample-book'

/** Cost of one million input tokens: the rate that won. */
function rateAt(book: PriceBook, more: Parameters<typeof usage>[0]): string {
  const charge = priceUsage(book, usage({ ...more, quantities: { input: 1_000_000n } }))
  return charge.status === 'unpriced' ? charge.reason.code : usdToText(charge.cost)
}

function bookWith(...prices: unknown[]): PriceBook {
  return bookOf(fileOf('acme', [model('m', prices)]))
}

describe('prompt length', () => {
  const lengths = (book: PriceBook, threshold: bigint) =>
    [threshold - 1n, threshold, threshold + 1n].map((promptTokens) => rateAt(book, { promptTokens }))

  it('Google, "prompts > 200k" (https://ai.google.dev/gemini-api/docs/pricing): 200,000 is still short', () => {
    const book = bookWith(
      block({ input: '1.25' }),
      block({ input: '2.5' }, { when: { prompt_tokens: { gt: 200000 } } }),
    )
    expect(lengths(book, 200_000n)).toEqual(['1.25', '1.25', '2.5'])
  })

  it('xAI, "long context >= 200k" (https://docs.x.ai/developers/pricing): 200,000 is already long', () => {
    const book = bookWith(block({ input: '2' }), block({ input: '4' }, { when: { prompt_tokens: { gte: 200000 } } }))
    expect(lengths(book, 200_000n)).toEqual(['2', '4', '4'])
  })

  it('Alibaba, bands "0 < T <= 32K", "32K < T <= 128K" (https://www.alibabacloud.com/help/en/model-studio/models)', () => {
    const book = bookWith(
      block({ input: '1.2' }, { when: { prompt_tokens: { lte: 32000 } } }),
      block({ input: '2.4' }, { when: { prompt_tokens: { gt: 32000, lte: 128000 } } }),
      block({ input: '3' }, { when: { prompt_tokens: { gt: 128000 } } }),
    )
    expect(lengths(book, 32_000n)).toEqual(['1.2', '1.2', '2.4'])
    expect(lengths(book, 128_000n)).toEqual(['2.4', '2.4', '3'])
  })

  it('a bucket takes the context tier its source states, else the short card', () => {
    const book = bookWith(block({ input: '3' }), block({ input: '6' }, { when: { prompt_tokens: { gt: 200000 } } }))
    expect(rateAt(book, { promptTokens: null, contextTier: '>200000' })).toBe('6')
    expect(rateAt(book, { promptTokens: null, contextTier: '<=200000' })).toBe('3')
    expect(rateAt(book, { promptTokens: null, contextTier: null })).toBe('3')
  })
})

describe('DeepSeek peak hours, 01:00-04:00 and 06:00-10:00 UTC, Monday to Friday, Chinese holidays off-peak (https://api-docs.deepseek.com/quick_start/pricing)', () => {
  const peak = {
    utc_offset_minutes: 480,
    windows: [
      ['09:00', '12:00'],
      ['14:00', '18:00'],
    ],
    weekdays: [1, 2, 3, 4, 5],
    holiday_calendar: 'cn',
  }
  const book = bookWith(block({ input: '0.15' }), block({ input: '0.3' }, { when: { local_time: peak } }))
  const rate = (time: string) => rateAt(book, { startMs: at(time) })

  it.each([
    ['2026-10-26T00:59:59.999Z', '0.15'],
    ['2026-10-26T01:00:00Z', '0.3'],
    ['2026-10-26T03:59:59.999Z', '0.3'],
    ['2026-10-26T04:00:00Z', '0.15'],
    ['2026-10-26T05:59:59.999Z', '0.15'],
    ['2026-10-26T06:00:00Z', '0.3'],
    ['2026-10-26T09:59:59.999Z', '0.3'],
    ['2026-10-26T10:00:00Z', '0.15'],
  ])('window edge %s costs %s', (time, expected) => {
    expect(rate(time)).toBe(expected)
  })

  it('Friday is peak, Saturday and Sunday are not', () => {
    expect(['2026-10-23T02:00:00Z', '2026-10-24T02:00:00Z', '2026-10-25T02:00:00Z'].map(rate)).toEqual([
      '0.3',
      '0.15',
      '0.15',
    ])
  })

  it('National Day 2026-10-01 to 10-07 is off-peak, 2026-09-30 and 10-08 are not (State Council notice 国办发明电〔2025〕7号)', () => {
    const days = ['2026-09-30', '2026-10-01', '2026-10-07', '2026-10-08']
    expect(days.map((day) => rate(`${day}T02:00:00Z`))).toEqual(['0.3', '0.15', '0.15', '0.3'])
  })

  it('the holiday ends at midnight in Beijing, not in UTC', () => {
    const late = bookWith(
      block({ input: '1' }),
      block({ input: '2' }, { when: { local_time: { ...peak, windows: [['00:00', '24:00']] } } }),
    )
    expect(rateAt(late, { startMs: at('2026-10-07T15:59:59.999Z') })).toBe('1')
    expect(rateAt(late, { startMs: at('2026-10-07T16:00:00Z') })).toBe('2')
  })
})

describe('the 2025 discount, 16:30-00:30 UTC (https://api-docs.deepseek.com/quick_start/pricing)', () => {
  const night = { utc_offset_minutes: 0, windows: [['16:30', '00:30']] }
  const book = bookWith(block({ input: '0.27' }), block({ input: '0.135' }, { when: { local_time: night } }))

  it.each([
    ['2025-07-01T00:29:59.999Z', '0.135'],
    ['2025-07-01T00:30:00Z', '0.27'],
    ['2025-07-01T16:29:59.999Z', '0.27'],
    ['2025-07-01T16:30:00Z', '0.135'],
    ['2025-07-01T23:59:59.999Z', '0.135'],
  ])('%s costs %s', (time, expected) => {
    expect(rateAt(book, { startMs: at(time) })).toBe(expected)
  })
})

describe('an interval', () => {
  it('includes its first instant and excludes its last', () => {
    const change = '2026-08-16T16:00:00Z'
    const book = bookWith(block({ input: '0.14' }, { to: change }), block({ input: '0.22' }, { from: change }))
    expect(
      ['2026-08-16T15:59:59.999Z', change, '2026-08-16T16:00:00.001Z'].map((time) =>
        rateAt(book, { startMs: at(time) }),
      ),
    ).toEqual(['0.14', '0.22', '0.22'])
  })
})

describe('specific before general', () => {
  it('a contract beats the list, more conditions beat fewer, priority breaks what is left', () => {
    const book = bookWith(
      block({ input: '5' }),
      block({ input: '4' }, { priority: 1 }),
      block({ input: '3' }, { when: { region: ['eu'] } }),
      block({ input: '2' }, { when: { region: ['eu'], mode: ['thinking'] } }),
    )
    expect(rateAt(book, {})).toBe('4')
    expect(rateAt(book, { region: 'eu' })).toBe('3')
    expect(rateAt(book, { region: 'EU', mode: 'thinking' })).toBe('2')
  })

  it('a tie prices nothing and names both entries', () => {
    const book = bookWith(block({ input: '5' }), block({ input: '4' }, { from: '2025-02-01' }))
    expect(rateAt(book, {})).toBe('PRICE_AMBIGUOUS')
  })
})

describe('a name', () => {
  const book = bookOf(
    fileOf(
      'acme',
      [
        model('gpt-x', [block({ input: '1' })], {
          names: [
            { name: 'gpt-x', kind: 'dated' },
            { name: 'x-latest', kind: 'exact' },
            { name: 'retired', kind: 'exact', to: '2026-01-01' },
          ],
        }),
      ],
      { prefixes: ['models/', 'acme/', 'arn:acme:*/'], names: ['Acme AI'] },
    ),
  )
  const known = (name: string, host = 'acme') => rateAt(book, { model: name, host })

  it.each([
    'gpt-x',
    'GPT-X',
    'gpt-x-20260805',
    'gpt-x-2026-08-05',
    'gpt-x@20260805',
    'x-latest',
    'models/gpt-x',
    'acme/models/gpt-x',
    'arn:acme:us-1:42:model/gpt-x',
  ])('"%s" is the model', (name) => {
    expect(known(name)).toBe('1')
  })

  it.each([
    'gpt-x-whatever',
    'my-gpt-x',
    'gpt-x-mini',
    'gpt-x-20261305',
    'x-latest-20260805',
    'other/gpt-x',
    'arn:acme:gpt-x',
    'arn:acme:us-1:42:model/',
    '',
    'gpt-x-',
  ])('"%s" is not, and is unpriced', (name) => {
    expect(known(name)).toBe('MODEL_UNKNOWN')
  })

  it('ends when its row ends, and the host has spellings too', () => {
    expect(known('retired')).toBe('NO_PRICE_AT_TIME')
    expect(rateAt(book, { model: 'retired', startMs: at('2025-12-31T23:59:59Z') })).toBe('1')
    expect(known('gpt-x', 'ACME ai')).toBe('1')
  })
})

describe('a service tier', () => {
  const book = bookOf(
    fileOf(
      'acme',
      [
        model('m', [
          block({ input: '1' }),
          block({ input: '2' }, { when: { service_tier: ['priority'] } }),
          block({ input: '6' }, { when: { speed: ['fast'] } }),
        ]),
      ],
      { service_tiers: { turbo: { speed: 'fast' }, premium: 'priority', slow: 'standard' } },
    ),
  )
  const rate = (serviceTier: string, speed: string | null = null) => rateAt(book, { serviceTier, speed })

  it.each(['standard', 'Standard', '', 'default', 'auto', 'on_demand', 'standard_only', 'slow'])(
    '"%s" is standard',
    (tier) => {
      expect(rate(tier)).toBe('1')
    },
  )

  it('may be a host’s own word for a tier or a speed', () => {
    expect([rate('premium'), rate('PRIORITY'), rate('turbo'), rate('standard', 'fast'), rate('turbo', 'fast')]).toEqual(
      ['2', '2', '6', '6', '6'],
    )
  })

  it.each(['batch', 'flex', 'scale', 'incentivized-tier', 'turbo2'])(
    '"%s" without a price is unpriced, never standard',
    (tier) => {
      expect(rate(tier)).toBe('TIER_UNPRICED')
    },
  )

  it('and a speed must both be priced', () => {
    expect(rate('priority', 'fast')).toBe('TIER_UNPRICED')
    expect(rate('standard', 'faster')).toBe('SPEED_UNPRICED')
  })
})
