/** One move to own GPUs with everything its answer needs. */
import type { Usd } from '../money/usd'
import type { Period } from '../time/instant'
import type { HourDemand } from './fleet/demand'
import type { FullTarget } from './full-target'
import type { ScenarioAssumptions } from './scenario'

/** How much busier the busiest minutes of an hour were than its mean, where single calls tell. */
export interface BusiestMinutes {
  readonly peakToMean: number
  /** Hours it was measured on. */
  readonly hours: number
}

export interface FleetQuestion {
  readonly period: Period
  /** Hours of the calls that move: what earlier moves and the share leave of those that can. */
  readonly demand: readonly HourDemand[]
  readonly target: FullTarget
  readonly assumptions: ScenarioAssumptions
  readonly busiest: BusiestMinutes | null
  /** The cards are only names: model or GPU are not known, and a benchmark stands for the estimate. */
  readonly unknownCard: boolean
  /** What hosted moves of the same question save; it counts for the probability that the whole saves. */
  readonly savedElsewhere: Usd
  /** What calls without room cost where they go, over the likely cost, when they do not stay where they are today. */
  readonly spillRange?: { readonly low: number; readonly high: number } | undefined
  /** Its range is drawn with that of other moves, not by itself. */
  readonly drawnTogether?: boolean | undefined
}
