/** Published fleets and break-even figures, from their stated inputs alone. Sources stand with each. */
import { describe, expect, test } from 'vitest'
import { compileBook } from '../../../lib/core/price/book'
import { publicSimulation } from '../../../lib/core/report/simulation-view'
import { demandLeft } from '../../../lib/core/simulate/fleet/demand'
import { withMachine } from '../../../lib/core/simulate/full-target'
import { classesThatFit, resolveSelfHosted } from '../../../lib/core/simulate/own-target'
import { type ScenarioInput, scenarioSchema } from '../../../lib/core/simulate/scenario'
import { simulateSelfHosted } from '../../../lib/core/simulate/simulate-self-hosted'
import { askedOfOwn, splitCalls } from '../../../lib/core/simulate/split-calls'
import { statedCalls } from '../../../lib/core/simulate/stated-calls'
import { demandOfSlices } from '../../../lib/core/simulate/stated-demand'
import { DAY_MS, HOUR_MS } from '../../../lib/core/time/instant'

const BOOK = compileBook({ entries: [], aliases: [], hosts: [] })
const FROM = '2026-06-01'

/** A stated question answered as the server does, with no price book. */
function ask(input: ScenarioInput, hours = 730) {
  const scenario = scenarioSchema.parse(input)
  const startMs = scenario.baseline.from ?? Date.parse(FROM)
  const period = { startMs, endMs: startMs + hours * HOUR_MS }
  const move = scenario.moves[0]
  if (scenario.baseline.demand === undefined || move?.target.kind !== 'self_hosted') throw new Error('not a fleet')
  const slices = statedCalls(scenario, scenario.baseline.demand, period, BOOK)
  if (!slices.ok) throw new Error(slices.error.message)
  const { target, assumptions } = withMachine(move.target, scenario.assumptions)
  const cards = resolveSelfHosted(target)
  if (!cards.ok) throw new Error(cards.error.message)
  const fits = classesThatFit(cards.value.card.model.maxContext)
  const { own } = splitCalls(slices.value, [askedOfOwn(move.share, move.select, fits)])
  const parts = (own.get(0)?.parts ?? []).map((part) => ({ ...part, demand: demandOfSlices(part.slices) }))
  const answer = simulateSelfHosted({
    period,
    slices: slices.value,
    demand: demandLeft(parts),
    select: move.select,
    target,
    assumptions,
  })
  if (!answer.ok) throw new Error(answer.error.message)
  return publicSimulation(answer.value)
}

const BARE = { staff_per_month: '0', migration_cost: '0', peak_to_mean: 1, production: false, realism: 1 } as const

// deepseek-ai/open-infra-index, day 6: 608B prompt tokens (342B from the cache) and 168B output tokens in 24 hours, on
// 226.75 nodes of 8 H800 on average at $2 a GPU hour; R1 prices $0.14 / $0.55 / $2.19; $87,072 against $562,027 a day.
test('DeepSeek’s day: 226.75 nodes cost $87,072 and would earn 545 % on it at R1’s prices', () => {
  const answer = ask(
    {
      baseline: {
        from: '2025-02-27',
        to: '2025-02-28',
        demand: {
          requests_per_month: (1e9 * 730) / 24,
          input_tokens: 608,
          output_tokens: 168,
          cached_fraction: 342 / 608,
          price: { input_per_million: '0.55', cached_input_per_million: '0.14', output_per_million: '2.19' },
        },
      },
      moves: [
        {
          target: {
            kind: 'self_hosted',
            model: 'DeepSeek-R1',
            gpu: 'H800-SXM-80GB',
            policy: 'fixed',
            nodes: '226.75',
            gpus_per_node: 8,
            price_per_gpu_hour: '2',
            benchmark: { output_tokens_per_second: 14_800, gpus: 8 },
          },
        },
      ],
      assumptions: BARE,
    },
    DAY_MS / HOUR_MS,
  )
  expect(answer.target_cost.likely).toBe('87072')
  expect(answer.fleet?.gpus).toBe(1814)
  // The published token counts are whole billions: $562,100 against the published $562,027.
  expect(answer.baseline_cost).toBe('562100')
  expect(Math.floor(100 * Number(answer.saving_over_target))).toBe(545)
})

