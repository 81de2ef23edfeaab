/** What own GPUs answer to some demand: replica, fleet, bill, range and break-even. Used alone and beside hosted moves. */
import { addUsd, type Usd, usdFromText } from '../money/usd'
import { err, ok, type Result } from '../result'
import type { Period } from '../time/instant'
import { DEFAULTS } from './assumption'
import { ESTIMATOR_FIT } from './estimator/estimate'
import type { ServingPoint } from './estimator/point'
import { averageWeek, type CallShape, type HourDemand, shapeOf } from './fleet/demand'
import { fittedGrowth, HORIZON_MONTHS, outlookOf } from './fleet/outlook'
import { breakEvenOf, type FleetPlan, type FleetSettings } from './fleet/plan'
import { meanWaitSeconds } from './fleet/queue'
import { settleAt } from './fleet/replica'
import { type DemandSeries, seriesOf } from './fleet/series'
import { MOST_REPLICAS } from './fleet/sizing'
import { drawFutures, type Priors, tornado } from './fleet/uncertainty'
import type { FleetQuestion } from './fleet-question'
import { deployedFor, fixedSettings, hasBenchmark, nodeOf, PREFILL_FACTOR, plannedFor, queueOf } from './fleet-settings'
import { fleetSummary } from './fleet-summary'
import { buySettings, capitalOfFleet, gpuPriceOf, pricedFor } from './gpu-price'
import { selfHostedAssumptions } from './self-hosted-assumptions'
import type { CostLine, Simulation, SimulationProblem } from './simulation'
import { STATED_MONTH_HOURS } from './stated-demand'
import { escalationShare } from './token-change'

export interface FleetAnswer {
  readonly card: ServingPoint
  readonly plan: FleetPlan
  readonly series: DemandSeries
  readonly demand: readonly HourDemand[]
  readonly movedBefore: Usd
  readonly low: Usd
  readonly high: Usd
  readonly migration: Usd
  readonly chanceOfSaving: number
  /** What its range is drawn from. */
  readonly drawn: { readonly settings: FleetSettings; readonly priors: Priors }
  readonly lines: readonly CostLine[]
  readonly hours: Simulation['hours']
  readonly fleet: NonNullable<Simulation['fleet']>
  readonly breakEven: NonNullable<Simulation['breakEven']>
  readonly tornado: Simulation['tornado']
  readonly assumptions: Simulation['assumptions']
  readonly notes: readonly string[]
}

export const DRAWS = 2000

