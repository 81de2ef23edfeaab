/** A bill as the texts of a printed page; what it looks like is decided where it is drawn. */
export interface PrintedBill {
  readonly product: string
  readonly workspace: string
  /** "September 2026 · UTC". */
  readonly title: string
  readonly figure: string
  readonly context: readonly string[]
  /** Line, quantity, unit price, in force, amount. */
  readonly head: readonly [string, string, string, string, string]
  readonly rows: readonly PrintedRow[]
  readonly foot: readonly string[]
  /** "Page 2 of 3", for every page. */
  readonly pageOf: (page: number, pages: number) => string
}

export interface PrintedRow {
  readonly level: 'host' | 'model' | 'line' | 'total'
  readonly cells: readonly [string, string, string, string, string]
}
