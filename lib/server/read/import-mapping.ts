/** The mapping step of an import whose format is unknown: a first guess, and what any mapping would make of its rows. */
import 'server-only'
import { z } from 'zod'
import { usdToText } from '../../core/money/usd'
import type { PriceBook } from '../../core/price/compiled'
import { costOf } from '../../core/price/price-usage'
import { selectPrices } from '../../core/price/select'
import {
  MAPPABLE_CODES,
  type MappingDraft,
  type MappingView,
  type PreviewRow,
  type WorkedRow,
} from '../../core/source/mapping/draft'
import { type Guess, guessMapping } from '../../core/source/mapping/guess'
import { isMappedFile, MAPPED_FORMATS, openMapped } from '../../core/source/mapping/mapped-source'
import { type MappingSpec, mappingSpec, openQuestions } from '../../core/source/mapping/spec'
import { type SampleTable, sampleTable } from '../../core/source/mapping/table'
import type { SourceRow } from '../../core/source/open-source'
import { isContentPath, liesInContent } from '../../core/source/redact'
import { isoOf } from '../../core/time/instant'
import type { UsageRecord } from '../../core/usage/record'
import { authorise, type Principal } from '../auth/principal'
import { findMappable } from '../db/import-view'
import { listMappingRows, loadMappings } from '../db/mapping'
import { pool } from '../db/pool'
import { loadBook } from '../db/price-book'
import { isPriced } from '../db/price-set'
import { AppError } from '../errors'
import { FileRefused } from '../file-refused'
import { UploadReader } from '../read-upload'
import { uploadPath } from '../upload-store'

/** The beginning of a file that decides: some thousand rows. */
const SAMPLE_BYTES = 1_048_576
const FIRST_ROWS = 20
const WORST_ROWS = 10
const EXAMPLES = 3
const MAX_EXAMPLE = 40
export const previewMappingInput = z.strictObject({ spec: mappingSpec })

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export async function listMappings(principal: Principal): Promise<readonly MappingView[]> {
  authorise(principal, 'import.read')
  return await listMappingRows(pool(), principal.workspaceId)
}

/** `spec` is what was decided so far; null guesses. Throws NOT_FOUND, or CONFLICT when the file cannot be mapped. */
export async function draftMapping(
  principal: Principal,
  input: { readonly id: string; readonly spec: MappingSpec | null },
): Promise<MappingDraft> {
  authorise(principal, 'import.read')
  const file = await fileOf(principal, input.id)
  const saved = (await loadMappings(pool(), principal.workspaceId)).find(({ spec }) =>
    isMappedFile(file.head, file.complete, spec),
  )
  const { spec } = input
  const asked = spec === null ? (saved?.spec ?? null) : spec
  const table = tableOf(file, asked)
  const isSameTable =
    asked !== null &&
    table.header.length === asked.header.length &&
    table.header.every((name, at) => name === asked.header[at])
  const guess = guessMapping(table, isSameTable ? asked : null)
  const needsZone = guess.dates?.needsZone === true
  const book = await loadBook(principal.workspaceId)
  const rows = previewRows(file, assumed(guess), book)
  return {
    spec: guess.spec,
    columns: columnsOf(table),
    sampled: table.rows.length,
    questions: openQuestions(guess.spec, needsZone),
    numbers: guess.numbers,
    date_fits: guess.dates?.fits ?? [],
    needs_zone: needsZone,
    cache_exceeds_input: guess.cacheExceedsInput,
    worked: workedRow(file, assumed(guess), book),
    first: rows.slice(0, FIRST_ROWS).map(({ shown }) => shown),
    worst: worstOf(rows),
    refused: String(rows.filter(({ shown }) => shown.refused).length),
    unpriced: String(rows.filter(({ shown }) => !shown.refused && shown.cost === null).length),
    saved: saved === undefined ? null : { id: saved.id, name: saved.name },
  }
}

/** What is still open in a mapping of this import's file. Throws as `draftMapping`. */
export async function questionsOf(principal: Principal, input: { readonly id: string; readonly spec: MappingSpec }) {
  authorise(principal, 'import.read')
  const file = await fileOf(principal, input.id)
  if (!isMappedFile(file.head, file.complete, input.spec)) {
    throw new AppError('CONFLICT', 'The mapping was made for another header than the file has.', {
      reason: 'OTHER_HEADER',
      remedy: 'Open the mapping of this import again.',
    })
  }
  const { dates } = guessMapping(tableOf(file, input.spec), input.spec)
  return openQuestions(input.spec, dates?.needsZone === true)
}

interface FileHead {
  readonly head: Uint8Array
  readonly complete: boolean
  readonly nowMs: number
}

async function fileOf(principal: Principal, id: string): Promise<FileHead> {
  const found = UUID.test(id) ? await findMappable(principal.workspaceId, id) : null
  if (found === null) throw new AppError('NOT_FOUND', 'There is no such import.')
  const isMapped = Object.values(MAPPED_FORMATS).some((format) => format === found.format)
  const isUnknown = found.status === 'failed' && found.code !== null && MAPPABLE_CODES.includes(found.code)
  if (found.sha256 === null || !(isMapped || isUnknown)) {
    throw new AppError('CONFLICT', 'The columns of this import need no mapping.', { reason: 'NOT_MAPPABLE' })
  }
  const parts: Uint8Array[] = []
  let bytes = 0
  let complete = true
  try {
    for await (const file of new UploadReader(uploadPath(id), found.sha256).files()) {
      for await (const chunk of file.chunks) {
        parts.push(chunk)
        bytes += chunk.byteLength
        complete = bytes < SAMPLE_BYTES
        if (!complete) break
      }
      break
    }
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error
    const { code, message, remedy } = error.problem
    throw new AppError('CONFLICT', message, { reason: code, remedy })
  }
  return { head: Buffer.concat(parts), complete, nowMs: found.createdMs }
}

