/**
 * Exact money. `Usd` counts 10^-18 of one unit of the account's currency (dollars unless a price list says otherwise);
 * the scale is private to this folder. tokens × rate × multiplier is an integer of that scale, so pricing never rounds.
 * Rounding happens in three named places only: `divide`, `allocate` and `formatUsd`.
 */
import { err, ok, type Result } from '../result'
import { type DecimalError, divideRounded, formatScaled, parseScaled, type RoundingMode } from './decimal'

declare const usd: unique symbol
export type Usd = bigint & { readonly [usd]: true }

const SCALE = 18
const UNIT = 10n ** 18n

export const ZERO_USD = 0n as Usd

/** Parses decimal text with at most 18 places. */
export function parseUsd(text: string): Result<Usd, DecimalError> {
  const parsed = parseScaled(text, SCALE)
  return parsed.ok ? ok(parsed.value as Usd) : err(parsed.error)
}

/** Like parseUsd, for text this program itself wrote: a failure is a broken invariant. */
export function usdFromText(text: string): Usd {
  const parsed = parseUsd(text)
  if (!parsed.ok) throw new Error(`not a money amount: ${JSON.stringify(text)} (${parsed.error})`)
  return parsed.value
}

/** The exact amount as the shortest decimal text, e.g. "0.03180875". */
export function usdToText(amount: Usd): string {
  return formatScaled(amount, SCALE)
}

export function addUsd(a: Usd, b: Usd): Usd {
  return (a + b) as Usd
}

export function subtractUsd(a: Usd, b: Usd): Usd {
  return (a - b) as Usd
}

export function sumUsd(amounts: Iterable<Usd>): Usd {
  let total = 0n
  for (const amount of amounts) total += amount
  return total as Usd
}

/** An exact integer of 10^-18, as the price engine computes it. Only `lib/core` arithmetic that proved exactness may call it. */
export function usdFromAtto(atto: bigint): Usd {
  return atto as Usd
}

/** amount × numerator / denominator, rounded once in the named mode. */
export function divide(
  amount: Usd,
  ratio: { readonly numerator: bigint; readonly denominator: bigint; readonly mode: RoundingMode },
): Usd {
  return divideRounded(amount * ratio.numerator, ratio.denominator, ratio.mode) as Usd
}

/** Splits an amount by non-negative weights so that the parts sum to it exactly (largest remainder, ties to the first). */
export function allocate(amount: Usd, weights: readonly bigint[]): Usd[] {
  const total = weights.reduce((sum, weight) => {
    if (weight < 0n) throw new RangeError('allocate: negative weight')
    return sum + weight
  }, 0n)
  if (total === 0n) throw new RangeError('allocate: all weights are zero')
  const negative = amount < 0n
  const magnitude = negative ? -amount : amount
  const parts = weights.map((weight) => (magnitude * weight) / total)
  let left = magnitude - parts.reduce((sum, part) => sum + part, 0n)
  const order = weights
    .map((weight, index) => ({ index, remainder: (magnitude * weight) % total }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1))
  for (const { index } of order) {
    if (left === 0n) break
    parts[index] = (parts[index] as bigint) + 1n
    left -= 1n
  }
  return parts.map((part) => (negative ? -part : part) as Usd)
}

/** Rounds half-up (away from zero) to whole cents; the caller shows the remainder as its own line. */
export function roundToCents(amount: Usd): Usd {
  return (divideRounded(amount, UNIT / 100n, 'half_up') * (UNIT / 100n)) as Usd
}

/** Fixed decimal text with `places` digits after the point, rounded half-up: for people, never for arithmetic. */
export function formatUsd(amount: Usd, places = 2): string {
  const step = 10n ** BigInt(SCALE - places)
  const rounded = divideRounded(amount, step, 'half_up')
  const negative = rounded < 0n
  const digits = (negative ? -rounded : rounded).toString().padStart(places + 1, '0')
  const whole = digits.slice(0, digits.length - places).replace(/\B(?=(\d{3})+$)/g, ',')
  return `${negative ? '−' : ''}$${whole}${places === 0 ? '' : `.${digits.slice(digits.length - places)}`}`
}
