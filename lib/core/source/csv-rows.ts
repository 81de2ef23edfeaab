/** CSV rows read by column name: what most dialects need. (The canonical table reads by place, for speed.) */
import { err, ok, type Problem, type Result } from '../result'
import { Columns } from './columns'
import type { CsvRowReader, ReadOptions } from './dialect'
import { amountOf, countOf, InstantReader, readRow, stop } from './value'

export class NamedCells {
  readonly #columns: Columns
  cells: readonly string[] = []

  constructor(columns: Columns) {
    this.#columns = columns
  }

  /** The trimmed cell of the first of these columns that the file has; empty when it has none. */
  text(...names: readonly string[]): string {
    const place = this.#columns.place(...names)
    return place < 0 ? '' : (this.cells[place] as string).trim()
  }

  count(...names: readonly string[]): bigint | null {
    return countOf(this.text(...names), names[0] as string)
  }

  amount(currency: string, ...names: readonly string[]): string | null {
    return amountOf(this.text(...names), names[0] as string, currency)
  }

  model(...names: readonly string[]): string {
    const model = this.text(...names)
    if (model !== '') return model
    const column = names[0] as string
    return stop('MISSING_MODEL', column, `${column} is empty.`, 'Export the file grouped by model.')
  }
}

export interface CsvReading {
  readonly row: NamedCells
  readonly instants: InstantReader
  readonly options: ReadOptions
}

export interface NamedFile {
  readonly title: string
  readonly header: readonly string[]
  readonly required: readonly string[]
  /** Looks at a row of the file's beginning before any is read. */
  readonly foresee?: (row: NamedCells) => void
}

/** Opens a file of named columns; `zone` as for InstantReader. `read` gives the records of the row at hand. */
export function openNamed<Fact>(
  file: NamedFile,
  options: ReadOptions,
  zone: 'utc' | 'declared',
  read: (reading: CsvReading) => readonly Fact[],
): Result<CsvRowReader<Fact>, Problem> {
  const columns = new Columns(file.header)
  for (const name of file.required) columns.place(name)
  const checked = columns.check(file.title, file.required)
  if (!checked.ok) return err(checked.error)
  const row = new NamedCells(columns)
  const reading: CsvReading = { row, instants: new InstantReader(options, zone), options }
  const { foresee } = file
  return ok({
    read(cells) {
      row.cells = cells
      return readRow(() => read(reading))
    },
    note: () => reading.instants.note(),
    ...(foresee === undefined
      ? {}
      : {
          foresee(cells) {
            row.cells = cells
            foresee(row)
          },
        }),
  })
}
