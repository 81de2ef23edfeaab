import { describe, expect, test } from 'vitest'
import { findGpuCard } from '../../../lib/core/simulate/cards/gpu-card'
import { withMachine } from '../../../lib/core/simulate/full-target'
import { LOCAL_MACHINES, LOCAL_RUNTIMES, machineCard } from '../../../lib/core/simulate/local-machine'
import type { UsageSlice } from '../../../lib/core/simulate/replay/usage-slice'
import { scenarioSchema } from '../../../lib/core/simulate/scenario'
import { simulateSelfHosted } from '../../../lib/core/simulate/simulate-self-hosted'
import { demandOfSlices, statedPrice, statedSlices } from '../../../lib/core/simulate/stated-demand'
import { statedDemandSchema } from '../../../lib/core/simulate/stated-demand-schema'
import { HOUR_MS } from '../../../lib/core/time/instant'

const START = Date.UTC(2026, 5, 1)
const period = { startMs: START, endMs: START + 730 * HOUR_MS }
const demand = statedDemandSchema.parse({
  requests_per_month: 3000,
  input_tokens: 800,
  output_tokens: 300,
  profile: 'business_hours',
  price: { input_per_million: '1.25', output_per_million: '10' },
})
const slices = statedSlices(demand, 3000, period, statedPrice(demand.price as NonNullable<typeof demand.price>))

function ask(target: object, assumptions: object = {}) {
  if (!slices.ok) throw new Error('no slices')
  const scenario = scenarioSchema.parse({
    baseline: { demand },
    moves: [{ target: { kind: 'self_hosted', model: 'gpt-oss-20b', ...target } }],
    assumptions: { draws: 20, ...assumptions },
  })
  const move = scenario.moves[0]
  if (move?.target.kind !== 'self_hosted') throw new Error('not a fleet')
  return simulateSelfHosted({
    period,
    slices: slices.value,
    demand: demandOfSlices(slices.value),
    select: {},
    target: move.target,
    assumptions: scenario.assumptions,
  })
}

describe('a machine under a desk', () => {
  test.each(LOCAL_MACHINES)('%s runs a small model with every runtime and pays electricity as it works', (machine) => {
    expect(findGpuCard(machineCard(machine).gpu)).not.toBeNull()
    for (const engine of LOCAL_RUNTIMES) {
      const answer = ask({ machine, engine })
      if (!answer.ok) throw new Error(answer.error.message)
      expect(answer.value.fleet).toMatchObject({
        engine: 'llama.cpp',
        precision: 'gguf-q4_k_m',
        nodes: answer.value.fleet?.replicas,
      })
      expect(answer.value.fleet?.utilisation).toBeLessThan(0.5)
    }
    const [cheap, dear] = ['0.10', '0.30'].map((kwh) => ask({ machine }, { buy: { dollars_per_kwh: kwh } }))
    if (cheap?.ok !== true || dear?.ok !== true) throw new Error('no answer')
    expect(dear.value.target.likely > cheap.value.target.likely).toBe(true)
  })
  test('costs its price, its electricity and nothing else', () => {
    const answer = ask(
      { machine: 'mac-studio-m3-ultra' },
      { buy: { months: 36, annual_rate: 0, residual: 0, dollars_per_kwh: '0.2', idle_power: 1 } },
    )
    if (!answer.ok) throw new Error(answer.error.message)
    const fleet = answer.value.lines.filter((line) => line.amount !== 0n && line.name !== 'stays')
    expect(fleet.map((line) => line.name)).toEqual(['gpus'])
    // $9,500 over 36 months and 270 W × 730 h at $0.20.
    expect(Number(fleet[0]?.amount) / 1e18).toBeCloseTo(9500 / 36 + 0.27 * 730 * 0.2, 4)
  })
  test('keeps what the question says of it', () => {
    const { target, assumptions } = withMachine(
      scenarioSchema.parse({
        baseline: { demand },
        moves: [{ target: { kind: 'self_hosted', machine: 'dgx-spark', price_per_gpu: '3000', precision: 'mxfp4' } }],
        assumptions: { staff_per_month: '100' },
      }).moves[0]?.target as never,
      { staff_per_month: '100' },
    )
    expect(target).toMatchObject({ price_per_gpu: '3000', precision: 'mxfp4', gpu: 'GB10-128GB', acquire: 'buy' })
    expect(assumptions.staff_per_month).toBe('100')
  })
})

describe('a stated demand', () => {
  test('adds up to what was stated, to the token and the cent, whatever the shape of its hours', () => {
    for (const profile of ['flat', 'business_hours', Array.from({ length: 24 }, (_, h) => h)] as const) {
      const stated = statedDemandSchema.parse({ ...demand, profile, cached_fraction: 0.25 })
      const made = statedSlices(
        stated,
        1_000_003,
        period,
        statedPrice({
          input_per_million: '1.25',
          cached_input_per_million: '0.125',
          output_per_million: '10',
          per_request: '0.001',
        }),
      )
      if (!made.ok) throw new Error('no slices')
      const calls = made.value
      const sum = (pick: (slice: UsageSlice) => bigint) => calls.reduce((all, one) => all + pick(one), 0n)
      expect(sum((slice) => slice.requests)).toBe(1_000_003n)
      expect(sum((slice) => slice.quantities.input + slice.quantities.cacheRead)).toBe(1_000_003n * 800n)
      expect(sum((slice) => slice.quantities.output)).toBe(1_000_003n * 300n)
      // 600,001,800 × 1.25 + 200,000,600 × 0.125 + 300,000,900 × 10, a million, and a tenth of a cent a call.
      const atto = 10n ** 12n
      expect(sum((slice) => slice.cost ?? 0n)).toBe(
        ((600_001_800n * 125n + (200_000_600n * 125n) / 10n + 300_000_900n * 1000n) * atto) / 100n +
          1_000_003n * 10n ** 15n,
      )
    }
  })
  test('of working hours has none at night and at the week’s end', () => {
    if (!slices.ok) throw new Error('no slices')
    const hours = slices.value.map((slice) => new Date(slice.atMs))
    expect(hours.every((at) => at.getUTCHours() >= 9 && at.getUTCHours() < 18)).toBe(true)
    expect(hours.some((at) => at.getUTCDay() === 0 || at.getUTCDay() === 6)).toBe(false)
  })
})