describe('one fleet kept wholly busy with 3,000 in and 500 out', () => {
  // Output tokens a second, GPUs and dollars an hour of the fleet; dollars a call; utilisation that matches an API price.
  const rows = [
    [
      'gpt-oss-120b on one H100',
      1226,
      1,
      '2.95',
      0.00033,
      { '0.00875': 3.8, '0.0275': 1.2, '0.00105': 32, '0.00075': 45, '0.0015': 22 },
    ],
    [
      'Qwen3-32B on one H100',
      904,
      1,
      '2.95',
      0.00045,
      { '0.00875': 5.2, '0.0275': 1.6, '0.00105': 43, '0.00075': 60, '0.0015': 30 },
    ],
    [
      'DeepSeek-V3.2 on eight H200',
      3744,
      8,
      '3.5',
      0.00104,
      { '0.00875': 12, '0.0275': 3.8, '0.00105': 99, '0.0015': 69 },
    ],
    [
      'DeepSeek-V3.2 on eight B200',
      10_496,
      8,
      '6',
      0.00064,
      { '0.00875': 7.3, '0.0275': 2.3, '0.00105': 61, '0.00075': 85, '0.0015': 42 },
    ],
  ] as const
  for (const [name, rate, gpus, price, perCall, matches] of rows) {
    const question = (perRequest: string): ScenarioInput => ({
      baseline: { from: FROM, demand: { input_tokens: 3000, output_tokens: 500, price: { per_request: perRequest } } },
      moves: [
        {
          target: {
            kind: 'self_hosted',
            model: 'stated',
            policy: 'fixed',
            gpus,
            gpus_per_replica: gpus,
            price_per_gpu_hour: price,
            benchmark: { output_tokens_per_second: rate },
          },
        },
      ],
      assumptions: { ...BARE, utilisation: 1 },
    })
    test(`${name} costs $${perCall} a call`, () => {
      const answer = ask(question('0.01'))
      const calls = Number(answer.baseline_cost) / 0.01
      expect(Number(answer.target_cost.likely) / calls).toBeCloseTo(perCall, 5)
      expect(answer.fleet?.utilisation).toBeCloseTo(1, 4)
      expect(answer.fleet?.cost_per_million_output).toBe(answer.fleet?.cost_per_million_output_full)
    })
    for (const [api, percent] of Object.entries(matches)) {
      test(`${name} matches $${api} a call at ${percent} % of its capacity`, () => {
        const { break_even: even } = ask(question(api))
        // The table rounds dollars a call before it divides.
        const tolerance = percent < 10 ? 0.06 : 0.6
        expect(Math.abs(100 * (even?.utilisation ?? Number.NaN) - percent)).toBeLessThanOrEqual(tolerance)
      })
    }
  }
  test('a price below what full GPUs cost a call is never matched', () => {
    const { break_even: even } = ask({
      baseline: { from: FROM, demand: { input_tokens: 3000, output_tokens: 500, price: { per_request: '0.00075' } } },
      moves: [
        {
          target: {
            kind: 'self_hosted',
            model: 'DeepSeek-V3.2',
            policy: 'fixed',
            gpus: 8,
            gpus_per_replica: 8,
            price_per_gpu_hour: '3.5',
            benchmark: { output_tokens_per_second: 3744 },
          },
        },
      ],
      assumptions: { ...BARE, utilisation: 1 },
    })
    expect(even?.utilisation).toBeNull()
    expect(even?.requests_per_hour).toBeNull()
  })
})

