/** Dated exchange rates entered by a person, and the currency totals are also shown in. */
import 'server-only'
import { z } from 'zod'
import { parseScaled } from '../../core/money/decimal'
import { EXCHANGE_PLACES } from '../../core/money/exchange'
import { parseInstant } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { writeAudit } from '../db/audit'
import { insertExchangeRates, saveDisplayCurrency } from '../db/exchange-rate'
import { inTransaction } from '../db/pool'

const MOST_RATES = 4_000

const currency = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z]{3}$/, 'is three letters, like EUR')

export const exchangeRatesInput = z.strictObject({
  currency: currency.refine((code) => code !== 'USD', 'is another currency than the dollar'),
  /** Where the rates were read. */
  source: z.string().trim().min(1).max(1_000),
  rates: z
    .array(
      z.strictObject({
        day: z.iso.date().refine((day) => parseInstant(day, 'utc').ok, 'is no day of the calendar'),
        rate: z
          .string()
          .trim()
          .regex(/^\d{1,11}(\.\d{1,12})?$/, 'is a decimal with at most 12 places')
          .refine((text) => {
            const parsed = parseScaled(text, EXCHANGE_PLACES)
            return parsed.ok && parsed.value > 0n
          }, 'is more than 0'),
      }),
    )
    .min(1)
    .max(MOST_RATES)
    .refine((rates) => new Set(rates.map((one) => one.day)).size === rates.length, 'has one rate a day'),
})

/** Units of the currency for one dollar. A day that has another rate is corrected; the former stays in the books. */
export async function enterExchangeRates(
  principal: Principal,
  input: z.output<typeof exchangeRatesInput>,
): Promise<{ readonly entered: number; readonly unchanged: number }> {
  authorise(principal, 'prices.write')
  const entered = await inTransaction(async (connection) => {
    const count = await insertExchangeRates(connection, principal.workspaceId, { ...input, createdBy: principal.actor })
    await writeAudit(connection, principal, 'exchange_rate.enter', input.currency, {
      source: input.source,
      entered: count,
      days: input.rates.length,
    })
    return count
  })
  return { entered, unchanged: input.rates.length - entered }
}

export const displayCurrencyInput = z.strictObject({ display_currency: currency })

export async function setDisplayCurrency(
  principal: Principal,
  { display_currency }: z.output<typeof displayCurrencyInput>,
): Promise<void> {
  authorise(principal, 'prices.write')
  await inTransaction(async (connection) => {
    await saveDisplayCurrency(connection, principal.workspaceId, display_currency)
    await writeAudit(connection, principal, 'workspace.currency', display_currency, {})
  })
}
