/**
 * Tables that do not begin with their header: invoices of clouds put lines about the invoice before it. The header is then
 * the first of the lines after it that some dialect knows.
 */
import { CsvSplitter, type Delimiter } from './csv'
import type { TextPiece } from './decode'

const MAX_LINES = 20
/** Lines about a table are short; one that is a header names more. */
const MIN_CELLS = 4

/** Lines of the beginning that could be the header though they are not the first one. */
export function laterHeaders(pieces: readonly TextPiece[], delimiter: Delimiter): readonly (readonly string[])[] {
  const found: (readonly string[])[] = []
  let lines = 0
  const splitter = new CsvSplitter(delimiter, {
    row(cells) {
      lines += 1
      if (cells === null || lines === 1 || lines > MAX_LINES) return
      if (cells.filter((text) => text.trim() !== '').length >= MIN_CELLS) found.push(cells)
    },
    blank() {},
  })
  for (const piece of pieces) {
    if (!splitter.push(piece).ok || lines > MAX_LINES) return found
  }
  splitter.end()
  return found
}
