import { describe, expect, it } from 'vitest'
import { NOW_MS, readAll } from './reading'

const ANSWER = { type: 'message', model: 'claude-opus-5', usage: { input_tokens: 10, output_tokens: 5 } }
const lines = (...values: readonly unknown[]) => `${values.map((value) => JSON.stringify(value)).join('\n')}\n`

describe('calls whose source tells no time', () => {
  it('take the time of the import, and the user is told', () => {
    const reading = readAll(lines({ ...ANSWER, id: 'msg_01' }, { ...ANSWER, id: 'msg_02' }))
    expect(reading.note).toBe('TIME_ASSUMED')
    expect(reading.records.map(({ startMs, timeAssumed }) => [startMs, timeAssumed])).toEqual([
      [NOW_MS, true],
      [NOW_MS, true],
    ])
  })

  it('have an identity that does not depend on when they were imported', () => {
    const body = { model: 'command-r', usage: { billed_units: { input_tokens: 12, output_tokens: 8 } } }
    const early = readAll(lines(body, body))
    const late = readAll(lines(body, body), { nowMs: NOW_MS + 86_400_000 })
    expect(late.records[0]?.startMs).not.toBe(early.records[0]?.startMs)
    expect(late.records.map((record) => record.identity)).toEqual(early.records.map((record) => record.identity))
    expect(early.records[0]?.identity).not.toEqual(early.records[1]?.identity)
  })

  it('take a logger’s time where there is one', () => {
    const [record] = readAll(
      lines({ request_time: '2026-09-01T00:00:00Z', response: { ...ANSWER, id: 'msg_01' } }),
    ).records
    expect(record).toMatchObject({ startMs: Date.UTC(2026, 8, 1) })
    expect(record).not.toHaveProperty('timeAssumed')
  })

  it('of a streamed claude -p count once: the result stands for its messages', () => {
    const usage = { input_tokens: 3, cache_creation_input_tokens: 40, output_tokens: 5 }
    const stream = lines(
      { type: 'system', session_id: 's' },
      { type: 'assistant', session_id: 's', message: { id: 'msg_01', model: 'claude-opus-4-6', usage } },
      {
        type: 'result',
        session_id: 's',
        usage: { ...usage, cache_creation: { ephemeral_1h_input_tokens: 40 } },
        modelUsage: { 'claude-opus-4-6': { inputTokens: 3, outputTokens: 5, cacheCreationInputTokens: 40 } },
      },
    )
    expect(readAll(stream).records.map(({ quantities }) => quantities)).toMatchObject([
      { input: 3n, output: 5n, cacheWrite5m: 0n, cacheWrite1h: 40n },
    ])
  })
})

describe('a streamed claude -p', () => {
  it('is recognised however many parts stand before its first answer, which count nothing', () => {
    const part = { type: 'stream_event', session_id: 's', event: { type: 'content_block_delta' } }
    const usage = { input_tokens: 3, output_tokens: 5 }
    const start = { type: 'message_start', message: { id: 'msg_01', usage: { input_tokens: 3, output_tokens: 1 } } }
    const reading = readAll(
      lines(
        { type: 'system', subtype: 'init', session_id: 's', model: 'claude-opus-4-6' },
        { ...part, event: start },
        ...Array.from({ length: 500 }, () => part),
        { type: 'assistant', session_id: 's', message: { id: 'msg_01', model: 'claude-opus-4-6', usage } },
      ),
    )
    expect(reading.format).toBe('claude-code-jsonl')
    expect(reading.records.map(({ quantities }) => quantities)).toMatchObject([{ input: 3n, output: 5n }])
  })
})

describe('lists of any API', () => {
  const call = {
    id: 'chatcmpl-abcdefgh',
    created: 1757141666,
    model: 'gpt-4o',
    usage: { prompt_tokens: 10, completion_tokens: 5 },
  }
  const other = { ...call, id: 'chatcmpl-ijklmnop' }

  it.each([
    ['lines', lines(call, other)],
    ['a list', JSON.stringify([call, other], null, 2)],
    ['a list with an element on each line', `[\n${JSON.stringify(call)},\n${JSON.stringify(other)}\n]`],
    ['a page', JSON.stringify({ object: 'list', data: [call, other] })],
    ['a page with an element on each line', `{"data":[\n${JSON.stringify(call)},\n${JSON.stringify(other)}\n]}`],
    ['pages on lines', lines({ items: [call] }, { items: [other] })],
    ['a list of pages', JSON.stringify([{ results: [call] }, { results: [other] }])],
  ])('are read whole as %s', (_name, text) => {
    const { records, rejects } = readAll(text)
    expect(rejects).toEqual([])
    expect(records.map(({ identity }) => identity.parts[1])).toEqual([call.id, other.id])
  })
})
