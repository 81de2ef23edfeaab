import { describe, expect, it } from 'vitest'
import { readAll } from './reading'

const line = (value: object) => `${JSON.stringify(value)}\n`

describe('what looks like a body of Bedrock’s', () => {
  it.each([
    [
      'a message of a chat whose program keeps its usage',
      { id: 'm-1', role: 'assistant', metadata: { usage: { inputTokens: 10, outputTokens: 5, cachedInputTokens: 4 } } },
    ],
    ['a row of a study that counts what was generated', { prompt_id: 'p-1', generation_token_count: 12, score: 1 }],
  ])('is not taken for one: %s', (_what, value) => {
    expect(readAll(line(value))).toMatchObject({ problem: 'UNKNOWN_FORMAT', format: null })
  })
})
