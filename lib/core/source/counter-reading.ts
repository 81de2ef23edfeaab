/** What counters of model servers show. */

export const COUNTS = ['prompt', 'cached', 'generated', 'requests'] as const
export type Count = (typeof COUNTS)[number]

/** What the counters of one server showed at one time. */
export interface CounterReading {
  /** Null when the file does not tell it. */
  readonly atMs: number | null
  /** When the server's process started, as it writes it; null when it does not. */
  readonly started: string | null
  /** A counter the server does not have is absent. */
  readonly counts: ReadonlyMap<Count, bigint>
}

/** A server is a model under the labels of a process. */
export interface CountedServer {
  readonly host: string
  readonly model: string
  /** Its labels that do not split a counter, as text. */
  readonly name: string
}

export interface ServerReadings extends CountedServer {
  /** In the order of time, or of the file where it tells none. */
  readonly readings: readonly CounterReading[]
}
