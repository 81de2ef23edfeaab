/**
 * The cost record: one line of what a provider billed, as its export tells it. It belongs to another layer than usage:
 * the same spend is told by both, so the two are compared and never added. Like a usage record it is a fact: appended,
 * never edited, and replaced only by a newer export of the same statement.
 */
import type { InstantMs } from '../time/instant'
import type { Meter } from './meter'

/** What kind of money a line is. `usage` alone is comparable with computed cost. */
export const COST_CATEGORIES = ['usage', 'tax', 'credit', 'refund', 'purchase', 'adjustment'] as const
export type CostCategory = (typeof COST_CATEGORIES)[number]

/**
 * Whose statement a line is of, and in which of its forms it was told. A day of an account's statement is told once: the
 * latest export counts, in whatever form and grouping it comes.
 */
export interface Statement {
  /** Who issues it: "openai", "anthropic", "deepseek", "google", "aws", "azure", or the invoice issuer of a FOCUS file. */
  readonly issuer: string
  /** The issuer's account; null when the export names none, and then it may be any. */
  readonly account: string | null
  /** The form of the export: exports of one form and grouping name their lines alike. */
  readonly form: string
  /**
   * Bits of the dimensions this line fills (its dialect numbers them): the union over a file tells how it was grouped, and
   * two groupings of one day tell the same money twice. 0 for forms that are always grouped alike.
   */
  readonly told: number
  /**
   * True when an export always holds every line of the days it covers, so that lines which a newer one no longer has are
   * withdrawn with it.
   */
  readonly whole: boolean
}

export interface CostRecord {
  readonly statement: Statement
  /** Names the line within its statement and period: every dimension, in one order for all generations of the form. */
  readonly key: readonly string[]
  /** Half-open period, UTC. A day in another zone is kept as the day the provider wrote. */
  readonly startMs: InstantMs
  readonly endMs: InstantMs
  /** Who serves and bills, named as in usage records ("bedrock", not "aws"), so that the two can be set side by side. */
  readonly host: string
  /** The provider's service when it sells more than models: "AmazonBedrock", "Gemini API"; null otherwise. */
  readonly service: string | null
  /** False for the rest of a cloud's invoice (machines, storage), which no usage record will ever match. */
  readonly isModelService: boolean
  /** The line as the provider names it: line item, meter or SKU. */
  readonly line: string
  /** The model as the line names it; null when it names none. */
  readonly model: string | null
  /** Our meter for the line, where its name tells; null otherwise. */
  readonly meter: Meter | null
  readonly category: CostCategory
  readonly project: string | null
  readonly apiKey: string | null
  readonly user: string | null
  readonly region: string | null
  /** "standard", "batch", … as the line tells; null when it does not. */
  readonly serviceTier: string | null
  /** Exact decimal text in `unit`; null when not given. */
  readonly quantity: string | null
  readonly unit: string | null
  /** Exact decimal text in `currency`, at most 60 places; negative for credits and refunds. */
  readonly amount: string
  /** ISO 4217, upper case. */
  readonly currency: string
  /** Half a unit of the last place to which the provider rounded the amount ("0.005"); null when it is exact. */
  readonly rounding: string | null
  /** Exports before its own in a file to which several were joined; absent in the first. */
  readonly table?: number
}