export function answerFleet(question: FleetQuestion, card: ServingPoint): Result<FleetAnswer, SimulationProblem> {
  const { period, demand, target, assumptions } = question
  const measured = shapeOf(demand)
  const asked: CallShape = {
    inputTokens: assumptions.input_tokens ?? measured.inputTokens,
    outputTokens: assumptions.output_tokens ?? measured.outputTokens,
    cachedFraction: assumptions.cached_fraction ?? measured.cachedFraction,
  }
  const sized = deployedFor(question, card, asked)
  if (!sized.ok) return err(sized.error)
  const { replica, shape, realism, own } = sized.value
  const tuned = own ?? replica.capacity.p50
  const capacity = tuned * realism
  const queue = queueOf(assumptions, replica, shape, capacity, realism)
  if (!queue.ok) return err(queue.error)
  const peakToMean = assumptions.peak_to_mean ?? question.busiest?.peakToMean ?? DEFAULTS.peak_to_mean.likely
  const series = seriesOf(demand, period)
  const price = gpuPriceOf(question, card)
  if (!price.ok) return err(price.error)
  // A stated month of other than 730 hours is one of 730 slightly longer or shorter ones.
  const stretch = (assumptions.hours_per_month ?? STATED_MONTH_HOURS) / STATED_MONTH_HOURS
  const base: FleetSettings = {
    policy: target.policy,
    production: assumptions.production ?? true,
    peakToMean,
    gpusPerReplica: replica.gpus,
    gpusPerNode: nodeOf(target, card),
    fullness: queue.value.fullness,
    capacity: capacity * stretch,
    gpuPrice: pricedFor(price.value, assumptions),
    staffMonth: usdFromText(assumptions.staff_per_month ?? DEFAULTS.staff_per_month.likely),
    storageMonth: usdFromText(assumptions.storage_per_month ?? DEFAULTS.storage_per_month.likely),
    floor: target.floor_replicas ?? null,
    escalation: escalationShare(assumptions),
  }
  const fixed = fixedSettings(question, base, series)
  if (!fixed.ok) return err(fixed.error)
  const { settings, plan } = plannedFor(question, card, series, fixed.value)
  if (plan.hours.most >= MOST_REPLICAS && plan.floor === null && settings.policy !== 'fixed') {
    return err({
      code: 'FLEET_TOO_LARGE',
      message: `The busiest hour needs more than ${MOST_REPLICAS} replicas.`,
      remedy: 'Ask about a part of the calls.',
    })
  }
  // What runs under a desk was measured as it comes: there is no tuning to miss.
  const anchored = hasBenchmark(target)
  const asItComes = anchored || target.machine !== undefined
  const growth = assumptions.growth_per_month ?? fittedGrowth(series)
  const annualRate = assumptions.annual_discount ?? DEFAULTS.annual_discount.likely
  const migration = usdFromText(assumptions.migration_cost ?? DEFAULTS.migration_cost.likely)
  const priors: Priors = {
    // A benchmark of one's own leaves only the spread between runs.
    residuals: anchored ? [0.85, 1, 1.15] : ESTIMATOR_FIT.residuals.all,
    realism: {
      low: Math.min(realism, asItComes ? realism : DEFAULTS.realism.low),
      likely: realism,
      high: Math.max(realism, asItComes ? realism : DEFAULTS.realism.high),
    },
    rent: { low: 0.65, high: 1.35 },
    output: { low: 0.8, high: 1.3 },
    staff: { low: 0.5, high: 2 },
    volume: volumeOver(HORIZON_MONTHS, growth),
    api: { low: 0.5, high: 1.25 },
    spill: question.spillRange,
  }
  const movedBefore = demand.reduce((sum, hour) => addUsd(sum, hour.cost), usdFromText('0'))
  const held = { ...settings, floor: plan.floor }
  const together = question.drawnTogether === true
  const future = drawFutures(series, held, priors, {
    draws: together ? 0 : (assumptions.draws ?? DRAWS),
    seed: assumptions.seed ?? 1,
    stakes: {
      today: movedBefore,
      savedElsewhere: question.savedElsewhere,
      once: migration,
      annualRate,
      months: HORIZON_MONTHS,
    },
  })
  const breakEven = breakEvenOf(series, settings)
  const busyRate = busiestRate(plan, settings, series)
  const requestsPerMonth =
    breakEven.volumeOverToday === null
      ? null
      : (demand.reduce((sum, hour) => sum + hour.requests, 0) * breakEven.volumeOverToday * 730) /
        Math.max(1, series.rates.length)
  const settled =
    own === null
      ? settleAt(card, shape, replica.gpus, {
          outputPerSecond: busyRate / stretch,
          speed: realism,
          most: replica.inFlight,
        })
      : null
  const rho = capacity > 0 ? busyRate / stretch / capacity : 0
  const wait = meanWaitSeconds(queue.value.serviceSeconds, Math.max(1, plan.hours.most), Math.min(rho, 1))
  return ok({
    card,
    plan,
    series,
    demand,
    movedBefore,
    low: together ? plan.total : ordered(future.low, plan.total)[0],
    high: together ? plan.total : ordered(future.high, plan.total)[1],
    migration,
    chanceOfSaving: future.chanceOfSaving,
    drawn: { settings: held, priors },
    lines: [
      { name: 'gpus', detail: `${plan.gpus} × ${card.gpu.name}`, amount: plan.gpuCost },
      { name: 'spill_over', detail: spillText(target, spillShare(plan, series.rates)), amount: plan.spillCost },
      { name: 'escalated', detail: '', amount: plan.escalatedCost },
      { name: 'staff', detail: '', amount: plan.staffCost },
      { name: 'storage', detail: '', amount: plan.storageCost },
    ],
    hours: weekOf(demand, plan, settings, period),
    fleet: fleetSummary({
      card,
      replica,
      plan,
      settings,
      shape,
      measured: own,
      spillShare: spillShare(plan, series.rates),
      pace: settled?.secondsPerToken ?? (replica.secondsPerToken === null ? null : replica.secondsPerToken / realism),
      inFlight: settled?.inFlight ?? null,
      firstToken:
        replica.prefillSeconds === null || !Number.isFinite(wait)
          ? null
          : (PREFILL_FACTOR * replica.prefillSeconds) / realism + wait,
      period,
      stretch,
    }),
    breakEven: {
      ...breakEven,
      requestsPerMonth,
      requestsPerHour:
        requestsPerMonth === null ? null : requestsPerMonth / (assumptions.hours_per_month ?? STATED_MONTH_HOURS),
      utilisation:
        breakEven.outputTokensPerMonth === null || breakEven.replicas === null
          ? null
          : breakEven.outputTokensPerMonth / (settings.capacity * breakEven.replicas * 3600 * 730),
      ...outlookOf(series, settings, breakEven, {
        growthPerMonth: growth,
        annualRate,
        once: migration,
        savedElsewhere: question.savedElsewhere,
        capital: capitalOfFleet(plan.gpus, buySettings(question, card)),
      }),
    },
    // Without a GPU nothing hangs on what GPUs cost or do.
    tornado: together ? [] : barsOf(tornado(series, held, priors, movedBefore), plan),
    assumptions: selfHostedAssumptions(question, card, {
      shape,
      asked,
      settings,
      price: target.acquire === 'rent' ? price.value : settings.gpuPrice,
      tuned,
      realism,
      growth,
      firstTokenSeconds: queue.value.targetSeconds,
      measured: own !== null,
    }),
    notes: notesOf(question, card, plan),
  })
}

