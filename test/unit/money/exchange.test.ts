import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { convertDays, type DayRate } from '../../../lib/core/money/exchange'
import { usdFromAtto, usdFromText } from '../../../lib/core/money/usd'

const rate = (day: string, text: string): DayRate => ({ day, rate: text, source: 'ECB' })
const on = (day: string, amount: string) => ({ day, amount: usdFromText(amount) })

describe('dollars in another currency', () => {
  it('P-29: each day at the rate of that day, to the last digit', () => {
    const rates = [rate('2026-09-01', '0.92'), rate('2026-09-02', '0.5')]
    expect(convertDays([on('2026-09-01', '100.000000000000000001'), on('2026-09-02', '10')], rates)).toEqual({
      // 92.00000000000000000092 and 5
      amount: '97.000000000000000001',
      rates,
      missing: [],
    })
  })

  it('a rate holds over a weekend, for a week and no longer, and never backwards', () => {
    const rates = [rate('2026-09-04', '0.9')]
    expect(convertDays([on('2026-09-06', '10')], rates).amount).toBe('9')
    expect(convertDays([on('2026-09-11', '10')], rates).amount).toBe('9')
    expect(convertDays([on('2026-09-12', '10')], rates)).toEqual({ amount: null, rates: [], missing: ['2026-09-12'] })
    expect(convertDays([on('2026-09-03', '10')], rates).amount).toBeNull()
  })

  it('one day without a rate leaves the whole without an amount; a day without cost needs none', () => {
    const rates = [rate('2026-09-01', '0.9')]
    expect(convertDays([on('2026-09-01', '10'), on('2026-09-20', '1')], rates)).toMatchObject({
      amount: null,
      missing: ['2026-09-20'],
    })
    expect(convertDays([on('2026-09-01', '10'), on('2026-09-20', '0')], rates).amount).toBe('9')
  })

  it('converting day by day is converting the sum where the rate is the same, but for one rounding a day', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), { maxLength: 7 }), (amounts) => {
        const rates = [rate('2026-09-01', '0.921537')]
        const days = amounts.map((amount, index) => ({ day: `2026-09-0${index + 1}`, amount: usdFromAtto(amount) }))
        const sum = amounts.reduce((all, one) => all + one, 0n)
        const apart = usdFromText(convertDays(days, rates).amount as string)
        const at = usdFromText(convertDays([{ day: '2026-09-01', amount: usdFromAtto(sum) }], rates).amount as string)
        const difference = apart > at ? apart - at : at - apart
        expect(difference <= BigInt(amounts.length + 1)).toBe(true)
      }),
    )
  })
})
