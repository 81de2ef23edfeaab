import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { divide, sumUsd, usdFromText, usdToText } from '../../../lib/core/money/usd'
import type { HourDemand } from '../../../lib/core/simulate/fleet/demand'
import { ownedGpuMonth } from '../../../lib/core/simulate/fleet/ownership'
import { breakEvenOf, type FleetSettings, fleetTotal, planFleet } from '../../../lib/core/simulate/fleet/plan'
import { practiceFullness as fullness } from '../../../lib/core/simulate/fleet/queue'
import { seriesOf } from '../../../lib/core/simulate/fleet/series'
import { replicasFor } from '../../../lib/core/simulate/fleet/sizing'
import { drawFutures } from '../../../lib/core/simulate/fleet/uncertainty'
import { ratioFromText } from '../../../lib/core/simulate/replay/ratio'
import { scenarioSchema } from '../../../lib/core/simulate/scenario'
import { type SelfHostedQuestion, simulateSelfHosted } from '../../../lib/core/simulate/simulate-self-hosted'
import { DAY_MS, HOUR_MS } from '../../../lib/core/time/instant'

const START = Date.UTC(2026, 8, 1)
const period = { startMs: START, endMs: START + 30 * DAY_MS }

function day(rateOf: (hour: number) => number, perMillion = '10'): HourDemand[] {
  return Array.from({ length: 720 }, (_, i) => {
    const output = Math.round(rateOf(i % 24) * 3600)
    return {
      startMs: START + i * HOUR_MS,
      requests: output / 500,
      inputTokens: output * 6,
      cachedTokens: 0,
      outputTokens: output,
      cost: divide(usdFromText(perMillion), { numerator: BigInt(output), denominator: 1_000_000n, mode: 'half_even' }),
    }
  })
}

const day24 = (rateOf: (hour: number) => number) => Array.from({ length: 24 }, (_, hour) => rateOf(hour))

const settings: FleetSettings = {
  policy: 'peak',
  production: true,
  peakToMean: 1.8,
  gpusPerReplica: 1,
  capacity: 1000,
  gpuPrice: { kind: 'rent', hour: usdFromText('2.95') },
  staffMonth: usdFromText('0'),
  floor: null,
}

describe('replicas', () => {
  test('are the fewest that carry the load within the queue bound', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 500, noNaN: true }), (load) => {
        const replicas = replicasFor(load)
        expect(replicas * fullness(replicas)).toBeGreaterThanOrEqual(load)
        if (replicas > 1) expect((replicas - 1) * fullness(replicas - 1)).toBeLessThan(load)
      }),
    )
  })
  test('for production are two at least and one more than the peak needs', () => {
    expect(
      planFleet(
        seriesOf(
          day(() => 1),
          period,
        ),
        settings,
      ).hours.most,
    ).toBe(2)
    // 2,000 tokens/s × 1.8 / 1,000 = 3.6 replicas kept busy: five within the bound, and a spare.
    expect(
      planFleet(
        seriesOf(
          day((h) => (h === 9 ? 2000 : 100)),
          period,
        ),
        settings,
      ).hours.most,
    ).toBe(6)
  })
})

test('rent is GPU hours times the price, to the digit', () => {
  const plan = planFleet(
    seriesOf(
      day(() => 1),
      period,
    ),
    settings,
  )
  expect(plan.gpuHours).toBe(1440n)
  expect(usdToText(plan.total)).toBe('4248')
})

test('the searched floor never costs more than leaving every call where it is, nor more than a fleet held for the peak by over one node', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9000 }),
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ min: 1, max: 40 }),
      (peak, base, price) => {
        const hours = day((h) => (h > 8 && h < 18 ? peak : base), price.toString())
        const series = seriesOf(hours, period)
        const floor = planFleet(series, { ...settings, policy: 'floor_spillover' })
        const held = planFleet(series, settings)
        expect(floor.total <= sumUsd(hours.map((hour) => hour.cost))).toBe(true)
        expect(floor.total <= held.total + usdFromText('2.95') * 720n).toBe(true)
      },
    ),
    { numRuns: 40 },
  )
})

