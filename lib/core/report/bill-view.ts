/**
 * A bill as the API, the screens and the frozen text of a closed month hold it. Money is decimal text in dollars, counts
 * are digit strings, times RFC 3339 UTC.
 */
import type { RateConditionView } from './rate-view'

export const BILL_STATUSES = ['open', 'reviewed', 'closed'] as const
export type BillStatus = (typeof BILL_STATUSES)[number]

export interface BillLineView {
  readonly meter: string
  readonly quantity: string
  /** Amount of the price entry, per `per` units. */
  readonly unit_price: string
  readonly per: string
  /** Product of the multipliers; "1" for none. */
  readonly multiplier: string
  /** What the price and its multipliers hold under: one member each that has conditions. */
  readonly conditions: readonly RateConditionView[]
  /** A price or multiplier of the workspace's own contract takes part. */
  readonly contract: boolean
  /** Product of the list's own multipliers; null where the rate itself is the contract's. */
  readonly list_multiplier: string | null
  /** The quantity at list price, exact; null where the rate is the contract's and the list price is not certain. */
  readonly list_amount: string | null
  readonly exact_amount: string
  /** Whole cents. */
  readonly amount: string
  readonly price_id: string
  readonly multiplier_ids: readonly string[]
  readonly effective_from: string
  /** Exclusive; null while in force. */
  readonly effective_to: string | null
  readonly source_url: string
}

export interface BillSum {
  /** Sum of the rounded lines; null when nothing of it has a price. */
  readonly amount: string | null
  readonly exact_amount: string | null
  readonly records: string
}

export interface BillUnpriced {
  readonly records: string
  readonly requests: string
  readonly tokens: string
}

export interface BillModelView extends BillSum {
  readonly model: string
  readonly service_tier: string
  readonly lines: readonly BillLineView[]
  readonly unpriced: BillUnpriced | null
}

export interface BillReported {
  readonly amount: string
  /** Records with a reported cost, of the host's records. */
  readonly records: string
  /** Reported less ours, exact; null where the two are not about the same records. */
  readonly gap: string | null
}

export interface BillHostView extends BillSum {
  readonly host: string
  readonly reported: BillReported | null
  readonly models: readonly BillModelView[]
}

/**
 * What changed the sums of a closed month: imported records, their undo, a re-pricing, its undo, a decision which source
 * tells a host, its reversal.
 */
export const CORRECTION_CAUSES = ['import', 'import_undo', 'reprice', 'reprice_undo', 'source', 'source_undo'] as const
export type CorrectionCause = (typeof CORRECTION_CAUSES)[number]

/** A change of a closed month's usage, billed by another month. */
export interface BillCorrectionView {
  /** The month the usage is of. */
  readonly month: string
  /** The month that bills it. */
  readonly billed_in: string
  readonly cause: CorrectionCause
  /** Number of the import, the re-pricing or the decision. */
  readonly cause_no: number
  /** File name of the import, or the reason of the re-pricing or of the decision. */
  readonly note: string
  readonly actor: string
  readonly at: string
  readonly host: string
  readonly model: string
  /** Records more or, below zero, fewer. */
  readonly records: string
  /** Change of the calls without a rate. */
  readonly unpriced_requests: string
  readonly exact_amount: string
  /** Whole cents. */
  readonly amount: string
  /** Of the amounts; absent for dollars. */
  readonly currency?: string
}

export const ADJUSTMENT_KINDS = ['credit', 'tax', 'commitment', 'prepaid', 'other'] as const
export type AdjustmentKind = (typeof ADJUSTMENT_KINDS)[number]

/** An amount that no usage explains, entered by finance: below zero it lowers the bill. */
export interface BillAdjustmentView {
  readonly no: number
  readonly kind: AdjustmentKind
  /** Null for one of the whole bill. */
  readonly host: string | null
  readonly reason: string
  readonly exact_amount: string
  /** Whole cents. */
  readonly amount: string
  readonly created_by: string
  readonly created_at: string
}

/**
 * What the usage of a month costs, told four ways. `list`: at list prices. `contracted`: at the prices agreed.
 * `effective`: contracted less credits and commitments. What hosts invoiced (`billed`) is beside the bill, not in it.
 */
export interface BillCosts {
  /** Null when some line has no known list price. */
  readonly list: string | null
  readonly lines_without_list: number
  readonly contracted: string | null
  readonly effective: string | null
}

