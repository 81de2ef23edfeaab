/** The same host, model and day told by more than one source: the same calls may be counted twice. */

export interface OverlapSource {
  /** As a decision between sources names it. */
  readonly source: string
  /** "OpenAI usage export". */
  readonly title: string
  /** Days and models of the host that the other source tells too. */
  readonly days: string
  readonly models: string
  readonly records: string
  /** Computed cost of these records; null when none has a price. */
  readonly cost: string | null
  readonly imports: readonly { readonly id: string; readonly no: number; readonly filename: string }[]
}

export interface UsageOverlap {
  readonly host: string
  /** First and last day, both included, UTC. */
  readonly from: string
  readonly to: string
  readonly sources: readonly OverlapSource[]
}
