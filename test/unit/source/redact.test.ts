import { describe, expect, it } from 'vitest'
import { isContentPath, liesInContent, shownCsv, shownJson } from '../../../lib/core/source/redact'
import { jsonRequest } from '../../support/otlp'
import { readAll } from './reading'

const SECRET = "the merger isn't public"

describe('a refused row is shown without what was said', () => {
  it.each([
    ['JSON', `{"model":"gpt-5","messages":[{"role":"user","content":"${SECRET}"}],"usage":{"input":7}}`],
    ['JSON with the message beside', `{"model":"gpt-5","message":"${SECRET}","usage":7}`],
    ['JSON that was cut in a message', `{"model":"gpt-5","messages":[{"role":"user","content":"${SECRET}`],
    ['JSON that was cut after a list of prompts', `{"model":"gpt-5","prompt":["${SECRET}","and ${SECRET}"],"usage":`],
    ['JSON with a name that has no quotes', `{id:7,"model":"gpt-5",system_prompt:"${SECRET}"}`],
    ['printed Python', `{'model': 'gpt-5', 'messages': [{'role': 'user', 'content': "${SECRET}"}], 'usage': None}`],
    [
      'printed Python with a list',
      `{'model': 'gpt-5', 'input': ["${SECRET}", 'x ${SECRET.replace("'", '')}'], 'id': 1}`,
    ],
  ])('%s', (_what, text) => {
    const shown = shownJson(text)
    expect(shown).not.toContain('merger')
    expect(shown).toContain('gpt-5')
  })

  it('keeps what is needed to find the fault of a line that is no JSON', () => {
    expect(shownJson('{"model":"gpt-5","input_tokens":1,000,"id":"call-7"')).toBe(
      '{"model":"gpt-5","input_tokens":1,000,"id":"call-7"',
    )
    expect(shownJson('{"a" 1}')).toContain('1}')
  })

  it('shows no more of text without any form than of one cell', () => {
    expect(shownJson(`note ${'x'.repeat(5_000)}`).length).toBeLessThan(210)
  })

  it('takes no longer than its length for quotes that never end', () => {
    const started = performance.now()
    shownJson(`{${'"a\\"'.repeat(20_000)}`)
    shownJson(`[${`'"`.repeat(30_000)}`)
    expect(performance.now() - started).toBeLessThan(5_000)
  })

  it('blanks the cells of messages in a table', () => {
    expect(shownCsv(`gpt-5,"${SECRET}",7`, ',', { width: 3, content: [1] })).toBe('gpt-5,[removed],7')
  })
})

describe('a refused span is shown without what was said', () => {
  const PLACES = ['gen_ai.prompt.0.content', 'gen_ai.input.messages', 'input.value', 'ai.response.text', 'tool_input']
  const span = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    startMs: Date.UTC(2026, 9, 1),
    attributes: {
      'gen_ai.request.model': 'gpt-5',
      'gen_ai.usage.input_tokens': -5n,
      'gen_ai.usage.output_tokens': '7',
      ...Object.fromEntries(PLACES.map((name) => [name, SECRET])),
    },
  }

  it('whatever the attributes are called', () => {
    const [reject] = readAll(jsonRequest([span])).rejects
    expect(reject?.code).toBe('NEGATIVE_TOKENS')
    expect(reject?.raw).not.toContain('merger')
    expect(reject?.raw).toContain('"gen_ai.request.model":"gpt-5","gen_ai.usage.input_tokens":"-5"')
  })

  it('also in a line that was damaged', () => {
    const line = jsonRequest([span])
    const [reject] = readAll(`${line}\n${line.slice(0, -4)}\n${line}\n`).rejects.filter((one) => one.line === 2)
    expect(reject?.code).toBe('BAD_JSON')
    expect(reject?.raw).not.toContain('merger')
  })
})

it('a path is known by its last name in any case, and what lies in messages by any of its names', () => {
  expect(['Prompt', 'request.body.Messages', 'answer'].every(isContentPath)).toBe(true)
  expect(['prompt_tokens', 'request.id', 'usage.input_tokens'].some(isContentPath)).toBe(false)
  expect(liesInContent('Response.summary') && !liesInContent('usage.output_tokens')).toBe(true)
})
