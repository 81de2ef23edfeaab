/** Reasons for rows whose text itself is at fault, before any dialect reads it. */
import type { Problem } from '../result'
import type { RejectReason } from './reject'

/** Told beside a file whose last row is incomplete: more than that row may be missing. */
export const CUT_OFF: Problem = {
  code: 'CUT_OFF',
  message:
    'The file ends in the middle of a row: it was not written or downloaded completely. Everything before that row was read.',
  remedy: 'Get the whole file and import it again: what is imported already adds nothing.',
}

export type RowFault = 'invalid_text' | 'nul' | 'too_large' | 'cut_off'

export function faultReason(fault: RowFault): RejectReason {
  if (fault === 'invalid_text') {
    return {
      code: 'INVALID_UTF8',
      column: null,
      message: 'The row holds bytes that are not valid UTF-8.',
      remedy: 'Save the file as UTF-8, or correct the characters shown as �.',
    }
  }
  if (fault === 'nul') {
    return {
      code: 'NUL_BYTE',
      column: null,
      message: 'The row holds a NUL character.',
      remedy: 'Remove the NUL character and import the row again.',
    }
  }
  if (fault === 'cut_off') {
    return {
      code: 'RAGGED_ROW',
      column: null,
      message: 'The file ends within a quoted value of this row.',
      remedy: 'Get the whole file and import it again: what is imported already adds nothing.',
    }
  }
  return {
    code: 'ROW_TOO_LARGE',
    column: null,
    message: 'The row is larger than 16 MB; reading went on with the next line.',
    remedy: 'Check for a missing line end, or export without prompts and responses.',
  }
}
