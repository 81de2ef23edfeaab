/**
 * The part of OTLP's protobuf messages that usage is read from, decoded to the shape of OTLP/JSON, so that both encodings
 * are read by the same code. Unknown fields are skipped, as are values that carry no usage: lists, maps, bytes, and texts
 * so long that they can only be prompts. Nesting is bounded by the messages themselves: nothing here recurses.
 *
 * Field numbers: https://github.com/open-telemetry/opentelemetry-proto (common, trace and logs v1), read 2026-11-24.
 */
import { err, ok, type Problem, type Result } from '../result'
import type { JsonObject, JsonValue } from './json'

export type Signal = 'traces' | 'logs'

/** Spans or log records of one request, of whatever kind. */
const MAX_ITEMS = 100_000
const MAX_ATTRIBUTES = 1_000_000
/** Names, ids and models are shorter; longer texts are what people wrote. */
const MAX_TEXT_BYTES = 4_096

/** A request's spans or log records as OTLP/JSON would give them. */
export function decodeOtlp(bytes: Uint8Array, signal: Signal): Result<JsonObject, Problem> {
  try {
    const decoder = new Decoder(signal)
    const resources = decoder.request(bytes)
    return ok(signal === 'traces' ? { resourceSpans: resources } : { resourceLogs: resources })
  } catch (fault) {
    if (!(fault instanceof Malformed)) throw fault
    return err({
      code: 'BAD_PROTOBUF',
      message: `The body is not an OTLP ${signal} request in protobuf: ${fault.message}.`,
      remedy: 'Check the exporter’s protocol (http/protobuf) and that nothing on the way changes the body.',
    })
  }
}

class Malformed extends Error {}

/** A varint or fixed number, or the bytes of a text or message. */
type Field = bigint | Uint8Array

class Decoder {
  private items = 0
  private attributes = 0

  constructor(private readonly signal: Signal) {}

  request(bytes: Uint8Array): JsonValue[] {
    const resources: JsonValue[] = []
    eachField(bytes, (number, field) => {
      if (number === 1) resources.push(this.resource(message(field)))
    })
    return resources
  }

  /** ResourceSpans or ResourceLogs. */
  private resource(bytes: Uint8Array): JsonObject {
    const attributes: JsonValue[] = []
    const scopes: JsonValue[] = []
    eachField(bytes, (number, field) => {
      if (number === 1) {
        eachField(message(field), (inner, value) => {
          if (inner === 1) this.attribute(message(value), attributes)
        })
      } else if (number === 2) scopes.push(this.scope(message(field)))
    })
    const resource = { attributes }
    return this.signal === 'traces' ? { resource, scopeSpans: scopes } : { resource, scopeLogs: scopes }
  }

  private scope(bytes: Uint8Array): JsonObject {
    const items: JsonValue[] = []
    eachField(bytes, (number, field) => {
      if (number !== 2) return
      this.items += 1
      if (this.items > MAX_ITEMS) throw new Malformed(`it holds more than ${MAX_ITEMS} items`)
      items.push(this.signal === 'traces' ? this.span(message(field)) : this.logRecord(message(field)))
    })
    return this.signal === 'traces' ? { spans: items } : { logRecords: items }
  }

  private span(bytes: Uint8Array): JsonObject {
    const span: Record<string, JsonValue> = {}
    const attributes: JsonValue[] = []
    eachField(bytes, (number, field) => {
      if (number === 1) span.traceId = hexOf(message(field))
      else if (number === 2) span.spanId = hexOf(message(field))
      else if (number === 4) span.parentSpanId = hexOf(message(field))
      else if (number === 7) span.startTimeUnixNano = numeral(field).toString()
      else if (number === 8) span.endTimeUnixNano = numeral(field).toString()
      else if (number === 9) this.attribute(message(field), attributes)
      else if (number === 15) {
        eachField(message(field), (inner, value) => {
          if (inner === 3) span.status = { code: numeral(value) === 2n ? 2 : 0 }
        })
      }
    })
    return { ...span, attributes }
  }

  private logRecord(bytes: Uint8Array): JsonObject {
    const log: Record<string, JsonValue> = {}
    const attributes: JsonValue[] = []
    eachField(bytes, (number, field) => {
      if (number === 1) log.timeUnixNano = numeral(field).toString()
      else if (number === 6) this.attribute(message(field), attributes)
      else if (number === 9) log.traceId = hexOf(message(field))
      else if (number === 10) log.spanId = hexOf(message(field))
      else if (number === 11) log.observedTimeUnixNano = numeral(field).toString()
      else if (number === 12) log.eventName = textOf(message(field)) ?? ''
    })
    return { ...log, attributes }
  }

