/**
 * Amounts as providers bill them, in their own currency. Providers write up to 40 decimal places, more than the 18 of
 * `Usd`, and a bill is never rounded on its way in: these have 60.
 */
import type { Result } from '../result'
import { type DecimalError, formatScaled, parseScaled } from './decimal'

declare const billed: unique symbol
/** Counts 10^-60 of one unit of some currency; the currency travels beside it. */
export type Billed = bigint & { readonly [billed]: true }

const SCALE = 60

/** Decimal text with at most 60 places and 20 digits before the point. */
export function parseBilled(text: string): Result<Billed, DecimalError> {
  return parseScaled(text, SCALE) as Result<Billed, DecimalError>
}

/** Like parseBilled, for text this program itself wrote: a failure is a broken invariant. */
export function billedFromText(text: string): Billed {
  const parsed = parseBilled(text)
  if (!parsed.ok) throw new Error(`not an amount: ${JSON.stringify(text)} (${parsed.error})`)
  return parsed.value
}

/** The shortest exact decimal text. */
export function billedToText(amount: Billed): string {
  return formatScaled(amount, SCALE)
}
