/** A what-if whose target is an open model on GPUs of one's own. */
import { addUsd, divide, subtractUsd, sumUsd, type Usd, usdFromText, ZERO_USD } from '../money/usd'
import { err, ok, type Result } from '../result'
import { readContextBand } from '../rollup/context-band'
import type { Period } from '../time/instant'
import { DEFAULTS } from './assumption'
import { ESTIMATOR_FIT } from './estimator/estimate'
import type { ServingPoint } from './estimator/point'
import { pointSchema, resolvePoint } from './estimator/point-schema'
import { averageWeek, type CallShape, type HourDemand, shapeOf } from './fleet/demand'
import { fittedGrowth, outlookOf } from './fleet/outlook'
import { breakEvenOf, type FleetPlan, type FleetSettings, planFleet } from './fleet/plan'
import { type Replica, sizeReplica } from './fleet/replica'
import { seriesOf } from './fleet/series'
import { fullness } from './fleet/sizing'
import { drawFutures, type Priors, tornado } from './fleet/uncertainty'
import { buySettings, gpuPriceOf, paybackOf } from './gpu-price'
import { type MoveSelect, selects } from './replay/move-select'
import { ratioFromText, timesUsd } from './replay/ratio'
import { type CannotMove, isEmbedding } from './replay/target-price'
import type { UsageSlice } from './replay/usage-slice'
import type { ScenarioAssumptions, SelfHostedTargetInput } from './scenario'
import { selfHostedAssumptions } from './self-hosted-assumptions'
import { hoursIn, perMonth, type Simulation, type SimulationProblem } from './simulation'

export interface SelfHostedQuestion {
  readonly period: Period
  readonly slices: readonly UsageSlice[]
  /** Hours of the calls that can move, before the share is taken. */
  readonly demand: readonly HourDemand[]
  readonly share: string
  readonly select: MoveSelect
  readonly target: SelfHostedTargetInput
  readonly assumptions: ScenarioAssumptions
}

/** Total-length classes of calls that fit a context window; class 0 is unknown and is let through with a note. */
export function classesThatFit(contextTokens: number): number[] {
  const classes = [0]
  for (let total = 1; total < 16; total += 1) {
    const range = readContextBand(total).total
    if (range !== null && range.max !== null && range.max <= contextTokens) classes.push(total)
  }
  return classes
}

export function resolveSelfHosted(target: SelfHostedTargetInput): Result<ServingPoint, SimulationProblem> {
  return resolvePoint(
    pointSchema.parse({
      model: target.model,
      architecture: target.architecture,
      gpu: target.gpu,
      hardware: target.hardware,
      precision: target.precision ?? null,
      engine: target.engine,
    }),
  )
}

