/**
 * An import as the API and the screens show it: the members and names of `GET /api/v1/imports/{id}`, so that a list, an
 * event of the live stream and a reply of the API are the same thing. Counts are digit strings, times RFC 3339 UTC.
 */
import type { Problem } from '../result'

export const IMPORT_STATUSES = [
  'receiving',
  'stored',
  'importing',
  'committed',
  'failed',
  'cancelled',
  'undone',
] as const
export type ImportStatus = (typeof IMPORT_STATUSES)[number]

export interface ImportView {
  readonly id: string
  /** The short number people use: "import #12". */
  readonly no: number
  readonly status: ImportStatus
  readonly source: 'upload' | 'api' | 'cli' | 'sample' | 'pull'
  readonly filename: string
  /** Dialect id; null until recognised. */
  readonly format: string | null
  /** "OpenAI usage export"; null until recognised. */
  readonly format_title: string | null
  /** Generation of the format, "2026-08". */
  readonly generation: string | null
  readonly created_by: string
  readonly created_at: string
  readonly finished_at: string | null
  readonly undone_at: string | null
  readonly undone_by: string | null
  /** Bytes of the upload as announced; null when the client did not say. */
  readonly bytes_total: string | null
  readonly bytes_received: string
  /** Bytes of the stored file already parsed. */
  readonly bytes_read: string
  readonly rows_read: string
  readonly accepted: string
  readonly duplicate: string
  readonly rejected: string
  readonly restated: string
  readonly unpriced: string
  /** Of the accepted records, those in no sum because another source is authoritative for their host and time. */
  readonly set_aside: string
  /** Decimal text, USD; null until something was priced. */
  readonly cost: string | null
  readonly first_at: string | null
  readonly last_at: string | null
  readonly problem: Problem | null
  /** What it holds of billed cost; null for a file of usage alone. Its rows are among those of the counts above. */
  readonly billed: ImportBilled | null
  /** Number of the earlier import that holds the same bytes; null when there is none. */
  readonly same_bytes_as: number | null
}

/** Amounts are exact decimal text in their own currency; currencies are never added. */
export interface ImportBilled {
  /** Of the accepted rows, those of billed cost. */
  readonly rows: string
  /** Lines of older imports that this one replaced without a line of the same name. */
  readonly withdrawn: string
  readonly amounts: readonly {
    readonly currency: string
    readonly amount: string
    /** How far the sum may be off because the provider rounded each line; "0" when it did not. */
    readonly rounding: string
  }[]
}

/** Lines of one name, summed over the import. */
export interface BilledLineView {
  readonly host: string
  readonly line: string
  readonly category: string
  readonly currency: string
  readonly lines: string
  readonly amount: string
  readonly quantity: string | null
  readonly unit: string | null
}

/** A line of a day as it was told before and is told by this import; null where one of them has no such line. */
export interface RestatedLineView {
  readonly day: string
  readonly host: string
  readonly line: string
  readonly currency: string
  readonly before: string | null
  readonly after: string | null
  readonly difference: string
}

/** The billed cost of an import; `total` counts what the lists are the beginning of. */
export interface BilledDetail {
  readonly lines: { readonly total: number; readonly rows: readonly BilledLineView[] }
  readonly restated: {
    readonly total: number
    readonly rows: readonly RestatedLineView[]
    readonly sums: readonly { readonly currency: string; readonly difference: string }[]
  }
}

/** Newest first; `next` is the cursor of the following page, null on the last. */
export interface ImportPage {
  readonly items: readonly ImportView[]
  readonly next: string | null
}

/** A row that was not taken, as shown on the page of an import. */
export interface RejectView {
  /** Place among the rejected rows of its import, from 1. */
  readonly seq: number
  readonly line: string
  readonly column: string | null
  readonly code: string
  readonly message: string
  readonly remedy: string
  readonly raw: string
}

/** An import with its first rejected rows; the whole list is the download. */
export interface ImportDetail {
  readonly import: ImportView
  readonly rejects: readonly RejectView[]
  /** Null for an import without billed cost. */
  readonly billed: BilledDetail | null
}

/** One format the product reads: `GET /api/v1/formats`. */
export interface FormatView {
  readonly id: string
  readonly title: string
  readonly recognised_by: string
}

/** True while the server still works on it: the screen follows its events. */
export function isRunning(status: ImportStatus): boolean {
  return status === 'receiving' || status === 'stored' || status === 'importing'
}

/** True when it brought no usage: its rows are lines of a bill. */
export function isBilledOnly(view: ImportView): boolean {
  return view.billed !== null && view.billed.rows === view.accepted
}
