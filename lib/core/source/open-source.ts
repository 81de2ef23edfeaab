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
import type { Problem, Result } from '../result'
import type { UsageRecord } from '../usage/record'
import type { ReadOptions } from './dialect'
import { type RejectReason, refuse } from './reject'

/** Bytes of a file's beginning that are enough to recognise any format. */
export const HEAD_BYTES = 262_144

export interface SourceRequest extends ReadOptions {
  /** A format id of `listFormats`, when the user named one; null recognises it from the content. */
  readonly format: string | null
}

export interface SourceRow {
  /** 1-based line of the file where the row begins. */
  readonly line: number
  /** Offset of its first byte in the file, after decompression. */
  readonly byteOffset: number
  readonly result: Result<readonly UsageRecord[], RejectReason>
  /** The row as it may be shown and stored: at most 2 kB, message contents blanked out. Valid until the next push. */
  raw(): string
}

export interface SourceCounters {
  /** Rows read: every one was returned, accepted or rejected. */
  readonly rows: number
  /** Header, blank lines, comments, empty buckets and lines replaced by a later line of the same message. */
  readonly notRows: number
  readonly bytes: number
}

export interface SourceReader {
  readonly format: string
  /** Name of the format's generation, e.g. "2026-08". */
  readonly generation: string
  /** Something to tell the user though nothing is wrong: "an OpenAI export without usage". Null mostly. */
  readonly note: Problem | null
  push(chunk: Uint8Array): Result<readonly SourceRow[], Problem>
  end(): Result<readonly SourceRow[], Problem>
  readonly counters: SourceCounters
}

/** Recognises the format from the first bytes (`complete`: they are the whole file) and opens a reader. */
export function openSource(
  _head: Uint8Array,
  _complete: boolean,
  _request: SourceRequest,
): Result<SourceReader, Problem> {
  return refuse('UNKNOWN_FORMAT', 'No format is known yet.', 'Come back later.')
}
