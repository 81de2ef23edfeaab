/**
 * What lies ahead under growth: when the volume reaches break-even, and what the move is worth today over three years.
 * The hours keep their shape; volume grows by the same part every month.
 */
import { addUsd, divide, subtractUsd, sumUsd, type Usd, ZERO_USD } from '../../money/usd'
import { HOUR_MS, monthOf } from '../../time/instant'
import { type BreakEven, type FleetSettings, grownTotal } from './plan'
import type { DemandSeries } from './series'

export const HORIZON_MONTHS = 36
/** Beyond ten years no forecast says anything. */
const MOST_MONTHS = 120
/** A fitted growth stays within this, a month: three months of data cannot tell more. */
const MOST_GROWTH = 0.1

export interface Outlook {
  readonly growthPerMonth: number
  /** YYYY-MM in which the volume reaches break-even, the last month of the data when it is reached already; null: never at this growth. */
  readonly breakEvenMonth: string | null
  /** Present value of 36 months of saving less the migration. */
  readonly discountedSaving: Usd
  /** Months until the discounted saving has paid the migration and what bought GPUs cost; null: not within 36. */
  readonly discountedPaybackMonths: number | null
}

export interface Capital {
  readonly price: Usd
  readonly recoveryMonth: Usd
}

const NO_CAPITAL: Capital = { price: ZERO_USD, recoveryMonth: ZERO_USD }

export function outlookOf(
  series: DemandSeries,
  settings: FleetSettings,
  breakEven: BreakEven,
  given: {
    readonly growthPerMonth: number
    readonly annualRate: number
    readonly once: Usd
    /** Saved in the period by other moves of the same question; grows with the volume. */
    readonly savedElsewhere?: Usd
    /** Of bought GPUs: their price, which is paid at once, and the part of a month's bill that only gives it back. */
    readonly capital?: Capital | undefined
  },
): Outlook {
  const { growthPerMonth, annualRate, once, savedElsewhere = ZERO_USD, capital = NO_CAPITAL } = given
  const hours = BigInt(Math.max(1, series.rates.length))
  const today = sumUsd(series.costs)
  let value = subtractUsd(ZERO_USD, once)
  let open = addUsd(once, capital.price)
  let paid: number | null = null
  for (let month = 1; month <= HORIZON_MONTHS; month += 1) {
    const volume = (1 + growthPerMonth) ** month
    const saving = subtractUsd(scaled(addUsd(today, savedElsewhere), volume), grownTotal(series, settings, volume))
    const monthly = divide(saving, { numerator: 730n, denominator: hours, mode: 'half_even' })
    const discount = (1 + annualRate / 12) ** -month
    value = addUsd(value, scaled(monthly, discount))
    open = subtractUsd(open, scaled(addUsd(monthly, capital.recoveryMonth), discount))
    if (paid === null && open <= 0n) paid = month
  }
  return {
    growthPerMonth,
    breakEvenMonth: monthOfBreakEven(series, breakEven, growthPerMonth),
    discountedSaving: value,
    discountedPaybackMonths: paid,
  }
}

function monthOfBreakEven(series: DemandSeries, breakEven: BreakEven, growth: number): string | null {
  const last = monthOf(series.period.endMs - HOUR_MS)
  const factor = breakEven.volumeOverToday
  if (factor === null) return null
  if (factor <= 1) return last
  if (growth <= 0) return null
  const months = Math.ceil(Math.log(factor) / Math.log(1 + growth) - 1e-9)
  return months > MOST_MONTHS ? null : monthAfter(last, months)
}

function monthAfter(month: string, count: number): string {
  const [year = '1970', number = '01'] = month.split('-')
  const index = Number.parseInt(year, 10) * 12 + Number.parseInt(number, 10) - 1 + count
  return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`
}

/** Growth of the output a month, fitted on the logarithms of the whole months of the period; 0 with fewer than three. */
export function fittedGrowth(series: DemandSeries): number {
  const sums = new Map<string, { hours: number; output: number }>()
  for (let i = 0; i < series.rates.length; i += 1) {
    const name = series.monthOfHour[i] as string
    const sum = sums.get(name) ?? { hours: 0, output: 0 }
    sum.hours += 1
    sum.output += series.rates[i] as number
    sums.set(name, sum)
  }
  // A month of four weeks at least; the mean of its hours, so that its length does not count.
  const whole = [...sums.values()].filter((sum) => sum.hours >= 672 && sum.output > 0)
  if (whole.length < 3) return 0
  const logs = whole.map((sum) => Math.log(sum.output / sum.hours))
  const middle = (logs.length - 1) / 2
  const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length
  let covariance = 0
  let variance = 0
  for (const [i, value] of logs.entries()) {
    covariance += (i - middle) * (value - mean)
    variance += (i - middle) ** 2
  }
  return Math.min(MOST_GROWTH, Math.max(-MOST_GROWTH, Math.exp(covariance / variance) - 1))
}

function scaled(amount: Usd, factor: number): Usd {
  return divide(amount, { numerator: BigInt(Math.round(factor * 1e9)), denominator: 1_000_000_000n, mode: 'half_even' })
}
