/** What calls cost where they go when a fleet has no room: another host or model of the book, instead of where they are today. */
import { divideRounded } from '../money/decimal'
import { addUsd, divide, type Usd, usdFromAtto, ZERO_USD } from '../money/usd'
import type { PriceBook } from '../price/compiled'
import { HOUR_MS, type InstantMs } from '../time/instant'
import { demandLeft, type FleetPart, type HourDemand, weightsOf } from './fleet/demand'
import { ONE } from './replay/ratio'
import { replayHours } from './replay/replay-hours'
import type { HostedTarget } from './replay/target-price'
import type { UsageSlice } from './replay/usage-slice'
import type { ScenarioAssumptions } from './scenario'
import { changesTo } from './token-change'

/** What calls cost there with answers, prompts and cache hits at their ends, over the likely cost. */
export interface SpillRange {
  readonly low: number
  readonly high: number
}

export interface SpillQuestion {
  /** The calls that the fleet is for: slices of hours classed by the target's prices among others. */
  readonly parts: readonly FleetPart[]
  readonly classes: readonly { readonly hourMs: InstantMs; readonly hourClass: number }[]
  readonly target: HostedTarget
  readonly assumptions: ScenarioAssumptions
}

/**
 * The hours left to a fleet with what their calls would cost on the target: each hour's cost of today times what all hours
 * of its class and part cost there over today, so that the hours add up to the replay of the same calls. What the target
 * cannot take stays at today's cost.
 */
export function withSpill(
  { parts, classes, target, assumptions }: SpillQuestion,
  book: PriceBook,
): { readonly demand: HourDemand[]; readonly range: SpillRange } {
  const classOf = new Map(classes.map(({ hourMs, hourClass }) => [hourMs, hourClass]))
  const move = { share: ONE, select: {}, target, changesFor: changesTo(target, assumptions) }
  const weights = weightsOf(parts)
  let [low, likely, high] = [0n, 0n, 0n]
  const spilling = parts.map((part, index) => {
    const weight = weights[index] as bigint
    const sums = new Map<number, { today: Usd; there: Usd }>()
    for (const group of groupsOf(part.slices, classOf)) {
      const [first] = group
      if (first === undefined) continue
      const { baseline, target: after } = replayHours(group, [move], book, false)
      low += after.low * weight
      likely += after.likely * weight
      high += after.high * weight
      // A bucket of a day is spread over its hours.
      const hours = Math.max(1, Math.round(first.grainSeconds / 3600))
      for (let hour = 0; hour < hours; hour += 1) {
        const hourClass = classOf.get(first.atMs + hour * HOUR_MS)
        if (hourClass === undefined) continue
        const sum = sums.get(hourClass) ?? { today: ZERO_USD, there: ZERO_USD }
        sums.set(hourClass, {
          today: addUsd(sum.today, evenly(baseline, hours)),
          there: addUsd(sum.there, evenly(after.likely, hours)),
        })
      }
    }
    const demand = part.demand.map((hour) => {
      const sum = sums.get(classOf.get(hour.startMs) ?? -1)
      if (sum === undefined || sum.today <= 0n) return hour
      return { ...hour, spillCost: usdFromAtto(divideRounded(hour.cost * sum.there, sum.today, 'half_even')) }
    })
    return { share: part.share, demand }
  })
  const over = (end: bigint) => (likely > 0n ? Number(end) / Number(likely) : 1)
  return { demand: demandLeft(spilling), range: { low: over(low), high: over(high) } }
}

/** Slices whose hours have the same prices. */
function groupsOf(slices: readonly UsageSlice[], classOf: ReadonlyMap<InstantMs, number>): Iterable<UsageSlice[]> {
  const groups = new Map<string, UsageSlice[]>()
  for (const slice of slices) {
    const key = slice.grainSeconds > 3600 ? `from ${slice.atMs}` : `class ${classOf.get(slice.atMs)}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [slice])
    else group.push(slice)
  }
  return groups.values()
}

function evenly(amount: Usd, hours: number): Usd {
  return hours === 1 ? amount : divide(amount, { numerator: 1n, denominator: BigInt(hours), mode: 'half_even' })
}
