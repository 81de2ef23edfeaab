/** Recognises JSON in any framing (lines, array, documents, envelope) by its records. How it is read: `json-source.ts`. */
import { err, ok, type Problem, type Result } from '../result'
import type { Encoding, TextPiece } from './decode'
import type { AnyJsonDialect } from './dialect'
import { isEventStream } from './event-stream'
import { isObject, parseJson } from './json'
import { closedJson } from './json-closed'
import { parseRecord } from './json-messages'
import { holdsNoRecords, isEmptyPage, PAGE_KEYS, pagePaths, valuesAt } from './json-pages'
import { type JsonFraming, jsonSplitter } from './json-stream'
import { quoted, refuse } from './reject'
import { faultReason } from './row-fault'
import { answeredError, errorTold, soleError } from './server-error'

/** Records looked at to recognise a file: session logs begin with lines of other kinds. */
const MAX_SAMPLES = 400

export interface JsonOpening {
  readonly dialect: AnyJsonDialect
  readonly generation: string
  readonly framing: JsonFraming
  /** Keys from each value to its records, where they lie deeper: pages on lines or in a list, wrapped pages. Empty mostly. */
  readonly path: readonly string[]
  /** Given when the file's own mark does not decide. */
  readonly encoding?: Encoding | null
}

export function recogniseJson(
  pieces: readonly TextPiece[],
  dialects: readonly AnyJsonDialect[],
  forced: AnyJsonDialect | null,
  complete: boolean,
): Result<JsonOpening, Problem> {
  const opening = recognised(pieces, dialects, forced, complete)
  if (opening.ok || complete) return opening
  // The first record is longer than the beginning that is looked at: a session in one document, a day in one bucket.
  const text = closedJson(pieces.map((piece) => piece.text).join(''))
  if (text === null) return opening
  return recognised([{ text, byteOffset: 0, width: 0, invalid: false }], dialects, forced, true, 'parts first')
}

function recognised(
  pieces: readonly TextPiece[],
  dialects: readonly AnyJsonDialect[],
  forced: AnyJsonDialect | null,
  complete: boolean,
  order?: 'parts first',
): Result<JsonOpening, Problem> {
  const candidates = forced === null ? dialects : [forced]
  const first = pieces
    .find((piece) => piece.text.trim() !== '')
    ?.text.trimStart()
    .charAt(0)
  const framings: JsonFraming[] = isEventStream(pieces)
    ? [{ kind: 'events' }]
    : first === '['
      ? [{ kind: 'array' }]
      : [{ kind: 'lines' }, { kind: 'documents' }]
  const own = candidates.flatMap((dialect) => dialect.envelopes)
  for (const key of new Set(framings.length === 1 ? [] : [...own, ...PAGE_KEYS])) {
    framings.push({ kind: 'envelope', keys: [key] })
  }
  // A record is held whole, so that the parts of a huge one are read one by one where they can be.
  if (order === 'parts first') framings.sort((a, b) => Number(b.kind === 'envelope') - Number(a.kind === 'envelope'))
  const seen: unknown[] = []
  for (const framing of framings) {
    const values = sampleOf(pieces, framing, complete)
    seen.push(...values)
    for (const dialect of candidates) {
      if (framing.kind === 'envelope' && !framing.keys.every((key) => holdsRecords(dialect, key))) continue
      for (const value of values) {
        const generation = dialect.recognise(value)
        if (generation !== null) return ok({ dialect, generation, framing, path: [] })
      }
    }
  }
  for (const framing of framings) {
    if (framing.kind === 'envelope') continue
    const pages = sampleOf(pieces, framing, complete)
    for (const path of pagePaths(pages)) {
      const values = pages.flatMap((page) => valuesAt(page, path)).slice(0, MAX_SAMPLES)
      for (const dialect of candidates) {
        for (const value of values) {
          const generation = dialect.recognise(value)
          if (generation !== null) return ok({ dialect, generation, framing, path })
        }
      }
    }
  }
  return unrecognised(seen, forced, pieces)
}

function holdsRecords(dialect: AnyJsonDialect, key: string): boolean {
  return dialect.envelopes.includes(key) || PAGE_KEYS.some((known) => known === key)
}

