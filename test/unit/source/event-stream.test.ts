import { describe, expect, it } from 'vitest'
import { readAll } from './reading'

const chunk = (id: string, usage: object | null) =>
  `data: ${JSON.stringify({ id, object: 'chat.completion.chunk', created: 1785578400, model: 'gpt-5', choices: [], usage })}\n\n`
const USAGE = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 }

describe('streams of server-sent events', () => {
  it('count each response once, at its part with usage', () => {
    const text = `${chunk('chatcmpl-aaaaaaaa', null)}${chunk('chatcmpl-aaaaaaaa', USAGE)}data: [DONE]\n\n`
    for (const how of [{}, { chunks: [1] }]) {
      const reading = readAll(`: a comment\n\n${text}${text.replaceAll('aaaaaaaa', 'bbbbbbbb')}`, how)
      expect(reading).toMatchObject({ format: 'openai-responses-jsonl', rows: 2, rejects: [] })
    }
  })

  it('that end without usage are a reject each, however many parts they have', () => {
    const reading = readAll(chunk('chatcmpl-aaaaaaaa', null).repeat(3) + chunk('chatcmpl-bbbbbbbb', USAGE))
    expect([reading.rows, reading.records.length, reading.rejects.map(({ code }) => code)]).toEqual([
      2,
      1,
      ['NO_USAGE'],
    ])
    // Parts after the one with usage are no call of their own.
    expect(
      readAll(chunk('chatcmpl-b1111111', null) + chunk('chatcmpl-b1111111', USAGE) + chunk('chatcmpl-b1111111', null))
        .rejects,
    ).toEqual([])
  })

  it('reject lines that belong to no stream, where they stand', () => {
    const reading = readAll(`${chunk('chatcmpl-aaaaaaaa', USAGE)}--- next\n${chunk('chatcmpl-bbbbbbbb', USAGE)}`)
    expect(reading.rejects.map(({ line, code }) => [line, code])).toEqual([[3, 'BAD_JSON']])
    expect(reading.records).toHaveLength(2)
  })

  it('are recognised by the state of a response, however many parts stand before its usage', () => {
    const event = (type: string, more: object) => `event: ${type}\r\ndata: ${JSON.stringify({ type, ...more })}\r\n\r\n`
    const response = { id: 'resp_aaaaaaaa', object: 'response', created_at: 1785578400, model: 'gpt-5', usage: null }
    const usage = { input_tokens: 10, output_tokens: 5, total_tokens: 15 }
    const text = [
      event('response.created', { response }),
      ...Array.from({ length: 500 }, () => event('response.output_text.delta', { delta: 'x' })),
      event('response.completed', { response: { ...response, usage } }),
    ].join('')
    expect(readAll(text)).toMatchObject({ format: 'openai-responses-jsonl', rows: 1, rejects: [] })
  })

  it('of messages take the counts of the start as the later events restate them', () => {
    const event = (type: string, more: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`
    const start = event('message_start', {
      message: {
        id: 'msg_01aaaaaaaaaaaaaaaaaaaa',
        type: 'message',
        model: 'claude-opus-4-6',
        usage: { input_tokens: 10, cache_read_input_tokens: 70, output_tokens: 1 },
      },
    })
    const end = event('message_delta', { delta: {}, usage: { output_tokens: 40 } }) + event('message_stop', {})
    const [whole] = readAll(start + end).records
    expect(whole?.quantities).toMatchObject({ input: 10n, cacheRead: 70n, output: 40n })
    const cut = readAll(start)
    expect(cut.records[0]?.quantities).toMatchObject({ input: 10n, cacheRead: 70n, output: 1n })
    expect(cut.records[0]?.identity).toEqual(whole?.identity)
    // A stream without its beginning tells neither model nor input.
    expect(readAll(end + start + end).rejects.map(({ code }) => code)).toEqual(['NO_USAGE'])
  })

  it('of Cohere and LM Studio count at the event that tells, and nothing at the others', () => {
    const data = (value: object) => `data: ${JSON.stringify(value)}\n\n`
    const cohere = [
      data({ type: 'message-start', id: 'c14c80c3-18eb', delta: { message: { role: 'assistant' } } }),
      data({ type: 'content-delta', index: 0, delta: { message: { content: { text: 'x' } } } }).repeat(500),
      data({
        type: 'message-end',
        id: 'c14c80c3-18eb',
        delta: { finish_reason: 'COMPLETE', usage: { billed_units: { input_tokens: 5, output_tokens: 9 } } },
      }),
    ].join('')
    const studio = [
      data({ type: 'chat.start', model_instance_id: 'm' }),
      data({ type: 'message.delta', content: 'x' }).repeat(500),
      data({
        type: 'chat.end',
        result: { model_instance_id: 'm', stats: { input_tokens: 7, total_output_tokens: 2 } },
      }),
    ].join('')
    const told = (text: string) => {
      const { rejects, records } = readAll(text)
      return [rejects, records.map(({ quantities }) => [quantities.input, quantities.output])]
    }
    expect(told(cohere)).toEqual([[], [[5n, 9n]]])
    expect(told(studio)).toEqual([[], [[7n, 2n]]])
    // Numbers of another kind beside an answer are not the answer.
    const usage = { prompt_tokens: 4, completion_tokens: 1, total_tokens: 5 }
    expect(told(data({ id: 'chatcmpl-cccccccc', result: { stats: { ms: 3 } }, usage }))).toEqual([[], [[4n, 1n]]])
  })

  it('are no reason to read a table as one', () => {
    expect(readAll('id\nid: 1\n').problem).toBe('UNKNOWN_FORMAT')
  })
})

describe('answers of the Usage API', () => {
  it('are recognised after a night of empty buckets', () => {
    const bucket = (minute: number, results: object[]) => ({
      object: 'bucket',
      start_time: 1785542400 + minute * 60,
      end_time: 1785542460 + minute * 60,
      results,
    })
    const used = {
      object: 'organization.usage.completions.result',
      input_tokens: 3,
      output_tokens: 1,
      num_model_requests: 1,
    }
    const data = [...Array.from({ length: 600 }, (_, minute) => bucket(minute, [])), bucket(600, [used])]
    expect(readAll(JSON.stringify({ object: 'page', data }))).toMatchObject({ format: 'openai-usage-api', rows: 1 })
  })
})
