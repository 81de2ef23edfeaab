/**
 * What the running month and the next three will cost. Method `weekday_trend`: each weekday costs what it did on average on
 * the middle two of its last four days (so one spike moves nothing), and all days grow by the median growth of the last
 * three four-week spans, damped by a fifth with every span further ahead. The 80 % band is as wide as the method's own errors:
 * the same forecast is made as of the same day of earlier months and compared with what they came to. Integers throughout:
 * the same days give the same forecast on every machine.
 */
import { divideRounded } from '../money/decimal'
import { type Usd, usdFromAtto, usdToText, ZERO_USD } from '../money/usd'
import { DAY_MS, type InstantMs, isoOf, monthOf, monthPeriod } from '../time/instant'
import type { LeftOutView } from './left-out'
import { shiftMonth } from './period-choice'

export const FORECAST_METHOD = 'weekday_trend'
export const MONTHS_AHEAD = 3
/** Months of days that a forecast and its errors are made from. */
export const FORECAST_HISTORY_MONTHS = 18

export interface ForecastInput {
  /** Cost of each UTC day with usage, in any order. */
  readonly days: readonly { readonly dayMs: InstantMs; readonly cost: Usd }[]
  /** UTC midnight of the day that is not over, or the last with data when that is earlier. */
  readonly asOfMs: InstantMs
}

/** Money is exact decimal text in dollars. */
export interface ForecastMonth {
  readonly month: string
  /** Spent already; null for a month that has not begun. */
  readonly to_date: string | null
  readonly forecast: string
  /** Null where the method has not been tried twice for this distance. */
  readonly low: string | null
  readonly high: string | null
  /** Earlier months its band is made from. */
  readonly trials: number
}

/** What the method would have said of a finished month, as of the same day. */
export interface ForecastError {
  readonly month: string
  readonly forecast: string
  readonly actual: string
  /** Forecast less actual in tenths of a percent of the actual. */
  readonly error_per_mille: number
}

export interface ForecastView {
  readonly method: typeof FORECAST_METHOD
  readonly currency: 'USD'
  /** First day that is not known whole. */
  readonly as_of: string
  /** Finished months with usage, oldest first: what the forecast continues. */
  readonly history: readonly { readonly month: string; readonly actual: string }[]
  /** The running month and the next three; empty with less than four weeks of usage. */
  readonly months: readonly ForecastMonth[]
  /** The last six, newest first. */
  readonly errors: readonly ForecastError[]
}

/** With what the running month has in other currencies, of which nothing is forecast. */
export interface ForecastReport extends ForecastView {
  readonly left_out: readonly LeftOutView[]
}

const SPAN_DAYS = 28
const TREND_SPANS = 3
const ONE = 10n ** 9n
const ERRORS_SHOWN = 6
const HISTORY_SHOWN = 6
const MOST_TRIALS = 12

class Days {
  private readonly costs: ReadonlyMap<InstantMs, bigint>
  readonly firstMs: InstantMs

  constructor(days: ForecastInput['days']) {
    const costs = new Map<InstantMs, bigint>()
    for (const { dayMs, cost } of days) costs.set(dayMs, (costs.get(dayMs) ?? 0n) + cost)
    this.costs = costs
    this.firstMs = Math.min(...costs.keys())
  }

  /** A day without usage costs nothing. */
  cost(dayMs: InstantMs): bigint {
    return this.costs.get(dayMs) ?? 0n
  }

  sum(startMs: InstantMs, endMs: InstantMs): bigint {
    let sum = 0n
    for (let dayMs = startMs; dayMs < endMs; dayMs += DAY_MS) sum += this.cost(dayMs)
    return sum
  }

  /** What a weekday costs, from the four of its days in the span that ends at `endMs`: the mean of the middle two. */
  usual(endMs: InstantMs, weekday: number): bigint {
    const values: bigint[] = []
    for (let back = 1; back <= SPAN_DAYS; back += 1) {
      const dayMs = endMs - back * DAY_MS
      if (new Date(dayMs).getUTCDay() === weekday) values.push(this.cost(dayMs))
    }
    values.sort((a, b) => (a === b ? 0 : a > b ? 1 : -1))
    return ((values[1] as bigint) + (values[2] as bigint)) / 2n
  }