function unrecognised(
  values: readonly unknown[],
  forced: AnyJsonDialect | null,
  pieces: readonly TextPiece[],
): Result<JsonOpening, Problem> {
  const [value] = values
  if (value === undefined) {
    const text = pieces
      .map((piece) => piece.text)
      .join('')
      .trimStart()
    if (/^(?:\[\s*\]\s*)+$/.test(text)) {
      return refuse('NO_ROWS', 'The list in the file is empty.', 'Choose a file with usage records.')
    }
    if (!/^[{[]/.test(text)) {
      return refuse(
        'UNKNOWN_FORMAT',
        'The file holds no JSON.',
        'Leave the format out: it is recognised from the content.',
      )
    }
    const fault = firstFault(pieces, text.startsWith('[') ? { kind: 'array' } : { kind: 'documents' })
    if (fault !== null) {
      return refuse(
        'BROKEN_JSON',
        `No record of the file can be taken, and of the first: ${fault.message}`,
        fault.remedy,
      )
    }
    return refuse(
      'BROKEN_JSON',
      'The file begins like JSON but holds no complete JSON record.',
      'Check that the file was downloaded completely.',
    )
  }
  if (values.every((one) => isEmptyPage(one) || holdsNoRecords(one))) {
    return refuse(
      'NO_ROWS',
      'The answer tells of a time without any usage: it holds no records.',
      'Nothing to do, unless you expected usage: then ask for the right days and project.',
    )
  }
  const told =
    errorTold(value) ?? (sampleOf(pieces, { kind: 'documents' }, true).length === 1 ? soleError(value) : null)
  if (told !== null) return answeredError(told)
  if (values.some((one) => isObject(one) && ('resourceMetrics' in one || 'scopeMetrics' in one))) {
    return refuse(
      'UNKNOWN_FORMAT',
      'The file holds metrics of OpenTelemetry. They are sums of calls that traces and logs tell one by one.',
      'Export the traces or the logs of the same program and import those.',
    )
  }
  return refuse(
    'UNKNOWN_FORMAT',
    forced === null
      ? `No known format has records like this: ${described(value)}.`
      : `These records are not of “${forced.title}”: ${described(value)}.`,
    'Say on the page of the import which value is what, or export the log in a supported format.',
  )
}

function described(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (isObject(value)) return Object.keys(value).slice(0, 12).map(quoted).join(', ') || 'an empty object'
  return value === null ? 'null' : `a ${typeof value === 'bigint' ? 'number' : typeof value}`
}

/** Why the first record that is complete cannot be taken; null when none is, or a taken one comes first. */
function firstFault(pieces: readonly TextPiece[], framing: JsonFraming): Pick<Problem, 'message' | 'remedy'> | null {
  let first: Pick<Problem, 'message' | 'remedy'> | null = null
  const splitter = jsonSplitter(framing, {
    record(text, fault) {
      if (first !== null) return
      const parsed = fault === null ? parseRecord(text, parseJson) : err(faultReason(fault))
      if (!parsed.ok && parsed.error.code !== 'BAD_JSON') first = parsed.error
    },
    blank() {},
  })
  for (const piece of pieces) if (!splitter.push(piece).ok || first !== null) return first
  splitter.end()
  return first
}

/**
 * Values of the first records in a framing; what cannot be parsed is left out. Where most lines are no values the file is
 * not lines (a list with an element on each line has one that is), unless it begins with one and reads no better as documents:
 * then the lines are damaged.
 */
export function sampleOf(pieces: readonly TextPiece[], framing: JsonFraming, complete: boolean): unknown[] {
  const { values, broken } = sampled(pieces, framing, complete)
  if (framing.kind !== 'lines' || broken <= values.length) return values
  return isObject(values[0]) && beginsWithLine(pieces) && !sampled(pieces, { kind: 'documents' }, complete).isWhole
    ? values
    : []
}

function sampled(pieces: readonly TextPiece[], framing: JsonFraming, complete: boolean) {
  const values: unknown[] = []
  let broken = 0
  let hasEmpty = false
  const splitter = jsonSplitter(framing, {
    record(text, fault) {
      if (fault !== null || values.length >= MAX_SAMPLES) return
      const parsed = parseRecord(text, parseJson)
      if (parsed.ok) {
        // A night without usage is hundreds of empty buckets: one stands for all.
        const isEmpty = isEmptyPage(parsed.value)
        if (!isEmpty || !hasEmpty) values.push(parsed.value)
        hasEmpty ||= isEmpty
      } else if (parsed.error.code === 'BAD_JSON') broken += 1
    },
    blank() {},
  })
  let isWhole = true
  for (const piece of pieces) {
    isWhole = splitter.push(piece).ok
    if (!isWhole || values.length >= MAX_SAMPLES) break
  }
  if (complete && values.length < MAX_SAMPLES) isWhole = splitter.end().ok && isWhole
  return { values, broken, isWhole: isWhole && broken === 0 }
}

/** True when the first line of a text is an object by itself. */
function beginsWithLine(pieces: readonly TextPiece[]): boolean {
  const line = /^\s*([^\r\n]*)/.exec(pieces.find(({ text }) => text.trim() !== '')?.text ?? '')?.[1] ?? ''
  return line.startsWith('{') && parseRecord(line, parseJson).ok
}
