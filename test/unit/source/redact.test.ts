import { describe, expect, it } from 'vitest'
import { isContentPath, liesInContent, shownCsv, shownJson } from '../../../lib/core/source/redact'

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

it('a path is known by its last name in any case, and what lies in messages by any of its names', () => {
  expect(['Prompt', 'request.body.Messages', 'answer'].every(isContentPath)).toBe(true)
  expect(['prompt_tokens', 'request.id', 'usage.input_tokens'].some(isContentPath)).toBe(false)
  expect(liesInContent('Response.summary') && !liesInContent('usage.output_tokens')).toBe(true)
})