test('the bill told from sums is the bill of the hours, but for rounding', () => {
  const policies = [
    { policy: 'peak', floor: null },
    { policy: 'autoscale', floor: null },
    { policy: 'scale_to_zero', floor: null },
    { policy: 'floor_spillover', floor: 2 },
    { policy: 'floor_spillover', floor: 0 },
  ] as const
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 9000 }), { minLength: 24, maxLength: 24 }),
      fc.boolean(),
      fc.constantFrom(undefined, ratioFromText('0.042')),
      (rates, production, escalation) => {
        const series = seriesOf(
          day((h) => rates[h] as number),
          period,
        )
        const today = sumUsd(series.costs)
        for (const choice of policies) {
          const chosen = { ...settings, ...choice, production, escalation }
          const difference = fleetTotal(series, chosen) - planFleet(series, chosen).total
          // The hours' spilled shares are whole millionths of their cost; the sums' are exact.
          expect((difference < 0n ? -difference : difference) * 1_000_000n <= today).toBe(true)
        }
      },
    ),
    {
      numRuns: 40,
      // 8,500 tokens/s × 1.8 / 1,000 is 15.3 replicas, which eighteen at 85 % carry to the digit.
      examples: [[day24((h) => (h === 6 ? 8500 : 0)), false, undefined]],
    },
  )
})

test('calls that are read and not answered are never free: without a replica they cost what they did', () => {
  // A moderation at night reads and says nothing; by day there is output, too.
  const silent = day((h) => (h < 8 ? 0 : 100)).map((hour, i) =>
    i % 24 < 8 ? { ...hour, requests: 10, inputTokens: 10_000, cost: usdFromText('0.5') } : hour,
  )
  const series = seriesOf(silent, period)
  const today = sumUsd(silent.map((hour) => hour.cost))
  const none = { ...settings, policy: 'floor_spillover', floor: 0 } as const
  expect(planFleet(series, none).total).toBe(today)
  expect(fleetTotal(series, none)).toBe(today)
  // Nothing runs at night: 30 nights of eight hours stay where they are.
  const asleep = { ...settings, policy: 'scale_to_zero' } as const
  expect(planFleet(series, asleep).spillCost).toBe(usdFromText('120'))
  expect(planFleet(series, { ...settings, policy: 'peak' }).spillCost).toBe(0n)
  for (const chosen of [none, asleep, { ...asleep, escalation: ratioFromText('0.042') }, settings]) {
    expect(Math.abs(Number(fleetTotal(series, chosen) - planFleet(series, chosen).total))).toBeLessThan(1e6)
  }
  const unanswered = seriesOf(
    silent.filter((hour) => hour.outputTokens === 0),
    period,
  )
  expect(planFleet(unanswered, settings).total).toBe(usdFromText('120'))
})

test('of bought GPUs on dear power too, the floor costs no more than a fleet held for the peak or all calls at the API', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 168, maxLength: 168 }),
      fc.integer({ min: 5, max: 300 }),
      fc.constantFrom(0.5, 2, 5),
      fc.boolean(),
      (loads, cents, dollarsPerKwh, production) => {
        const demand = loads.map((load, i) => {
          // Few hours are busy: most of a fleet for the peak idles, and draws little.
          const calls = Math.round(50_000 * load ** 3)
          return {
            startMs: START + i * HOUR_MS,
            requests: calls,
            inputTokens: calls * 1000,
            cachedTokens: 0,
            outputTokens: calls * 250,
            cost: divide(usdFromText('0.0001'), {
              numerator: BigInt(calls * cents),
              denominator: 1n,
              mode: 'half_even',
            }),
          }
        })
        const ask = (policy: 'peak' | 'floor_spillover') => {
          const { moves, assumptions } = scenarioSchema.parse({
            baseline: { from: '2026-09-01', to: '2026-09-08' },
            moves: [
              {
                target: {
                  kind: 'self_hosted',
                  model: 'stated',
                  gpu: 'H100',
                  acquire: 'buy',
                  gpus_per_node: 1,
                  policy,
                  benchmark: { output_tokens_per_second: 500 },
                },
              },
            ],
            assumptions: {
              draws: 0,
              production,
              staff_per_month: '0',
              peak_to_mean: 1,
              buy: { dollars_per_kwh: dollarsPerKwh, watts: 2000, idle_power: 0 },
            },
          })
          const target = moves[0]?.target
          if (target?.kind !== 'self_hosted') throw new Error('not a fleet')
          const week = { startMs: START, endMs: START + 7 * DAY_MS }
          const answer = simulateSelfHosted({ period: week, demand, slices: [], select: {}, target, assumptions })
          if (!answer.ok) throw new Error(answer.error.message)
          return sumUsd(answer.value.lines.filter(({ name }) => name !== 'stays').map(({ amount }) => amount))
        }
        const floor = ask('floor_spillover')
        expect(floor <= ask('peak')).toBe(true)
        expect(floor <= sumUsd(demand.map(({ cost }) => cost))).toBe(true)
      },
    ),
    { numRuns: 40 },
  )
})

