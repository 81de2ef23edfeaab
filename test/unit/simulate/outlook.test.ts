import { describe, expect, test } from 'vitest'
import { divide, usdFromText, usdToText } from '../../../lib/core/money/usd'
import type { HourDemand } from '../../../lib/core/simulate/fleet/demand'
import { fittedGrowth, outlookOf } from '../../../lib/core/simulate/fleet/outlook'
import { capitalOf, ownedGpuMonth } from '../../../lib/core/simulate/fleet/ownership'
import { breakEvenOf, type FleetSettings, grownTotal, planFleet } from '../../../lib/core/simulate/fleet/plan'
import { seriesOf } from '../../../lib/core/simulate/fleet/series'
import { paybackOf } from '../../../lib/core/simulate/gpu-price'
import { HOUR_MS, monthOf } from '../../../lib/core/time/instant'

const START = Date.UTC(2026, 6, 1)
const END = Date.UTC(2026, 9, 1)
const period = { startMs: START, endMs: END }

/** `requests` an hour at `each` dollars and 100 output tokens. */
function hours(requests: (month: string) => number, each: string): HourDemand[] {
  return Array.from({ length: (END - START) / HOUR_MS }, (_, i) => {
    const startMs = START + i * HOUR_MS
    const count = requests(monthOf(startMs))
    return {
      startMs,
      requests: count,
      inputTokens: count * 500,
      cachedTokens: 0,
      outputTokens: count * 100,
      cost: divide(usdFromText(each), {
        numerator: BigInt(Math.round(count * 1000)),
        denominator: 1000n,
        mode: 'half_even',
      }),
    }
  })
}

const one: FleetSettings = {
  policy: 'peak',
  production: false,
  peakToMean: 1,
  gpusPerReplica: 1,
  capacity: 1000,
  gpuPrice: { kind: 'rent', hour: usdFromText('2.5') },
  staffMonth: usdFromText('0'),
  floor: null,
}
const forecast = (growthPerMonth: number, annualRate = 0, once = '0') => ({
  growthPerMonth,
  annualRate,
  once: usdFromText(once),
})

describe('break-even', () => {
  test('a GPU at $2.50 an hour against $0.004 a request breaks even at 625 requests an hour (Manning, ch. 12.9)', () => {
    const series = seriesOf(
      hours(() => 100, '0.004'),
      period,
    )
    const at = breakEvenOf(series, one)
    expect(at).toMatchObject({ volumeOverToday: 6.25, replicas: 1 })
    expect((100 * (at.volumeOverToday as number)).toFixed(6)).toBe('625.000000')
  })

  test('the date follows from growth, and never is an answer', () => {
    const series = seriesOf(
      hours(() => 100, '0.004'),
      period,
    )
    const at = breakEvenOf(series, one)
    // 1.1^19 = 6.12, 1.1^20 = 6.73: twenty months after September.
    expect(outlookOf(series, one, at, forecast(0.1)).breakEvenMonth).toBe('2028-05')
    expect(outlookOf(series, one, at, forecast(0)).breakEvenMonth).toBeNull()
    expect(outlookOf(series, one, at, forecast(0.001)).breakEvenMonth).toBeNull()
    const large = seriesOf(
      hours(() => 1000, '0.004'),
      period,
    )
    expect(outlookOf(large, one, breakEvenOf(large, one), forecast(-0.1)).breakEvenMonth).toBe('2026-09')
  })

  test('three years without growth and discount are 36 months of saving less the migration, once', () => {
    const series = seriesOf(
      hours(() => 1000, '0.004'),
      period,
    )
    const { discountedSaving, discountedPaybackMonths } = outlookOf(
      series,
      one,
      breakEvenOf(series, one),
      forecast(0, 0, '1095'),
    )
    // $4.00 an hour less $2.50: $1,095 a month.
    expect(usdToText(discountedSaving)).toBe('38325')
    expect(discountedPaybackMonths).toBe(1)
    const dear = outlookOf(series, one, breakEvenOf(series, one), forecast(0, 0.08, '1095'))
    expect(dear.discountedSaving < discountedSaving).toBe(true)
  })

  test('the same calls once are the plan’s bill, whatever the policy', () => {
    const series = seriesOf(
      hours(() => 3000, '0.004'),
      period,
    )
    for (const policy of ['peak', 'autoscale', 'floor_spillover', 'scale_to_zero'] as const) {
      const difference = grownTotal(series, { ...one, policy }, 1) - planFleet(series, { ...one, policy }).total
      expect((difference < 0n ? -difference : difference) < usdFromText('0.1')).toBe(true)
    }
  })
})

