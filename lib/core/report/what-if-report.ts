/**
 * A what-if frozen as it was answered: the question, the answer, the other way beside it, and what both were made from.
 * Stored as JSON text and never computed again.
 */
import { z } from 'zod'
import { addUsd, divide, type Usd, usdFromText, usdToText } from '../money/usd'
import type { ScenarioInput } from '../simulate/scenario'
import { parseInstant } from '../time/instant'
import type { SimulationView } from './simulation-view'

export interface FrozenAnswer {
  readonly scenario: ScenarioInput
  readonly answer: SimulationView
}

export interface FrozenReport {
  readonly version: 1
  /** Given by a person; null: the question itself. */
  readonly title: string | null
  readonly asked: FrozenAnswer
  /** The same calls the other way: own GPUs beside a host, a host beside own GPUs. Null where it has no answer. */
  readonly other: FrozenAnswer | null
  readonly frozen_at: string
  readonly data: {
    /** SHA-256 over the daily sums of the calls of the baseline. */
    readonly sha256: string
    readonly records: string
  }
  readonly prices: {
    /** Entries of the price book that the calls were priced with. */
    readonly today: readonly string[]
    /** Entries of the targets in force during the period. */
    readonly target: readonly string[]
  }
  /** Where the moved calls were, by project and in tokens, most first; absent in reports of before it was kept. */
  readonly former?: readonly FormerLine[] | undefined
}

export interface FormerLine {
  readonly project: string | null
  readonly host: string
  readonly model: string
  readonly tokens: string
}

/** What was done after a report: from when, where the calls are now, and what the own fleet really costs a month. */
export const switchSchema = z.strictObject({
  on: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a day like 2026-09-01')
    .refine((day) => parseInstant(day, 'utc').ok, 'is no day of the calendar'),
  host: z.string().trim().min(1).max(100),
  model: z.string().trim().min(1).max(300),
  monthly_cost: z
    .string()
    .regex(/^\d{1,9}(\.\d{1,6})?$/, 'must be dollars like 1250.00')
    .nullable()
    .default(null),
})

export type Switch = z.output<typeof switchSchema>

export interface BandBar {
  readonly name: 'today' | 'hosted' | 'own'
  /** A month, decimal text. */
  readonly low: string
  readonly likely: string
  readonly high: string
  /** It is what was asked. */
  readonly asked: boolean
}

/** Today, the host and the own GPUs beside each other, a month each; what has no answer is left out. */
export function bandBars(report: FrozenReport): BandBar[] {
  const today = report.asked.answer.per_month.baseline_cost
  const bars: BandBar[] = [{ name: 'today', low: today, likely: today, high: today, asked: false }]
  for (const name of ['hosted', 'own'] as const) {
    const found = [report.asked, report.other].find(
      (one) => one !== null && (one.answer.kind === 'hosted') === (name === 'hosted'),
    )
    if (found === null || found === undefined) continue
    bars.push({ name, ...found.answer.per_month.target_cost, asked: found === report.asked })
  }
  return bars
}

/** What has to stay true for the saving to be real; closed names, the screen has words for them. */
export type Condition =
  | { readonly name: 'answers_good' }
  | { readonly name: 'prices_hold'; readonly on: string }
  | { readonly name: 'moved_cost_at_most'; readonly times: string }
  | { readonly name: 'rent_at_most'; readonly limit: string; readonly now: string }
  | {
      readonly name: 'throughput_at_least'
      readonly perReplica: string
      readonly gpus: number
      /** Which fleet, where there are several. */
      readonly fleet: string | null
    }
  | { readonly name: 'volume_at_least'; readonly perMonth: string }
  | { readonly name: 'staff_enough'; readonly perMonth: string }

