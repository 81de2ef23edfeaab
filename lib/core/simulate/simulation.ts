/** The answer to a what-if, for a screen, a report or the API alike. Money exact; throughput as estimated numbers. */
import { divideRounded } from '../money/decimal'
import { divide, subtractUsd, type Usd } from '../money/usd'
import { HOUR_MS, type Period } from '../time/instant'
import type { Assumption } from './assumption'
import type { Outlook } from './fleet/outlook'
import type { BreakEven } from './fleet/plan'
import type { TornadoBar } from './fleet/uncertainty'
import type { HostedBar } from './hosted-range'
import type { FrontierStep } from './replay/frontier'
import type { OffPeakBatch } from './replay/off-peak'
import type { MonthComparison, MovedLine, Spread, StayingLine } from './replay/replay-hours'

/** Closed names; the screen has words for them. */
export type CostLineName = 'stays' | 'moved_calls' | 'gpus' | 'spill_over' | 'escalated' | 'staff' | 'storage'

export interface CostLine {
  readonly name: CostLineName
  /** What the words need: a number of GPUs, a target's name. */
  readonly detail: string
  readonly amount: Usd
}

export interface WeekHours {
  /** Mean output tokens per second of the moved calls, 168 hours from Monday 00:00 UTC. */
  readonly demand: readonly number[]
  /** Part of it served by the own fleet. */
  readonly served: readonly number[] | null
  /** The hourly mean the fleet is planned to carry with room for the busiest minutes, output tokens per second. */
  readonly capacity: number | null
  /** Hours of the week in which the target charges more. */
  readonly dearHours: readonly boolean[]
}

export interface FleetSummary {
  readonly model: string
  readonly gpu: string
  readonly precision: string
  readonly engine: string
  readonly replicas: number
  readonly gpus_per_replica: number
  readonly gpus: number
  readonly gpus_per_node: number
  /** Broken only for a fixed fleet that was stated as a mean. */
  readonly nodes: number
  readonly gpu_hours: bigint
  /** 0 to 1. */
  readonly utilisation: number
  readonly output_tokens_per_second: { readonly p10: number; readonly p50: number; readonly p90: number }
  /** In the busiest minutes, as deployed; null where a benchmark stands for the estimate. */
  readonly time_per_output_token_ms: number | null
  /** Prefill and a queueing bound: rough. */
  readonly time_to_first_token_ms_rough: number | null
  readonly in_flight_per_replica: number | null
  /** GPUs, staff and storage. */
  readonly monthly_cost: Usd
  readonly cost_per_million_output: Usd | null
  /** Prompt and output tokens together. */
  readonly cost_per_million_tokens: Usd | null
  /** At full load. */
  readonly cost_per_million_output_full: Usd | null
  readonly cost_per_million_tokens_full: Usd | null
  /** What the same fleet would cost a million tokens at other loads. */
  readonly cost_at_utilisation: readonly { readonly utilisation: number; readonly output: Usd; readonly tokens: Usd }[]
  /** Part of the moved output tokens that spills over, 0 to 1. */
  readonly spill_share: number
  /** Paid for GPUs that did not work, over the period and as a month. */
  readonly idle_cost: Usd
  readonly idle_cost_per_month: Usd
}

export interface Simulation {
  readonly kind: 'hosted' | 'self_hosted' | 'mixed'
  readonly period: Period
  readonly baseline: Usd
  readonly target: Spread
  readonly months: readonly MonthComparison[]
  readonly lines: readonly CostLine[]
  readonly moved: readonly MovedLine[]
  readonly cannotMove: readonly StayingLine[]
  readonly hours: WeekHours
  /** Of own GPUs; the first where a question has several fleets. */
  readonly fleet: FleetSummary | null
  /** Every fleet, in the order of the moves. */
  readonly fleets: readonly FleetSummary[]
  readonly breakEven:
    | (BreakEven &
        Outlook & {
          readonly requestsPerMonth: number | null
          readonly requestsPerHour: number | null
          /** Of the fleet at that volume, 0 to 1. */
          readonly utilisation: number | null
        })
    | null
  /** More that would be saved if calls of the target's dear hours ran outside them; null where the clock does not count. */
  readonly offPeakSaving: Usd | null
  /** Work found in one stretch of the day that would save most of that. */
  readonly offPeakBatches: readonly OffPeakBatch[]
  /** Saving against share moved, best first; empty for own GPUs. */
  readonly frontier: readonly FrontierStep[]
  /** Months until the saving has paid the migration; null when it never does. */
  readonly paybackMonths: number | null
  /** Share of drawn futures that save; over 36 months for own GPUs. Null where nothing moves. */
  readonly chanceOfSaving: number | null
  readonly tornado: readonly (TornadoBar | HostedBar)[]
  readonly assumptions: readonly Assumption[]
  /** Closed names of honest notes that apply. */
  readonly notes: readonly string[]
}

/** What may be refused: nothing fits, or a name is not known. */
export interface SimulationProblem {
  readonly code: string
  readonly message: string
  readonly remedy: string
}

export function hoursIn(period: Period): bigint {
  return BigInt(Math.max(1, Math.round((period.endMs - period.startMs) / HOUR_MS)))
}

/** A sum over the period as a month of 730 hours. */
export function perMonth(amount: Usd, period: Period): Usd {
  return divide(amount, { numerator: 730n, denominator: hoursIn(period), mode: 'half_even' })
}

/** The best saving goes with the lowest cost. */
export function savingOf(baseline: Usd, target: Spread): Spread {
  return {
    low: subtractUsd(baseline, target.high),
    likely: subtractUsd(baseline, target.likely),
    high: subtractUsd(baseline, target.low),
  }
}

/** Months, in thousandths, until `saving` a month has paid `once`; null when it never does. */
export function monthsToPay(once: Usd, saving: Usd): number | null {
  if (saving <= 0n) return null
  const thousandths = divideRounded(once * 1000n, saving, 'half_up')
  return thousandths > 1_200_000n ? null : Number(thousandths) / 1000
}