// Manning, "Rearchitecting LLMs", 12.9: at $2.50 a GPU hour and $0.004 a request the API is dearer from 625 requests an hour.
test('a GPU of $2.50 an hour breaks even with $0.004 a call at 625 calls an hour', () => {
  const { break_even: even } = ask({
    baseline: {
      from: FROM,
      demand: { requests_per_month: 73_000, input_tokens: 1000, output_tokens: 300, price: { per_request: '0.004' } },
    },
    moves: [
      {
        target: {
          kind: 'self_hosted',
          model: 'stated',
          policy: 'fixed',
          gpus: 1,
          price_per_gpu_hour: '2.50',
          benchmark: { output_tokens_per_second: 900 },
        },
      },
    ],
    assumptions: BARE,
  })
  expect(even?.requests_per_hour).toBeCloseTo(625, 6)
  expect(even?.requests_per_month).toBeCloseTo(625 * 730, 3)
})

// The form of arXiv 2509.18101: months = price of the hardware ÷ (API a month − electricity a month).
test('bought hardware pays back in its price over the API bill less its electricity', () => {
  const answer = ask({
    baseline: {
      from: FROM,
      demand: {
        requests_per_month: 100_000,
        input_tokens: 1000,
        output_tokens: 500,
        price: { input_per_million: '0.5', output_per_million: '3' },
      },
    },
    moves: [
      {
        target: {
          kind: 'self_hosted',
          model: 'stated',
          gpu: 'RTX-5090-32GB',
          policy: 'fixed',
          acquire: 'buy',
          gpus: 1,
          price_per_gpu: '2000',
          benchmark: { output_tokens_per_second: 200 },
        },
      },
    ],
    assumptions: {
      ...BARE,
      buy: {
        node_factor: 1,
        months: 60,
        annual_rate: 0,
        residual: 0,
        server_power: 1,
        power_usage_effectiveness: 1,
        dollars_per_kwh: 0.15,
        maintenance: 0,
        watts: 575,
        idle_power: 1,
        powered_hours_per_month: 8 * 20,
      },
    },
  })
  // $200 of API, 0.575 kW × 160 h × $0.15 of electricity, $2,000 ÷ 60 of recovery.
  expect(answer.baseline_cost).toBe('200')
  expect(Number(answer.target_cost.likely)).toBeCloseTo(13.8 + 2000 / 60, 5)
  expect(answer.payback_months).toBe(10.741)
})

test('a stated utilisation sizes the fleet, and a million tokens cost their full price over it', () => {
  const answer = ask({
    baseline: {
      from: FROM,
      demand: {
        requests_per_month: 2_628_000,
        input_tokens: 1000,
        output_tokens: 1000,
        price: { output_per_million: '10' },
      },
    },
    moves: [
      {
        target: {
          kind: 'self_hosted',
          model: 'stated',
          price_per_gpu_hour: '3.6',
          benchmark: { output_tokens_per_second: 500 },
        },
      },
    ],
    assumptions: { ...BARE, utilisation: 0.5 },
  })
  // 1,000 tokens a second over 500 × 50 %.
  expect(answer.fleet?.gpus).toBe(4)
  expect(answer.fleet?.utilisation).toBeCloseTo(0.5, 6)
  expect(answer.fleet?.cost_per_million_output).toBe('4')
  expect(answer.fleet?.cost_per_million_tokens).toBe('2')
  expect(answer.fleet?.cost_per_million_output_full).toBe('2')
  expect(answer.fleet?.cost_at_utilisation.find((at) => at.utilisation === 0.2)?.cost_per_million_output).toBe('10')
  expect(answer.fleet?.monthly_cost).toBe('10512')
})

