/** Which source tells the calls of a host in a period: what each of them told, and the decisions made. */

/** What one source told of a host and period, whether it counts or not. Counts are digit strings, amounts dollars. */
export interface SourceTotals {
  /** As decisions name it: "openai", "litellm"; a log of one program has the name of its format. */
  readonly source: string
  /** "OpenAI usage export". */
  readonly title: string
  readonly records: string
  /** Calls, where the source counts them. */
  readonly requests: string
  readonly input_tokens: string
  readonly output_tokens: string
  /** Computed cost; null when none has a price. */
  readonly cost: string | null
  readonly days: string
  /** Of its records, those in the sums now. */
  readonly counted: string
}

/** What a decision would do, or did. */
export interface DecisionEffect {
  readonly host: string
  /** Half-open, whole UTC days. */
  readonly from: string
  readonly to: string
  readonly source: string
  readonly sources: readonly SourceTotals[]
  /** Calls that more than one source tells under the same id. */
  readonly matched: string
  /** Days of which other sources tell something and the chosen one nothing. */
  readonly days_without: string
  /** What counts before and after, dollars. */
  readonly before: string
  readonly after: string
  readonly difference: string
  /** Records that would be set aside. */
  readonly set_aside: string
  /** Closed months of the period: the difference is charged by the next open one. */
  readonly closed_months: readonly string[]
}

export interface DecisionResult extends DecisionEffect {
  readonly mode: 'preview' | 'apply'
  /** Number of the decision; null for a preview. */
  readonly no: number | null
}

export interface SourceDecisionView {
  readonly no: number
  readonly host: string
  readonly from: string
  readonly to: string
  readonly source: string
  readonly title: string
  readonly reason: string
  readonly actor: string
  readonly at: string
  /** Records set aside by it now. */
  readonly set_aside: string
  readonly cost: string | null
  readonly reversed_at: string | null
  readonly reversed_by: string | null
  readonly reversed_reason: string | null
}
