/** Connections as the API and the screen show them. Times are RFC 3339 UTC, days "2026-11-03"; a key is never among them. */

export interface ConnectionDayView {
  readonly day: string
  readonly status: 'complete' | 'pending' | 'failed'
  /** The provider tells it no more, and it was never told whole. */
  readonly out_of_reach: boolean
  /** The import that told it last; null when there is none. */
  readonly import: { readonly id: string; readonly no: number } | null
  /** Rows of that import which could not be read; null without one. */
  readonly rejected: string | null
  /** Why the last try of a failed day failed. */
  readonly problem: string | null
}

export interface ConnectionProblem {
  readonly code: string
  /** HTTP status of the provider's answer; null when there was none. */
  readonly status: number | null
  readonly message: string
  readonly remedy: string
}

/** `new`: nothing was fetched yet. */
export type ConnectionState = 'good' | 'failing' | 'paused' | 'new'

export interface ConnectionView {
  readonly id: string
  readonly name: string
  readonly kind: string
  /** "OpenAI usage" */
  readonly title: string
  readonly layer: 'usage' | 'billed'
  readonly base_url: string
  /** Not the provider's own address. */
  readonly custom_address: boolean
  /** `last4` is empty for a short key. */
  readonly key: { readonly set: true; readonly last4: string }
  readonly state: ConnectionState
  readonly from: string
  readonly every_hours: number
  /** Every day before it is complete. */
  readonly complete_to: string
  readonly last_good_at: string | null
  readonly failing_since: string | null
  readonly problem: ConnectionProblem | null
  /** When it is looked at next; null while it is paused. */
  readonly next_at: string | null
  /** A page is being fetched right now. */
  readonly fetching: boolean
  /** Number of the import that waits or runs; null when none does. */
  readonly import_no: number | null
  readonly counts: { readonly complete: number; readonly pending: number; readonly failed: number }
  /** Every day from the first to today in one of the three states, oldest first. */
  readonly days: readonly ConnectionDayView[]
  readonly created_by: string
  readonly created_at: string
}

/** A kind of connection, for the form that makes one. */
export interface ConnectionKindView {
  readonly kind: string
  readonly title: string
  readonly layer: 'usage' | 'billed'
  readonly base_url: string
  readonly key_hint: string
  readonly key_url: string
  /** How many days back it tells; null when it tells all. */
  readonly reach_days: number | null
  readonly documentation: string
}
