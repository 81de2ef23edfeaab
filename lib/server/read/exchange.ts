/** Totals in the workspace's display currency, at the rates it entered. */
import 'server-only'
import { z } from 'zod'
import { convertDays, convertDaysToUsd, MOST_DAYS_OLD } from '../../core/money/exchange'
import { addUsd, subtractUsd, sumUsd, type Usd, usdFromText, usdToText } from '../../core/money/usd'
import type { BillFigures } from '../../core/report/bill-view'
import type { ConvertedTotal, ExchangeRateView } from '../../core/report/exchange-view'
import { DAY_MS, isoOf, monthPeriod } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { costByDay, displayCurrency, exchangeRates } from '../db/exchange-rate'
import { pool } from '../db/pool'
import { readConsistently } from '../db/transaction'

const EVERY_DAY = { from: '2000-01-01', to: '2100-01-01' }

export const exchangeRatesQuery = z.strictObject({ currency: z.string().regex(/^[A-Z]{3}$/) })

/** The currency totals are also shown in; "USD" when in none. */
export async function readDisplayCurrency(principal: Principal): Promise<string> {
  authorise(principal, 'bills.read')
  return await displayCurrency(pool(), principal.workspaceId)
}

/** Rates of one currency that hold, newest first. */
export async function listExchangeRates(
  principal: Principal,
  { currency }: z.output<typeof exchangeRatesQuery>,
): Promise<readonly ExchangeRateView[]> {
  authorise(principal, 'bills.read')
  const rates = await exchangeRates(pool(), principal.workspaceId, { currency, ...EVERY_DAY })
  return rates.map(({ day, rate, source, createdBy }) => ({ day, rate, source, entered_by: createdBy })).reverse()
}

/**
 * The bill's exact total in the display currency: each day's usage at that day's rate, everything else of the bill at the
 * rate of the month's last day. What is priced in the display currency itself is taken as it is, what is in a third one
 * through the dollar, day by day. Null when the display currency is the dollar or the bill has no total.
 */
export async function convertBill(principal: Principal, bill: BillFigures): Promise<ConvertedTotal | null> {
  authorise(principal, 'bills.read')
  const period = monthPeriod(bill.month)
  if (bill.exact_total === null || !period.ok) return null
  const last = isoOf(Math.min(period.value.endMs, Math.max(Date.now(), period.value.startMs + DAY_MS)) - 1).slice(0, 10)
  const days = { from: isoOf(period.value.startMs).slice(0, 10), to: isoOf(period.value.endMs - 1).slice(0, 10) }
  const exact = usdFromText(bill.exact_total)
  return await readConsistently(async (connection) => {
    const currency = await displayCurrency(connection, principal.workspaceId)
    if (currency === 'USD') return null
    const usage = (await costByDay(connection, principal.workspaceId, days)).map(({ day, cost }) => ({
      day,
      amount: usdFromText(cost),
    }))
    const rest = subtractUsd(exact, sumUsd(usage.map((one) => one.amount)))
    const rates = await exchangeRates(connection, principal.workspaceId, {
      currency,
      from: isoOf(period.value.startMs - MOST_DAYS_OLD * DAY_MS).slice(0, 10),
      to: days.to,
    })
    const others = othersIn(currency, bill)
    const {
      amount,
      rates: used,
      missing,
    } = convertDays([...usage, { day: last, amount: rest }, ...others.dollars], rates)
    return {
      currency,
      amount: amount === null || others.unknown.length > 0 ? null : usdToText(addUsd(usdFromText(amount), others.own)),
      missing: [...new Set([...missing, ...others.unknown])].sort(),
      rates: used.map(({ day, rate, source }) => ({ day, rate, source })),
    }
  })
}

/** What a bill has in other currencies, towards one of them: as it is, in dollars by day, and days that no rate knows. */
function othersIn(
  currency: string,
  bill: BillFigures,
): {
  readonly own: Usd
  readonly dollars: readonly { readonly day: string; readonly amount: Usd }[]
  readonly unknown: readonly string[]
} {
  const own = bill.other_currencies.filter((one) => one.currency === currency)
  const third = bill.other_currencies.filter((one) => one.currency !== currency)
  return {
    own: sumUsd(own.map((one) => usdFromText(one.exact_total))),
    dollars: third.flatMap(({ days, converted }) =>
      days.flatMap(({ day, exact_amount }) => {
        const { amount } = convertDaysToUsd([{ day, amount: usdFromText(exact_amount) }], converted.rates)
        return amount === null ? [] : [{ day, amount: usdFromText(amount) }]
      }),
    ),
    unknown: third.flatMap(({ converted }) => converted.missing),
  }
}
