/** An OTLP/HTTP export request as rows: one for every span or log record of a model call, the others left out. */
import { err, ok, type Problem, type Result } from '../result'
import { itemsIn, modelCalls } from './dialects/otlp-json'
import { isObject, type JsonObject, parseJson } from './json'
import { parseRecord } from './json-messages'
import { jsonReading } from './json-rows'
import type { SourceRow } from './open-source'
import { itemRecord } from './otel'
import { decodeOtlp, type Signal } from './otlp-protobuf'
import { nameOf } from './span-tree'
import { readRow } from './value'

export interface OtlpRequest {
  readonly body: Uint8Array
  readonly encoding: 'protobuf' | 'json'
  readonly signal: Signal
  readonly nowMs: number
}

/** What a request holds; which of its spans are calls depends on the requests before, where their children may have been. */
export interface OtlpItems {
  /** Names of its spans (`span-tree.ts`). */
  readonly spans: readonly number[]
  /** `byteOffset` of a row is its place among the model calls, from 0. `around` are spans not known that stand around others. */
  rows(known: ReadonlySet<number>): { readonly rows: readonly SourceRow[]; readonly around: readonly number[] }
}

export function readOtlpRequest(request: OtlpRequest): Result<OtlpItems, Problem> {
  const { body, encoding, signal, nowMs } = request
  const decoded = encoding === 'protobuf' ? decodeOtlp(body, signal) : parseBody(body, signal)
  if (!decoded.ok) return decoded
  const reading = jsonReading({ host: null, timeZone: null, nowMs })
  const items = itemsIn(decoded.value)
  return ok({
    spans: items.filter(({ spanId }) => spanId !== '').map(({ traceId, spanId }) => nameOf(traceId, spanId)),
    rows: (known) => {
      const { calls, around } = modelCalls(items, known)
      const rows = calls.map((item, place) => ({
        line: place + 1,
        byteOffset: place,
        result: readRow(() => [itemRecord(item, reading)]),
        raw: () => '',
      }))
      return { rows, around }
    },
  })
}

function parseBody(body: Uint8Array, signal: Signal): Result<JsonObject, Problem> {
  const bad = (code: string, message: string, remedy: string) => err({ code, message, remedy })
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch (fault) {
    if (!(fault instanceof TypeError)) throw fault
    return bad('INVALID_UTF8', 'The body is not UTF-8 text.', 'Send OTLP/JSON in UTF-8.')
  }
  const parsed = parseRecord(text, parseJson)
  if (!parsed.ok) return bad(parsed.error.code, parsed.error.message, parsed.error.remedy)
  const { value } = parsed
  const key = signal === 'traces' ? 'resourceSpans' : 'resourceLogs'
  const list = isObject(value) ? value[key] : null
  if (isObject(value) && (list === undefined || Array.isArray(list))) return ok({ [key]: list ?? [] })
  return bad('BAD_JSON', `The body has no list “${key}”.`, 'Send an OTLP/JSON export request.')
}