test('autoscaling never runs more replica hours than holding the peak', () => {
  const series = seriesOf(
    day((h) => h * 100),
    period,
  )
  expect(planFleet(series, { ...settings, policy: 'autoscale' }).gpuHours < planFleet(series, settings).gpuHours).toBe(
    true,
  )
})

test('utilisation follows from demand and is never above the queue bound', () => {
  const plan = planFleet(
    seriesOf(
      day(() => 500),
      period,
    ),
    { ...settings, production: false, peakToMean: 1 },
  )
  expect(plan.hours.most).toBe(1)
  expect(plan.hours.utilisation).toBeGreaterThan(0.499)
  expect(plan.hours.utilisation).toBeLessThan(0.501)
})

test('a bought GPU costs capital recovery, power and maintenance', () => {
  const month = ownedGpuMonth({
    gpuPrice: 30_000,
    nodeFactor: 1,
    months: 36,
    annualRate: 0.12,
    residual: 0,
    watts: 0,
    serverPower: 1,
    powerUsageEffectiveness: 1,
    dollarsPerKwh: 0,
    maintenance: 0,
  })
  // Annuity of 30,000 at 1 % a month over 36 months.
  expect(usdToText(month)).toBe('996.429294')
})

test('at the break-even volume a fleet held for the peak costs what the calls cost today', () => {
  const hours = day((h) => (h === 10 ? 300 : 30), '20')
  const at = breakEvenOf(seriesOf(hours, period), settings)
  expect(at.replicas).not.toBeNull()
  const now = hours.reduce((sum, hour) => sum + hour.outputTokens, 0) * (730 / 720)
  const factor = (at.outputTokensPerMonth as number) / now
  const grown = seriesOf(
    day((h) => (h === 10 ? 300 : 30) * factor, '20'),
    period,
  )
  expect(planFleet(grown, settings).hours.most).toBeLessThanOrEqual(at.replicas as number)
})

test('a stated fleet serves up to all it can do, and the rest is paid where it is today', () => {
  const demand = day((h) => (h < 12 ? 500 : 2000))
  const series = seriesOf(demand, period)
  const stated = { ...settings, policy: 'fixed', fixedGpus: 1 } as const
  const plan = planFleet(series, stated)
  expect([...plan.hours.servedShare.slice(0, 24)].map((share) => share.toFixed(6))).toEqual(
    Array.from({ length: 24 }, (_, hour) => (hour < 12 ? '1.000000' : '0.500000')),
  )
  expect(plan.hours.utilisation).toBeCloseTo(0.75, 6)
  const busy = demand.filter((_, i) => i % 24 >= 12)
  expect(plan.spillCost).toBe(
    divide(sumUsd(busy.map((hour) => hour.cost)), { numerator: 1n, denominator: 2n, mode: 'half_even' }),
  )
  expect(Number(fleetTotal(series, stated) - plan.total) / Number(plan.total)).toBeCloseTo(0, 6)
  // A third of each hour has no room: a third of the cost, to the twelfth digit.
  const thirds = day(() => 1500)
  const cost = sumUsd(thirds.map((hour) => hour.cost))
  const spill = planFleet(seriesOf(thirds, period), stated).spillCost
  expect(Math.abs(Number(spill * 3n - cost) / Number(cost))).toBeLessThan(1e-12)
})