export function simulateSelfHosted(question: SelfHostedQuestion): Result<Simulation, SimulationProblem> {
  const { period, target, assumptions } = question
  const resolved = resolveSelfHosted(target)
  if (!resolved.ok) return err(resolved.error)
  const card = resolved.value
  const share = ratioFromText(question.share)
  const part = Number(question.share)
  const demand = question.demand.map((hour) => ({
    startMs: hour.startMs,
    requests: hour.requests * part,
    inputTokens: hour.inputTokens * part,
    cachedTokens: hour.cachedTokens * part,
    outputTokens: hour.outputTokens * part,
    cost: timesUsd(hour.cost, share),
  }))
  const measured = shapeOf(demand)
  const shape: CallShape = {
    inputTokens: assumptions.input_tokens ?? measured.inputTokens,
    outputTokens: assumptions.output_tokens ?? measured.outputTokens,
    cachedFraction: assumptions.cached_fraction ?? measured.cachedFraction,
  }
  const sized = sizeReplica(
    {
      model: card.model,
      gpu: card.gpu,
      precision: card.precision,
      engine: card.engine,
      gpusPerReplica: target.gpus_per_replica ?? null,
      maxSecondsPerToken: (assumptions.max_ms_per_token ?? DEFAULTS.max_ms_per_token.likely) / 1000,
    },
    shape,
  )
  if (!sized.ok) {
    return err({
      code: sized.code,
      message: sized.reason,
      remedy: 'Choose more GPUs, another GPU or a smaller precision.',
    })
  }
  const replica = sized.replica
  const price = gpuPriceOf(question, card)
  if (!price.ok) return err(price.error)
  const realism =
    assumptions.realism ?? (target.measured_output_tokens_per_second === undefined ? DEFAULTS.realism.likely : 1)
  const tuned = target.measured_output_tokens_per_second ?? replica.capacity.p50
  const settings: FleetSettings = {
    policy: target.policy,
    production: assumptions.production ?? true,
    peakToMean: assumptions.peak_to_mean ?? DEFAULTS.peak_to_mean.likely,
    gpusPerReplica: replica.gpus,
    capacity: tuned * realism,
    gpuPrice: price.value,
    staffMonth: usdFromText(assumptions.staff_per_month ?? DEFAULTS.staff_per_month.likely),
    storageMonth: usdFromText(assumptions.storage_per_month ?? DEFAULTS.storage_per_month.likely),
    floor: target.floor_replicas ?? null,
  }
  const series = seriesOf(demand, period)
  const plan = planFleet(series, settings)
  const stays = stayingOf(question, card.model.maxContext)
  const movedBefore = sumUsd(demand.map((hour) => hour.cost))
  const likely = addUsd(subtractUsd(stays.baseline, movedBefore), plan.total)
  // A benchmark of one's own leaves only the spread between runs.
  const anchored = target.measured_output_tokens_per_second !== undefined
  const priors: Priors = {
    residuals: anchored ? [0.85, 1, 1.15] : ESTIMATOR_FIT.residuals.all,
    realism: {
      low: Math.min(realism, anchored ? realism : DEFAULTS.realism.low),
      likely: realism,
      high: Math.max(realism, anchored ? realism : DEFAULTS.realism.high),
    },
    rent: { low: 0.65, high: 1.35 },
    output: { low: 0.8, high: 1.3 },
    staff: { low: 0.5, high: 2 },
  }
  const fixed = { ...settings, floor: plan.floor }
  const future = drawFutures(series, fixed, priors, {
    draws: assumptions.draws ?? 200,
    seed: assumptions.seed ?? 1,
    today: movedBefore,
  })
  const spread = (cost: Usd) => addUsd(subtractUsd(stays.baseline, movedBefore), cost)
  const saving = subtractUsd(stays.baseline, likely)
  const migration = usdFromText(assumptions.migration_cost ?? DEFAULTS.migration_cost.likely)
  const breakEven = breakEvenOf(series, settings)
  const growth = assumptions.growth_per_month ?? fittedGrowth(series)
  return ok({
    kind: 'self_hosted',
    period,
    baseline: stays.baseline,
    target: {
      low: future.low < plan.total ? spread(future.low) : likely,
      likely,
      high: future.high > plan.total ? spread(future.high) : likely,
    },
    months: monthsOf(stays, plan, demand, series.monthOfHour, period),
    lines: [
      { name: 'stays', detail: '', amount: subtractUsd(stays.baseline, movedBefore) },
      { name: 'gpus', detail: `${plan.gpus} × ${card.gpu.name}`, amount: plan.gpuCost },
      { name: 'spill_over', detail: percentText(spillShare(plan, series.rates)), amount: plan.spillCost },
      { name: 'staff', detail: '', amount: plan.staffCost },
      { name: 'storage', detail: '', amount: plan.storageCost },
    ],
    moved: [],
    cannotMove: stays.cannotMove,
    hours: weekOf(demand, plan, settings, period),
    fleet: fleetOf(question, card, replica, plan, settings, series.rates),
    breakEven: {
      ...breakEven,
      requestsPerMonth:
        breakEven.volumeOverToday === null
          ? null
          : (demand.reduce((sum, hour) => sum + hour.requests, 0) * breakEven.volumeOverToday * 730) /
            Math.max(1, series.rates.length),
      ...outlookOf(series, settings, breakEven, {
        growthPerMonth: growth,
        annualRate: assumptions.annual_discount ?? DEFAULTS.annual_discount.likely,
        once: migration,
      }),
    },
    offPeakSaving: null,
    offPeakBatches: [],
    frontier: [],
    paybackMonths: paybackOf(migration, perMonth(saving, period), plan.gpus, buySettings(question, card)),
    chanceOfSaving: future.chanceOfSaving,
    tornado: tornado(series, fixed, priors),
    assumptions: selfHostedAssumptions(question, card, shape, settings, tuned, realism, growth),
    notes: notesOf(question, card, stays),
  })
}

interface Staying {
  readonly baseline: Usd
  readonly byMonth: ReadonlyMap<string, Usd>
  readonly cannotMove: Simulation['cannotMove']
  readonly lengthUnknown: boolean
}

function stayingOf(question: SelfHostedQuestion, context: number): Staying {
  const fits = new Set(classesThatFit(context))
  const byMonth = new Map<string, Usd>()
  const staying = new Map<CannotMove, { records: bigint; requests: bigint; cost: Usd | null }>()
  let baseline = ZERO_USD
  let lengthUnknown = false
  for (const slice of question.slices) {
    if (slice.cost !== null) {
      baseline = addUsd(baseline, slice.cost)
      byMonth.set(slice.month, addUsd(byMonth.get(slice.month) ?? ZERO_USD, slice.cost))
    }
    if (!selects(question.select, slice)) continue
    const reason = reasonToStay(slice, fits)
    if (reason === null) {
      if (slice.contextBand % 16 === 0) lengthUnknown = true
      continue
    }
    const sums = staying.get(reason) ?? { records: 0n, requests: 0n, cost: slice.cost === null ? null : ZERO_USD }
    sums.records += slice.records
    sums.requests += slice.requests
    if (sums.cost !== null && slice.cost !== null) sums.cost = addUsd(sums.cost, slice.cost)
    staying.set(reason, sums)
  }
  return { baseline, byMonth, cannotMove: [...staying].map(([reason, sums]) => ({ reason, ...sums })), lengthUnknown }
}