  week(endMs: InstantMs): bigint[] {
    return [0, 1, 2, 3, 4, 5, 6].map((weekday) => this.usual(endMs, weekday))
  }
}

/** Growth from one span to the next, in billionths: the median of the last three, between a half and double. */
function growthOf(days: Days, asOfMs: InstantMs): bigint {
  const levels: bigint[] = []
  for (let span = 0; span <= TREND_SPANS; span += 1) {
    const endMs = asOfMs - span * SPAN_DAYS * DAY_MS
    if (endMs - SPAN_DAYS * DAY_MS < days.firstMs) break
    levels.push(days.week(endMs).reduce((sum, cost) => sum + cost, 0n))
  }
  const ratios: bigint[] = []
  levels.slice(1).forEach((earlier, index) => {
    if (earlier > 0n) ratios.push(divideRounded((levels[index] as bigint) * ONE, earlier, 'half_even'))
  })
  ratios.sort((a, b) => (a === b ? 0 : a > b ? 1 : -1))
  const median = ratios[(ratios.length - 1) >> 1]
  if (median === undefined) return ONE
  return median > 2n * ONE ? 2n * ONE : median < ONE / 2n ? ONE / 2n : median
}

/** The growth from the middle of the last span to each number of spans ahead, damped. */
function growthAhead(growth: bigint, spans: number): bigint[] {
  const factors = [ONE]
  let step = growth - ONE
  for (let span = 1; span <= spans; span += 1) {
    factors.push(divideRounded((factors.at(-1) as bigint) * (ONE + step), ONE, 'half_even'))
    step = divideRounded(step * 4n, 5n, 'half_even')
  }
  return factors
}

/** Costs of whole months, the first being that of `asOfMs`; null with less than a span of history. */
function forecastMonths(days: Days, asOfMs: InstantMs, months: number): bigint[] | null {
  if (asOfMs - SPAN_DAYS * DAY_MS < days.firstMs) return null
  const week = days.week(asOfMs)
  const spans = Math.ceil(((months + 1) * 31) / SPAN_DAYS) + 1
  const factors = growthAhead(growthOf(days, asOfMs), spans)
  const middleMs = asOfMs - (SPAN_DAYS / 2) * DAY_MS
  const costOf = (dayMs: InstantMs): bigint => {
    const ahead = Math.round((dayMs - middleMs) / DAY_MS)
    const span = Math.floor(ahead / SPAN_DAYS)
    const from = factors[span] as bigint
    const to = factors[span + 1] as bigint
    const factor = from + divideRounded((to - from) * BigInt(ahead % SPAN_DAYS), BigInt(SPAN_DAYS), 'half_even')
    return divideRounded((week[new Date(dayMs).getUTCDay()] as bigint) * factor, ONE, 'half_even')
  }
  return Array.from({ length: months }, (_, index) => {
    const period = boundsOf(shiftMonth(monthOf(asOfMs), index))
    let sum = days.sum(period.startMs, Math.min(asOfMs, period.endMs))
    for (let dayMs = Math.max(asOfMs, period.startMs); dayMs < period.endMs; dayMs += DAY_MS) {
      const expected = costOf(dayMs)
      const known = dayMs === asOfMs ? days.cost(dayMs) : 0n
      sum += higher(known, expected)
    }
    return sum
  })
}

function boundsOf(month: string): { readonly startMs: InstantMs; readonly endMs: InstantMs } {
  const period = monthPeriod(month)
  if (!period.ok) throw new RangeError(`not a month: ${month}`)
  return period.value
}

interface Trial {
  readonly month: string
  readonly forecast: bigint
  readonly actual: bigint
}

