import { describe, expect, it } from 'vitest'
import { billedCents, billedExact, quantityText, signedBilled } from '../../../lib/core/report/billed-format'
import { type BilledLine, compareBilled } from '../../../lib/core/report/billed-view'

describe('amounts of bills', () => {
  it('show cents in their own currency, rounded once, and never a real amount as nothing', () => {
    expect(billedCents('1234.505', 'USD')).toBe('$1,234.51')
    expect(billedCents('-0.005', 'USD')).toBe('−$0.01')
    expect(billedCents('0.0049', 'EUR')).toBe('<0.01 EUR')
    expect(billedCents('-0.0000000000000000000000000000000000000001', 'USD')).toBe('−<$0.01')
    expect(billedCents('0', 'CNY')).toBe('0.00 CNY')
    expect(signedBilled('2.5', 'USD')).toBe('+$2.50')
    expect(signedBilled('-2.5', 'USD')).toBe('−$2.50')
  })

  it('keep every digit where exact', () => {
    expect(billedExact('-1234.0034567890123456789012345678901234', 'CNY')).toBe(
      '−1,234.0034567890123456789012345678901234 CNY',
    )
    expect(quantityText('1234567.25')).toBe('1,234,567.25')
  })
})

const line = (over: Partial<BilledLine>): BilledLine => ({
  host: 'openai',
  from: '2026-08-01',
  to: '2026-08-02',
  line: 'gpt-5, input',
  model: 'gpt-5',
  meter: 'input',
  category: 'usage',
  currency: 'USD',
  amount: '1',
  quantity: null,
  unit: null,
  amounts: 1,
  places: 2,
  ...over,
})
const day = (name: string, cost: string, unpriced = '0') => ({
  host: 'openai',
  day: name,
  cost,
  records: '2',
  unpriced_records: unpriced,
})

describe('billed cost beside computed cost', () => {
  it('compares only the days that the bill covers', () => {
    const computed = [day('2026-08-01', '0.9'), day('2026-08-02', '100')]
    expect(compareBilled('2026-08', [line({})], computed).hosts).toMatchObject([
      { billed: '1', computed: '0.9', difference: '0.1', days: 1 },
    ])
  })

  it('never adds currencies, and compares dollars with dollars alone', () => {
    const lines = [line({}), line({ currency: 'EUR', amount: '5' })]
    expect(compareBilled('2026-08', lines, [day('2026-08-01', '1')]).hosts).toMatchObject([
      { currency: 'USD', billed: '1', difference: '0' },
      { currency: 'EUR', billed: '5', computed: null, difference: null },
    ])
  })

  it('keeps tax and credits out of the comparison, and unpriced usage unknown instead of zero', () => {
    const lines = [line({}), line({ category: 'tax', amount: '0.19' }), line({ category: 'credit', amount: '-0.5' })]
    expect(compareBilled('2026-08', lines, [day('2026-08-01', '0', '2')]).hosts).toMatchObject([
      {
        billed: '1',
        others: [
          { category: 'credit', amount: '-0.5' },
          { category: 'tax', amount: '0.19' },
        ],
        computed: null,
        unpriced_records: '2',
        difference: null,
      },
    ])
  })
})
