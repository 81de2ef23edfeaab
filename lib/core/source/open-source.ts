/**
 * The way into `source`: bytes of a file in, usage records and reasons out.
 *
 *   const opened = openSource(head, head.length === size, request)   // head: the first bytes, HEAD_BYTES is plenty
 *   if (!opened.ok) fail the import with opened.error                // UNKNOWN_FORMAT, UNSUPPORTED_TYPE, NO_ROWS, …
 *   for each chunk of the file from its first byte, head included:   // 64 KB … 1 MB each; any borders give equal output
 *     const step = opened.value.push(chunk)
 *     if (!step.ok) fail the import: nothing of the file is kept     // UNCLOSED_QUOTE, BROKEN_JSON
 *     for (const row of step.value) row.result.ok ? take row.result.value : store reject(row.line, row.byteOffset, row.raw())
 *   const last = opened.value.end()                                  // rows held back, and NO_ROWS
 *
 * One row of `push`/`end` is one row read: Σ rows = counters.rows = accepted + rejected (duplicates are found later).
 * A row with several records is possible (a JSON bucket with several results); take or refuse all of them together.
 */
import { err, type Problem, type Result } from '../result'
import { isTimeZone } from '../time/zone-offset'
import { firstLineFault } from './csv-first-line'
import { recogniseCsv } from './csv-opening'
import { openCsv } from './csv-source'
import { encodingOf, looksLikeUnmarkedUtf16, PieceDecoder, type TextPiece } from './decode'
import type { Dialect, Layer } from './dialect'
import { isEventStream } from './event-stream'
import { recogniseJson } from './json-opening'
import { openJson } from './json-source'
import { openLines, recogniseLines } from './line-source'
import { isMappedFile, openMapped } from './mapping/mapped-source'
import type { SavedMapping } from './mapping/spec'
import type { CostReader, SourceReader, SourceRequest } from './reader'
import { DIALECTS } from './registry'
import { type FileProblem, quoted, refuse } from './reject'
import { xmlFault } from './server-error'
import { binaryKind, isNoText } from './sniff'

/** Bytes of a file's beginning that are enough to recognise any format: logs may begin with records of megabytes. */
export const HEAD_BYTES = 4_194_304
const CSV_HEAD_BYTES = 262_144

export type { CostReader, SourceCounters, SourceReader, SourceRequest, SourceRow } from './reader'

/** What is wrong with what is told beside a file, before any of it is read. */
export function toldWrong({ format, timeZone }: Pick<SourceRequest, 'format' | 'timeZone'>): FileProblem | null {
  if (timeZone !== null && !isTimeZone(timeZone)) {
    return {
      code: 'UNKNOWN_TIME_ZONE',
      message: `There is no time zone ${quoted(timeZone)}.`,
      remedy: 'Name a zone of the IANA database, e.g. Europe/Berlin.',
    }
  }
  if (format === null || DIALECTS.some(({ id }) => id === format)) return null
  return {
    code: 'UNKNOWN_FORMAT',
    message: `There is no format ${quoted(format)}.`,
    remedy: 'GET /api/v1/formats lists the formats.',
  }
}

/**
 * Recognises the format from the first bytes (`complete`: they are the whole file) and opens a reader, whose `layer` tells
 * whether its rows are usage or billed cost.
 */