  private attribute(bytes: Uint8Array, into: JsonValue[]): void {
    this.attributes += 1
    if (this.attributes > MAX_ATTRIBUTES) throw new Malformed(`it holds more than ${MAX_ATTRIBUTES} attributes`)
    let key: string | null = null
    let value: JsonObject | null = null
    eachField(bytes, (number, field) => {
      if (number === 1) key = textOf(message(field))
      else if (number === 2) value = anyValue(message(field))
    })
    if (key !== null && value !== null) into.push({ key, value })
  }
}

/** Null for lists, maps, bytes and texts that are no names. */
function anyValue(bytes: Uint8Array): JsonObject | null {
  let value: JsonObject | null = null
  eachField(bytes, (number, field) => {
    value = null
    if (number === 1) {
      const text = textOf(message(field))
      if (text !== null) value = { stringValue: text }
    } else if (number === 2) value = { boolValue: numeral(field) !== 0n }
    else if (number === 3) value = { intValue: BigInt.asIntN(64, numeral(field)) }
    else if (number === 4) value = { doubleValue: doubleText(numeral(field)) }
  })
  return value
}

/** Calls back for every field of a message: its number and its value. Fixed numbers arrive as their bits. */
function eachField(bytes: Uint8Array, onField: (number: number, field: Field) => void): void {
  let at = 0
  const varint = (): bigint => {
    let low = 0
    for (let index = 0; index < 4; index += 1) {
      const byte = byteAt(bytes, at++)
      low |= (byte & 0x7f) << (index * 7)
      if (byte < 0x80) return BigInt(low)
    }
    let value = BigInt(low)
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = byteAt(bytes, at++)
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    throw new Malformed('a number is longer than ten bytes')
  }
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw new Malformed('it ends inside a field')
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < bytes.length) {
    const tag = varint()
    if (tag < 8n || tag > 0xffff_ffffn) throw new Malformed('a field has no number')
    const number = Number.parseInt((tag >> 3n).toString(), 10)
    const kind = tag & 7n
    if (kind === 0n) onField(number, varint())
    else if (kind === 1n) onField(number, littleEndian(take(8)))
    else if (kind === 5n) onField(number, littleEndian(take(4)))
    else if (kind === 2n) {
      const length = varint()
      if (length > BigInt(bytes.length)) throw new Malformed('it ends inside a field')
      onField(number, take(Number.parseInt(length.toString(), 10)))
    } else throw new Malformed('a field is of a kind that OTLP does not use')
  }
}

function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at]
  if (byte === undefined) throw new Malformed('it ends inside a number')
  return byte
}

function littleEndian(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return bytes.length === 8 ? view.getBigUint64(0, true) : BigInt(view.getUint32(0, true))
}

function message(field: Field): Uint8Array {
  if (typeof field === 'bigint') throw new Malformed('a number stands where a text or message belongs')
  return field
}

function numeral(field: Field): bigint {
  if (typeof field !== 'bigint') throw new Malformed('a text or message stands where a number belongs')
  return field
}

/** The double of these bits as text: counts and amounts are read from text, and "NaN" is refused there. */
function doubleText(bits: bigint): string {
  const view = new DataView(new ArrayBuffer(8))
  view.setBigUint64(0, BigInt.asUintN(64, bits))
  return String(view.getFloat64(0))
}

function hexOf(bytes: Uint8Array): string {
  if (bytes.length > 32) throw new Malformed('an id is longer than 32 bytes')
  let hex = ''
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0')
  return hex
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Null for what no name is: too long, no UTF-8, or with a NUL, which no column of a database holds. */
function textOf(bytes: Uint8Array): string | null {
  if (bytes.length > MAX_TEXT_BYTES || bytes.includes(0)) return null
  try {
    return utf8.decode(bytes)
  } catch (fault) {
    if (fault instanceof TypeError) return null
    throw fault
  }
}

/** Export…ServiceResponse: empty when nothing was refused. */
export function encodePartialSuccess(rejected: number, message: string): Uint8Array {
  if (rejected === 0 && message === '') return new Uint8Array()
  const text = new TextEncoder().encode(message)
  const inner = [0x08, ...varintOf(rejected), 0x12, ...varintOf(text.length), ...text]
  return Uint8Array.from([0x0a, ...varintOf(inner.length), ...inner])
}

function varintOf(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80)
  bytes.push(rest)
  return bytes
}
