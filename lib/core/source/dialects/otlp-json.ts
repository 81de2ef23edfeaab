/**
 * OTLP/JSON files of traces and logs (GenAI conventions, OpenInference, events of coding agents). Only spans of model
 * calls are counted: a span around others that repeats their totals is left out, whether its kind says so or its children
 * do, in whatever order and in however many batches of the file they come. So spans are held until the end of the file.
 */
import type { JsonDialect, ReadOptions, RowOutcome, RowReader } from '../dialect'
import { HeldRecords } from '../held-records'
import { growingIdentity } from '../identity'
import { isObject, type JsonObject, type JsonValue } from '../json'
import { type JsonReading, jsonReading, listAt, objectAt } from '../json-rows'
import { attributesOf, isModelCall, itemRecord, type OtelItem } from '../otel'
import { SpanTree } from '../span-tree'
import { readRow } from '../value'

export const otlpJson: JsonDialect = {
  kind: 'json',
  id: 'otlp-json',
  title: 'OpenTelemetry (OTLP JSON)',
  recognisedBy:
    'resourceSpans or resourceLogs, records with event.name among their attributes, or spans with context and attributes.',
  // Tempo calls what is of one resource a batch.
  envelopes: ['resourceSpans', 'resourceLogs', 'batches'],
  recognise(value) {
    if (!isObject(value)) return null
    return 'resourceSpans' in value || 'scopeSpans' in value
      ? 'traces'
      : 'resourceLogs' in value || 'scopeLogs' in value
        ? 'logs'
        : loneRecord(value) !== null
          ? 'records'
          : loneSpan(value) !== null
            ? 'spans'
            : null
  },
  explode: itemsIn,
  open: (options) => new SpanRows(options),
}

class SpanRows implements RowReader<unknown> {
  readonly #reading: JsonReading
  readonly #tree = new SpanTree()
  readonly #spans: HeldRecords
  /** Those that a response's id names, which another span or an event may tell at another time. */
  readonly #responses: HeldRecords

  constructor(options: ReadOptions) {
    this.#reading = jsonReading(options)
    this.#spans = new HeldRecords('most output', options.openSpill)
    this.#responses = new HeldRecords('most output', options.openSpill, { timeOfFirst: true })
  }