test('a model and GPUs that are known need no rate: so many calls as keep them busy for the stated part', () => {
  const answer = ask({
    baseline: { from: FROM, demand: { input_tokens: 1000, output_tokens: 300, price: { per_request: '0.004' } } },
    moves: [
      {
        target: {
          kind: 'self_hosted',
          model: 'Llama-3.3-70B',
          precision: 'fp8',
          gpu: 'H100',
          policy: 'fixed',
          gpus: 8,
          price_per_gpu_hour: '2.5',
        },
      },
    ],
    assumptions: { ...BARE, utilisation: 0.5 },
  })
  expect(answer.fleet?.utilisation).toBeCloseTo(0.5, 6)
  expect(answer.fleet?.monthly_cost).toBe('14600')
  const { replicas = 0, output_tokens_per_second: rate } = answer.fleet ?? {}
  const perMillion = 14_600 / ((0.5 * replicas * (rate?.p50 ?? 0) * 3600 * 730) / 1e6)
  expect(Number(answer.fleet?.cost_per_million_output)).toBeCloseTo(perMillion, 6)
})

test('a demand that no fleet of this world carries is refused, not answered with one that is too small', () => {
  const target = { kind: 'self_hosted', model: 'stated', price_per_gpu_hour: '2.5' } as const
  const question = (policy: 'peak' | 'autoscale') => ({
    baseline: { from: FROM, demand: { requests_per_month: 1e12, output_tokens: 500 } },
    moves: [{ target: { ...target, policy, benchmark: { output_tokens_per_second: 900 } } }],
  })
  for (const policy of ['peak', 'autoscale'] as const) {
    expect(() => ask(question(policy))).toThrow('needs more than 100000 replicas')
  }
})

/** One fleet whose rate, price and calls are stated. */
const stated = (
  demand: NonNullable<ScenarioInput['baseline']['demand']>,
  fleet: { readonly gpus: number; readonly rate: number; readonly price: string },
  assumptions: NonNullable<ScenarioInput['assumptions']> = {},
) =>
  ask({
    baseline: { from: FROM, demand },
    moves: [
      {
        target: {
          kind: 'self_hosted',
          model: 'stated',
          policy: 'fixed',
          gpus: fleet.gpus,
          gpus_per_replica: fleet.gpus,
          price_per_gpu_hour: fleet.price,
          benchmark: { output_tokens_per_second: fleet.rate },
        },
      },
    ],
    assumptions: { ...BARE, ...assumptions },
  })

// induwara.lk, self-hosting LLM cost calculator, 2026-06-09: 120 M tokens in and 40 M out a month at $0.25 and $2; a GPU at
// $1.19 over 24 × 30.4 hours with 15 % on top. $110.00 against $998.46, break-even at 1.45 B tokens a month.
test('a month of 729.6 hours and 15 % on top of a GPU cost $998.46 against $110, break-even 1.45 B tokens', () => {
  const answer = stated(
    {
      requests_per_month: 100_000,
      input_tokens: 1200,
      output_tokens: 400,
      price: { input_per_million: '0.25', output_per_million: '2' },
    },
    { gpus: 1, rate: 2500, price: '1.19' },
    { hours_per_month: 729.6, gpu_overhead: 0.15 },
  )
  expect(answer.per_month.baseline_cost).toBe('110')
  expect(Number(answer.per_month.target_cost.likely)).toBeCloseTo(998.46, 2)
  expect((4 * (answer.break_even?.output_tokens_per_month ?? 0)) / 1e9).toBeCloseTo(1.452, 3)
  // 160 M of 6.57 B tokens of output, were all of them output: the calculator's capacity counts both.
  expect(answer.fleet?.output_tokens_per_second.p50).toBe(2500)
  expect(answer.fleet?.utilisation).toBeCloseTo(40e6 / (2500 * 3600 * 729.6), 6)
})

// ai-costcalculator.com, 2026-06-19: GPUs × hourly × 24 × 30 + engineering + infra; break-even = that over the blended price.
test('a month of 30 days counts 720 hours of each GPU, staff and infrastructure beside them', () => {
  const answer = stated(
    {
      requests_per_month: 1_000_000,
      input_tokens: 750,
      output_tokens: 250,
      price: { input_per_million: '2', output_per_million: '8' },
    },
    { gpus: 2, rate: 3000, price: '2.5' },
    { hours_per_month: 720, staff_per_month: '2000', storage_per_month: '300' },
  )
  const monthly = 2 * 2.5 * 720 + 2000 + 300
  expect(Number(answer.per_month.target_cost.likely)).toBe(monthly)
  expect(answer.fleet?.gpu_hours).toBe('1440')
  // $3.50 a million tokens of both.
  expect(4 * (answer.break_even?.output_tokens_per_month ?? 0)).toBeCloseTo((monthly / 3.5) * 1e6, -3)
  expect(answer.fleet?.utilisation).toBeCloseTo(250e6 / (3000 * 3600 * 720), 6)
  expect(answer.break_even?.requests_per_hour).toBeCloseTo(monthly / 0.0035 / 720, 3)
})

