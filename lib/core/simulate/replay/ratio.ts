/** Exact shares and factors, parsed from decimal text. */
import { parseScaled } from '../../money/decimal'
import { divide, type Usd } from '../../money/usd'
import { err, ok, type Result } from '../../result'

const PLACES = 6

export interface Ratio {
  readonly numerator: bigint
  readonly denominator: bigint
}

export const ONE: Ratio = { numerator: 1n, denominator: 1n }

/** Shares and factors are whole millionths, as questions write them. */
export const MILLIONTHS = 10n ** BigInt(PLACES)

export function millionthsOf(ratio: Ratio): bigint {
  return (ratio.numerator * MILLIONTHS) / ratio.denominator
}

/** Millionths as decimal text. */
export function shareText(share: bigint): string {
  return `${share / MILLIONTHS}.${String(share % MILLIONTHS).padStart(PLACES, '0')}`
}

export function lesser<Amount extends bigint>(a: Amount, b: Amount): Amount {
  return a < b ? a : b
}

export function greater<Amount extends bigint>(a: Amount, b: Amount): Amount {
  return a > b ? a : b
}

/** Decimal text with at most 6 places. */
export function parseRatio(text: string): Result<Ratio, 'NOT_A_RATIO'> {
  const parsed = parseScaled(text, PLACES)
  if (!parsed.ok || parsed.value < 0n) return err('NOT_A_RATIO')
  return ok({ numerator: parsed.value, denominator: MILLIONTHS })
}

/** Like parseRatio, for text this program wrote. */
export function ratioFromText(text: string): Ratio {
  const parsed = parseRatio(text)
  if (!parsed.ok) throw new Error(`not a ratio: ${JSON.stringify(text)}`)
  return parsed.value
}

export function isOne(ratio: Ratio): boolean {
  return ratio.numerator === ratio.denominator
}

export function timesUsd(amount: Usd, ratio: Ratio): Usd {
  return divide(amount, { ...ratio, mode: 'half_even' })
}