test('drawn futures are the same for the same seed', () => {
  const series = seriesOf(
    day((h) => h * 50),
    period,
  )
  const priors = {
    residuals: [0.6, 1, 1.5],
    realism: { low: 0.4, likely: 0.7, high: 1 },
    rent: { low: 0.65, high: 1.35 },
    output: { low: 0.8, high: 1.3 },
    staff: { low: 0.5, high: 2 },
    volume: { low: 0.7, likely: 1, high: 1.5 },
    api: { low: 0.5, high: 1.25 },
  }
  const draw = (today: string, once = '0') =>
    drawFutures(series, settings, priors, {
      draws: 200,
      seed: 7,
      stakes: {
        today: usdFromText(today),
        savedElsewhere: usdFromText('0'),
        once: usdFromText(once),
        annualRate: 0.08,
        months: 36,
      },
    })
  expect(draw('5000')).toEqual(draw('5000'))
  expect(draw('5000').low < draw('5000').high).toBe(true)
  // Nothing to save, everything to save, and a saving that a migration eats.
  expect(draw('1').chanceOfSaving).toBe(0)
  expect(draw('1000000').chanceOfSaving).toBe(1)
  const some = draw('20000').chanceOfSaving
  expect(some).toBeGreaterThan(0)
  expect(draw('20000', '200000').chanceOfSaving).toBeLessThan(some)
})

test('a question about own GPUs is answered with its fleet, its bill and what it rests on', () => {
  const scenario = scenarioSchema.parse({
    baseline: { from: '2026-09-01', to: '2026-10-01' },
    moves: [
      {
        share: '0.8',
        target: {
          kind: 'self_hosted',
          model: 'gpt-oss-120b',
          precision: 'mxfp4',
          gpu: 'H100-SXM-80GB',
          price_per_gpu_hour: '2.95',
        },
      },
    ],
  })
  const move = scenario.moves[0]
  if (move === undefined || move.target.kind !== 'self_hosted') throw new Error('not a fleet')
  const demand = day((h) => (h > 7 ? 400 : 50))
  const question: SelfHostedQuestion = {
    period,
    demand,
    select: {},
    target: move.target,
    assumptions: scenario.assumptions,
    slices: [
      {
        atMs: START,
        grainSeconds: 3600,
        month: '2026-09',
        host: 'openai',
        model: 'gpt-5',
        project: null,
        apiKey: null,
        tags: null,
        serviceTier: 'standard',
        region: null,
        contextBand: 17,
        records: 1n,
        requests: 1n,
        cost: sumUsd(demand.map((hour) => hour.cost)),
        quantities: {
          input: 0n,
          cacheRead: 0n,
          cacheWrite5m: 0n,
          cacheWrite1h: 0n,
          output: 1n,
          reasoning: 0n,
          other: null,
        },
      },
    ],
  }
  const answer = simulateSelfHosted(question)
  if (!answer.ok) throw new Error(answer.error.message)
  const { fleet, lines, target, months } = answer.value
  expect(fleet).toMatchObject({ gpus_per_replica: 1, gpu: 'H100-SXM-80GB' })
  expect(sumUsd(lines.map((line) => line.amount))).toBe(target.likely)
  for (const end of ['low', 'likely', 'high'] as const)
    expect(sumUsd(months.map((month) => month.target[end])), end).toBe(target[end])
  expect(target.low <= target.likely && target.likely <= target.high).toBe(true)
  expect(answer.value.assumptions.every((a) => a.source !== '' && a.value !== '')).toBe(true)

  // What cannot move is of the share that was asked to.
  const [only] = question.slices
  if (only === undefined) throw new Error('no slice')
  const searches = { ...only, records: 10n, requests: 10n, cost: usdFromText('5') }
  const tools = { ...searches, quantities: { ...only.quantities, other: new Map([['web_search', 10n]] as const) } }
  const staying = (share: string) => {
    const partly = simulateSelfHosted({ ...question, share, slices: [only, tools] })
    return partly.ok ? partly.value.cannotMove : partly
  }
  expect(staying('1')).toEqual([{ reason: 'tool', records: 10n, requests: 10n, cost: usdFromText('5') }])
  expect(staying('0.4')).toEqual([{ reason: 'tool', records: 4n, requests: 4n, cost: usdFromText('2') }])
  expect(staying('0')).toEqual([])
})
