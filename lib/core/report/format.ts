/**
 * Figures for people, made from exact text by integer arithmetic: nothing here passes through a floating point number.
 * Bills show cents, charts and tiles 3 significant digits, unit prices every digit. Minus is U+2212, not a hyphen.
 */
import { divideRounded } from '../money/decimal'
import { formatUsd, usdFromText } from '../money/usd'
import type { InstantMs } from '../time/instant'

export const MINUS = '−'
const UNIT = 10n ** 18n
const NARROW_SPACE = ' '

/** "$48,210.33": cents, rounded half away from zero. A positive amount below half a cent shows "<$0.01", never $0.00. */
export function usdCents(amount: string): string {
  const value = usdFromText(amount)
  const magnitude = value < 0n ? -value : value
  if (magnitude > 0n && magnitude < UNIT / 200n) return value < 0n ? `${MINUS}<$0.01` : '<$0.01'
  return formatUsd(value)
}

/** "48,210.33": an amount of whichever currency is named beside it, rounded as `usdCents`. */
export function moneyCents(amount: string): string {
  return formatUsd(usdFromText(amount)).replace('$', '')
}

/** "$48,210.33", or "48,210.33 CNY": an amount with its currency, rounded as `usdCents`. */
export function centsIn(amount: string, currency: string): string {
  return currency === 'USD' ? usdCents(amount) : `${usdCents(amount).replace('$', '')} ${currency}`
}

/** "+$2,512.40", "−9.31 CNY". */
export function signedIn(amount: string, currency: string): string {
  return usdFromText(amount) > 0n ? `+${centsIn(amount, currency)}` : centsIn(amount, currency)
}

/** Every digit with its currency: "$48,210.330175", "48,210.330175 CNY". */
export function exactIn(amount: string, currency: string): string {
  return currency === 'USD' ? exactUsd(amount) : `${exactUsd(amount).replace('$', '')} ${currency}`
}

/** Cents from 10 cents up, below it 3 significant digits: what one call costs ("$0.00318"). */
export function fineUsd(amount: string): string {
  const value = usdFromText(amount)
  const magnitude = value < 0n ? -value : value
  return magnitude === 0n || magnitude >= UNIT / 10n ? usdCents(amount) : compactUsd(amount)
}

/** Every digit: "$48,210.330175", at least cents. */
export function exactUsd(amount: string): string {
  const negative = amount.startsWith('-')
  const [whole = '0', fraction = ''] = (negative ? amount.slice(1) : amount).split('.')
  return `${negative ? MINUS : ''}$${groupDigits(whole)}.${fraction.padEnd(2, '0')}`
}

/** "+$2,512.40", "−$9.31", "$0.00". */
export function signedUsd(amount: string): string {
  return usdFromText(amount) > 0n ? `+${usdCents(amount)}` : usdCents(amount)
}

/** A unit price with every digit and no padding: "$1.25", "$0.075", "$10". */
export function unitPrice(amount: string): string {
  return amount.startsWith('-') ? `${MINUS}$${amount.slice(1)}` : `$${amount}`
}

/**
 * The headline's parts: "$38,214" and "62", cut from the same rounded amount. Below a cent the fraction has 3 significant
 * digits ("$0" and "00225"), so that a real cost never reads as nothing.
 */
export function splitUsd(amount: string): { readonly whole: string; readonly cents: string } {
  const value = usdFromText(amount)
  const magnitude = value < 0n ? -value : value
  if (magnitude > 0n && magnitude < UNIT / 100n) {
    const [whole = '', fraction = ''] = compactUsd(amount).split('.')
    return { whole, cents: fraction }
  }
  const text = formatUsd(value)
  return { whole: text.slice(0, -3), cents: text.slice(-2) }
}

/** 3 significant digits: "$48.2k", "$1.23M", "$482", "$0.0482"; zero is "$0". */
export function compactUsd(amount: string): string {
  const value = usdFromText(amount)
  const negative = value < 0n
  return `${negative ? MINUS : ''}$${compactScaled(negative ? -value : value, 18)}`
}

/** The tick of an axis: like compactUsd, without trailing zeros after the point ("$4.5k"). */
export function tickUsd(amount: string): string {
  return compactUsd(amount)
    .replace(/(\.\d*?)0+(?=\D*$)/, '$1')
    .replace(/\.(?=\D*$)/, '')
}

/** 3 significant digits of a count: "1.23M", "41"; whole below 1,000. */
export function compactCount(digits: string): string {
  return compactScaled(BigInt(digits), 0)
}

/** 1234567 as "1,234,567". */
export function countText(digits: string): string {
  return digits.startsWith('-') ? `${MINUS}${groupDigits(digits.slice(1))}` : groupDigits(digits)
}