/** Forecasts of finished months, made as of the same day of the month that lies `ahead` months before; newest first. */
function trialsOf(days: Days, asOfMs: InstantMs, ahead: number): Trial[] {
  const current = monthOf(asOfMs)
  const dayOfMonth = Math.round((asOfMs - boundsOf(current).startMs) / DAY_MS)
  const trials: Trial[] = []
  for (let back = 1; back <= MOST_TRIALS; back += 1) {
    const month = shiftMonth(current, -back)
    const origin = boundsOf(shiftMonth(month, -ahead))
    const thenMs = Math.min(origin.startMs + dayOfMonth * DAY_MS, origin.endMs - DAY_MS)
    // The day itself was not over then: as a trial it is not known at all.
    const forecast = forecastMonths(before(days, thenMs), thenMs, ahead + 1)?.[ahead]
    if (forecast === undefined) break
    const period = boundsOf(month)
    const actual = days.sum(period.startMs, period.endMs)
    if (actual > 0n && forecast > 0n) trials.push({ month, forecast, actual })
  }
  return trials
}

/** The days as they were known at an instant. */
function before(days: Days, atMs: InstantMs): Days {
  const known: { dayMs: InstantMs; cost: Usd }[] = []
  for (let dayMs = days.firstMs; dayMs < atMs; dayMs += DAY_MS)
    known.push({ dayMs, cost: usdFromAtto(days.cost(dayMs)) })
  return new Days(known)
}

/**
 * The relative error, in billionths of the forecast, that four of five trials stay within: the ⌈0.8 (n + 1)⌉th smallest. With
 * fewer than four the largest counts half as much again; null with fewer than two.
 */
function bandOf(trials: readonly Trial[]): bigint | null {
  if (trials.length < 2) return null
  const errors = trials
    .map(({ forecast, actual }) =>
      divideRounded((forecast > actual ? forecast - actual : actual - forecast) * ONE, forecast, 'up'),
    )
    .sort((a, b) => (a === b ? 0 : a > b ? 1 : -1))
  const place = Math.ceil(((trials.length + 1) * 4) / 5)
  const within = errors[place - 1]
  return within === undefined ? ((errors.at(-1) as bigint) * 3n) / 2n : within
}

const higher = (a: bigint, b: bigint): bigint => (a < b ? b : a)

export function buildForecast({ days: input, asOfMs }: ForecastInput): ForecastView {
  const text = (atto: bigint) => usdToText(usdFromAtto(atto))
  const plain = { method: FORECAST_METHOD, currency: 'USD', as_of: isoOf(asOfMs).slice(0, 10) } as const
  if (input.length === 0) return { ...plain, history: [], months: [], errors: [] }
  const days = new Days(input)
  const current = monthOf(asOfMs)
  const history = Array.from({ length: HISTORY_SHOWN }, (_, index) => shiftMonth(current, index - HISTORY_SHOWN))
    .filter((month) => boundsOf(month).endMs > days.firstMs)
    .map((month) => ({ month, actual: text(days.sum(boundsOf(month).startMs, boundsOf(month).endMs)) }))
  const totals = forecastMonths(days, asOfMs, MONTHS_AHEAD + 1)
  if (totals === null) return { ...plain, history, months: [], errors: [] }
  const months = totals.map((forecast, ahead): ForecastMonth => {
    const month = shiftMonth(current, ahead)
    const trials = trialsOf(days, asOfMs, ahead)
    const band = bandOf(trials)
    const toDate = ahead === 0 ? days.sum(boundsOf(month).startMs, asOfMs + DAY_MS) : null
    const width = band === null ? null : divideRounded(forecast * band, ONE, 'up')
    const floor = toDate === null ? ZERO_USD : toDate
    return {
      month,
      to_date: toDate === null ? null : text(toDate),
      forecast: text(forecast),
      low: width === null ? null : text(higher(forecast - width, floor)),
      high: width === null ? null : text(forecast + width),
      trials: trials.length,
    }
  })
  const errors = trialsOf(days, asOfMs, 0)
    .slice(0, ERRORS_SHOWN)
    .map(({ month, forecast, actual }) => ({
      month,
      forecast: text(forecast),
      actual: text(actual),
      error_per_mille: Number.parseInt(divideRounded((forecast - actual) * 1000n, actual, 'half_up').toString(), 10),
    }))
  return { ...plain, history, months, errors }
}