export function openSource(
  head: Uint8Array,
  complete: boolean,
  request: SourceRequest,
): Result<SourceReader | CostReader, Problem> {
  if (head.length === 0) return emptyFile()
  const binary = binaryKind(head)
  if (binary !== null) return noText(`looks like ${binary}`)
  if (encodingOf(head).markBytes === 0 && looksLikeUnmarkedUtf16(head)) {
    return refuse(
      'ENCODING',
      'The file looks like UTF-16 without a byte order mark.',
      'Save it as UTF-8 and import it again.',
    )
  }
  const told = toldWrong(request)
  if (told !== null) return err(told)
  const forced: Dialect | null = DIALECTS.find((dialect) => dialect.id === request.format) ?? null
  const mapped = mappingFor(head, complete, request)
  if (mapped !== null) return withRows(openMapped(head, complete, mapped, request))
  const pieces = piecesOf(head, complete)
  const first = pieces.find((piece) => piece.text.trim() !== '')
  if (first === undefined) return emptyFile()
  const start = first.text.trimStart().charAt(0)
  if (forced === null && /^\s*<(?:!doctype html|html)/i.test(first.text)) {
    return refuse(
      'UNKNOWN_FORMAT',
      'The file is a web page, not an export: mostly one that asks to sign in.',
      'Sign in where the export is, and download it again.',
    )
  }
  const xml = forced === null && start === '<' ? xmlFault(pieces.map((piece) => piece.text).join('')) : null
  if (xml !== null) return xml
  const lineDialects = DIALECTS.filter((dialect) => dialect.kind === 'lines')
  const lines = recogniseLines(pieces, forced === null ? lineDialects : lineDialects.filter((one) => one === forced))
  if (lines !== null) return withRows(openLines(head, lines, request))
  if (forced?.kind === 'lines') {
    return refuse(
      'UNKNOWN_FORMAT',
      `The file is not of the format “${forced.title}”.`,
      'Leave the format out: it is recognised from the content.',
    )
  }
  if (forced === null ? start === '{' || start === '[' || isEventStream(pieces) : forced.kind === 'json') {
    const jsonDialects = DIALECTS.filter((dialect) => dialect.kind === 'json')
    const opening = recogniseJson(pieces, jsonDialects, forced?.kind === 'json' ? forced : null, complete)
    if (!opening.ok && forced === null) {
      // A record may hold what a mapping reads and be of a known format all the same: that is asked first.
      const saved = savedFor(head, complete, request, 'json')
      if (saved !== null) return withRows(openMapped(head, complete, saved, request))
    }
    return opening.ok ? withRows(openJson(head, opening.value, request)) : opening
  }
  const csvDialects = DIALECTS.filter((dialect) => dialect.kind === 'csv')
  const short = head.length > CSV_HEAD_BYTES ? piecesOf(head.subarray(0, CSV_HEAD_BYTES), false) : pieces
  const opening =
    firstLineFault(short, complete && head.length <= CSV_HEAD_BYTES) ??
    recogniseCsv(short, csvDialects, forced?.kind === 'csv' ? forced : null)
  if (opening.ok) return withRows(openCsv(head, opening.value, request, complete))
  const later = forced === null ? linesAfterText(head, pieces, complete, request) : null
  if (later !== null) return later
  return opening.error.code === 'ENCODING' && isNoText(head) ? noText('holds bytes that no text has') : opening
}

function noText(why: string) {
  return refuse(
    'UNSUPPORTED_TYPE',
    `The file is not a usage log in text form: it ${why}.`,
    'Export CSV, JSON or JSON Lines instead.',
  )
}

/** JSON lines after something else: what a program said before it began, or a first line that was cut. */
function linesAfterText(
  head: Uint8Array,
  pieces: readonly TextPiece[],
  complete: boolean,
  request: SourceRequest,
): Result<SourceReader | CostReader, Problem> | null {
  if (!pieces.some(({ text }) => /[\r\n]\{/.test(text) || text.startsWith('{'))) return null
  const dialects = DIALECTS.filter((dialect) => dialect.kind === 'json')
  const opening = recogniseJson(pieces, dialects, null, complete)
  return opening.ok && opening.value.framing.kind === 'lines' ? withRows(openJson(head, opening.value, request)) : null
}

/** The mapping that was named, or one that was made for exactly this header of a table. */
function mappingFor(head: Uint8Array, complete: boolean, request: SourceRequest): SavedMapping | null {
  if (request.mapping !== undefined && request.mapping !== null) return request.mapping
  return request.format === null ? savedFor(head, complete, request, 'csv') : null
}

function savedFor(
  head: Uint8Array,
  complete: boolean,
  request: SourceRequest,
  kind: 'csv' | 'json',
): SavedMapping | null {
  const saved = (request.mappings ?? []).filter((mapping) => mapping.spec.kind === kind)
  const short = kind === 'csv' && head.length > CSV_HEAD_BYTES ? head.subarray(0, CSV_HEAD_BYTES) : head
  return saved.find(({ spec }) => isMappedFile(short, complete && short === head, spec)) ?? null
}

function piecesOf(head: Uint8Array, complete: boolean): TextPiece[] {
  const decoder = new PieceDecoder(head)
  const pieces = decoder.push(head)
  // The last line of an incomplete head may be cut: it is not looked at unless there is no other.
  if (complete || pieces.every(({ text }) => text.trim() === '')) pieces.push(...decoder.end())
  return pieces
}

function emptyFile() {
  return refuse('NO_ROWS', 'The file is empty.', 'Choose a file with usage rows.')
}

/** Refuses at its end a file that had a header and nothing else. */
function withRows(opened: Result<SourceReader | CostReader, Problem>): Result<SourceReader | CostReader, Problem> {
  if (!opened.ok) return opened
  if (opened.value.layer === 'billed') refuseWithoutRows(opened.value)
  else refuseWithoutRows(opened.value)
  return opened
}

function refuseWithoutRows<Fact, FileLayer extends Layer>(reader: SourceReader<Fact, FileLayer>): void {
  const end = reader.end.bind(reader)
  reader.end = () => {
    const last = end()
    if (!last.ok || reader.counters.rows > 0 || reader.note !== null) return last
    return refuse(
      'NO_ROWS',
      'The file has a header but no rows with usage.',
      'Choose a period with usage and export again.',
    )
  }
}