// Manning, "Rearchitecting LLMs", listing 12.8: 2,950 requests an hour of which 4.2 % go on to the API cost $0.001015 each, 74.6 %
// less than the API's $0.004.
test('a GPU of $2.50 an hour with 4.2 % asked again at the API costs $0.001015 a call, 74.6 % less', () => {
  const answer = stated(
    { requests_per_month: 2950 * 730, input_tokens: 1000, output_tokens: 300, price: { per_request: '0.004' } },
    { gpus: 1, rate: 900, price: '2.50' },
    { escalation: '0.042' },
  )
  expect(Number(answer.target_cost.likely) / (2950 * 730)).toBeCloseTo(0.0010155, 7)
  expect(Number(answer.saving_share)).toBeCloseTo(0.746, 3)
  expect(answer.lines.find((line) => line.name === 'escalated')?.amount).toBe('361.788')
})

// LMSYS, 2025-05-05: 22,300 output tokens a second and node of eight H100 are $0.20 a million, which is $2 a GPU hour.
// tools.gera.services: $2 an hour and 2,000 tokens a second are $0.28 a million when busy and $1.40 at a fifth of it.
test.each([
  [22_300, 8, '2', 1, 0.2],
  [2000, 1, '2', 1, 0.28],
  [2000, 1, '2', 0.2, 1.39],
])(
  '%i tokens a second on %i GPUs of $%s at %f of capacity cost $%f a million',
  (rate, gpus, price, utilisation, cost) => {
    const answer = stated(
      { input_tokens: 2000, output_tokens: 500, price: { per_request: '1' } },
      { gpus, rate, price },
      { utilisation },
    )
    expect(Number(answer.fleet?.cost_per_million_output).toFixed(2)).toBe(cost.toFixed(2))
  },
)

// DeepifyAI/local-ai-infrastructure, chapter 1: 1,000 queries of 1,000 tokens a day for 30 days at $0.010 a thousand are $300 a
// month; an RTX 4090 build of $3,500 draws 450 W around the clock at $0.25 a kWh, $81; break-even in 16.0 months.
test('a build of $3,500 that draws $81 a month breaks even with $300 of API in 16.0 months', () => {
  const answer = ask({
    baseline: {
      from: FROM,
      demand: {
        requests_per_month: 30_000,
        input_tokens: 500,
        output_tokens: 500,
        price: { input_per_million: '10', output_per_million: '10' },
      },
    },
    moves: [
      {
        target: {
          kind: 'self_hosted',
          model: 'stated',
          gpu: 'RTX-4090-24GB',
          policy: 'fixed',
          acquire: 'buy',
          gpus: 1,
          price_per_gpu: '3500',
          benchmark: { output_tokens_per_second: 60 },
        },
      },
    ],
    assumptions: {
      ...BARE,
      hours_per_month: 720,
      buy: {
        node_factor: 1,
        months: 60,
        annual_rate: 0,
        residual: 0,
        server_power: 1,
        power_usage_effectiveness: 1,
        dollars_per_kwh: 0.25,
        maintenance: 0,
        watts: 450,
        idle_power: 1,
      },
    },
  })
  expect(answer.per_month.baseline_cost).toBe('300')
  expect(Number(answer.per_month.target_cost.likely)).toBeCloseTo(81 + 3500 / 60, 5)
  expect(answer.payback_months).toBeCloseTo(15.982, 3)
})
