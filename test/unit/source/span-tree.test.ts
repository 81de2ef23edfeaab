import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SpanTree } from '../../../lib/core/source/span-tree'
import { readAll } from './reading'

interface Span {
  readonly id: string
  readonly parent: string
  readonly tokens: number | null
  readonly model?: string | null
}

const attribute = (key: string, value: string | number) => ({
  key,
  value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
})

function span({ id, parent, tokens, model = 'gpt-5' }: Span) {
  return {
    traceId: 't1',
    spanId: id,
    ...(parent === '' ? {} : { parentSpanId: parent }),
    startTimeUnixNano: '1767225600000000000',
    endTimeUnixNano: '1767225601000000000',
    attributes: [
      ...(tokens === null ? [] : [attribute('gen_ai.usage.input_tokens', tokens)]),
      ...(model === null ? [] : [attribute('gen_ai.request.model', model)]),
    ],
  }
}

/** A file as the collector's file exporter writes it: a batch on each line. */
const file = (batches: readonly (readonly Span[])[]) =>
  batches
    .map((spans) => `${JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: spans.map(span) }] }] })}\n`)
    .join('')

const tokensIn = (batches: readonly (readonly Span[])[]) => {
  const { records, rejects } = readAll(file(batches))
  expect(rejects).toEqual([])
  return records.map(({ quantities }) => Number(quantities.input)).sort((a, b) => a - b)
}

describe('spans around model calls', () => {
  const outer: Span = { id: 'a', parent: '', tokens: 30 }
  const middle: Span = { id: 'b', parent: 'a', tokens: null }
  const inner: Span = { id: 'c', parent: 'b', tokens: 10 }
  const other: Span = { id: 'd', parent: 'a', tokens: 20 }

  it('are left out in one batch and over several, in any order', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([outer, middle, inner, other], { minLength: 4 }),
        fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
        (spans, cuts) => {
          const at = [0, ...new Set([...cuts].sort()), 4]
          expect(tokensIn(at.slice(1).map((end, place) => spans.slice(at[place], end)))).toEqual([10, 20])
        },
      ),
    )
  })

  it('may lack the model when their calls came before', () => {
    expect(tokensIn([[inner], [middle, { ...outer, model: null }]])).toEqual([10])
  })

  it('count when nothing in them counts, and in another trace of the same ids', () => {
    expect(tokensIn([[outer, middle]])).toEqual([30])
    const elsewhere = file([[outer]]).replaceAll('"t1"', '"t2"')
    expect(readAll(file([[inner, middle]]) + elsewhere).records).toHaveLength(2)
  })

  it('end where a trace is told in a circle', () => {
    const tree = new SpanTree()
    tree.add({ traceId: 't', spanId: 'a', parentSpanId: 'b' }, true)
    tree.add({ traceId: 't', spanId: 'b', parentSpanId: 'a' }, false)
    expect(tree.isAround('t', 'b')).toBe(true)
  })

  it('a span told twice counts once, by its larger version', () => {
    expect(tokensIn([[inner], [{ ...inner, tokens: 10 }], [other]])).toEqual([10, 20])
  })
})

describe('attributes of other instrumentations', () => {
  const one = (attributes: Readonly<Record<string, string | number>>) => {
    const spans = [
      {
        traceId: 't1',
        spanId: 's1',
        startTimeUnixNano: '1767225600000000000',
        attributes: Object.entries({ 'gen_ai.request.model': 'claude-opus-5', ...attributes }).map(([key, value]) =>
          attribute(key, value),
        ),
      },
    ]
    const { records, rejects } = readAll(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }))
    expect(rejects).toEqual([])
    return records.map(({ quantities }) => quantities)
  }

  it('tell cache and reasoning by their own names', () => {
    const [strands] = one({
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 20,
      'gen_ai.usage.cache_read_input_tokens': 60,
      'gen_ai.usage.cache_write_input_tokens': 30,
      'gen_ai.usage.thinking_tokens': 5,
    })
    expect(strands).toMatchObject({ input: 10n, cacheRead: 60n, cacheWrite5m: 30n, output: 20n, reasoning: 5n })
    const [pydantic] = one({
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 20,
      'gen_ai.usage.details.cache_read_tokens': 60,
      'gen_ai.usage.details.reasoning_tokens': 7,
    })
    expect(pydantic).toMatchObject({ input: 40n, cacheRead: 60n, output: 20n, reasoning: 7n })
  })

  it('tell apart cache writes that live an hour', () => {
    const [record] = one({
      'gen_ai.usage.input_tokens': 5002,
      'gen_ai.usage.cache_read.input_tokens': 900,
      'gen_ai.usage.cache_creation.input_tokens': 4100,
      'gen_ai.usage.cache_creation.ephemeral_1h_input_tokens': 4000,
    })
    expect(record).toMatchObject({ input: 2n, cacheRead: 900n, cacheWrite5m: 100n, cacheWrite1h: 4000n })
  })

  it('count the cache beside the input where a total says so', () => {
    const cached = {
      'gen_ai.usage.input_tokens': 500,
      'gen_ai.usage.output_tokens': 20,
      'llm.token_count.prompt_details.cache_read': 300,
    }
    expect(one({ ...cached, 'gen_ai.usage.total_tokens': 820 })).toMatchObject([{ input: 500n, cacheRead: 300n }])
    expect(one({ ...cached, 'gen_ai.usage.total_tokens': 520 })).toMatchObject([{ input: 200n, cacheRead: 300n }])
    expect(one(cached)).toMatchObject([{ input: 200n, cacheRead: 300n }])
  })

  it('leave out tasks and workflows told by another key', () => {
    expect(one({ 'gen_ai.usage.input_tokens': 1, 'traceloop.span.kind': 'workflow' })).toEqual([])
  })
})