export function conditionsOf(frozen: FrozenAnswer, frozenAt: string): Condition[] {
  const { answer } = frozen
  const list: Condition[] = [{ name: 'answers_good' }]
  if (answer.kind === 'hosted') {
    list.push({ name: 'prices_hold', on: frozenAt })
    const times = timesAffordable(answer)
    if (times !== null) list.push({ name: 'moved_cost_at_most', times })
    return list
  }
  const { break_even: breakEven } = answer
  const fleets = answer.fleets.filter((fleet) => fleet.gpus > 0)
  // A share alone spills over to where the calls are today.
  const hostsToo = answer.lines.some(
    ({ name, detail }) => name === 'moved_calls' || (name === 'spill_over' && detail.includes(' / ')),
  )
  if (hostsToo) list.push({ name: 'prices_hold', on: frozenAt })
  for (const fleet of fleets) {
    list.push({
      name: 'throughput_at_least',
      perReplica: fleet.output_tokens_per_second.p50.toFixed(0),
      gpus: fleet.gpus_per_replica,
      fleet: answer.fleets.length > 1 ? fleetName(fleet) : null,
    })
  }
  // What one fleet may cost is not known while another may save more or less.
  const rent = answer.fleets.length === 1 ? rentAffordable(answer) : null
  if (rent !== null) list.push({ name: 'rent_at_most', ...rent })
  if (answer.fleets.length === 1 && breakEven !== null && breakEven.output_tokens_per_month !== null) {
    list.push({ name: 'volume_at_least', perMonth: Math.round(breakEven.output_tokens_per_month).toString() })
  }
  const staff = answer.lines.find((line) => line.name === 'staff')
  if (staff !== undefined && staff.amount !== '0') list.push({ name: 'staff_enough', perMonth: staff.per_month })
  return list
}

export function fleetName({ model, gpu }: SimulationView['fleets'][number]): string {
  return `${model} on ${gpu}`
}

/** How many times the likely cost of the moved calls may grow before the saving is gone, to two places. */
function timesAffordable(answer: SimulationView): string | null {
  const line = answer.lines.find((one) => one.name === 'moved_calls')
  if (line === undefined) return null
  const after = usdFromText(line.amount)
  if (after <= 0n) return null
  const before = addUsd(after, usdFromText(answer.saving.likely))
  const hundredths = (before * 100n) / after
  return hundredths <= 100n ? null : `${hundredths / 100n}.${(hundredths % 100n).toString().padStart(2, '0')}`
}

/** The price of a GPU hour at which the saving is gone, and that of the answer, dollars with cents. */
function rentAffordable(answer: SimulationView): { readonly limit: string; readonly now: string } | null {
  const gpus = answer.lines.find((line) => line.name === 'gpus')
  const hours = BigInt(answer.fleet?.gpu_hours ?? '0')
  if (gpus === undefined || hours === 0n) return null
  const paid = usdFromText(gpus.amount)
  const affordable = addUsd(paid, usdFromText(answer.saving.likely))
  if (affordable <= 0n) return null
  return { limit: perHour(affordable, hours), now: perHour(paid, hours) }
}

function perHour(amount: Usd, hours: bigint): string {
  return usdToText(divide(amount, { numerator: 1n, denominator: hours, mode: 'half_up' }))
}

/** Closed names of risks that every answer of its kind carries; the notes of the answer come on top. */
export type Risk =
  | 'quality'
  | 'prices_move'
  | 'data_leaves'
  | 'estimate'
  | 'tuning'
  | 'rents_move'
  | 'demand_falls'
  | 'chance'

export function risksOf(answer: SimulationView): Risk[] {
  const hosts: readonly Risk[] = answer.kind === 'self_hosted' ? [] : ['prices_move', 'data_leaves']
  const own: readonly Risk[] = answer.kind === 'hosted' ? [] : ['estimate', 'tuning', 'rents_move', 'demand_falls']
  const risks: Risk[] = ['quality', ...hosts, ...own]
  return usdFromText(answer.saving.low) < 0n ? [...risks, 'chance'] : risks
}
