/**
 * Days on which a project spent far more on a model than it does: compared with the same kind of day (working day or
 * weekend) of the four weeks before, and explained by the factor that grew most. Integers throughout: no threshold
 * depends on how a fraction is rounded.
 */
import { sumUsd, type Usd, usdFromAtto, usdToText } from '../money/usd'
import { DAY_MS, type InstantMs, isoOf } from '../time/instant'

/** Sums of one day. */
export interface DaySpend {
  readonly project: string | null
  readonly host: string
  readonly model: string
  readonly dayMs: InstantMs
  readonly cost: Usd
  /** Null where the source counts no calls. */
  readonly requests: bigint | null
  readonly promptTokens: bigint
  readonly outputTokens: bigint
}

export const ANOMALY_CAUSES = ['calls', 'prompt_tokens', 'output_tokens', 'price'] as const
export type AnomalyCause = (typeof ANOMALY_CAUSES)[number]

/** Money is exact decimal text in dollars. */
export interface Anomaly {
  readonly project: string | null
  readonly host: string
  readonly model: string
  /** "2026-09-14"; `to` is the last day, the same for one day. */
  readonly from: string
  readonly to: string
  readonly cost: string
  /** What such a span costs usually: the second lowest and second highest of the compared days, times its days. */
  readonly usual_low: string
  readonly usual_high: string
  /** Cost beyond the usual median. */
  readonly excess: string
  /** What grew most, and by how much in tenths: 50 is 5×. */
  readonly cause: AnomalyCause
  readonly factor_tenths: number
}

const WINDOW_DAYS = 28
const LEAST_DAYS = 6
/** A day counts when it costs at least this many times the median, … */
const TIMES_TENTHS = 16n
/** … this many times the usual distance from it above it, … */
const DISTANCES = 6n
/** … and a dollar more. */
const LEAST_EXCESS = 10n ** 18n

interface Found {
  readonly day: DaySpend
  readonly usual: readonly DaySpend[]
}

/** Dearest excess first. `days` also holds the four weeks before the period; days without usage may be absent. */
export function findAnomalies(
  days: readonly DaySpend[],
  period: { readonly startMs: InstantMs; readonly endMs: InstantMs },
): Anomaly[] {
  const pairs = new Map<string, Map<InstantMs, DaySpend>>()
  for (const day of days) {
    const key = JSON.stringify([day.project, day.host, day.model])
    const pair = pairs.get(key) ?? new Map<InstantMs, DaySpend>()
    pairs.set(key, pair)
    pair.set(day.dayMs, day)
  }
  return [...pairs.values()]
    .flatMap((pair) => runsOf(pair, period).map(anomalyOf))
    .sort((a, b) => compare(toAtto(b.excess), toAtto(a.excess)) || (a.from < b.from ? -1 : 1))
    .map(({ excess, ...rest }) => ({ ...rest, excess: usdToText(excess) }))
}

type Draft = Omit<Anomaly, 'excess'> & { readonly excess: Usd }
const toAtto = (amount: Usd): bigint => amount
const compare = (a: bigint, b: bigint): number => (a === b ? 0 : a > b ? 1 : -1)

/** Anomalous days in a row are one anomaly. */
function runsOf(
  pair: ReadonlyMap<InstantMs, DaySpend>,
  period: { readonly startMs: InstantMs; readonly endMs: InstantMs },
): Found[][] {
  const runs: Found[][] = []
  const odd = new Set<InstantMs>()
  for (let dayMs = period.startMs; dayMs < period.endMs; dayMs += DAY_MS) {
    const day = pair.get(dayMs)
    if (day === undefined) continue
    const usual = usualDays(pair, dayMs, odd)
    if (!isOdd(day, usual)) continue
    odd.add(dayMs)
    const last = runs.at(-1)
    if (last?.at(-1)?.day.dayMs === dayMs - DAY_MS) last.push({ day, usual })
    else runs.push([{ day, usual }])
  }
  return runs
}

const isWeekend = (dayMs: InstantMs): boolean => [0, 6].includes(new Date(dayMs).getUTCDay())

