import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sumUsd, usdFromAtto, usdFromText, usdToText } from '../../../lib/core/money/usd'
import { monthsWithin } from '../../../lib/core/simulate/month-range'

const usd = (text: string) => usdFromText(text)

test('a month bears as much of the range as it bears of the cost that is not sure', () => {
  const at = (month: string, likely: string) => ({
    month,
    baseline: usd('9'),
    target: { low: usd(likely), likely: usd(likely), high: usd(likely) },
  })
  const months = [at('2026-08', '13'), at('2026-09', '4'), at('2026-10', '3')]
  const range = { low: usd('14'), likely: usd('20'), high: usd('32') }
  const unsure = new Map([
    ['2026-08', usd('10')],
    ['2026-10', usd('2')],
  ])
  expect(
    monthsWithin(months, range, unsure).map(({ target }) => [target.low, target.likely, target.high].map(usdToText)),
  ).toEqual([
    ['8', '13', '23'],
    ['4', '4', '4'],
    ['2', '3', '5'],
  ])
  expect(monthsWithin(months, range, new Map())).toEqual(months)
})

test('the months add up to the period at either end, to the digit, and keep their order', () => {
  const amount = fc.bigInt(0n, 10n ** 24n).map(usdFromAtto)
  fc.assert(
    fc.property(
      fc.array(amount, { minLength: 1, maxLength: 36 }),
      fc.bigInt(0n, 1000n),
      amount,
      (costs, left, above) => {
        const names = costs.map((_, no) => `month ${no}`)
        const likely = sumUsd(costs)
        fc.pre(likely > 0n)
        const low = usdFromAtto((likely * left) / 1000n)
        const high = usdFromAtto(likely + above)
        const months = costs.map((cost, no) => ({
          month: names[no] as string,
          baseline: cost,
          target: { low: cost, likely: cost, high: cost },
        }))
        const within = monthsWithin(
          months,
          { low, likely, high },
          new Map(costs.map((cost, no) => [names[no] as string, cost])),
        )
        expect(sumUsd(within.map(({ target }) => target.low))).toBe(low)
        expect(sumUsd(within.map(({ target }) => target.high))).toBe(high)
        expect(within.every(({ target }) => target.low <= target.likely && target.likely <= target.high)).toBe(true)
      },
    ),
  )
})
