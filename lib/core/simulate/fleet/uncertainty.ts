/**
 * How sure the fleet's bill is: seeded draws over the estimator's measured errors and stated priors, and one-at-a-time
 * changes for the tornado. Reproducible: the seed is an argument.
 */
import { addUsd, divide, subtractUsd, type Usd, ZERO_USD } from '../../money/usd'
import { type FleetSettings, fleetTotal } from './plan'
import { generator, triangular } from './random'
import type { DemandSeries } from './series'

/** Factors on the likely case. */
export interface Draw {
  readonly throughput: number
  readonly realism: number
  readonly rent: number
  readonly output: number
  readonly staff: number
  /** Calls a month over the horizon, over those of the period. */
  readonly volume: number
  /** What the calls cost at the API over today's price. */
  readonly api: number
  /** What calls without room cost where they go, over the likely cost there. */
  readonly spill: number
}

export const LIKELY: Draw = { throughput: 1, realism: 1, rent: 1, output: 1, staff: 1, volume: 1, api: 1, spill: 1 }

export interface Priors {
  /** Quantiles 0…100 % of measured ÷ estimated throughput. */
  readonly residuals: readonly number[]
  readonly realism: { readonly low: number; readonly likely: number; readonly high: number }
  readonly rent: { readonly low: number; readonly high: number }
  readonly output: { readonly low: number; readonly high: number }
  readonly staff: { readonly low: number; readonly high: number }
  readonly volume: { readonly low: number; readonly likely: number; readonly high: number }
  readonly api: { readonly low: number; readonly high: number }
  readonly spill?: { readonly low: number; readonly high: number } | undefined
}

export interface Outcome {
  readonly low: Usd
  readonly high: Usd
  /** Share of draws whose saving over the horizon, discounted, exceeds what is paid once. */
  readonly chanceOfSaving: number
}

/** What a draw is measured by. */
export interface Stakes {
  /** What the calls of the period cost today. */
  readonly today: Usd
  /** Saved in the period by other moves of the same question. */
  readonly savedElsewhere: Usd
  /** Paid once, at the start. */
  readonly once: Usd
  readonly annualRate: number
  /** Months over which a saving counts. */
  readonly months: number
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
          ? { ...price, hour: times(price.hour, draw.rent) }
          : { kind: 'buy', month: times(price.month, draw.rent) },
      staffMonth: times(settings.staffMonth, draw.staff),
    },
    draw.output,
    draw.volume,
    draw.api * draw.spill,
  )
}

/** What the fleet may save in the period: the same calls at the API's price of the draw, less the fleet. */
export function savingOfDraw(series: DemandSeries, settings: FleetSettings, draw: Draw, today: Usd): Usd {
  return subtractUsd(times(today, draw.volume * draw.api), costOfDraw(series, settings, draw))
}

/** A factor counts in millionths. */
export function times(amount: Usd, factor: number): Usd {
  return divide(amount, { numerator: BigInt(Math.round(factor * 1e6)), denominator: STEPS, mode: 'half_even' })
}

/**
 * 10th and 90th percentile of the bill of the period's own calls over `draws` futures, and how many of them pay off when
 * volume and API prices move too. The floor stays what the likely case chose.
 */
export function drawFutures(
  series: DemandSeries,
  settings: FleetSettings,
  priors: Priors,
  options: { readonly draws: number; readonly seed: number; readonly stakes: Stakes },
): Outcome {
  const random = generator(options.seed)
  const { stakes } = options
  const worth = worthOf(stakes, series.rates.length)
  const costs: Usd[] = []
  let saving = 0
  for (let i = 0; i < options.draws; i += 1) {
    const future = drawAt(priors, {
      throughput: random(),
      realism: random(),
      rent: random(),
      output: random(),
      staff: random(),
      volume: random(),
      api: random(),
      // Where they stay where they are, nothing is drawn.
      spill: priors.spill === undefined ? 0.5 : random(),
    })
    costs.push(costOfDraw(series, settings, withinPeriod(future)))
    const saved = addUsd(savingOfDraw(series, settings, future, stakes.today), stakes.savedElsewhere)
    if (worth(saved) > stakes.once) saving += 1
  }
  const { low, high } = middleOf(costs, ZERO_USD)
  return { low, high, chanceOfSaving: costs.length === 0 ? 0 : saving / costs.length }
}

