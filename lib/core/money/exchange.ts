/**
 * Amounts in dollars shown in another currency, each day at the rate of that day. Nothing is added across currencies but
 * through a dated rate, and a day without one leaves the whole without an amount.
 */
import { divideRounded, formatScaled, parseScaled } from './decimal'
import type { Usd } from './usd'

/** Places of a rate; the European Central Bank publishes four or five. */
export const EXCHANGE_PLACES = 12
const USD_PLACES = 18

/**
 * A rate holds for its own day and the following days until there is another: banks publish none at weekends and holidays.
 * After a week the silence is no holiday any more.
 */
export const MOST_DAYS_OLD = 7

export interface DayRate {
  /** "2026-09-30". */
  readonly day: string
  /** Units of the other currency for one dollar, decimal text. */
  readonly rate: string
  readonly source: string
}

export interface Converted {
  /** Exact decimal text; null when a day with an amount has no rate. */
  readonly amount: string | null
  /** The rates used, oldest first. */
  readonly rates: readonly DayRate[]
  /** Days with an amount and no rate. */
  readonly missing: readonly string[]
}

type DayAmounts = readonly { readonly day: string; readonly amount: Usd }[]

const ONE = 10n ** BigInt(EXCHANGE_PLACES)

/** Dollars in the other currency. `rates` ascending by day, one a day. Each day's product is rounded once, half even, at 10^-18. */
export function convertDays(amounts: DayAmounts, rates: readonly DayRate[]): Converted {
  return convertedBy(amounts, rates, (amount, rate) => divideRounded(amount * rate, ONE, 'half_even'))
}

/** Amounts of the other currency in dollars: each day's amount divided by that day's rate, rounded once, half even. */
export function convertDaysToUsd(amounts: DayAmounts, rates: readonly DayRate[]): Converted {
  return convertedBy(amounts, rates, (amount, rate) => divideRounded(amount * ONE, rate, 'half_even'))
}

function convertedBy(
  amounts: DayAmounts,
  rates: readonly DayRate[],
  converted: (amount: Usd, scaledRate: bigint) => bigint,
): Converted {
  let total = 0n
  const used = new Set<DayRate>()
  const missing: string[] = []
  for (const { day, amount } of amounts) {
    if (amount === 0n) continue
    const rate = rateOf(day, rates)
    if (rate === null) {
      missing.push(day)
      continue
    }
    used.add(rate)
    total += converted(amount, scaledRate(rate.rate))
  }
  return {
    amount: missing.length > 0 ? null : formatScaled(total, USD_PLACES),
    rates: rates.filter((rate) => used.has(rate)),
    missing,
  }
}

/** The newest rate of the day or of the week before it. */
function rateOf(day: string, rates: readonly DayRate[]): DayRate | null {
  let found: DayRate | null = null
  for (const rate of rates) {
    if (rate.day > day) break
    found = rate
  }
  return found !== null && daysBetween(found.day, day) <= MOST_DAYS_OLD ? found : null
}

function daysBetween(from: string, to: string): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000
}

function scaledRate(text: string): bigint {
  const parsed = parseScaled(text, EXCHANGE_PLACES)
  if (!parsed.ok) throw new Error(`not an exchange rate: ${JSON.stringify(text)}`)
  return parsed.value
}
