/** Puts a cost record together with every field present, and reads the amounts of bills exactly. */
import { billedToText, parseBilled } from '../money/billed'
import type { CostRecord } from '../usage/cost-record'
import type { ReadOptions } from './dialect'
import { quoted } from './reject'
import { currencyOf, InstantReader, stop } from './value'

export type CostParts = Pick<
  CostRecord,
  'statement' | 'key' | 'startMs' | 'endMs' | 'host' | 'line' | 'amount' | 'currency'
> &
  Partial<CostRecord>

export function buildCost(parts: CostParts): CostRecord {
  if (parts.endMs <= parts.startMs) {
    stop('BAD_TIME', null, 'The period of the row ends before it begins.', 'Check the columns of its start and end.')
  }
  return {
    statement: parts.statement,
    key: parts.key,
    startMs: parts.startMs,
    endMs: parts.endMs,
    host: parts.host,
    service: parts.service ?? null,
    isModelService: parts.isModelService ?? true,
    line: parts.line,
    model: parts.model ?? null,
    meter: parts.meter ?? null,
    category: parts.category ?? 'usage',
    project: parts.project ?? null,
    apiKey: parts.apiKey ?? null,
    user: parts.user ?? null,
    region: parts.region ?? null,
    serviceTier: parts.serviceTier ?? null,
    quantity: parts.quantity ?? null,
    unit: parts.unit ?? null,
    amount: parts.amount,
    currency: parts.currency,
    rounding: parts.rounding ?? null,
  }
}

const AHEAD_MS = 6 * 366 * 86_400_000

/** Reads ends of periods: a bill states the end of its month or of a commitment, which lies ahead. */
export function endsOf(options: ReadOptions): InstantReader {
  return new InstantReader({ ...options, nowMs: options.nowMs + AHEAD_MS }, 'utc')
}

/** An amount in hundredths of its currency, moved by two places. */
export function amountOfCents(value: unknown, column: string): string {
  const cents = parseBilled(billedAmountOf(value, column))
  if (cents.ok && cents.value % 100n === 0n) return billedToText((cents.value / 100n) as typeof cents.value)
  return stop('TOO_PRECISE', column, `${column} has more than 58 decimal places.`, 'Check the number at its source.')
}

/**
 * Exact decimal text, or null for an empty cell. Thousands may be parted by commas ("1,234.50") and a decimal comma is read
 * where it cannot be anything else ("0,62"); "1,234" could be either and stops the row.
 */
export function decimalOf(value: unknown, column: string): string | null {
  const text = textOf(value)
  if (text === '') return null
  const parsed = parseBilled(plainDecimal(text, column))
  if (parsed.ok) return billedToText(parsed.value)
  if (parsed.error === 'NOT_A_DECIMAL') {
    return stop('BAD_NUMBER', column, `${column} is ${quoted(text)}, not a decimal number.`, 'Write it as 1234.56.')
  }
  return stop(
    'TOO_PRECISE',
    column,
    `${column} is ${quoted(text)}: more than 60 decimal places, or more than 20 digits before the point.`,
    'Check the number at its source; an amount is never rounded on its way in.',
  )
}

/** Like decimalOf; a line of a bill without an amount stops. */
export function billedAmountOf(value: unknown, column: string): string {
  const amount = decimalOf(value, column)
  if (amount !== null) return amount
  return stop('MISSING_VALUE', column, `${column} is empty: the row states no amount.`, 'Export the file again.')
}

/** An ISO 4217 code; a bill that names none stops, because a currency is never guessed. */
export function billedCurrencyOf(value: unknown, column: string): string {
  const text = textOf(value)
  if (text !== '') return currencyOf(text, column, '')
  return stop(
    'UNKNOWN_CURRENCY',
    column,
    `${column} is empty: the row names no currency.`,
    'Export the file with its currency column.',
  )
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'boolean' || typeof value === 'object' ? 'not a number' : String(value).trim()
}

function plainDecimal(text: string, column: string): string {
  if (!text.includes(',')) return text
  if (/^-?\d{1,3}(,\d{3})+\.\d+$/.test(text) || /^-?[1-9]\d{0,2}(,\d{3}){2,}$/.test(text))
    return text.replaceAll(',', '')
  if (/^-?\d{1,3}(\.\d{3})+,\d+$/.test(text)) return text.replaceAll('.', '').replace(',', '.')
  if (/^-?0,\d+$/.test(text) || (/^-?\d+,\d+$/.test(text) && !/,\d{3}$/.test(text))) return text.replace(',', '.')
  if (!/^-?\d+,\d+$/.test(text)) return text
  return stop(
    'BAD_NUMBER',
    column,
    `${column} is ${quoted(text)}: the comma may part thousands or decimals.`,
    'Export with a decimal point.',
  )
}