/** 10th and 90th percentile; `otherwise` where nothing was drawn. Sorts the costs. */
export function middleOf(costs: Usd[], otherwise: Usd): { readonly low: Usd; readonly high: Usd } {
  costs.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const at = (share: number) => costs[Math.min(costs.length - 1, Math.floor(share * costs.length))] ?? otherwise
  return { low: at(0.1), high: at(0.9) }
}

/** The draw at so great a share of each factor's distribution. */
export function drawAt(priors: Priors, share: Draw): Draw {
  const { realism, rent, output, staff, volume, api, spill = SURE } = priors
  return {
    throughput: quantileAt(priors.residuals, share.throughput),
    realism: triangular(share.realism, realism.low, realism.likely, realism.high) / realism.likely,
    rent: triangular(share.rent, rent.low, 1, rent.high),
    output: triangular(share.output, output.low, 1, output.high),
    staff: triangular(share.staff, staff.low, 1, staff.high),
    volume: triangular(share.volume, volume.low, volume.likely, volume.high),
    api: triangular(share.api, api.low, 1, api.high),
    spill: triangular(share.spill, spill.low, 1, spill.high),
  }
}

const SURE = { low: 1, high: 1 }

/** The calls of the period itself, at the API prices they had. */
export function withinPeriod(draw: Draw): Draw {
  return { ...draw, volume: LIKELY.volume, api: LIKELY.api }
}

/** A saving of the period as the present value of as much every month of the horizon. */
export function worthOf(
  { annualRate, months }: Pick<Stakes, 'annualRate' | 'months'>,
  hours: number,
): (saving: Usd) => Usd {
  const rate = annualRate / 12
  const annuity = rate === 0 ? months : (1 - (1 + rate) ** -months) / rate
  const numerator = BigInt(Math.round(annuity * 1e6)) * 730n
  const denominator = STEPS * BigInt(Math.max(1, hours))
  return (saving) => divide(saving, { numerator, denominator, mode: 'half_even' })
}

/** Costs are those of the fleet that leave the saving the factor leaves: what the API gets dearer is as good as cheaper GPUs. */
export interface TornadoBar {
  readonly factor: keyof Draw
  readonly low: number
  readonly high: number
  readonly costAtLow: Usd
  readonly costAtHigh: Usd
}

/** Each factor alone at its low and high value; widest first. */
export function tornado(series: DemandSeries, settings: FleetSettings, priors: Priors, today: Usd): TornadoBar[] {
  const ranges = rangesOf(priors)
  const bars = factorsOf(priors).map((factor) => {
    const [low, high] = ranges[factor]
    const at = (value: number) =>
      subtractUsd(today, savingOfDraw(series, settings, { ...LIKELY, [factor]: value }, today))
    return { factor, low, high, costAtLow: at(low), costAtHigh: at(high) }
  })
  return widestFirst(bars)
}

type Ends = Pick<TornadoBar, 'costAtLow' | 'costAtHigh'>

export function widestFirst<Bar extends Ends>(bars: readonly Bar[]): Bar[] {
  const width = ({ costAtLow, costAtHigh }: Bar) =>
    costAtLow > costAtHigh ? costAtLow - costAtHigh : costAtHigh - costAtLow
  return [...bars].sort((a, b) => (width(a) > width(b) ? -1 : width(a) < width(b) ? 1 : 0))
}

/** What has a bar of its own. */
export function factorsOf(priors: Priors): (keyof Draw)[] {
  return (Object.keys(LIKELY) as (keyof Draw)[]).filter((factor) => factor !== 'spill' || priors.spill !== undefined)
}

/** The ends at which each factor is told. */
export function rangesOf(priors: Priors): Record<keyof Draw, readonly [number, number]> {
  const { realism } = priors
  return {
    throughput: [quantileAt(priors.residuals, 0.1), quantileAt(priors.residuals, 0.9)],
    realism: [realism.low / realism.likely, realism.high / realism.likely],
    rent: [priors.rent.low, priors.rent.high],
    output: [priors.output.low, priors.output.high],
    staff: [priors.staff.low, priors.staff.high],
    volume: [priors.volume.low, priors.volume.high],
    api: [priors.api.low, priors.api.high],
    spill: [priors.spill?.low ?? 1, priors.spill?.high ?? 1],
  }
}

export function quantileAt(quantiles: readonly number[], share: number): number {
  const at = share * (quantiles.length - 1)
  const low = quantiles[Math.floor(at)] ?? 1
  const high = quantiles[Math.ceil(at)] ?? low
  return low + (high - low) * (at - Math.floor(at))
}
