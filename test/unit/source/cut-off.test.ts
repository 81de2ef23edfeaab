import { describe, expect, it } from 'vitest'
import { readAll } from './reading'

const HEADER = 'id,timestamp,model,input_tokens,output_tokens\n'
const ROW = 'a,2026-09-01T00:00:00Z,gpt-5,1,1\n'
const LINE =
  '{"id":"a","timestamp":"2026-09-01T00:00:00Z","provider":"openai","model":"gpt-5","usage":{"input":1,"output":1}}'

describe('A-50: a file that ends in the middle of a row', () => {
  it.each([
    ['a table', `${HEADER}${ROW}b,2026-09-01T00:0`],
    ['JSON lines', `${LINE}\n${LINE.slice(0, 60)}`],
  ])('keeps the rows before, rejects the last and says so: %s', (_what, file) => {
    for (const how of [{}, { chunks: [1] }, { chunks: [7, 64] }]) {
      const reading = readAll(file, how)
      expect(reading).toMatchObject({
        problem: null,
        note: 'CUT_OFF',
        rows: 2,
        rejects: [{ line: file.split('\n').length }],
      })
      expect(reading.records).toHaveLength(1)
    }
  })

  it.each([
    ['a whole last row without an end of line', HEADER + ROW.trimEnd()],
    ['a bad last row with one', `${HEADER}${ROW}b,2026-09-01T00:0\n`],
    ['a bad row before the last', `${HEADER}b,2026\n${ROW.trimEnd()}`],
    ['a last row that is wrong but whole', `${HEADER}${ROW}b,2026-09-01T00:00:00Z,gpt-5,-1,1`],
  ])('is told from %s', (_what, file) => {
    expect(readAll(file)).toMatchObject({ problem: null, note: null })
  })
})
