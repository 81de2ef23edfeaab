/**
 * How sure the fleet's bill is: seeded draws over the estimator's measured errors and stated priors, and one-at-a-time
 * changes for the tornado. Reproducible: the seed is an argument.
 */
import { divide, type Usd, usdFromAtto } from '../../money/usd'
import { type FleetSettings, fleetTotal } from './plan'
import type { DemandSeries } from './series'

/** Factors on the likely case. */
export interface Draw {
  readonly throughput: number
  readonly realism: number
  readonly rent: number
  readonly output: number
  readonly staff: number
}

export const LIKELY: Draw = { throughput: 1, realism: 1, rent: 1, output: 1, staff: 1 }

export interface Priors {
  /** Quantiles 0…100 % of measured ÷ estimated throughput. */
  readonly residuals: readonly number[]
  readonly realism: { readonly low: number; readonly likely: number; readonly high: number }
  readonly rent: { readonly low: number; readonly high: number }
  readonly output: { readonly low: number; readonly high: number }
  readonly staff: { readonly low: number; readonly high: number }
}

export interface Outcome {
  readonly low: Usd
  readonly high: Usd
  /** Share of draws that cost less than today. */
  readonly chanceOfSaving: number
}

const STEPS = 1_000_000n

export function costOfDraw(series: DemandSeries, settings: FleetSettings, draw: Draw): Usd {
  const price = settings.gpuPrice
  return fleetTotal(
    series,
    {
      ...settings,
      capacity: settings.capacity * draw.throughput * draw.realism,
      gpuPrice:
        price.kind === 'rent'
          ? { kind: 'rent', hour: times(price.hour, draw.rent) }
          : { kind: 'buy', month: times(price.month, draw.rent) },
      staffMonth: times(settings.staffMonth, draw.staff),
    },
    draw.output,
  )
}

function times(amount: Usd, factor: number): Usd {
  return divide(amount, { numerator: BigInt(Math.round(factor * 1e6)), denominator: STEPS, mode: 'half_even' })
}

/** 10th and 90th percentile of the bill over `draws` futures. The floor stays what the likely case chose. */
export function drawFutures(
  series: DemandSeries,
  settings: FleetSettings,
  priors: Priors,
  options: { readonly draws: number; readonly seed: number; readonly today: Usd },
): Outcome {
  const random = generator(options.seed)
  const costs: Usd[] = []
  for (let i = 0; i < options.draws; i += 1) {
    costs.push(
      costOfDraw(series, settings, {
        throughput: quantileAt(priors.residuals, random()),
        realism:
          triangular(random(), priors.realism.low, priors.realism.likely, priors.realism.high) / priors.realism.likely,
        rent: triangular(random(), priors.rent.low, 1, priors.rent.high),
        output: triangular(random(), priors.output.low, 1, priors.output.high),
        staff: triangular(random(), priors.staff.low, 1, priors.staff.high),
      }),
    )
  }
  costs.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const at = (share: number) => costs[Math.min(costs.length - 1, Math.floor(share * costs.length))] ?? usdFromAtto(0n)
  const saving = costs.filter((cost) => cost < options.today).length
  return { low: at(0.1), high: at(0.9), chanceOfSaving: costs.length === 0 ? 0 : saving / costs.length }
}

export interface TornadoBar {
  readonly factor: keyof Draw
  readonly low: number
  readonly high: number
  readonly costAtLow: Usd
  readonly costAtHigh: Usd
}

/** Each factor alone at its low and high value; widest first. */
export function tornado(series: DemandSeries, settings: FleetSettings, priors: Priors): TornadoBar[] {
  const { realism } = priors
  const ranges: Record<keyof Draw, readonly [number, number]> = {
    throughput: [quantileAt(priors.residuals, 0.1), quantileAt(priors.residuals, 0.9)],
    realism: [realism.low / realism.likely, realism.high / realism.likely],
    rent: [priors.rent.low, priors.rent.high],
    output: [priors.output.low, priors.output.high],
    staff: [priors.staff.low, priors.staff.high],
  }
  const bars = (Object.keys(ranges) as (keyof Draw)[]).map((factor) => {
    const [low, high] = ranges[factor]
    const at = (value: number) => costOfDraw(series, settings, { ...LIKELY, [factor]: value })
    return { factor, low, high, costAtLow: at(low), costAtHigh: at(high) }
  })
  const width = (bar: TornadoBar) =>
    bar.costAtLow > bar.costAtHigh ? bar.costAtLow - bar.costAtHigh : bar.costAtHigh - bar.costAtLow
  return bars.sort((a, b) => (width(a) > width(b) ? -1 : width(a) < width(b) ? 1 : 0))
}

function quantileAt(quantiles: readonly number[], share: number): number {
  const at = share * (quantiles.length - 1)
  const low = quantiles[Math.floor(at)] ?? 1
  const high = quantiles[Math.ceil(at)] ?? low
  return low + (high - low) * (at - Math.floor(at))
}

function triangular(share: number, low: number, likely: number, high: number): number {
  if (high <= low) return likely
  const turn = (likely - low) / (high - low)
  return share < turn
    ? low + Math.sqrt(share * (high - low) * (likely - low))
    : high - Math.sqrt((1 - share) * (high - low) * (high - likely))
}

/** mulberry32: small, fast and the same everywhere. */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
