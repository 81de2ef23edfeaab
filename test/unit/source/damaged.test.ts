import { describe, expect, it } from 'vitest'
import { readAll } from './reading'

const HEADER = 'id,timestamp,model,input_tokens,output_tokens'
const row = (id: string, input: number, output: number) => `${id},2026-09-01T00:00:00Z,gpt-5,${input},${output}`
const counts = (text: string, how = {}) =>
  readAll(text, how).records.map(({ quantities }) => [quantities.input, quantities.output])
const rejects = (text: string, how = {}) => readAll(text, how).rejects.map(({ line, code }) => [line, code])
const HOWS = [{}, { chunks: [1] }, { chunks: [7, 64] }]

describe('exports that were joined', () => {
  it('are read on by the header that stands in the middle, whatever the order and number of its columns', () => {
    const other = 'id,timestamp,model,output_tokens,input_tokens'
    const wider = 'timestamp,model,project,input_tokens,output_tokens,id'
    const text = [
      HEADER,
      row('a', 1, 2),
      other,
      row('b', 20, 10),
      HEADER,
      row('c', 3, 4),
      `\ufeff${wider}`,
      '2026-09-01T00:00:00Z,gpt-5,search,5,6,d',
      '',
    ].join('\n')
    for (const how of HOWS) {
      expect(counts(text, how)).toEqual([
        [1n, 2n],
        [10n, 20n],
        [3n, 4n],
        [5n, 6n],
      ])
      expect(rejects(text, how)).toEqual([
        [3, 'NOT_A_DATA_ROW'],
        [5, 'NOT_A_DATA_ROW'],
        [7, 'NOT_A_DATA_ROW'],
      ])
    }
  })

  it('keep a bad row apart that only looks like a header', () => {
    const text = [HEADER, row('a', 1, 2), 'id,timestamp,x', row('b', 3, 4), ''].join('\n')
    expect(counts(text)).toEqual([
      [1n, 2n],
      [3n, 4n],
    ])
    expect(rejects(text)).toEqual([[3, 'RAGGED_ROW']])
  })

  it('count equal rows without ids as two files do: by their place in each', () => {
    const names = (text: string) => readAll(text).records.map(({ identity }) => identity.parts.join(' '))
    const two = [row('', 1, 2), row('', 1, 2)]
    const one = [HEADER, ...two, ''].join('\n')
    const wider = `timestamp,model,project,input_tokens,output_tokens\n2026-09-01T00:00:00Z,gpt-5,,1,2\n`
    expect(new Set(names(one)).size).toBe(2)
    expect(names(one + one)).toEqual([...names(one), ...names(one)])
    expect(new Set(names(one + wider + one)).size).toBe(2)
  })

  it('of Prometheus tell a reading once, however often the answer holds it', () => {
    const answer = (from: number) => {
      const series = (name: string, reason: string, step: number) => ({
        metric: { __name__: name, model_name: 'm', instance: 'gpu-1', finished_reason: reason },
        values: [0, 1, 2].map((at) => [1_785_542_400 + (from + at) * 3_600, String((from + at) * step)]),
      })
      const result = [
        series('vllm:prompt_tokens_total', '', 100),
        series('vllm:generation_tokens_total', '', 10),
        series('vllm:request_success_total', 'stop', 2),
        series('vllm:request_success_total', 'length', 1),
      ]
      return `${JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } })}\n`
    }
    const told = (text: string) =>
      readAll(text).records.map(({ quantities, requests }) => [quantities.input, quantities.output, requests])
    expect(told(answer(0) + answer(0))).toEqual(told(answer(0)))
    expect(told(answer(0) + answer(1))).toEqual([0, 1, 2].map(() => [100n, 10n, 3n]))
  })

  it('of a cost API begin anew at a time that was told already, and pages of one answer do not', () => {
    const bucket = (day: number, ...amounts: readonly number[]) => ({
      object: 'bucket',
      start_time: 1_785_542_400 + day * 86_400,
      end_time: 1_785_542_400 + (day + 1) * 86_400,
      results: amounts.map((value) => ({
        object: 'organization.costs.result',
        amount: { value, currency: 'usd' },
        line_item: 'gpt-5, input',
      })),
    })
    const page = (...data: readonly object[]) => `${JSON.stringify({ object: 'page', data })}\n`
    const tables = (text: string) => readAll(text).costs?.map(({ table }) => table ?? 0)
    expect(tables(page(bucket(0, 1, 1), bucket(1, 2)) + page(bucket(2, 3)))).toEqual([0, 0, 0, 0])
    const one = page(bucket(0, 1, 1))
    expect(tables(one + one + page(bucket(0, 5), bucket(1, 2)))).toEqual([0, 0, 1, 1, 2, 2])
  })

  it('of Codex, a log beside an older copy of it, are no calls made twice', () => {
    const line = (type: string, payload: object, second = 0) =>
      JSON.stringify({ timestamp: `2026-09-01T10:00:0${second}Z`, type, payload })
    const total = (input: number, second: number) =>
      line(
        'event_msg',
        { type: 'token_count', info: { total_token_usage: { input_tokens: input, output_tokens: input } } },
        second,
      )
    for (const meta of [{ id: 'one' }, { id: 'one', forked_from_id: 'other' }]) {
      const begin = [line('session_meta', meta), line('turn_context', { model: 'gpt-5-codex' }, 1)]
      const older = [...begin, total(100, 2), total(250, 4)]
      const log = [...older, total(20, 6), total(90, 8)]
      const read = (lines: readonly string[]) => {
        const records = readAll(`${lines.join('\n')}\n`).records
        return new Map(records.map(({ identity, quantities }) => [identity.parts.join(' '), quantities.input]))
      }
      const alone = read(log)
      expect(alone.size).toBe(4)
      for (const joined of [
        [...older, ...log],
        [...log, ...older],
        [...log, ...log],
      ]) {
        expect(read(joined)).toEqual(alone)
      }
      // A session that is taken up again tells of itself later, and its totals go on.
      const resumed = [...log, line('session_meta', meta, 9), total(95, 9)]
      expect([...read(resumed).values()].at(-1)).toBe(5n)
    }
  })

  it('of JSON lines lose nothing to the byte order mark of the second', () => {
    const line = (id: string) =>
      `{"id":"${id}","timestamp":"2026-09-01T00:00:00Z","provider":"openai","model":"gpt-5","usage":{"input":1,"output":1}}`
    expect(counts(`\ufeff${line('a')}\n\ufeff${line('b')}\n`)).toHaveLength(2)
  })
})