  read(item: unknown): RowOutcome {
    return readRow(() => {
      if (!isItem(item)) return []
      const counts = isModelCall(item)
      this.#tree.add(item, counts)
      if (!counts) return []
      const { traceId, spanId } = item
      // A span around others may lack what a call must have.
      if (spanId !== '' && this.#tree.isAround(traceId, spanId)) return []
      const record = itemRecord(item, this.#reading)
      if (spanId === '') return [record]
      const held = record.timeOfFirst === true ? this.#responses : this.#spans
      held.put(JSON.stringify([traceId, spanId, ...record.identity.parts]), record, null, false)
      return []
    })
  }

  *finish(): Generator<RowOutcome, void, undefined> {
    yield* this.#counted(this.#spans)
    yield* this.#counted(this.#responses)
  }

  *#counted(held: HeldRecords): Generator<RowOutcome, void, undefined> {
    let key: readonly string[] = []
    const records = held.take((text) => {
      key = JSON.parse(text) as readonly string[]
      return growingIdentity(...key.slice(2))
    })
    for (const { record } of records) {
      if (!this.#tree.isAround(key[0] as string, key[1] as string)) yield { ok: true, value: [record] }
    }
  }
}

function isItem(value: unknown): value is OtelItem {
  return typeof value === 'object' && value !== null && 'attributes' in value && value.attributes instanceof Map
}

/**
 * Spans and log records of a request that count tokens themselves and are around no others that do, in this request or in
 * one before: `known` are the spans found there, and `around` those found here.
 */
export function modelCalls(
  items: readonly OtelItem[],
  known: ReadonlySet<number>,
): { readonly calls: readonly OtelItem[]; readonly around: readonly number[] } {
  const tree = new SpanTree(known)
  for (const item of items) tree.add(item, isModelCall(item))
  const calls = items.filter(
    (item) => isModelCall(item) && (item.spanId === '' || !tree.isAround(item.traceId, item.spanId)),
  )
  return { calls, around: tree.found() }
}

/** Spans and log records of a document, a resource or a line, of whatever kind. */
export function itemsIn(value: unknown): readonly OtelItem[] {
  const lone = loneRecord(value) ?? loneSpan(value)
  if (lone !== null) return [lone]
  const resources = [...listAt(value, 'resourceSpans'), ...listAt(value, 'resourceLogs')]
  return (resources.length === 0 ? [value] : resources).flatMap(itemsOf)
}

/** A log record as the SDK for JavaScript holds it and Gemini CLI writes it to a file of its own, one document each. */
function loneRecord(value: unknown): OtelItem | null {
  const own = objectAt(value, 'attributes')
  if (typeof own?.['event.name'] !== 'string') return null
  const [seconds, nanos] = listAt(value, 'hrTime')
  return {
    attributes: plainAttributes(own, objectAt(value, 'resource')),
    traceId: '',
    spanId: '',
    parentSpanId: '',
    startNano:
      typeof seconds === 'number' && typeof nanos === 'number' ? `${seconds}${String(nanos).padStart(9, '0')}` : null,
    endNano: null,
    failed: false,
  }
}

/** A span as the SDK for Python prints it (`ConsoleSpanExporter`), one document each: ids are hex after "0x", times are text. */
function loneSpan(value: unknown): OtelItem | null {
  const own = objectAt(value, 'attributes')
  const context = objectAt(value, 'context')
  if (!isObject(value) || own === null || !('start_time' in value)) return null
  const { trace_id: traceId, span_id: spanId } = context ?? {}
  if (typeof traceId !== 'string' || typeof spanId !== 'string') return null
  const hex = (id: JsonValue | undefined) => (typeof id === 'string' ? id.replace(/^0x/, '').toLowerCase() : '')
  return {
    attributes: plainAttributes(own, objectAt(value, 'resource')),
    traceId: hex(traceId),
    spanId: hex(spanId),
    parentSpanId: hex(value.parent_id),
    startNano: value.start_time ?? null,
    endNano: value.end_time ?? null,
    failed: objectAt(value, 'status')?.status_code === 'ERROR',
  }
}

/** Attributes by name, those of the resource below them. */
function plainAttributes(own: JsonObject, resource: JsonObject | null): ReadonlyMap<string, JsonValue> {
  const pairs = [...listAt(resource, '_rawAttributes'), ...Object.entries(objectAt(resource, 'attributes') ?? {})]
  const below = pairs.filter((pair): pair is [string, JsonValue] => Array.isArray(pair) && typeof pair[0] === 'string')
  return new Map([...below, ...Object.entries(own)].filter(([, inner]) => inner !== null && typeof inner !== 'object'))
}

/** Ids are hex in either case; what writes protocol buffers as any JSON has them in base64. */
function hexOf(id: string): string {
  if (!/^(?:[A-Za-z0-9+/]{22}==|[A-Za-z0-9+/]{11}=)$/.test(id)) return id.toLowerCase()
  return [...atob(id)].map((unit) => unit.charCodeAt(0).toString(16).padStart(2, '0')).join('')
}

/** An event's name is an attribute, or since 2025 a field. */
function named(below: ReadonlyMap<string, JsonValue>, eventName: string): ReadonlyMap<string, JsonValue> {
  return eventName === '' ? below : new Map(below).set('event.name', eventName)
}

/** Scopes had another name until 2022. */
const SCOPES = ['scope', 'instrumentationLibrary'] as const

function itemsOf(resource: unknown): OtelItem[] {
  const below = attributesOf(objectAt(resource, 'resource')?.attributes, new Map())
  const text = (value: JsonValue | undefined) => (typeof value === 'string' ? hexOf(value) : '')
  // Zero means unknown.
  const nano = (value: JsonValue | undefined) => (value === undefined || value === 0 || value === '0' ? null : value)
  const scopes = (of: 'Spans' | 'Logs') => SCOPES.flatMap((name) => listAt(resource, name + of))
  const spans = scopes('Spans').flatMap((scope) => listAt(scope, 'spans'))
  const logs = scopes('Logs').flatMap((scope) => [...listAt(scope, 'logRecords'), ...listAt(scope, 'logs')])
  return [...spans, ...logs].filter(isObject).map((item) => ({
    attributes: attributesOf(
      item.attributes,
      typeof item.eventName === 'string' ? named(below, item.eventName) : below,
    ),
    traceId: text(item.traceId),
    // Log records of one span share its id: they are told apart by their content.
    spanId: 'startTimeUnixNano' in item ? text(item.spanId) : '',
    parentSpanId: text(item.parentSpanId),
    startNano: nano(item.startTimeUnixNano) ?? nano(item.timeUnixNano) ?? nano(item.observedTimeUnixNano),
    endNano: nano(item.endTimeUnixNano),
    failed: objectAt(item, 'status')?.code === 2 || objectAt(item, 'status')?.code === 'STATUS_CODE_ERROR',
  }))
}
