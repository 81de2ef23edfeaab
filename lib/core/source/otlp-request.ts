/** An OTLP/HTTP export request as rows: one for every span or log record of a model call, the others left out. */
import { err, ok, type Problem, type Result } from '../result'
import { modelCalls } from './dialects/otlp-json'
import { isObject, type JsonObject, parseJson } from './json'
import { jsonReading } from './json-rows'
import type { SourceRow } from './open-source'
import { itemRecord } from './otel'
import { decodeOtlp, type Signal } from './otlp-protobuf'
import { readRow } from './value'

export interface OtlpRequest {
  readonly body: Uint8Array
  readonly encoding: 'protobuf' | 'json'
  readonly signal: Signal
  readonly nowMs: number
}

/** `byteOffset` of a row is its place among the model calls, from 0. */
export function readOtlpRequest(request: OtlpRequest): Result<readonly SourceRow[], Problem> {
  const { body, encoding, signal, nowMs } = request
  const decoded = encoding === 'protobuf' ? decodeOtlp(body, signal) : parseBody(body, signal)
  if (!decoded.ok) return decoded
  const reading = jsonReading({ host: null, timeZone: null, nowMs })
  return ok(
    modelCalls(decoded.value).map((item, place) => ({
      line: place + 1,
      byteOffset: place,
      result: readRow(() => [itemRecord(item, reading)]),
      raw: () => '',
    })),
  )
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
  const parsed = parseJson(text)
  if (!parsed.ok) return bad(parsed.error.code, parsed.error.message, parsed.error.remedy)
  const { value } = parsed
  const key = signal === 'traces' ? 'resourceSpans' : 'resourceLogs'
  const list = isObject(value) ? value[key] : null
  if (isObject(value) && (list === undefined || Array.isArray(list))) return ok({ [key]: list ?? [] })
  return bad('BAD_JSON', `The body has no list “${key}”.`, 'Send an OTLP/JSON export request.')
}
