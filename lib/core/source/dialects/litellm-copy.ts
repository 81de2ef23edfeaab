/**
 * LiteLLM's tables in a dump of PostgreSQL (pg_dump, COPY … FROM stdin): spend logs and daily spend. Other tables of the
 * dump are passed over.
 */
import { textOrNull } from '../build-record'
import type { LineDialect, LineReader, ReadOptions, RowOutcome } from '../dialect'
import { liteLlmRecord } from '../litellm'
import { contentPlaces } from '../redact'
import { countOf, InstantReader, readRow, stop } from '../value'
import { dailyRecord } from './litellm-daily-csv'

const COPY = /^COPY\s+(?:"?\w+"?\.)?"?(\w+)"?\s*\(([^)]*)\)\s+FROM\s+stdin/i
const NULL = '\\N'
const MAX_SHOWN_CELL = 200
const MAX_SHOWN = 2_000

export const litellmCopy: LineDialect = {
  kind: 'lines',
  id: 'litellm-copy',
  title: 'LiteLLM tables in a PostgreSQL dump',
  recognisedBy: 'A COPY statement whose columns are those of the spend logs or of a daily spend table.',
  recognise(beginning) {
    for (const line of beginning.split('\n')) {
      const table = tableOf(line)
      if (table !== null && table.kind !== null) return table.kind
    }
    return null
  },
  open: (options) => new DumpLines(options),
}

interface Table {
  readonly kind: 'spendlogs' | 'daily' | null
  /** Lower-cased names of the columns. */
  readonly columns: readonly string[]
}

function tableOf(line: string): Table | null {
  const found = COPY.exec(line)
  if (found === null) return null
  const columns = (found[2] as string).split(',').map((name) => name.trim().replaceAll('"', '').toLowerCase())
  const has = (...names: readonly string[]) => names.every((name) => columns.includes(name))
  if (has('request_id', 'spend', 'call_type', 'starttime')) return { kind: 'spendlogs', columns }
  return { kind: has('date', 'custom_llm_provider', 'api_requests', 'spend') ? 'daily' : null, columns }
}

class DumpLines implements LineReader {
  readonly #options: ReadOptions
  readonly #instants: InstantReader
  #table: Table | null = null

  constructor(options: ReadOptions) {
    this.#options = options
    this.#instants = new InstantReader(options, 'utc')
  }

  shown(line: string): string {
    const cells = line.split('\t')
    const content = contentPlaces(this.#table?.columns ?? [])
    if (cells.length !== this.#table?.columns.length)
      return `[${line.length} characters of a table with messages removed]`
    const shown = cells.map((cell, at) => (content.includes(at) && cell !== NULL ? '[removed]' : cell))
    return shown
      .map((cell) => cell.slice(0, MAX_SHOWN_CELL))
      .join('\t')
      .slice(0, MAX_SHOWN)
  }

  read(line: string): RowOutcome {
    return readRow(() => {
      const table = this.#table
      if (table === null) {
        this.#table = tableOf(line)
        return []
      }
      if (line === '\\.') {
        this.#table = null
        return []
      }
      if (table.kind === null) return []
      const cells = line.split('\t')
      if (cells.length !== table.columns.length) {
        return stop(
          'RAGGED_ROW',
          null,
          `The row has ${cells.length} cells, the table has ${table.columns.length} columns.`,
          'Dump the table again: the row is cut.',
        )
      }
      const values = new Map(table.columns.map((name, at) => [name, plain(cells[at] as string)]))
      if (table.kind === 'spendlogs') {
        const field = (name: string) => values.get(name.toLowerCase()) ?? null
        return [liteLlmRecord(field, { id: 'request_id', cost: 'spend' }, this.#instants, this.#options.host)]
      }
      const text = (name: string) => textOrNull(values.get(name)) ?? ''
      const count = (name: string) => countOf(text(name), name)
      return [dailyRecord({ text, count }, this.#instants, this.#options)]
    })
  }
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

/** A cell of COPY text; null for NULL and for an empty one. */
function plain(cell: string): string | null {
  if (cell === NULL || cell === '') return null
  return cell.includes('\\') ? cell.replace(/\\(.)/g, (_, after: string) => ESCAPES[after] ?? after) : cell
}
