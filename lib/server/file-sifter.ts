/**
 * Who sifts long session logs for an import. The process of the worker has a thread for it; in others files are sifted where
 * they are read, to the same rows. The thread is not named here, because what the pages are built of must not hold one.
 */
import 'server-only'
import type { SiftedRun } from '../core/source/decode'

export interface SiftedBlock {
  readonly runs: readonly SiftedRun[]
  /** Bytes of the file that the runs are of. */
  readonly bytes: number
}

/** Sifts a file by the marks of a record, and gives its SHA-256 at its end. */
export type SiftFile = (path: string, marks: readonly string[]) => AsyncGenerator<SiftedBlock, Uint8Array, undefined>

let known: SiftFile | null = null

export function setFileSifter(sift: SiftFile): void {
  known = sift
}

export const fileSifter = (): SiftFile | null => known
