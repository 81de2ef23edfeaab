/**
 * How far an import is, from two looks at it: percent, rows per second and time left. Everything is counted by the server;
 * nothing is guessed before there are two looks.
 */
import type { ImportView } from './import-view'

export interface ProgressSample {
  readonly atMs: number
  readonly bytesRead: bigint
  readonly rowsRead: bigint
}

export interface ImportProgress {
  readonly phase: 'receiving' | 'waiting' | 'importing'
  /** 0 to 100; null when the size is not known. */
  readonly percent: number | null
  /** Null until two samples differ in time. */
  readonly rowsPerSecond: string | null
  readonly secondsLeft: number | null
}

export function sampleOf(view: ImportView, atMs: number): ProgressSample {
  return { atMs, bytesRead: BigInt(view.bytes_read), rowsRead: BigInt(view.rows_read) }
}

/** @param earlier an older sample of the same import, a few seconds back so that the speed is steady; null for none */
export function progressOf(view: ImportView, earlier: ProgressSample | null, nowMs: number): ImportProgress {
  const total = view.bytes_total === null ? null : BigInt(view.bytes_total)
  if (view.status === 'receiving') {
    return {
      phase: 'receiving',
      percent: percentOf(BigInt(view.bytes_received), total),
      rowsPerSecond: null,
      secondsLeft: null,
    }
  }
  const now = sampleOf(view, nowMs)
  const percent = percentOf(now.bytesRead, total)
  if (view.status === 'stored') return { phase: 'waiting', percent, rowsPerSecond: null, secondsLeft: null }
  const span = earlier === null ? 0 : Math.round(nowMs - earlier.atMs)
  if (earlier === null || span <= 0) return { phase: 'importing', percent, rowsPerSecond: null, secondsLeft: null }
  const rows = now.rowsRead - earlier.rowsRead
  const bytes = now.bytesRead - earlier.bytesRead
  const left = total === null || bytes <= 0n ? null : ((total - now.bytesRead) * BigInt(span)) / (bytes * 1000n)
  return {
    phase: 'importing',
    percent,
    rowsPerSecond: rows < 0n ? null : ((rows * 1000n) / BigInt(span)).toString(),
    secondsLeft: left === null || left < 0n ? null : Number.parseInt(left.toString(), 10),
  }
}

function percentOf(part: bigint, total: bigint | null): number | null {
  if (total === null || total <= 0n) return null
  const percent = Number.parseInt(((part * 100n) / total).toString(), 10)
  return Math.min(100, percent)
}
