/**
 * Decimal text to scaled integers and back. Every amount in the product enters and leaves as text through this file;
 * nothing here passes through a floating point number.
 */
import { err, ok, type Result } from '../result'

export type DecimalError = 'NOT_A_DECIMAL' | 'TOO_PRECISE' | 'OUT_OF_RANGE'

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/

/**
 * Parses decimal text ("1.25", "-3", "1e-9") to an integer of 10^-scale. Trailing zeros beyond the scale are accepted,
 * other digits beyond it are TOO_PRECISE: the caller must never round silently.
 */
export function parseScaled(text: string, scale: number): Result<bigint, DecimalError> {
  const match = DECIMAL.exec(text)
  if (match === null) return err('NOT_A_DECIMAL')
  const whole = match[2] ?? ''
  const fraction = match[3] ?? ''
  if (whole === '' && fraction === '') return err('NOT_A_DECIMAL')
  const exponent = match[4] === undefined ? 0 : Number.parseInt(match[4], 10)
  let digits = whole + fraction
  let places = fraction.length - exponent
  while (places > scale && digits.endsWith('0')) {
    digits = digits.slice(0, -1)
    places -= 1
  }
  if (/^0*$/.test(digits)) return ok(0n)
  if (places > scale) return err('TOO_PRECISE')
  if (scale - places + digits.length > Math.max(60, scale + 20)) return err('OUT_OF_RANGE')
  const magnitude = BigInt(digits + '0'.repeat(scale - places))
  return ok(match[1] === '-' ? -magnitude : magnitude)
}

/** Shortest exact decimal text of an integer of 10^-scale: no exponent, no trailing zeros, "-" only before digits. */
export function formatScaled(value: bigint, scale: number): string {
  const negative = value < 0n
  const digits = (negative ? -value : value).toString().padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  const fraction = scale === 0 ? '' : digits.slice(digits.length - scale).replace(/0+$/, '')
  return `${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

export type RoundingMode = 'half_up' | 'half_even' | 'down' | 'up'

/** Integer division with a named rounding mode; `half_up` and `up` round away from zero, `down` towards it. */
export function divideRounded(numerator: bigint, denominator: bigint, mode: RoundingMode): bigint {
  if (denominator === 0n) throw new RangeError('division by zero')
  const negative = numerator < 0n !== denominator < 0n
  const n = numerator < 0n ? -numerator : numerator
  const d = denominator < 0n ? -denominator : denominator
  const quotient = n / d
  const remainder = n % d
  const twice = remainder * 2n
  const away =
    remainder !== 0n &&
    (mode === 'up' ||
      (mode === 'half_up' && twice >= d) ||
      (mode === 'half_even' && (twice > d || (twice === d && quotient % 2n === 1n))))
  const magnitude = away ? quotient + 1n : quotient
  return negative ? -magnitude : magnitude
}