describe('A-50: a table that ends within a quoted value', () => {
  const table = `${HEADER},tags\n${row('a', 1, 2)},"x=1"\n${row('b', 3, 4)},"x=`

  it('keeps the rows before, rejects the last and says so', () => {
    for (const how of HOWS) {
      const reading = readAll(table, how)
      expect(reading).toMatchObject({ problem: null, note: 'CUT_OFF', rows: 2 })
      expect(reading.rejects.map(({ line, code }) => [line, code])).toEqual([[3, 'RAGGED_ROW']])
      expect(reading.records).toHaveLength(1)
    }
  })

  it('A-24: is refused whole where the quote swallows further lines', () => {
    expect(readAll(`${table}\n${row('c', 5, 6)},\n`).problem).toBe('UNCLOSED_QUOTE')
    expect(readAll(`${HEADER},"ta`).problem).not.toBeNull()
  })
})

describe('JSON lines', () => {
  const line = (id: string) =>
    `{"id":"${id}","timestamp":"2026-09-01T00:00:00Z","provider":"openai","model":"gpt-5","usage":{"input":1,"output":1}}`

  it('keep what is whole where most lines are damaged', () => {
    const text = [line('a'), `${line('b')},`, line('c').slice(0, 40), `${line('d')}x`, line('e')].join('\n')
    expect(counts(text)).toHaveLength(2)
    expect(rejects(text)).toEqual([
      [2, 'BAD_JSON'],
      [3, 'BAD_JSON'],
      [4, 'BAD_JSON'],
    ])
  })

  it('are found after what a program said before them, or after a line whose beginning is lost', () => {
    for (const first of ['2026-09-01 00:00:00 INFO listening', line('x').slice(20)]) {
      expect(counts(`${first}\n${line('a')}\n${line('b')}\n`)).toHaveLength(2)
      expect(rejects(`${first}\n${line('a')}\n`)).toEqual([[1, 'BAD_JSON']])
    }
  })

  it('A-51: lists that were joined are read one after another, and refused where one is broken', () => {
    const joined = `[${line('a')},${line('b')}]\n[\n${line('c')}\n]\n[]`
    for (const how of HOWS) expect(counts(joined, how)).toHaveLength(3)
    expect(readAll(`[${line('a')}]\n[${line('b')},{"id":]`).problem).toBe('BROKEN_JSON')
    expect(readAll(`[${line('a')}] and more`).problem).toBe('BROKEN_JSON')
  })

  it('A-51: are not what a document on several lines is taken for', () => {
    const page = `{"records":[\n${line('a')},\n${line('b')},\n${line('c').slice(0, 40)}`
    expect(readAll(page).problem).toBe('BROKEN_JSON')
  })
})

describe('rows of one table that are named alike', () => {
  const header =
    'usage_date_utc,model_version,usage_input_tokens_no_cache,usage_input_tokens_cache_read,usage_output_tokens'
  const first = '2026-08-12,claude-sonnet-5,10,40,50'
  const second = '2026-08-12,claude-sonnet-5,1,4,5'
  const keys = (text: string) => readAll(text).records.map(({ identity }) => identity.parts)

  it('are buckets of their own where they count differently: what told them apart was not exported', () => {
    const [one, two, again] = keys([header, first, second, first, ''].join('\n'))
    expect(one).not.toEqual(two)
    expect(again).toEqual(one)
    expect(keys([header, first, ''].join('\n'))).toEqual([one])
  })

  it('restate each other where another export begins between them', () => {
    const [one, two] = keys([header, first, header, second, ''].join('\n'))
    expect(two).toEqual(one)
  })
})
