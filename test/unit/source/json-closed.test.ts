import { describe, expect, it } from 'vitest'
import { closedJson } from '../../../lib/core/source/json-closed'
import { readAll } from './reading'

describe('the beginning of a value', () => {
  it.each([
    ['{"a":[{"b":1,"c":"x,]}","d":[2,3', '{"a":[{"b":1,"c":"x,]}","d":[2]}]}'],
    ['[{"a":1},{"b":"\\",', '[{"a":1}]'],
    ['{"first":1}\n{"a":1,"b":{"c":', '{"a":1}'],
    ['{"a":1,"b":[1,2],"c":{', '{"a":1,"b":[1,2]}'],
  ])('is closed after its last whole part', (text, closed) => {
    expect(closedJson(text)).toBe(closed)
  })

  it('is nothing where the value is whole, or has no whole part', () => {
    for (const text of ['{"a":1,"b":2}', '{"a":1}\n', '', 'x', '{"a":"', '{"a":1,"b":2}\n{"c":']) {
      expect(closedJson(text)).toBeNull()
    }
  })
})

describe('a file whose first record is longer than the beginning that is looked at', () => {
  const words = 'words '.repeat(100)
  const many = (of: (at: number) => object) => Array.from({ length: 700 }, (_, at) => of(at))
  const chat = {
    sessionId: 's-1',
    messages: many((at) => ({
      id: `m-${at}`,
      timestamp: '2026-08-31T10:00:00Z',
      type: 'gemini',
      content: words,
      model: 'gemini-3-flash',
      tokens: { input: 7, output: 5, cached: 0, thoughts: 0, tool: 0, total: 12 },
    })),
  }
  const trace = {
    resourceSpans: [
      {
        resource: { attributes: [] },
        scopeSpans: [
          {
            spans: many((at) => ({
              traceId: 't',
              spanId: `s-${at}`,
              startTimeUnixNano: '1788170000000000000',
              attributes: [
                { key: 'gen_ai.input.messages', value: { stringValue: words } },
                { key: 'gen_ai.request.model', value: { stringValue: 'gpt-5' } },
                { key: 'gen_ai.usage.input_tokens', value: { intValue: '7' } },
                { key: 'gen_ai.usage.output_tokens', value: { intValue: '5' } },
              ],
            })),
          },
        ],
      },
    ],
  }
  const page = {
    object: 'page',
    data: [
      {
        object: 'bucket',
        start_time: 1788134400,
        end_time: 1788220800,
        results: many((at) => ({
          object: 'organization.usage.completions.result',
          input_tokens: 7,
          output_tokens: 5,
          num_model_requests: 1,
          model: `m-${at}`,
          project_id: words,
        })),
      },
    ],
  }
  const answer = { object: 'chat.completion', id: 'chatcmpl-Bx7kQ2', usage: { prompt_tokens: 7, completion_tokens: 5 } }

  it.each([
    ['a session', JSON.stringify(chat), 'gemini-cli-json', 700],
    ['a session on many lines', JSON.stringify(chat, null, 2), 'gemini-cli-json', 700],
    ['a trace', JSON.stringify(trace), 'otlp-json', 700],
    ['a bucket', JSON.stringify(page), 'openai-usage-api', 700],
    [
      'a line',
      `${JSON.stringify({ ...answer, model: 'm', more: many(() => ({ words })) })}\n${JSON.stringify({ ...answer, id: 'chatcmpl-Bx7kQ3', model: 'm' })}`,
      'openai-responses-jsonl',
      2,
    ],
  ])('is recognised by it: %s', (_what, text, format, calls) => {
    expect(text.length).toBeGreaterThan(262_144)
    const reading = readAll(text)
    expect([reading.format, reading.records.length, reading.rejects]).toEqual([format, calls, []])
  })
})
