/** What an import and its sifting thread tell each other. */

export interface SiftRequest {
  readonly path: string
  readonly marks: readonly string[]
  /** Messages that were worked off, counted by the import in memory that both share. */
  readonly taken: Int32Array
  /** Messages that the thread may be ahead. */
  readonly ahead: number
}

/** Of each run: lines left out before it, bytes kept, offset in the file of the first, and 1 when it is of whole lines. */
export const NUMBERS_A_RUN = 4

export interface RunsMessage {
  readonly kind: 'runs'
  /** Bytes of the file that the runs are of. */
  readonly bytes: number
  readonly numbers: Float64Array<ArrayBuffer>
  /** What is left of them, one run after another. */
  readonly kept: Uint8Array<ArrayBuffer>
  /** All of it is valid UTF-8. */
  readonly isUtf8: boolean
}

export type SiftMessage =
  | RunsMessage
  | { readonly kind: 'digest'; readonly digest: Uint8Array }
  | { readonly kind: 'fault'; readonly code: string | null; readonly message: string }
