/** Recognises a CSV file by its header. */
import { ok, type Problem, type Result } from '../result'
import { missingColumns, normalisedHeader } from './columns'
import { CsvSplitter, DELIMITERS, type Delimiter } from './csv'
import { laterHeaders } from './csv-preamble'
import type { Encoding, TextPiece } from './decode'
import type { AnyCsvDialect } from './dialect'
import { quoted, refuse } from './reject'
import type { RowFault } from './row-fault'

const SEP_LINE = /^"?sep=(.)"?$/i

export interface CsvOpening {
  readonly dialect: AnyCsvDialect
  readonly generation: string
  readonly delimiter: Delimiter
  readonly header: readonly string[]
  /** Lines that are no part of the table stand before the header. */
  readonly preamble?: true
  /** Given when the file's own mark does not decide. */
  readonly encoding?: Encoding | null
}

/** Chooses dialect and delimiter by the header. `pieces` are the decoded beginning of the file. */
export function recogniseCsv(
  pieces: readonly TextPiece[],
  dialects: readonly AnyCsvDialect[],
  forced: AnyCsvDialect | null,
): Result<CsvOpening, Problem> {
  const candidates = forced === null ? dialects : [forced]
  const headers: { delimiter: Delimiter; header: string[] }[] = []
  const declared = declaredDelimiter(pieces)
  for (const delimiter of declared === null ? DELIMITERS : [declared]) {
    const cells = headerCells(pieces, delimiter)
    if (!cells.ok) return cells
    if (cells.value === null) continue
    headers.push({ delimiter, header: normalisedHeader(cells.value) })
  }
  for (const dialect of candidates) {
    for (const { delimiter, header } of headers) {
      const generation = dialect.recognise(header)
      if (generation !== null) return ok({ dialect, generation, delimiter, header })
    }
  }
  for (const { delimiter } of headers) {
    for (const header of laterHeaders(pieces, delimiter).map(normalisedHeader)) {
      for (const dialect of candidates) {
        const generation = dialect.recognise(header)
        if (generation !== null) return ok({ dialect, generation, delimiter, header, preamble: true })
      }
    }
  }
  return unrecognised(headers, candidates, forced !== null)
}

function unrecognised(
  headers: readonly { delimiter: Delimiter; header: string[] }[],
  candidates: readonly AnyCsvDialect[],
  forced: boolean,
): Result<CsvOpening, Problem> {
  const widest = [...headers].sort((a, b) => b.header.length - a.header.length)[0]
  if (widest === undefined) return refuse('NO_ROWS', 'The file has no rows.', 'Choose a file with a header and rows.')
  const { header } = widest
  const known = new Set(header)
  let closest: AnyCsvDialect | null = forced ? (candidates[0] ?? null) : null
  let share = 0
  for (const dialect of candidates) {
    const here = dialect.required.filter((name) => known.has(name)).length / dialect.required.length
    if (here > share) {
      share = here
      closest = dialect
    }
  }
  if (closest !== null && (forced || share >= 0.5)) {
    const missing = closest.required.filter((name) => !known.has(name))
    if (missing.length > 0) return missingColumns(closest.title, missing)
  }
  const seen = header.slice(0, 12).map(quoted).join(', ')
  const near =
    closest === null || share === 0
      ? ''
      : ` Closest is “${closest.title}”, which also needs: ${closest.required.filter((name) => !known.has(name)).join(', ')}.`
  return refuse(
    'UNKNOWN_FORMAT',
    `No known format has this header: ${seen}${header.length > 12 ? ', …' : ''}.${near}`,
    'Say on the page of the import which column is what, or export the file in a supported format.',
  )
}

/** The delimiter a first line `sep=;` declares. */
function declaredDelimiter(pieces: readonly TextPiece[]): Delimiter | null {
  const first = /^[^\r\n]*/.exec(pieces[0]?.text ?? '')?.[0] ?? ''
  const declared = SEP_LINE.exec(first)?.[1]
  return DELIMITERS.find((delimiter) => delimiter === declared) ?? null
}

/** Cells of the first line that has any, or null when there is none. */
export function headerCells(
  pieces: readonly TextPiece[],
  delimiter: Delimiter,
): Result<readonly string[] | null, Problem> {
  let cells: readonly string[] | null = null
  let fault: RowFault | null = null
  const splitter = new CsvSplitter(delimiter, {
    row(row, rowFault, _line, _byteOffset, buffer, start, end) {
      if (cells !== null || fault !== null) return
      if (rowFault !== null) fault = rowFault
      else if (row !== null && !isPreamble(row, buffer, start, end)) cells = row
    },
    blank() {},
  })
  for (const piece of pieces) {
    const step = splitter.push(piece)
    if (cells !== null) return ok(cells)
    if (!step.ok) return step
    if (fault !== null) return spoiltHeader(fault)
  }
  const last = splitter.end()
  if (!last.ok) return last
  return fault === null ? ok(cells) : spoiltHeader(fault)
}

function spoiltHeader(fault: RowFault) {
  return refuse(
    'ENCODING',
    fault === 'too_large'
      ? 'The first line is longer than 16 MB.'
      : fault === 'cut_off'
        ? 'The file ends within its header.'
        : 'The header is not valid UTF-8 text.',
    'Save the file as UTF-8 and import it again.',
  )
}

export function isPreamble(cells: readonly string[], buffer: string, start: number, end: number): boolean {
  return cells.every((text) => text.trim() === '') || SEP_LINE.test(buffer.slice(start, end))
}