function reasonToStay(slice: UsageSlice, fits: ReadonlySet<number>): CannotMove | null {
  if (slice.cost === null) return 'no_cost_today'
  if (isEmbedding(slice.model)) return 'embedding'
  if (!fits.has(slice.contextBand % 16)) return 'context_too_long'
  const meters = [...(slice.quantities.other ?? [])].filter(([, quantity]) => quantity > 0n)
  if (meters.length === 0) return null
  return meters.some(([meter]) => /audio|image|video|pages|characters/.test(meter)) ? 'modality' : 'tool'
}

function monthsOf(
  stays: Staying,
  plan: FleetPlan,
  demand: readonly HourDemand[],
  monthOfHour: readonly string[],
  period: Period,
): Simulation['months'] {
  const moved = new Map<string, Usd>()
  for (const hour of demand) {
    const month = monthOfHour[Math.floor((hour.startMs - period.startMs) / 3_600_000)]
    if (month !== undefined) moved.set(month, addUsd(moved.get(month) ?? ZERO_USD, hour.cost))
  }
  return [...plan.months].map(([month, fleet]) => {
    const baseline = stays.byMonth.get(month) ?? ZERO_USD
    const then = addUsd(subtractUsd(baseline, moved.get(month) ?? ZERO_USD), fleet)
    return { month, baseline, target: { low: then, likely: then, high: then } }
  })
}

function weekOf(
  demand: readonly HourDemand[],
  plan: FleetPlan,
  settings: FleetSettings,
  period: Period,
): Simulation['hours'] {
  const week = averageWeek(demand, period)
  const served = demand.map((hour) => {
    const index = Math.floor((hour.startMs - period.startMs) / 3_600_000)
    return { ...hour, outputTokens: hour.outputTokens * (plan.hours.servedShare[index] ?? 0) }
  })
  const spare = settings.production && (settings.policy === 'peak' || settings.policy === 'autoscale')
  const working = spare ? plan.hours.most - 1 : plan.hours.most
  return {
    demand: week,
    served: averageWeek(served, period),
    // An hour's mean may be this high and its busiest minutes are still served in time.
    capacity: (Math.max(0, working) * settings.capacity * fullness(working)) / settings.peakToMean,
    dearHours: new Array<boolean>(168).fill(false),
  }
}

function spillShare(plan: FleetPlan, rates: Float64Array): number {
  let all = 0
  for (const rate of rates) all += rate * 3600
  return all <= 0 ? 0 : Math.max(0, 1 - plan.hours.servedOutputTokens / all)
}

function fleetOf(
  question: SelfHostedQuestion,
  card: ServingPoint,
  replica: Replica,
  plan: FleetPlan,
  settings: FleetSettings,
  rates: Float64Array,
): Simulation['fleet'] {
  const fleetCost = sumUsd([plan.gpuCost, plan.staffCost, plan.storageCost])
  const served = BigInt(Math.round(plan.hours.servedOutputTokens))
  const full = BigInt(Math.round(settings.capacity * 3600 * plan.hours.replicaHours))
  const perMillion = (tokens: bigint) =>
    tokens <= 0n ? null : divide(fleetCost, { numerator: 1_000_000n, denominator: tokens, mode: 'half_up' })
  const busy = BigInt(Math.round(Math.min(1, plan.hours.utilisation) * 1e6))
  const measured = question.target.measured_output_tokens_per_second
  const factor = settings.capacity / (measured ?? replica.capacity.p50)
  return {
    model: card.model.name,
    gpu: card.gpu.name,
    precision: card.precision.name,
    engine: card.engine,
    replicas: plan.hours.most,
    gpus_per_replica: replica.gpus,
    gpus: plan.gpus,
    gpu_hours: plan.gpuHours,
    utilisation: plan.hours.utilisation,
    output_tokens_per_second: {
      p10: measured ?? replica.capacity.p10 * factor,
      p50: settings.capacity,
      p90: measured ?? replica.capacity.p90 * factor,
    },
    time_per_output_token_ms: replica.secondsPerToken * 1000,
    cost_per_million_output: perMillion(served),
    cost_per_million_output_full: perMillion(full),
    spill_share: spillShare(plan, rates),
    idle_cost: subtractUsd(
      plan.gpuCost,
      divide(plan.gpuCost, { numerator: busy, denominator: 1_000_000n, mode: 'half_even' }),
    ),
  }
}

function percentText(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`
}

function notesOf(question: SelfHostedQuestion, card: ServingPoint, stays: Staying): string[] {
  return [
    ...(stays.lengthUnknown ? ['length_unknown'] : []),
    ...(question.slices.some((slice) => slice.grainSeconds > 3600) ? ['hour_unknown'] : []),
    ...(card.model.name.startsWith('DeepSeek') ? ['deepseek_rarely_pays'] : []),
    ...(hoursIn(question.period) < 168n ? ['short_period'] : []),
    'quality_unchecked',
  ]
}