function tableOf(file: FileHead, spec: MappingSpec | null): SampleTable {
  const choice = { delimiter: spec?.delimiter ?? null, encoding: spec?.encoding ?? null }
  const table = sampleTable(file.head, file.complete, choice)
  if (table.ok) return table.value
  const { code, message, remedy } = table.error
  throw new AppError('CONFLICT', message, { reason: code, remedy })
}

const NUMBERS = /^[\d.,+-]*$/

function columnsOf(table: SampleTable): MappingDraft['columns'] {
  return table.header.map((name, place) => {
    const examples = new Set<string>()
    const isNumbersOnly = liesInContent(name)
    // Counts of tokens are named "prompt" and "answer" too; a number among messages may be one of them.
    const isHidden = isContentPath(name) && !table.rows.every((row) => NUMBERS.test((row[place] ?? '').trim()))
    for (const row of isHidden ? [] : table.rows) {
      const text = (row[place] ?? '').trim()
      if (isNumbersOnly && !NUMBERS.test(text)) continue
      if (text !== '') examples.add(text.length > MAX_EXAMPLE ? `${text.slice(0, MAX_EXAMPLE)}…` : text)
      if (examples.size >= EXAMPLES) break
    }
    return { place, name, examples: [...examples] }
  })
}

/** The mapping with the first answer where it is open, for the preview only: nothing is imported before it is answered. */
function assumed(guess: Guess): MappingSpec {
  const { spec, dates } = guess
  return {
    ...spec,
    dates: spec.dates ?? dates?.fits[0] ?? 'iso',
    time_zone: spec.time_zone ?? 'UTC',
    input_includes_cache: spec.input_includes_cache ?? true,
    output_includes_reasoning: spec.output_includes_reasoning ?? true,
  }
}

interface Previewed {
  readonly shown: PreviewRow
  readonly record: UsageRecord | null
  readonly atto: bigint
}

function previewRows(file: FileHead, spec: MappingSpec, book: PriceBook): Previewed[] {
  return rowsOf(file, spec).flatMap((row) => {
    const { result } = row
    const line = String(row.line)
    if (!result.ok) {
      return [{ shown: { ...NOTHING_READ, line, why: result.error.message, refused: true }, record: null, atto: 0n }]
    }
    return result.value.map((record) => previewed(record, line, book))
  })
}

const NOTHING_READ = {
  at: null,
  host: null,
  model: null,
  input: null,
  cache_read: null,
  cache_write: null,
  output: null,
  cost: null,
}

function previewed(record: UsageRecord, line: string, book: PriceBook): Previewed {
  const selection = selectPrices(book, record)
  const cost = isPriced(selection) ? costOf(selection, record) : null
  const { quantities } = record
  const shown: PreviewRow = {
    line,
    at: isoOf(record.startMs),
    host: record.host,
    model: record.model,
    input: quantities.input.toString(),
    cache_read: quantities.cacheRead.toString(),
    cache_write: quantities.cacheWrite5m.toString(),
    output: quantities.output.toString(),
    cost: cost === null ? null : usdToText(cost),
    why: cost === null ? (selection.problem?.message ?? 'The price is in another currency.') : null,
    refused: false,
  }
  return { shown, record, atto: cost === null ? 0n : cost }
}

function rowsOf(file: FileHead, spec: MappingSpec): readonly SourceRow[] {
  const options = { host: null, timeZone: null, nowMs: file.nowMs }
  const opened = openMapped(file.head, file.complete, { id: '', name: '', spec }, options)
  if (!opened.ok || opened.value.layer !== 'usage') return []
  const pushed = opened.value.push(file.head)
  const last = file.complete && pushed.ok ? opened.value.end() : null
  return [...(pushed.ok ? pushed.value : []), ...(last?.ok ? last.value : [])]
}

/** Rows that are refused, then those without a price, then the dearest: where a wrong mapping shows. */
function worstOf(rows: readonly Previewed[]): PreviewRow[] {
  const rank = ({ shown }: Previewed) => (shown.refused ? 0 : shown.cost === null ? 1 : 2)
  return [...rows]
    .sort((a, b) => rank(a) - rank(b) || (b.atto > a.atto ? 1 : b.atto < a.atto ? -1 : 0))
    .slice(0, WORST_ROWS)
    .map(({ shown }) => shown)
}

/** The first row with a cache that can be read both ways, else the first with a cache; null when none has. */
function workedRow(file: FileHead, spec: MappingSpec, book: PriceBook): WorkedRow | null {
  if (spec.columns.cache_read === undefined && spec.columns.cache_write === undefined) return null
  const beside = previewRows(file, { ...spec, input_includes_cache: false }, book)
  const cachedOf = ({ quantities }: UsageRecord) => quantities.cacheRead + quantities.cacheWrite5m
  const withCache = beside.filter(({ record }) => record !== null && cachedOf(record) > 0n)
  const chosen =
    withCache.find(({ record }) => record !== null && record.quantities.input >= cachedOf(record)) ?? withCache[0]
  if (chosen === undefined || chosen.record === null) return null
  const { record, shown } = chosen
  const cached = cachedOf(record)
  const uncached = record.quantities.input - cached
  const inside =
    uncached < 0n
      ? null
      : { ...record, quantities: { ...record.quantities, input: uncached }, promptTokens: record.quantities.input }
  return {
    line: shown.line,
    input: record.quantities.input.toString(),
    cached: cached.toString(),
    includes:
      inside === null ? null : { uncached: uncached.toString(), cost: previewed(inside, shown.line, book).shown.cost },
    excludes: { uncached: record.quantities.input.toString(), cost: shown.cost },
  }
}
