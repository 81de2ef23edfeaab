/**
 * Why a row or a file was not taken. Codes are closed and stable: clients and the rejects download depend on them.
 */
import { err, type Problem } from '../result'

/** Codes of a row that was not taken; everything else in the file is kept. */
export type RejectCode =
  | 'BAD_NUMBER'
  | 'NEGATIVE_TOKENS'
  | 'BAD_TIME'
  | 'DATE_OUT_OF_RANGE'
  | 'RAGGED_ROW'
  | 'INVALID_UTF8'
  | 'NUL_BYTE'
  | 'INVALID_USAGE'
  | 'TOO_PRECISE'
  | 'UNKNOWN_CURRENCY'
  | 'MISSING_MODEL'
  | 'MISSING_VALUE'
  | 'BAD_VALUE'
  | 'NOT_A_DATA_ROW'
  | 'NO_USAGE'
  | 'ROW_TOO_LARGE'
  | 'BAD_JSON'
  | 'DUPLICATE_KEY'
  | 'TOO_DEEP'
  | 'NOT_THIS_FORMAT'

/** Codes of a file that was not taken at all. */
export type FileCode =
  | 'NO_ROWS'
  | 'UNSUPPORTED_TYPE'
  | 'UNKNOWN_FORMAT'
  | 'MISSING_COLUMNS'
  | 'DUPLICATE_COLUMNS'
  | 'ENCODING'
  | 'UNCLOSED_QUOTE'
  | 'BROKEN_JSON'
  | 'REPEATED_TOTALS'
  | 'UNKNOWN_TIME_ZONE'

/** A row that was not taken: every one is kept with its place so that nothing disappears. */
export interface RejectReason extends Problem {
  readonly code: RejectCode
  /** The column or JSON path at fault, when one is. */
  readonly column: string | null
}

export interface FileProblem extends Problem {
  readonly code: FileCode
}

export function refuse(code: FileCode, message: string, remedy: string) {
  return err<FileProblem>({ code, message, remedy })
}

/** A cell as it may stand in a message: quoted, control characters escaped, at most 60 characters. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}…` : text)
}
