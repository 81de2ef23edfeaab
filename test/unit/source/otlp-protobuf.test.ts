import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeOtlp, encodePartialSuccess } from '../../../lib/core/source/otlp-protobuf'
import { readOtlpRequest } from '../../../lib/core/source/otlp-request'
import { bytesField, double, encodeRequest, field, fixed64, text, varint } from '../../support/otlp'

const NOW_MS = Date.UTC(2026, 10, 23, 12)
const span = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  parentSpanId: '00f067aa0ba902b7',
  startMs: Date.UTC(2026, 9, 1),
  endMs: Date.UTC(2026, 9, 1, 0, 0, 2),
  status: 2,
  attributes: {
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-5',
    'gen_ai.usage.input_tokens': 9_007_199_254_740_993n,
    'gen_ai.usage.output_tokens': -1n,
    'gen_ai.usage.cost': 0.25,
    streamed: true,
  },
}

describe('an OTLP request in protobuf', () => {
  it('gives every field and every digit that OTLP/JSON would', () => {
    const decoded = decodeOtlp(encodeRequest('traces', [span], { 'service.name': 'checkout' }), 'traces')
    expect(decoded).toEqual({
      ok: true,
      value: {
        resourceSpans: [
          {
            resource: { attributes: [{ key: 'service.name', value: { stringValue: 'checkout' } }] },
            scopeSpans: [
              {
                spans: [
                  {
                    traceId: span.traceId,
                    spanId: span.spanId,
                    parentSpanId: span.parentSpanId,
                    startTimeUnixNano: '1790812800000000000',
                    endTimeUnixNano: '1790812802000000000',
                    status: { code: 2 },
                    attributes: [
                      { key: 'gen_ai.provider.name', value: { stringValue: 'openai' } },
                      { key: 'gen_ai.request.model', value: { stringValue: 'gpt-5' } },
                      { key: 'gen_ai.usage.input_tokens', value: { intValue: 9_007_199_254_740_993n } },
                      { key: 'gen_ai.usage.output_tokens', value: { intValue: -1n } },
                      { key: 'gen_ai.usage.cost', value: { doubleValue: '0.25' } },
                      { key: 'streamed', value: { boolValue: true } },
                    ],
                  },
                ],
              },
            ],
          },
        ],
      },
    })
  })

  it('skips unknown fields of every kind, and values that are no names', () => {
    const attribute = (value: readonly number[]) => bytesField(9, [...text(1, 'x'), ...bytesField(2, value)])
    const odd = [
      ...attribute(bytesField(5, [1, 2, 3])),
      ...attribute(bytesField(7, [0xff])),
      ...attribute(text(1, 'NUL \0')),
      ...attribute(bytesField(1, [0xc3, 0x28])),
      ...attribute(text(1, 'p'.repeat(5_000))),
      ...field(900, 0, varint(7n)),
      ...field(901, 1, fixed64(7n)),
      ...field(902, 5, [1, 2, 3, 4]),
      ...bytesField(903, [9, 9, 9]),
    ]
    const body = Uint8Array.from(bytesField(1, bytesField(2, bytesField(2, odd))))
    expect(decodeOtlp(body, 'traces')).toMatchObject({
      ok: true,
      value: { resourceSpans: [{ scopeSpans: [{ spans: [{ attributes: [] }] }] }] },
    })
  })

  it('reads a log record, at the time it was observed when it has no other', () => {
    const body = encodeRequest('logs', [{ ...span, startMs: 0, observedMs: span.startMs }], {})
    const read = readOtlpRequest({ body, encoding: 'protobuf', signal: 'logs', nowMs: NOW_MS })
    expect(read.ok && read.value.rows(new Set()).rows.map((row) => row.result)).toMatchObject([
      { ok: false, error: { code: 'NEGATIVE_TOKENS' } },
    ])
    const good = {
      ...span,
      startMs: 0,
      observedMs: span.startMs,
      attributes: { ...span.attributes, 'gen_ai.usage.output_tokens': 5n },
    }
    const next = readOtlpRequest({
      body: encodeRequest('logs', [good], {}),
      encoding: 'protobuf',
      signal: 'logs',
      nowMs: NOW_MS,
    })
    expect(next.ok && next.value.rows(new Set()).rows[0]?.result).toMatchObject({
      ok: true,
      value: [{ startMs: span.startMs, quantities: { input: 9_007_199_254_740_993n, output: 5n } }],
    })
  })

  it('is a reason and never an exception when it is any other bytes', () => {
    const good = encodeRequest('traces', [span, span], { 'service.name': 'checkout' })
    const damaged = fc
      .array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 8 })
      .map((edits) => edits.reduce((bytes, [at, byte]) => bytes.with(at, byte), good))
    const cut = fc.nat(good.length).map((length) => good.slice(0, length))
    for (const signal of ['traces', 'logs'] as const) {
      for (const encoding of ['protobuf', 'json'] as const) {
        fc.assert(
          fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), damaged, cut), (body) => {
            const read = readOtlpRequest({ body, encoding, signal, nowMs: NOW_MS })
            if (read.ok) for (const row of read.value.rows(new Set()).rows) expect(row.result).toHaveProperty('ok')
            else expect(read.error.code).toMatch(/^[A-Z_0-9]+$/)
          }),
          { numRuns: 1_000 },
        )
      }
    }
  })

  it('is refused when it is cut, of another kind, or numbers a field 0', () => {
    const good = encodeRequest('traces', [span], {})
    for (const body of [
      good.slice(0, -1),
      [0x0b],
      [0x00, 0x00],
      [0x0a, 0xff, 0xff, 0xff, 0xff, 0x7f],
      [0x08, ...Array(11).fill(0xff)],
    ]) {
      expect(decodeOtlp(Uint8Array.from(body), 'traces')).toMatchObject({ ok: false, error: { code: 'BAD_PROTOBUF' } })
    }
    expect(decodeOtlp(Uint8Array.from([0x08, 1]), 'traces')).toMatchObject({ ok: false })
    expect(double(0.25)).toHaveLength(8)
  })

  it('is answered by nothing when all was taken, else by the count and the reason', () => {
    expect(encodePartialSuccess(0, '')).toEqual(new Uint8Array())
    expect([...encodePartialSuccess(300, 'ab')]).toEqual([0x0a, 7, 0x08, 0xac, 0x02, 0x12, 2, 97, 98])
  })
})
