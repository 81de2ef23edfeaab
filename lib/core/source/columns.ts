/** Finds columns by name in a header that was trimmed and lower-cased, and tells what is missing or given twice. */
import { ok, type Problem, type Result } from '../result'
import { refuse } from './reject'

export class Columns {
  readonly #places = new Map<string, number>()
  readonly #twice = new Set<string>()
  readonly #asked = new Set<string>()

  constructor(header: readonly string[]) {
    header.forEach((name, place) => {
      if (this.#places.has(name)) this.#twice.add(name)
      else this.#places.set(name, place)
    })
  }

  has(name: string): boolean {
    return this.#places.has(name)
  }

  /** The column's place, or −1; of several names the first that is there. */
  place(...names: readonly string[]): number {
    for (const name of names) {
      const place = this.#places.get(name)
      if (place === undefined) continue
      this.#asked.add(name)
      return place
    }
    return -1
  }

  /** Refuses the file when a column is missing, or one that is read is there twice. Call it after all `place` calls. */
  check(title: string, required: readonly string[]): Result<null, Problem> {
    const missing = required.filter((name) => !this.#places.has(name))
    if (missing.length > 0) return missingColumns(title, missing)
    const twice = [...this.#asked].filter((name) => this.#twice.has(name))
    if (twice.length === 0) return ok(null)
    return refuse(
      'DUPLICATE_COLUMNS',
      `The header names ${twice.map((name) => `“${name}”`).join(', ')} more than once.`,
      'Rename or remove the column that does not count, and import the file again.',
    )
  }
}

export function missingColumns(title: string, missing: readonly string[]) {
  return refuse(
    'MISSING_COLUMNS',
    `This looks like “${title}”, but ${missing.length === 1 ? 'a column is' : 'columns are'} missing: ${missing.join(', ')}.`,
    'Export the file again with all columns, or rename the columns of your own file to these names.',
  )
}

/** The cell at a place; empty for a column the file does not have. */
export function cell(cells: readonly string[], place: number): string {
  return place < 0 ? '' : (cells[place] as string)
}

/** The header as dialects compare it. */
export function normalisedHeader(cells: readonly string[]): string[] {
  return cells.map((name) => name.trim().toLowerCase())
}
