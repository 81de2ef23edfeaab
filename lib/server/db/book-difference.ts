/** Two tellings of the same thing that disagree. */
export interface BookDifference {
  /** "I2", of docs/books.md. */
  readonly rule: string
  /** Where, for a person: "workspace 3, 2026-09, cost". */
  readonly place: string
  readonly expected: string
  readonly actual: string
}
