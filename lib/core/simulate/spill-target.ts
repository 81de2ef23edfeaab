/** What calls cost where they go when a fleet has no room: another host or model of the book, instead of where they are today. */
import { divideRounded } from '../money/decimal'
import { addUsd, divide, type Usd, usdFromAtto, ZERO_USD } from '../money/usd'
import type { PriceBook } from '../price/compiled'
import { HOUR_MS, type InstantMs } from '../time/instant'
import type { HourDemand } from './fleet/demand'
import { reasonToStay } from './own-target'
import { type MoveSelect, selects } from './replay/move-select'
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
  /** Hours of the calls that the fleet is for. */
  readonly demand: readonly HourDemand[]
  /** The same calls and others, of hours classed by the target's prices among others. */
  readonly slices: readonly UsageSlice[]
  readonly classes: readonly { readonly hourMs: InstantMs; readonly hourClass: number }[]
  readonly select: MoveSelect
  /** Length classes that the fleet takes. */
  readonly fits: readonly number[]
  readonly target: HostedTarget
  readonly assumptions: ScenarioAssumptions
}

/**
 * The hours with what their calls would cost on the target: each hour's cost of today times what all hours of its class
 * cost there over today, so that the hours add up to the replay of the same calls. What the target cannot take stays at
 * today's cost.
 */
export function withSpill(
  question: SpillQuestion,
  book: PriceBook,
): { readonly demand: readonly HourDemand[]; readonly range: SpillRange } {
  const { slices, select, target, assumptions } = question
  const fits = new Set(question.fits)
  const classOf = new Map(question.classes.map(({ hourMs, hourClass }) => [hourMs, hourClass]))
  const groups = new Map<string, UsageSlice[]>()
  for (const slice of slices) {
    if (!selects(select, slice) || reasonToStay(slice, fits) !== null) continue
    const key = slice.grainSeconds > 3600 ? `from ${slice.atMs}` : `class ${classOf.get(slice.atMs)}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [slice])
    else group.push(slice)
  }
  const move = { share: ONE, select: {}, target, changesFor: changesTo(target, assumptions) }
  const sums = new Map<number, { today: Usd; there: Usd }>()
  let [low, likely, high] = [ZERO_USD, ZERO_USD, ZERO_USD]
  for (const group of groups.values()) {
    const [first] = group
    if (first === undefined) continue
    const { baseline, target: after } = replayHours(group, [move], book, false)
    low = addUsd(low, after.low)
    likely = addUsd(likely, after.likely)
    high = addUsd(high, after.high)
    // A bucket of a day is spread over its hours.
    const hours = Math.max(1, Math.round(first.grainSeconds / 3600))
    for (let hour = 0; hour < hours; hour += 1) {
      const hourClass = classOf.get(first.atMs + hour * HOUR_MS)
      if (hourClass === undefined) continue
      const sum = sums.get(hourClass) ?? { today: ZERO_USD, there: ZERO_USD }
      sums.set(hourClass, {
        today: addUsd(sum.today, part(baseline, hours)),
        there: addUsd(sum.there, part(after.likely, hours)),
      })
    }
  }
  const demand = question.demand.map((hour) => {
    const sum = sums.get(classOf.get(hour.startMs) ?? -1)
    if (sum === undefined || sum.today <= 0n) return hour
    return { ...hour, spillCost: usdFromAtto(divideRounded(hour.cost * sum.there, sum.today, 'half_even')) }
  })
  const over = (end: Usd) => (likely > 0n ? Number(end) / Number(likely) : 1)
  return { demand, range: { low: over(low), high: over(high) } }
}

function part(amount: Usd, hours: number): Usd {
  return hours === 1 ? amount : divide(amount, { numerator: 1n, denominator: BigInt(hours), mode: 'half_even' })
}
