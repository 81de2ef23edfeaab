/** A small encoder of OTLP's protobuf and JSON, written beside the product's decoder and not from it. */

export interface TestSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly startMs: number
  readonly observedMs?: number
  readonly endMs?: number
  readonly status?: number
  /** Of a log record. */
  readonly eventName?: string
  readonly attributes: Readonly<Record<string, string | bigint | number | boolean>>
}

export function varint(value: bigint): number[] {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, value)
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  bytes.push(Number(rest))
  return bytes
}

export const field = (number: number, kind: number, value: readonly number[]) => [
  ...varint(BigInt(number * 8 + kind)),
  ...value,
]
export const bytesField = (number: number, value: readonly number[] | Uint8Array) =>
  field(number, 2, [...varint(BigInt(value.length)), ...value])
export const text = (number: number, value: string) => bytesField(number, new TextEncoder().encode(value))

export function fixed64(value: bigint): number[] {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(value)
  return [...bytes]
}

export function double(value: number): number[] {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(value)
  return [...bytes]
}

const nano = (ms: number) => BigInt(ms) * 1_000_000n

function attributes(number: number, values: TestSpan['attributes']): number[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const any =
      typeof value === 'string'
        ? text(1, value)
        : typeof value === 'boolean'
          ? field(2, 0, varint(value ? 1n : 0n))
          : typeof value === 'bigint'
            ? field(3, 0, varint(value))
            : field(4, 1, double(value))
    return bytesField(number, [...text(1, key), ...bytesField(2, any)])
  })
}

function item(signal: 'traces' | 'logs', span: TestSpan): number[] {
  const id = (hex: string) => [...Buffer.from(hex, 'hex')]
  if (signal === 'logs') {
    return [
      ...field(1, 1, fixed64(nano(span.startMs))),
      ...attributes(6, span.attributes),
      ...bytesField(9, id(span.traceId)),
      ...bytesField(10, id(span.spanId)),
      ...field(11, 1, fixed64(nano(span.observedMs ?? 0))),
      ...(span.eventName === undefined ? [] : text(12, span.eventName)),
    ]
  }
  return [
    ...bytesField(1, id(span.traceId)),
    ...bytesField(2, id(span.spanId)),
    ...(span.parentSpanId === undefined ? [] : bytesField(4, id(span.parentSpanId))),
    ...text(5, 'chat'),
    ...field(7, 1, fixed64(nano(span.startMs))),
    ...field(8, 1, fixed64(nano(span.endMs ?? span.startMs))),
    ...attributes(9, span.attributes),
    ...(span.status === undefined ? [] : bytesField(15, field(3, 0, varint(BigInt(span.status))))),
  ]
}

export function encodeRequest(
  signal: 'traces' | 'logs',
  spans: readonly TestSpan[],
  resource: TestSpan['attributes'],
): Uint8Array {
  const scope = [...bytesField(1, text(1, 'test')), ...spans.flatMap((span) => bytesField(2, item(signal, span)))]
  return Uint8Array.from(bytesField(1, [...bytesField(1, attributes(1, resource)), ...bytesField(2, scope)]))
}

export function jsonRequest(spans: readonly TestSpan[]): string {
  const keyed = (values: TestSpan['attributes']) =>
    Object.entries(values).map(([key, value]) => ({
      key,
      value:
        typeof value === 'string'
          ? { stringValue: value }
          : typeof value === 'bigint'
            ? { intValue: value.toString() }
            : typeof value === 'boolean'
              ? { boolValue: value }
              : { doubleValue: value },
    }))
  const items = spans.map((span) => ({
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? '',
    startTimeUnixNano: nano(span.startMs).toString(),
    endTimeUnixNano: nano(span.endMs ?? span.startMs).toString(),
    attributes: keyed(span.attributes),
  }))
  return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: items }] }] })
}
