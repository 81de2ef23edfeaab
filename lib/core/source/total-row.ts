/** True for a line of totals under the rows of a table: its first cell says so. */
export function isTotal(cells: readonly string[]): boolean {
  const first = cells[0] ?? ''
  const code = first.charCodeAt(0) | 32
  // "t", "s", "g", or a space before: only then is the pattern worth its time.
  if (code !== 116 && code !== 115 && code !== 103 && code !== 32) return false
  return /^\s*(?:(?:(?:sub|grand)[\s-]?)?totals?|totaal|totale|summe|suma|somme|gesamt(?:summe)?)\s*:?\s*$/i.test(first)
}