test('growth is fitted on whole months, and is none with fewer than three', () => {
  const count: Record<string, number> = { '2026-07': 100, '2026-08': 105, '2026-09': 110.25 }
  const series = seriesOf(
    hours((month) => count[month] ?? 0, '0.004'),
    period,
  )
  expect(fittedGrowth(series).toFixed(4)).toBe('0.0500')
  expect(
    fittedGrowth(
      seriesOf(
        hours(() => 100, '0.004'),
        { startMs: START, endMs: Date.UTC(2026, 8, 1) },
      ),
    ),
  ).toBe(0)
})

test('scaled to zero, hours without calls cost no GPU', () => {
  const nightly = hours(() => 0, '0').map((hour, i) =>
    i % 24 === 2 ? { ...hour, requests: 3600, outputTokens: 360_000, cost: usdFromText('20') } : hour,
  )
  const plan = planFleet(seriesOf(nightly, period), { ...one, policy: 'scale_to_zero' })
  expect(plan.gpuHours).toBe(92n)
  expect(usdToText(plan.gpuCost)).toBe('230')
})

test('what a bought fleet pays back is its price and the migration, from a saving without the recovery of capital', () => {
  const bought = {
    gpuPrice: 2000,
    nodeFactor: 1,
    months: 36,
    annualRate: 0,
    residual: 0,
    watts: 575,
    serverPower: 1,
    powerUsageEffectiveness: 1,
    dollarsPerKwh: 0.15,
    maintenance: 0,
  }
  expect(usdToText(capitalOf(bought).recoveryMonth)).toBe('55.555556')
  // $500 a month at the API: 2,000 ÷ (500 − 62.96 of electricity) = 4.5 months.
  const month = ownedGpuMonth(bought)
  const saving = (usdFromText('500') - month) as ReturnType<typeof usdFromText>
  expect(paybackOf(usdFromText('0'), saving, [{ gpus: 1, bought }])).toBe(4.576)
  expect(paybackOf(usdFromText('0'), saving, [{ gpus: 1, bought: null }])).toBe(0)
})

test('the discounted payback of a bought fleet counts its price as the plain one does, under growth and a discount', () => {
  const series = seriesOf(
    hours(() => 1000, '0.004'),
    period,
  )
  // $2,920 a month at the API and a GPU of $20,000 that is given back in 40 months of $500: 20,000 ÷ 2,920 = 6.8 months.
  const owned: FleetSettings = { ...one, gpuPrice: { kind: 'buy', month: usdFromText('500') } }
  const capital = { price: usdFromText('20000'), recoveryMonth: usdFromText('500') }
  const months = (growth: number, rate = 0, migration = '0') =>
    outlookOf(series, owned, breakEvenOf(series, owned), { ...forecast(growth, rate, migration), capital })
      .discountedPaybackMonths
  expect(months(0)).toBe(7)
  expect(months(0, 0, '2920')).toBe(8)
  // 2,920 × (1.05 + … + 1.05⁶) = 20,855.
  expect(months(0.05)).toBe(6)
  expect(months(0, 0.5)).toBe(9)
  expect(months(-0.2)).toBeNull()
  expect(outlookOf(series, owned, breakEvenOf(series, owned), forecast(0)).discountedPaybackMonths).toBe(1)
})
