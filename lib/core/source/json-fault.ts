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

export function stopOf(code: JsonFaultCode, message: string, remedy: string, at: number): JsonStop {
  return new JsonStop({ code, message, remedy, at })
}