/** What one other currency comes to in dollars, each day at its own dated rate. */
export interface BillConversion {
  readonly currency: 'USD'
  /** Null when a day has no rate; `missing` says which. */
  readonly exact_amount: string | null
  /** Whole cents. */
  readonly amount: string | null
  /** Units of the other currency for one dollar. */
  readonly rates: readonly { readonly day: string; readonly rate: string; readonly source: string }[]
  readonly missing: readonly string[]
}

/** What of a month is priced in another currency than dollars. Amounts are in that currency, to hundredths of its unit. */
export interface BillCurrencyView {
  readonly currency: string
  readonly total: string
  readonly exact_total: string
  /** `total` less the rounded lines. */
  readonly rounding: string
  readonly lines: number
  readonly hosts: readonly BillHostView[]
  readonly corrections: readonly BillCorrectionView[]
  readonly carried: readonly BillCorrectionView[]
  /** The exact amount by the UTC day of the usage; sums to `exact_total`. */
  readonly days: readonly { readonly day: string; readonly exact_amount: string }[]
  readonly converted: BillConversion
}

/** What a bill says and, once the month is closed, never says otherwise. */
export interface BillFigures {
  /** "2026-09". */
  readonly month: string
  /** Zone of the month's borders. */
  readonly time_zone: 'UTC'
  readonly from: string
  readonly to: string
  readonly currency: 'USD'
  /** Whole cents; null when nothing has a price. */
  readonly total: string | null
  readonly exact_total: string | null
  /** Usage of the month alone, without corrections and adjustments. */
  readonly exact_usage: string | null
  /** `total` less the rounded lines. */
  readonly rounding: string
  /** Rounded lines: of usage, corrections and adjustments. */
  readonly lines: number
  readonly records: string
  /** Null where no source counts calls. */
  readonly requests: string | null
  readonly coverage: BillUnpriced & {
    readonly all_tokens: string
    /** Share of tokens priced in hundredths of a percent, rounded down; null without tokens. */
    readonly priced_per_myriad: number | null
  }
  readonly hosts: readonly BillHostView[]
  /** Changes of earlier, closed months that this bill charges. */
  readonly corrections: readonly BillCorrectionView[]
  /** Of a reopened month: what closed months have charged for it meanwhile, taken out here. */
  readonly carried: readonly BillCorrectionView[]
  readonly adjustments: readonly BillAdjustmentView[]
  readonly costs: BillCosts
  /** What is priced in other currencies: in none of the amounts above. */
  readonly other_currencies: readonly BillCurrencyView[]
  /** Dollars and the others at their dated rates; null without others, and while a rate is missing. */
  readonly together: { readonly exact_amount: string; readonly amount: string } | null
}

/** The frozen bill of a closed month. */
export interface BillCloseView {
  /** 1 for the first close; each reopening and closing makes the next. */
  readonly version: number
  readonly closed_at: string
  readonly closed_by: string
  /** Of the canonical text, hex. */
  readonly sha256: string
  /** When it last was compared with its hash and with the records; null before the first night. */
  readonly verified_at: string | null
  /** What the last comparison found wrong. */
  readonly fault: string | null
  /** What was said of hosts that billed something else than was computed; null when nothing was. */
  readonly note: string | null
}

export interface BillReopenView {
  readonly version: number
  readonly reopened_at: string
  readonly reopened_by: string
  readonly reason: string
}

export interface BillReviewView {
  readonly reviewed_at: string
  readonly reviewed_by: string
  /** The bill says something else since. */
  readonly changed: boolean
}

export interface BillView extends BillFigures {
  readonly status: BillStatus
  /** The month is not over. */
  readonly unfinished: boolean
  /** SHA-256 of the figures: names exactly what was seen when closing. */
  readonly digest: string
  readonly review: BillReviewView | null
  readonly close: BillCloseView | null
  /** Earlier versions that were reopened, newest first. */
  readonly reopened: readonly BillReopenView[]
  /** Changes of this month's usage since it was closed, billed by later months. */
  readonly since_close: readonly BillCorrectionView[]
}

/** One month in the list of bills. */
export interface BillSummary {
  readonly month: string
  readonly status: BillStatus
  readonly unfinished: boolean
  readonly currency: 'USD'
  readonly total: string | null
  readonly exact_total: string | null
  readonly records: string
  readonly unpriced_requests: string
  readonly priced_per_myriad: number | null
  /** What is priced in other currencies, exact; in none of the totals. */
  readonly other_currencies: readonly { readonly currency: string; readonly exact_total: string }[]
}