/** Days of the same kind with usage, without those found odd: a spike must not make the next one usual. */
function usualDays(pair: ReadonlyMap<InstantMs, DaySpend>, dayMs: InstantMs, odd: ReadonlySet<InstantMs>): DaySpend[] {
  const found: DaySpend[] = []
  for (let back = 1; back <= WINDOW_DAYS; back += 1) {
    const other = pair.get(dayMs - back * DAY_MS)
    if (other === undefined || odd.has(other.dayMs) || isWeekend(other.dayMs) !== isWeekend(dayMs)) continue
    found.push(other)
  }
  return found
}

function isOdd(day: DaySpend, usual: readonly DaySpend[]): boolean {
  if (usual.length < LEAST_DAYS) return false
  const median = medianOf(usual.map((one) => one.cost))
  const distance = medianOf(usual.map((one) => (one.cost > median ? one.cost - median : median - one.cost)))
  const excess = day.cost - median
  return day.cost * 10n >= median * TIMES_TENTHS && excess >= distance * DISTANCES && excess >= LEAST_EXCESS
}

/** The lower of the two in the middle. */
function medianOf(values: readonly bigint[]): bigint {
  const sorted = [...values].sort(compare)
  return sorted[(sorted.length - 1) >> 1] as bigint
}

function anomalyOf(run: readonly Found[]): Draft {
  const first = run[0] as Found
  const last = run.at(-1) as Found
  const cost = sumUsd(run.map(({ day }) => day.cost))
  const low = sumUsd(run.map(({ usual }) => ranked(usual, 1)))
  const high = sumUsd(run.map(({ usual }) => ranked(usual, usual.length - 2)))
  const median = run.reduce((sum, { usual }) => sum + medianOf(usual.map((one) => one.cost)), 0n)
  const { project, host, model, dayMs } = first.day
  return {
    project,
    host,
    model,
    from: isoOf(dayMs).slice(0, 10),
    to: isoOf(last.day.dayMs).slice(0, 10),
    cost: usdToText(cost),
    usual_low: usdToText(low),
    usual_high: usdToText(high),
    excess: usdFromAtto(cost - median),
    ...causeOf(run),
  }
}

function ranked(days: readonly DaySpend[], place: number): Usd {
  return [...days.map((day) => day.cost)].sort(compare)[place] as Usd
}

/** Cost = calls × tokens a call × price a token: the factor that grew most is the cause. */
function causeOf(run: readonly Found[]): { readonly cause: AnomalyCause; readonly factor_tenths: number } {
  const now = totalsOf(run.map(({ day }) => day))
  const usual = totalsOf((run[0] as Found).usual)
  const factors: { readonly cause: AnomalyCause; readonly tenths: bigint }[] = []
  const add = (cause: AnomalyCause, numerator: bigint, denominator: bigint) => {
    if (denominator > 0n) factors.push({ cause, tenths: (numerator * 10n + denominator / 2n) / denominator })
  }
  const counted = now.requests !== null && usual.requests !== null && now.requests > 0n && usual.requests > 0n
  const perDay = { now: BigInt(run.length), usual: BigInt((run[0] as Found).usual.length) }
  const calls = counted ? { now: now.requests as bigint, usual: usual.requests as bigint } : perDay
  if (counted) add('calls', calls.now * perDay.usual, calls.usual * perDay.now)
  add('prompt_tokens', now.prompt * calls.usual, usual.prompt * calls.now)
  add('output_tokens', now.output * calls.usual, usual.output * calls.now)
  add('price', now.cost * (usual.prompt + usual.output), usual.cost * (now.prompt + now.output))
  const largest = factors.sort((a, b) => compare(b.tenths, a.tenths))[0]
  if (largest === undefined) return { cause: 'price', factor_tenths: 10 }
  return { cause: largest.cause, factor_tenths: Number.parseInt(largest.tenths.toString(), 10) }
}

function totalsOf(days: readonly DaySpend[]) {
  const counted = days.every((day) => day.requests !== null)
  return {
    cost: sumUsd(days.map((day) => day.cost)) as bigint,
    requests: counted ? days.reduce((sum, day) => sum + (day.requests as bigint), 0n) : null,
    prompt: days.reduce((sum, day) => sum + day.promptTokens, 0n),
    output: days.reduce((sum, day) => sum + day.outputTokens, 0n),
  }
}
