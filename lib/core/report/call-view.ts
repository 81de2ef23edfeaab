/**
 * A usage record with its charge lines, as `GET /api/v1/calls` and the calls screen show it. Names are those of the API;
 * money is decimal text, counts are digit strings, times RFC 3339 UTC.
 */
import type { Problem } from '../result'

/** Which records: every present member must match. `from` and `to` are RFC 3339, half-open. */
export interface CallFilter {
  readonly from: string
  readonly to: string
  readonly host?: string
  readonly model?: string
  /** Empty text means "none". */
  readonly project?: string
  readonly api_key?: string
  readonly user?: string
  /** Empty text and "standard" are the same. */
  readonly service_tier?: string
  /** Only records whose charge has a line of this meter. */
  readonly meter?: string
  /** With `meter`: the line's price entry, and its multipliers in their order behind it, separated by commas. */
  readonly price?: string
  /** Only records without a price. */
  readonly unpriced?: boolean
  /** Number of an import. */
  readonly import_no?: number
}

export interface ChargeLineView {
  readonly meter: string
  readonly quantity: string
  readonly unit_price: string
  readonly per: string
  readonly multiplier: string
  readonly amount: string
  readonly price_id: string
  readonly source_url: string
  readonly effective_from: string
}

export interface CallView {
  readonly id: string
  readonly timestamp: string
  /** Length of the bucket in seconds; 0 for one call. */
  readonly bucket_seconds: number
  readonly host: string
  readonly model: string
  readonly project: string | null
  readonly api_key: string | null
  readonly user: string | null
  readonly service_tier: string
  readonly region: string | null
  /** Null where the source counts no calls. */
  readonly requests: string | null
  readonly input: string
  readonly cache_read: string
  readonly cache_write_5m: string
  readonly cache_write_1h: string
  readonly output: string
  readonly reasoning: string
  readonly status: 'ok' | 'error' | 'cancelled'
  readonly latency_ms: number | null
  /** Null when unpriced; then `reason` says why. */
  readonly cost: string | null
  /** Of the cost and its lines: that of the prices used. */
  readonly currency: string
  readonly reason: Problem | null
  /** What the source wrote, in the currency it wrote. */
  readonly reported_cost: string | null
  readonly reported_currency: string | null
  /** Reported − computed; null unless both are dollars. */
  readonly reported_difference: string | null
  readonly lines: readonly ChargeLineView[]
  /** Number of the decision that sets the record aside: it is in no sum. Null when it counts. */
  readonly set_aside_by: number | null
  readonly import_no: number
  readonly source_line: string
}

export interface CallPage {
  readonly items: readonly CallView[]
  /** Cursor of the following page; null on the last. */
  readonly next: string | null
  /** Sums over every record of the filter, not of the page; those set aside are only counted. */
  readonly total: {
    readonly records: string
    /** In dollars. */
    readonly cost: string
    /** What is priced in other currencies; in no other sum. */
    readonly other_currencies: readonly { readonly currency: string; readonly cost: string }[]
    /** Of the meter that was asked for, exact by currency; null without one. */
    readonly meter: {
      readonly meter: string
      readonly quantity: string
      readonly amounts: readonly { readonly currency: string; readonly amount: string }[]
    } | null
    readonly unpriced_records: string
    readonly set_aside_records: string
  }
}
