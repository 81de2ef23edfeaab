/**
 * A number as a person types it, as decimal text: "1,234.50", "−5" and "+3" are 1234.50, -5 and 3. Commas stand only
 * between groups of three digits: "12,50" is twelve and a half where commas are decimal marks, and a guess would be a
 * hundred times too much. Null for everything else.
 */
export function typedDecimal(text: string): string | null {
  const [, sign = '', whole = '', part = ''] = /^([-−+]?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?$/.exec(text.trim()) ?? []
  if (whole === '') return null
  return `${sign === '-' || sign === '−' ? '-' : ''}${whole.replaceAll(',', '')}${part}`
}