/** The mean volume of the coming months over that of the period; what growth will be is not known well. */
function volumeOver(months: number, growth: number): { low: number; likely: number; high: number } {
  let sum = 0
  for (let month = 1; month <= months; month += 1) sum += (1 + growth) ** month
  const likely = Math.min(5, Math.max(0.2, sum / months))
  return { low: 0.7 * likely, likely, high: 1.5 * likely }
}

function ordered(a: Usd, b: Usd): readonly [Usd, Usd] {
  return a < b ? [a, b] : [b, a]
}

/** Output tokens per second of one working replica in the busiest minutes that are served. */
function busiestRate(plan: FleetPlan, settings: FleetSettings, series: DemandSeries): number {
  const spare = settings.production && (settings.policy === 'peak' || settings.policy === 'autoscale') ? 1 : 0
  let most = 0
  for (let i = 0; i < series.rates.length; i += 1) {
    const working = plan.hours.replicas(i) - spare
    if (working <= 0) continue
    const rate = ((series.rates[i] as number) * (plan.hours.servedShare[i] as number) * settings.peakToMean) / working
    if (rate > most) most = rate
  }
  return most
}

function weekOf(
  demand: readonly HourDemand[],
  plan: FleetPlan,
  settings: FleetSettings,
  period: Period,
): Simulation['hours'] {
  const served = demand.map((hour) => {
    const index = Math.floor((hour.startMs - period.startMs) / 3_600_000)
    return { ...hour, outputTokens: hour.outputTokens * (plan.hours.servedShare[index] ?? 0) }
  })
  const spare = settings.production && (settings.policy === 'peak' || settings.policy === 'autoscale')
  const working = Math.max(0, spare ? plan.hours.most - 1 : plan.hours.most)
  const full = settings.policy === 'fixed' ? settings.peakToMean : (settings.fullness?.(working) ?? 1)
  return {
    demand: averageWeek(demand, period),
    served: averageWeek(served, period),
    // An hour's mean may be this high and its busiest minutes are still served in time.
    capacity: (working * settings.capacity * full) / settings.peakToMean,
    dearHours: new Array<boolean>(168).fill(false),
  }
}

export function spillShare(plan: FleetPlan, rates: Float64Array): number {
  let all = 0
  for (const rate of rates) all += rate * 3600
  return all <= 0 ? 0 : Math.max(0, 1 - plan.hours.servedOutputTokens / all)
}

/** Without a GPU nothing hangs on what GPUs cost or do. */
function barsOf(bars: Simulation['tornado'], plan: FleetPlan): Simulation['tornado'] {
  if (plan.gpus > 0) return bars
  return bars.some(({ factor }) => factor === 'spill')
    ? bars.filter(({ factor }) => factor === 'spill' || factor === 'api' || factor === 'volume')
    : []
}

/** How much of the output, and where to when not where it is today. */
function spillText({ spill_to: place }: FleetQuestion['target'], share: number): string {
  return place === undefined ? percentText(share) : `${place.host} / ${place.model}, ${percentText(share)}`
}

function percentText(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`
}

function notesOf({ target, demand, unknownCard }: FleetQuestion, card: ServingPoint, plan: FleetPlan): string[] {
  // Nothing is asked of the fleet, so nothing else can be said of it.
  if (!demand.some((hour) => hour.requests > 0 || hour.outputTokens > 0)) return ['no_calls_left']
  return [
    ...(card.model.name.startsWith('DeepSeek') ? ['deepseek_rarely_pays'] : []),
    ...(unknownCard ? ['card_unknown'] : []),
    ...(target.policy === 'floor_spillover' && plan.gpus === 0 ? ['no_floor_pays'] : []),
    ...(target.policy === 'fixed' && plan.hours.servedShare.some((share) => share < 1) ? ['fleet_too_small'] : []),
  ]
}
