/** A text cell of a CSV file that no spreadsheet takes for a formula, quoted (RFC 4180). */
export function csvText(text: string): string {
  const guarded = /^\s*[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text
  return `"${guarded.replaceAll('"', '""')}"`
}
