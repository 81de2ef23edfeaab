/**
 * OTLP/JSON files of traces and logs (GenAI conventions, OpenInference). Only spans of model calls are counted: a span
 * around others that repeats their totals is left out, whether its kind says so or its children do.
 */
import type { JsonDialect } from '../dialect'
import { isObject, type JsonValue } from '../json'
import { jsonReading, listAt, objectAt } from '../json-rows'
import { attributesOf, isModelCall, itemRecord, type OtelItem } from '../otel'
import { readRow } from '../value'

export const otlpJson: JsonDialect = {
  kind: 'json',
  id: 'otlp-json',
  title: 'OpenTelemetry (OTLP JSON)',
  recognisedBy: 'resourceSpans or resourceLogs.',
  envelopes: ['resourceSpans', 'resourceLogs'],
  recognise(value) {
    if (!isObject(value)) return null
    return 'resourceSpans' in value || 'scopeSpans' in value
      ? 'traces'
      : 'resourceLogs' in value || 'scopeLogs' in value
        ? 'logs'
        : null
  },
  explode: modelCalls,
  open: (options) => {
    const reading = jsonReading(options)
    return { read: (item) => readRow(() => (isItem(item) ? [itemRecord(item, reading)] : [])) }
  },
}

function isItem(value: unknown): value is OtelItem {
  return typeof value === 'object' && value !== null && 'attributes' in value && value.attributes instanceof Map
}

/** Spans and log records of a document, a resource or a line that count tokens themselves. */
export function modelCalls(value: unknown): readonly OtelItem[] {
  const resources = [...listAt(value, 'resourceSpans'), ...listAt(value, 'resourceLogs')]
  const items = (resources.length === 0 ? [value] : resources).flatMap(itemsOf).filter(isModelCall)
  const parents = new Set(items.map((item) => `${item.traceId} ${item.parentSpanId}`))
  return items.filter((item) => item.spanId === '' || !parents.has(`${item.traceId} ${item.spanId}`))
}

function itemsOf(resource: unknown): OtelItem[] {
  const below = attributesOf(objectAt(resource, 'resource')?.attributes, new Map())
  // Ids are hex in either case.
  const text = (value: JsonValue | undefined) => (typeof value === 'string' ? value.toLowerCase() : '')
  // Zero means unknown.
  const nano = (value: JsonValue | undefined) => (value === undefined || value === 0 || value === '0' ? null : value)
  const spans = listAt(resource, 'scopeSpans').flatMap((scope) => listAt(scope, 'spans'))
  const logs = listAt(resource, 'scopeLogs').flatMap((scope) => listAt(scope, 'logRecords'))
  return [...spans, ...logs].filter(isObject).map((item) => ({
    attributes: attributesOf(item.attributes, below),
    traceId: text(item.traceId),
    // Log records of one span share its id: they are told apart by their content.
    spanId: 'startTimeUnixNano' in item ? text(item.spanId) : '',
    parentSpanId: text(item.parentSpanId),
    startNano: nano(item.startTimeUnixNano) ?? nano(item.timeUnixNano) ?? nano(item.observedTimeUnixNano),
    endNano: nano(item.endTimeUnixNano),
    failed: objectAt(item, 'status')?.code === 2 || objectAt(item, 'status')?.code === 'STATUS_CODE_ERROR',
  }))
}
