/** What may be wrong with a JSON text, and how much of it is taken. */

export const MAX_JSON_DEPTH = 64
export const MAX_JSON_KEYS = 10_000
/** Longest string value, in characters. */
export const MAX_JSON_STRING = 1_048_576

type JsonFaultCode = 'BAD_JSON' | 'DUPLICATE_KEY' | 'TOO_DEEP' | 'NUL_BYTE'

export interface JsonFault {
  readonly code: JsonFaultCode
  readonly message: string
  readonly remedy: string
  /** Position in the text, in characters. */
  readonly at: number
}

/** Carries a fault out of the recursion; `json.ts` makes it a result. */
export class JsonStop {
  readonly fault: JsonFault
  constructor(fault: JsonFault) {
    this.fault = fault
  }
}

function stopOf(code: JsonFaultCode, message: string, remedy: string, at: number): JsonStop {
  return new JsonStop({ code, message, remedy, at })
}

export function tooManyKeys(at: number): JsonStop {
  const message = `An object has more than ${MAX_JSON_KEYS} keys.`
  return stopOf('TOO_DEEP', message, 'Split the object into records.', at)
}

export function tooDeep(at: number): JsonStop {
  const message = `The record is nested deeper than ${MAX_JSON_DEPTH} levels.`
  return stopOf('TOO_DEEP', message, 'Export flatter records.', at)
}

export function tooLong(length: number, at: number): JsonStop {
  const message = `A text of ${length} characters is longer than the limit of ${MAX_JSON_STRING}.`
  return stopOf('TOO_DEEP', message, 'Export the log without prompts and responses.', at)
}

export function givenTwice(key: string, at: number): JsonStop {
  const message = `The key ${JSON.stringify(key.slice(0, 60))} is given twice in one object.`
  return stopOf('DUPLICATE_KEY', message, 'Keep the right one of the two values.', at)
}

export function nulCharacter(at: number): JsonStop {
  return stopOf('NUL_BYTE', 'A text holds a NUL character.', 'Remove \\u0000 from the record.', at)
}

export function badJson(what: string, at: number): JsonStop {
  const remedy = 'Check that the line was written completely and is valid JSON.'
  return stopOf('BAD_JSON', `${what} (character ${at + 1}).`, remedy, at)
}
