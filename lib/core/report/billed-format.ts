/** Amounts of bills for people, in their own currency, from exact text by integer arithmetic. Minus is U+2212. */
import { billedFromText } from '../money/billed'
import { divideRounded } from '../money/decimal'
import { groupDigits, MINUS } from './format'

const CENT = 10n ** 58n

/** "$1,234.50", "12.30 CNY": cents, rounded half away from zero. Less than half a cent reads "<$0.01", never as nothing. */
export function billedCents(amount: string, currency: string): string {
  const value = billedFromText(amount)
  const magnitude = value < 0n ? -value : value
  const sign = value < 0n ? MINUS : ''
  if (magnitude > 0n && magnitude * 2n < CENT) return `${sign}<${inCurrency('0.01', currency)}`
  const cents = divideRounded(magnitude, CENT, 'half_up').toString().padStart(3, '0')
  return `${sign}${inCurrency(`${groupDigits(cents.slice(0, -2))}.${cents.slice(-2)}`, currency)}`
}

/** "+$2.50", "−$9.31", "$0.00". */
export function signedBilled(amount: string, currency: string): string {
  return billedFromText(amount) > 0n ? `+${billedCents(amount, currency)}` : billedCents(amount, currency)
}

/** Every digit. */
export function billedExact(amount: string, currency: string): string {
  const negative = amount.startsWith('-')
  const [whole = '0', fraction = ''] = (negative ? amount.slice(1) : amount).split('.')
  return `${negative ? MINUS : ''}${inCurrency(`${groupDigits(whole)}.${fraction.padEnd(2, '0')}`, currency)}`
}

/** "1,234.5" of an exact quantity. */
export function quantityText(quantity: string): string {
  const [whole = '0', fraction] = quantity.replace('-', MINUS).split('.')
  return fraction === undefined ? groupDigits(whole) : `${groupDigits(whole)}.${fraction}`
}

function inCurrency(figure: string, currency: string): string {
  return currency === 'USD' ? `$${figure}` : `${figure} ${currency}`
}
