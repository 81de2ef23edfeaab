/** First lines that cannot be the header of a table, though the beginning of the text reads like one. */
import type { Problem, Result } from '../result'
import { DELIMITERS } from './csv'
import type { TextPiece } from './decode'
import { refuse } from './reject'

/** Cells of the first line that are looked at for values. */
const MAX_CELLS = 1_000
const NUMBER = /^"?\d+(?:\.\d+)?"?$/

const AS_IT_IS = 'send the file as it is, with curl by --data-binary @FILE and not by -d, which takes line ends out'

/**
 * Refuses a first line that goes on beyond what is looked at, of which a part would be read as the whole header, and a text
 * of one single line that holds values. `pieces` are the decoded beginning, `whole` tells that they are the file.
 */
export function firstLineFault(pieces: readonly TextPiece[], whole: boolean): Result<never, Problem> | null {
  const text = pieces
    .map((piece) => piece.text)
    .join('')
    .trimStart()
  if (/[\r\n]/.test(text)) return null
  if (!whole) {
    return refuse(
      'UNSUPPORTED_TYPE',
      'The first line is longer than 256 kB: no table has so many columns.',
      `Export the columns that tell of usage alone. If lines ran together on the way, ${AS_IT_IS}.`,
    )
  }
  const values = DELIMITERS.some((delimiter) =>
    text.split(delimiter, MAX_CELLS).some((cell) => NUMBER.test(cell.trim())),
  )
  if (!values || !DELIMITERS.some((delimiter) => text.includes(delimiter))) return null
  return refuse(
    'NO_ROWS',
    'The file is one single line that holds names and values: its line ends were lost.',
    `To keep the lines, ${AS_IT_IS}.`,
  )
}
