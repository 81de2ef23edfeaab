/** Units as cost exports of OpenAI, AWS, Azure and Google have them. */
import { describe, expect, it } from 'vitest'
import { billedCount } from '../../../lib/core/report/billed-count'

describe('the count of a billed line', () => {
  it.each([
    ['2766', 'tokens', 2766n],
    ['2766', null, 2766n],
    ['461280', 'requests', 461_280n],
    ['100000', 'count', 100_000n],
    ['2066.667', '1K', 2_066_667n],
    ['0.5', '1M', 500_000n],
    ['985.714', '1K tokens', 985_714n],
    ['2.50', '1M tokens', 2_500_000n],
    ['3', '1000_tokens', 3000n],
    ['3', '1000 tokens', 3000n],
    ['0.000001', '1,000,000 Tokens', 1n],
    ['9007199254740993', 'Tokens', 9_007_199_254_740_993n],
  ])('is in units of the meter: %s %s', (quantity, unit, count) => {
    expect(billedCount({ quantity, unit })).toBe(count)
  })

  it.each([
    [null, 'tokens'],
    ['1.5', 'tokens'],
    ['0.0004', '1K'],
    ['-3', 'tokens'],
    ['3', 'Units'],
    ['3', '1'],
    ['3', '10K'],
    ['3', '1 GB'],
    ['3', 'minute'],
    ['3', 'Million Input Tokens'],
  ])('is not known: %s %s', (quantity, unit) => {
    expect(billedCount({ quantity, unit })).toBeNull()
  })
})
