/** What a reader gives of one file, a few rows at a time; what is wrong with the file as a whole is thrown. */
import 'server-only'
import type { Problem, Result } from '../../core/result'
import type { CostReader, SourceReader, SourceRow } from '../../core/source/open-source'
import type { CostRecord } from '../../core/usage/cost-record'
import { FileRefused } from '../file-refused'
import type { UploadFile } from '../read-upload'

const ROWS_A_TURN = 2_000

/** Rows of a file of usage, or of one of billed cost. */
export type TakenRows = { readonly usage: readonly SourceRow[] } | { readonly billed: readonly SourceRow<CostRecord>[] }

/** Reads on; a file that cannot be trusted stops the import. */
export function rowsOf(reader: SourceReader | CostReader, chunk: Uint8Array): TakenRows {
  return reader.layer === 'billed' ? { billed: unwrap(reader.push(chunk)) } : { usage: unwrap(reader.push(chunk)) }
}

/** All but the last rows of a file that another thread sifts; null when the reader has to see every line. */
export function siftedRowsOf(
  reader: SourceReader | CostReader,
  sifted: NonNullable<UploadFile['sifted']>,
): AsyncIterable<TakenRows> | null {
  const { sifting } = reader.layer === 'usage' ? reader : { sifting: null }
  if (sifting === null || sifting === undefined) return null
  return (async function* () {
    for await (const { runs, bytes } of sifted(sifting.marks)) yield { usage: unwrap(sifting.push(runs, bytes)) }
  })()
}

/** Rows held back, or why the file turned out to hold none. */
export function lastRowsOf(
  reader: SourceReader | CostReader,
): { readonly rows: Iterable<TakenRows> } | { readonly problem: Problem } {
  if (reader.layer === 'billed') {
    const last = reader.end()
    return isEmpty(last) ? { problem: last.error } : { rows: inTurns(unwrap(last), (billed) => ({ billed })) }
  }
  const last = reader.end()
  return isEmpty(last) ? { problem: last.error } : { rows: inTurns(unwrap(last), (usage) => ({ usage })) }
}

/** A format may hold back every row of a file: a few at a time are taken. */
export function* inTurns<Row>(rows: Iterable<Row>, taken: (rows: readonly Row[]) => TakenRows): Generator<TakenRows> {
  let turn: Row[] = []
  for (const row of rows) {
    turn.push(row)
    if (turn.length < ROWS_A_TURN) continue
    yield taken(turn)
    turn = []
  }
  yield taken(turn)
}

function isEmpty<T>(last: Result<T, Problem>): last is { readonly ok: false; readonly error: Problem } {
  return !last.ok && last.error.code === 'NO_ROWS'
}

function unwrap<T>(result: { ok: true; value: T } | { ok: false; error: Problem }): T {
  if (!result.ok) throw new FileRefused(result.error)
  return result.value
}
