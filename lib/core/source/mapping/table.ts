/** The beginning of a file that no dialect knows, as a table: what a person maps. */
import { err, ok, type Problem, type Result } from '../../result'
import { normalisedHeader } from '../columns'
import { CsvSplitter, DELIMITERS, type Delimiter } from '../csv'
import { headerCells, isPreamble } from '../csv-opening'
import { type Encoding, PieceDecoder, type TextPiece } from '../decode'
import { isObject, type JsonValue } from '../json'
import { sampleOf } from '../json-opening'
import type { JsonFraming } from '../json-stream'
import { refuse } from '../reject'
import { isTotal } from '../total-row'
import { pathsOf, textAt } from './path'
import type { MappingSpec } from './spec'

const MAX_ROWS = 2_000

export interface SampleTable {
  readonly kind: MappingSpec['kind']
  readonly encoding: MappingSpec['encoding']
  readonly delimiter: Delimiter | null
  readonly pageKey: string | null
  readonly header: readonly string[]
  /** Cells of the first rows, as many as the header has. */
  readonly rows: readonly (readonly string[])[]
}

/** What a person chose instead of what was found. */
export interface TableChoice {
  readonly delimiter: Delimiter | null
  readonly encoding: MappingSpec['encoding'] | null
}

export function forcedEncoding(encoding: MappingSpec['encoding']): Encoding | null {
  return encoding === 'windows-1252' ? 'windows-1252' : null
}

/** `head` is the beginning of the file, `complete` when it is all of it. */
export function sampleTable(head: Uint8Array, complete: boolean, choice: TableChoice): Result<SampleTable, Problem> {
  const encoding = choice.encoding ?? (isUnicode(head, complete) ? 'unicode' : 'windows-1252')
  const pieces = decoded(head, complete, encoding)
  const start = pieces
    .find((piece) => piece.text.trim() !== '')
    ?.text.trimStart()
    .charAt(0)
  if (start === undefined) return refuse('NO_ROWS', 'The file is empty.', 'Choose a file with usage rows.')
  return start === '{' || start === '['
    ? jsonTable(pieces, complete, start, encoding)
    : csvTable(pieces, choice.delimiter, encoding)
}

function isUnicode(head: Uint8Array, complete: boolean): boolean {
  return decoded(head, complete, 'unicode').every((piece) => !piece.invalid)
}

function decoded(head: Uint8Array, complete: boolean, encoding: MappingSpec['encoding']): TextPiece[] {
  const decoder = new PieceDecoder(head, forcedEncoding(encoding))
  const pieces = decoder.push(head)
  if (complete || pieces.length === 0) pieces.push(...decoder.end())
  return pieces
}

function csvTable(
  pieces: readonly TextPiece[],
  chosen: Delimiter | null,
  encoding: MappingSpec['encoding'],
): Result<SampleTable, Problem> {
  let best: SampleTable | null = null
  for (const delimiter of chosen === null ? DELIMITERS : [chosen]) {
    const cells = headerCells(pieces, delimiter)
    if (!cells.ok) return err(cells.error)
    if (cells.value === null) continue
    const header = normalisedHeader(cells.value)
    if (chosen === null && header.length < 2) continue
    const rows = rowsOf(pieces, delimiter, header.length)
    const table = { kind: 'csv' as const, encoding, delimiter, pageKey: null, header, rows }
    // The delimiter by which most cells come out, in rows as long as the header.
    if (best === null || rows.length * header.length > best.rows.length * best.header.length) best = table
  }
  if (best !== null && best.rows.length > 0) return ok(best)
  return refuse(
    'UNKNOWN_FORMAT',
    'The file is no table: no delimiter gives rows of several columns.',
    'Export CSV with a header, or JSON.',
  )
}

function rowsOf(pieces: readonly TextPiece[], delimiter: Delimiter, width: number): string[][] {
  const rows: string[][] = []
  let headerSeen = false
  const splitter = new CsvSplitter(delimiter, {
    row(cells, fault, _line, _offset, buffer, start, end) {
      if (!headerSeen) {
        headerSeen = cells !== null && !isPreamble(cells, buffer, start, end)
        return
      }
      // A sum over the rows decides nothing about how they are written.
      if (fault === null && cells?.length === width && rows.length < MAX_ROWS && !isTotal(cells)) rows.push([...cells])
    },
    blank() {},
  })
  for (const piece of pieces) {
    if (rows.length >= MAX_ROWS || !splitter.push(piece).ok) return rows
  }
  splitter.end()
  return rows
}

function jsonTable(
  pieces: readonly TextPiece[],
  complete: boolean,
  start: string,
  encoding: MappingSpec['encoding'],
): Result<SampleTable, Problem> {
  const found = recordsOf(pieces, complete, start)
  const records = found.records.filter((value) => isObject(value))
  const header = [...new Set(records.flatMap(pathsOf))]
  if (header.length === 0) {
    return refuse('UNKNOWN_FORMAT', 'The JSON holds no records with values.', 'Export a list of objects, one a call.')
  }
  const rows = records.map((record) => header.map((path) => textAt(record, path)))
  return ok({ kind: 'json', encoding, delimiter: null, pageKey: found.pageKey, header, rows })
}

function recordsOf(
  pieces: readonly TextPiece[],
  complete: boolean,
  start: string,
): { readonly records: readonly unknown[]; readonly pageKey: string | null } {
  if (start === '[') return { records: sampleOf(pieces, { kind: 'array' }, complete), pageKey: null }
  const documents = sampleOf(pieces, { kind: 'documents' }, complete)
  const [first] = documents
  const pageKey = documents.length === 1 ? listKeyOf(first as JsonValue | undefined) : null
  if (pageKey !== null) {
    return { records: sampleOf(pieces, { kind: 'envelope', keys: [pageKey] }, complete), pageKey }
  }
  const lines = sampleOf(pieces, { kind: 'lines' }, complete)
  return { records: lines.length > 0 ? lines : documents, pageKey: null }
}

/** The key of the longest list of objects of a document. */
function listKeyOf(document: JsonValue | undefined): string | null {
  if (!isObject(document)) return null
  let longest: readonly [string, number] | null = null
  for (const [name, value] of Object.entries(document)) {
    if (!Array.isArray(value) || !value.some(isObject)) continue
    if (longest === null || value.length > longest[1]) longest = [name, value.length]
  }
  return longest === null ? null : longest[0]
}

/** How the records of a mapped JSON file lie in it. */
export function framingOf(pieces: readonly TextPiece[], pageKey: string | null, complete: boolean): JsonFraming {
  const start = pieces
    .find((piece) => piece.text.trim() !== '')
    ?.text.trimStart()
    .charAt(0)
  if (start === '[') return { kind: 'array' }
  if (pageKey !== null) return { kind: 'envelope', keys: [pageKey] }
  return { kind: sampleOf(pieces, { kind: 'lines' }, complete).length > 0 ? 'lines' : 'documents' }
}
