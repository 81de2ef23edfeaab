/** Opens a file by a saved mapping: the same readers as every dialect, with the mapping as the dialect. */
import { ok, type Problem, type Result } from '../../result'
import { normalisedHeader } from '../columns'
import { headerCells } from '../csv-opening'
import { openCsv } from '../csv-source'
import { PieceDecoder, type TextPiece } from '../decode'
import type { CsvDialect, JsonDialect, ReadOptions } from '../dialect'
import { sampleOf } from '../json-opening'
import { openJson } from '../json-source'
import type { CostReader, SourceReader } from '../reader'
import { refuse } from '../reject'
import { MappedRows } from './mapped-rows'
import { hasPath, textAt } from './path'
import type { MappingSpec, SavedMapping } from './spec'
import { forcedEncoding, framingOf } from './table'

/** Format ids of mapped files; not recognised by themselves. */
export const MAPPED_FORMATS = { csv: 'mapped-csv', json: 'mapped-json' } as const

/** True when the file has the header for which the mapping was made. */
export function isMappedFile(head: Uint8Array, complete: boolean, spec: MappingSpec): boolean {
  const pieces = piecesOf(head, complete, spec)
  if (spec.kind === 'json') {
    const used = Object.values(spec.columns).map((place) => (place === undefined ? '' : (spec.header[place] ?? '')))
    const records = sampleOf(pieces, framingOf(pieces, spec.page_key, complete), complete)
    return records.length > 0 && used.every((path) => records.some((record) => hasPath(record, path)))
  }
  const cells = spec.delimiter === null ? null : headerCells(pieces, spec.delimiter)
  if (cells === null || !cells.ok || cells.value === null) return false
  const header = normalisedHeader(cells.value)
  return header.length === spec.header.length && header.every((name, at) => name === spec.header[at])
}

export function openMapped(
  head: Uint8Array,
  complete: boolean,
  mapping: SavedMapping,
  options: ReadOptions,
): Result<SourceReader | CostReader, Problem> {
  const { spec, name } = mapping
  if (!isMappedFile(head, complete, spec)) {
    return refuse(
      'MISSING_COLUMNS',
      `The file does not have the columns for which the mapping “${name}” was made.`,
      'Import it without naming a mapping, and map its columns.',
    )
  }
  const encoding = forcedEncoding(spec.encoding)
  const note: Problem = {
    code: 'MAPPING_USED',
    message: `The columns were read by the mapping “${name}”.`,
    remedy: 'If it is wrong, undo this import, change the mapping and import the file again.',
  }
  if (spec.kind === 'json') {
    const dialect: JsonDialect = {
      kind: 'json',
      id: MAPPED_FORMATS.json,
      title: name,
      recognisedBy: '',
      envelopes: [],
      recognise: () => name,
      open: (given) => {
        const rows = new MappedRows<unknown>(spec, given, (record, place) =>
          textAt(record, spec.header[place] as string),
        )
        return { read: (record) => rows.read(record), note: () => rows.note() ?? note }
      },
    }
    const framing = framingOf(piecesOf(head, complete, spec), spec.page_key, complete)
    return openJson(head, { dialect, generation: name, framing, path: [], encoding }, options)
  }
  const dialect: CsvDialect = {
    kind: 'csv',
    id: MAPPED_FORMATS.csv,
    title: name,
    recognisedBy: '',
    required: [],
    recognise: () => name,
    open: (_header, given) => {
      const rows = new MappedRows<readonly string[]>(spec, given, (cells, place) => cells[place] ?? '')
      return ok({ read: (cells) => rows.read(cells), again: () => rows.again(), note: () => rows.note() ?? note })
    },
  }
  const delimiter = spec.delimiter ?? ','
  return openCsv(head, { dialect, generation: name, delimiter, header: spec.header, encoding }, options)
}

function piecesOf(head: Uint8Array, complete: boolean, spec: MappingSpec): TextPiece[] {
  const decoder = new PieceDecoder(head, forcedEncoding(spec.encoding))
  const pieces = decoder.push(head)
  if (complete || pieces.length === 0) pieces.push(...decoder.end())
  return pieces
}
