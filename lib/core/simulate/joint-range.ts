/**
 * How sure an answer with several moves is, drawn together: what two fleets share is drawn once for both (how well engines
 * are tuned, what a GPU rents for, what staff costs, what demand and API prices do), what is theirs alone for each. Adding
 * the ends of separate ranges would take everything to go wrong at once.
 */
import { addUsd, subtractUsd, sumUsd, type Usd, ZERO_USD } from '../money/usd'
import type { FleetSettings } from './fleet/plan'
import { generator, triangular } from './fleet/random'
import type { DemandSeries } from './fleet/series'
import {
  costOfDraw,
  type Draw,
  drawAt,
  factorsOf,
  LIKELY,
  middleOf,
  type Outcome,
  type Priors,
  rangesOf,
  type Stakes,
  savingOfDraw,
  type TornadoBar,
  times,
  widestFirst,
  withinPeriod,
  worthOf,
} from './fleet/uncertainty'
import { besides, changing, drawnCost, type HostedBar, pairsOf, partBars, TARGET_PRICE } from './hosted-range'
import { greater, lesser } from './replay/ratio'
import type { MovedLine } from './replay/replay-hours'
import { usdOfPart } from './replay/unsure-part'

export interface DrawnFleet {
  readonly series: DemandSeries
  /** With the floor of the likely case. */
  readonly settings: FleetSettings
  readonly priors: Priors
  /** What its calls cost today, and the fleet as likely. */
  readonly today: Usd
  readonly likely: Usd
  readonly gpu: string
  readonly model: string
}

export interface JointQuestion {
  readonly fleets: readonly DrawnFleet[]
  readonly moved: readonly MovedLine[]
  readonly stakes: Pick<Stakes, 'once' | 'annualRate' | 'months'>
  readonly draws: number
  readonly seed: number
}

export interface JointOutcome extends Outcome {
  readonly likely: Usd
  readonly tornado: readonly (TornadoBar | HostedBar)[]
}

/** `low`, `likely` and `high` are of the fleets and of the moved calls whose price changes, together. */
export function drawTogether(question: JointQuestion): JointOutcome {
  const { fleets, stakes } = question
  const random = generator(question.seed)
  const pairs = pairsOf(question.moved)
  const worth = worthOf(stakes, fleets[0]?.series.rates.length ?? 1)
  const costs: Usd[] = []
  let saving = 0
  for (let draw = 0; draw < question.draws; draw += 1) {
    const shared = { realism: random(), staff: random(), volume: random(), api: random(), spill: random() }
    const own = sharesOf(random)
    let cost = ZERO_USD
    let saved = ZERO_USD
    let [volume, api] = [1, 1]
    for (const [index, fleet] of fleets.entries()) {
      const future = drawAt(fleet.priors, {
        ...shared,
        rent: own(`gpu ${fleet.gpu}`),
        throughput: own(`estimate ${fleet.model} ${fleet.gpu}`),
        output: own(`answers ${fleet.model}`),
      })
      if (index === 0) [volume, api] = [future.volume, future.api]
      cost = addUsd(cost, costOfDraw(fleet.series, fleet.settings, withinPeriod(future)))
      saved = addUsd(saved, savingOfDraw(fleet.series, fleet.settings, future, fleet.today))
    }
    for (const pair of pairs) {
      const there = triangular(own(`price ${pair.target}`), TARGET_PRICE.low, 1, TARGET_PRICE.high)
      const then = usdOfPart(drawnCost(pair, random))
      cost = addUsd(cost, then)
      saved = addUsd(saved, subtractUsd(times(pair.before, volume * api), times(then, volume * there)))
    }
    costs.push(cost)
    if (worth(saved) > stakes.once) saving += 1
  }
  const likely = addUsd(sumUsd(fleets.map((fleet) => fleet.likely)), sumUsd(pairs.map((pair) => pair.after)))
  const { low, high } = middleOf(costs, likely)
  return {
    likely,
    low: lesser(low, likely),
    high: greater(high, likely),
    chanceOfSaving: costs.length === 0 ? 0 : saving / costs.length,
    tornado: barsOf(question, likely),
  }
}

/** One share a draw for everything of a name, so that what is the same thing moves together. */
function sharesOf(random: () => number): (name: string) => number {
  const known = new Map<string, number>()
  return (name) => {
    let share = known.get(name)
    if (share === undefined) {
      share = random()
      known.set(name, share)
    }
    return share
  }
}

/** Each factor alone, for all moves at once; costs that leave the saving the factor leaves. */
function barsOf(question: JointQuestion, likely: Usd): (TornadoBar | HostedBar)[] {
  const { fleets } = question
  const moved = changing(question.moved)
  const before = sumUsd(moved.map((line) => line.before))
  const after = sumUsd(moved.map((line) => line.after))
  const savedByHosts = (draw: Draw) => subtractUsd(times(before, draw.volume * draw.api), times(after, draw.volume))
  const today = addUsd(sumUsd(fleets.map((fleet) => fleet.today)), before)
  const costAt = (factor: keyof Draw, end: 0 | 1) => {
    const saved = fleets.map((fleet) =>
      savingOfDraw(
        fleet.series,
        fleet.settings,
        { ...LIKELY, [factor]: rangesOf(fleet.priors)[factor][end] },
        fleet.today,
      ),
    )
    const range = fleets[0] === undefined ? 1 : rangesOf(fleets[0].priors)[factor][end]
    const hosts = savedByHosts(factor === 'volume' || factor === 'api' ? { ...LIKELY, [factor]: range } : LIKELY)
    return subtractUsd(today, addUsd(sumUsd(saved), hosts))
  }
  const first = fleets[0]
  // Without a GPU nothing hangs on what GPUs cost or do.
  const running = fleets.some((fleet) => fleet.settings.policy !== 'floor_spillover' || fleet.settings.floor !== 0)
  const factors = new Set(fleets.flatMap((fleet) => factorsOf(fleet.priors)))
  const bars: (TornadoBar | HostedBar)[] = [...factors]
    .filter((factor) => running || factor === 'spill' || (factor === 'api' && moved.length > 0))
    .map((factor) => {
      const told = fleets.find((fleet) => factorsOf(fleet.priors).includes(factor)) ?? first
      const [low, high] = told === undefined ? [1, 1] : rangesOf(told.priors)[factor]
      return { factor, low, high, costAtLow: costAt(factor, 0), costAtHigh: costAt(factor, 1) }
    })
  const target = (factor: number) => addUsd(subtractUsd(likely, after), times(after, factor))
  if (moved.length > 0) {
    bars.push(...partBars(moved, likely), {
      factor: 'target_price',
      ...TARGET_PRICE,
      costAtLow: target(TARGET_PRICE.low),
      costAtHigh: target(TARGET_PRICE.high),
    })
  }
  const same = subtractUsd(sumUsd(question.moved.map((line) => line.after)), after)
  return widestFirst(bars.map((bar) => besides(bar, same)))
}
