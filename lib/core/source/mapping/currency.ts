/** In which currency a column of costs is, by its name, its values, or a column that names it. */
import { withoutSign } from './number-style'

interface NamedValues {
  /** Lower-cased. */
  readonly name: string
  readonly values: readonly string[]
}

const CODE =
  /(?:^|[^a-z])(usd|eur|gbp|cny|chf|jpy|krw|inr|cad|aud|nzd|sgd|hkd|twd|sek|nok|dkk|pln|czk|huf|ron|brl|mxn|zar|ils|aed)(?:$|[^a-z])/

const SIGNS = [
  ['€', 'EUR'],
  ['£', 'GBP'],
  ['¥', 'CNY'],
] as const

export function currencyOf(cost: NamedValues, columns: readonly NamedValues[]): string {
  const named = CODE.exec(cost.name)?.[1]
  if (named !== undefined) return named.toUpperCase()
  const codes = currenciesIn(columns)
  if (codes.length === 1) return codes[0] as string
  const signed = cost.values.find((text) => withoutSign(text) !== text.trim()) ?? ''
  return SIGNS.find(([sign]) => signed.includes(sign) || cost.name.includes(sign))?.[1] ?? 'USD'
}

/** The currencies that a column of their own names. */
export function currenciesIn(columns: readonly NamedValues[]): readonly string[] {
  const column = columns.find(({ name }) => /^(?:currency|währung|devise|moneda|valuta)$/.test(name.trim()))
  const codes = new Set(column?.values.map((text) => text.trim().toUpperCase()))
  return [...codes].filter((code) => /^[A-Z]{3}$/.test(code))
}
