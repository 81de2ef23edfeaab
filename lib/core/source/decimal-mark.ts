/**
 * Whether a file writes "1,234" for a thousand or for one and a bit. Numbers that can be read in one way only decide it for
 * their row, and for rows that have none, those of the file's beginning and those after it.
 */

type Mark = 'comma' | 'point'

/** "0,000165", "2066,6671", "5,6E-05", "1.234,5": the comma parts decimals. */
const COMMA = /^-?(?:0,\d+|\d+,(?:\d{1,2}|\d{4,})|\d+,\d+e[+-]?\d+|\d{1,3}(?:\.\d{3})+,\d+)$/i
/** "0.000165", "5.6E-05", "1,234.5": it does not. */
const POINT = /^-?(?:0\.\d+|\d+\.(?:\d{1,2}|\d{4,})|\d+\.\d+e[+-]?\d+|\d{1,3}(?:,\d{3})+\.\d+)$/i

/** "1.234", "1.234,5": the point parts thousands, where the comma parts decimals. */
const GROUPED = /^-?\d{1,3}(?:\.\d{3})+(?:,|$)/

export class DecimalMark {
  #known: Mark | null = null
  #mark: Mark | null = null

  /** Looks at the numbers of a row of the file's beginning, before any is read. */
  foresee(texts: readonly string[]): void {
    if (this.#known === null) this.look(texts)
  }

  /** Looks at the numbers of a row before they are read. */
  look(texts: readonly string[]): void {
    const comma = texts.some((text) => COMMA.test(text))
    const point = texts.some((text) => POINT.test(text))
    if (comma !== point) this.#known = comma ? 'comma' : 'point'
    // A row that writes both says nothing of what could be either.
    this.#mark = comma && point ? null : this.#known
  }

  /** The number with a decimal point, as far as that is known. */
  plain(text: string): string {
    if (this.#mark === 'comma') return (GROUPED.test(text) ? text.replaceAll('.', '') : text).replace(',', '.')
    return this.#mark === 'point' ? text.replace(/,(?=\d{3}(?:\D|$))/g, '') : text
  }
}
