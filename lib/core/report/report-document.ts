/**
 * A report as it is read, screen and paper alike: every word chosen, every amount formatted, nothing left to decide but
 * where it stands. Bars keep decimal texts for their lengths.
 */
export interface ReportBar {
  readonly label: string
  readonly low: string
  readonly likely: string
  readonly high: string
  /** The likely amount, and the band where there is one, as text. */
  readonly figure: string
  readonly band: string
  /** Drawn strong: the present, and what was asked. */
  readonly strong: boolean
}

export interface ReportTable {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Said in place of an empty table. */
  readonly none: string
}

export interface ReportDocument {
  readonly product: string
  readonly kind: string
  readonly question: string
  readonly figure: string
  readonly sentence: string
  readonly context: string
  readonly chartTitle: string
  readonly bars: readonly ReportBar[]
  readonly facts: readonly { readonly name: string; readonly value: string }[]
  readonly lists: readonly { readonly title: string; readonly items: readonly string[] }[]
  readonly stays: ReportTable
  readonly assumptions: ReportTable
  /** Where it comes from: when it was frozen, from which data and prices. */
  readonly origin: readonly string[]
}