/** Decimal bytes, 3 significant digits: "12.3 MB". */
export function bytesText(digits: string): string {
  const short = compactScaled(BigInt(digits), 0)
  const suffix = { k: 'kB', M: 'MB', B: 'GB', T: 'TB' }[short.slice(-1)]
  return suffix === undefined ? `${short}${NARROW_SPACE}B` : `${short.slice(0, -1)}${NARROW_SPACE}${suffix}`
}

/** Hundredths of a percent as "99.1 %"; only 10,000 itself says "100 %". */
export function percentOfMyriad(value: number): string {
  const tenths = Math.floor(value / 10)
  if (value >= 10_000) return '100 %'
  if (value >= 9_990) return `${Math.floor(value / 100)}.${String(value % 100).padStart(2, '0')} %`
  return `${Math.floor(tenths / 10)}.${tenths % 10} %`
}

/** Tenths of a percent without sign: 52 is "5.2 %", 120 is "12 %". */
export function percentOfMille(value: number): string {
  const magnitude = Math.abs(value)
  const whole = Math.floor(magnitude / 10)
  return magnitude % 10 === 0 || magnitude >= 1000 ? `${whole} %` : `${whole}.${magnitude % 10} %`
}

export function groupDigits(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',')
}

const SUFFIXES = ['', 'k', 'M', 'B', 'T'] as const

function compactScaled(value: bigint, scale: number): string {
  if (value === 0n) return '0'
  const one = 10n ** BigInt(scale)
  let step = 0
  let rounded = roundSignificant(value, 3)
  while (step < SUFFIXES.length - 1 && rounded >= one * 1000n ** BigInt(step + 1)) step += 1
  rounded = scale === 0 && step === 0 ? value : rounded
  const unit = one * 1000n ** BigInt(step)
  const whole = rounded / unit
  const rest = (rounded % unit).toString().padStart(unit.toString().length - 1, '0')
  const places = decimalsFor(whole, rest)
  const digits = rest.slice(0, places).replace(/0+$/, '')
  const shown = places > 0 && digits !== '' ? rest.slice(0, places) : ''
  return `${groupDigits(whole.toString())}${shown === '' ? '' : `.${shown}`}${SUFFIXES[step] ?? ''}`
}

/** Decimals that make three significant digits. */
function decimalsFor(whole: bigint, rest: string): number {
  if (whole > 0n) return Math.max(0, 3 - whole.toString().length)
  const zeros = /^0*/.exec(rest)?.[0].length
  return (zeros === undefined ? rest.length : zeros) + 3
}

function roundSignificant(value: bigint, digits: number): bigint {
  const length = value.toString().length
  if (length <= digits) return value
  const step = 10n ** BigInt(length - digits)
  return divideRounded(value, step, 'half_up') * step
}

// American month names are three letters each ("Sep"); the order of the parts is ours.
const inUtc = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', ...options })
const LONG_MONTH = inUtc({ month: 'long', year: 'numeric' })
const MONTH_ALONE = inUtc({ month: 'long' })
const SHORT_MONTH = inUtc({ month: 'short' })

function monthStart(text: string): Date {
  return new Date(`${text}-01T00:00:00Z`)
}

/** "2026-11" as "November 2026". */
export function monthName(text: string): string {
  return LONG_MONTH.format(monthStart(text))
}

/** "2026-11" as "November". */
export function monthAlone(text: string): string {
  return MONTH_ALONE.format(monthStart(text))
}

/** The tick of an axis: "Nov", and "Jan 26" where a year begins. */
export function monthTick(text: string): string {
  const short = SHORT_MONTH.format(monthStart(text))
  return text.endsWith('-01') ? `${short} ${text.slice(2, 4)}` : short
}

/** "23 Nov 2026". */
export function dayText(iso: string): string {
  const at = new Date(iso)
  return `${at.getUTCDate()} ${SHORT_MONTH.format(at)} ${at.getUTCFullYear()}`
}

/** "23 Nov 2026, 18:00 UTC". */
export function instantText(iso: string): string {
  return `${dayText(iso)}, ${new Date(iso).toISOString().slice(11, 16)} UTC`
}

/** How long ago, in the largest unit that fits: for messages to put into words. */
export function elapsed(
  iso: string,
  nowMs: InstantMs,
): { readonly unit: 'now' | 'minute' | 'hour' | 'day'; readonly count: number } {
  const minutes = Math.floor((nowMs - Date.parse(iso)) / 60_000)
  if (minutes < 1) return { unit: 'now', count: 0 }
  if (minutes < 60) return { unit: 'minute', count: minutes }
  if (minutes < 48 * 60) return { unit: 'hour', count: Math.floor(minutes / 60) }
  return { unit: 'day', count: Math.floor(minutes / (24 * 60)) }
}

/** A share of draws as whole percent; never certain, since draws are not everything that may happen. */
export function chanceText(share: number): string {
  if (share > 0.99) return '> 99 %'
  if (share < 0.01) return '< 1 %'
  return `${(100 * share).toFixed(0)} %`
}
