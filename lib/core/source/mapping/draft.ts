/** What the mapping step shows: the file as a table, what is decided and open, and its first rows priced. */
import type { DateStyle, MappingSpec, NumberField, Question } from './spec'

export interface MappedColumn {
  readonly place: number
  readonly name: string
  /** A few values as they stand in the file; none of columns that hold messages. */
  readonly examples: readonly string[]
}

/** A row of the file under the mapping at hand. Counts are digit strings, cost decimal text in dollars. */
export interface PreviewRow {
  readonly line: string
  readonly at: string | null
  readonly host: string | null
  readonly model: string | null
  readonly input: string | null
  readonly cache_read: string | null
  readonly cache_write: string | null
  readonly output: string | null
  readonly cost: string | null
  /** Why the row is refused, or why it has no price; null for a priced row. */
  readonly why: string | null
  readonly refused: boolean
}

/** One row of the file worked out for each answer to "does input include what was cached?". */
export interface WorkedRow {
  readonly line: string
  readonly input: string
  readonly cached: string
  readonly includes: { readonly uncached: string; readonly cost: string | null } | null
  readonly excludes: { readonly uncached: string; readonly cost: string | null }
}

export interface MappingDraft {
  readonly spec: MappingSpec
  readonly columns: readonly MappedColumn[]
  /** Rows of the beginning of the file that the decisions rest on. */
  readonly sampled: number
  readonly questions: readonly Question[]
  /** How the rows write their numbers: decided by them, open, or no numbers at all. */
  readonly numbers: Readonly<Partial<Record<NumberField, 'decided' | 'open' | 'none'>>>
  readonly date_fits: readonly DateStyle[]
  readonly needs_zone: boolean
  /** Rows show that input cannot include what was cached. */
  readonly cache_exceeds_input: boolean
  readonly worked: WorkedRow | null
  readonly first: readonly PreviewRow[]
  readonly worst: readonly PreviewRow[]
  readonly refused: string
  readonly unpriced: string
  /** The saved mapping of this header. */
  readonly saved: { readonly id: string; readonly name: string } | null
}

export interface MappingView {
  readonly id: string
  readonly name: string
  readonly created_by: string
  readonly created_at: string
}

/** Codes of imports that failed for want of a mapping: their file is kept and can be mapped. */
export const MAPPABLE_CODES: readonly string[] = ['UNKNOWN_FORMAT', 'MISSING_COLUMNS', 'DUPLICATE_COLUMNS', 'ENCODING']
