import { describe, expect, it } from 'vitest'
import { readAll } from './reading'

const result = (values: object = {}) => ({
  object: 'organization.usage.completions.result',
  input_tokens: 1000,
  output_tokens: 500,
  num_model_requests: 5,
  project_id: null,
  model: null,
  input_cached_tokens: 800,
  ...values,
})
const bucket = (day: number, results: readonly object[]) => ({
  object: 'bucket',
  start_time: 1_785_542_400 + day * 86_400,
  end_time: 1_785_542_400 + (day + 1) * 86_400,
  results,
})
const page = (day: number, more: boolean) => ({
  object: 'page',
  data: [bucket(day, [result({ model: 'gpt-5' })])],
  has_more: more,
  next_page: more ? 'page_2' : null,
})

const read = (text: string) => {
  const { problem, format, records, rejects } = readAll(text)
  return { problem, format, days: records.map(({ startMs }) => new Date(startMs).getUTCDate()), rejects }
}
const both = { problem: null, format: 'openai-usage-api', days: [1, 2], rejects: [] }

describe('pages of an API', () => {
  const pages = [page(0, true), page(1, false)]

  it.each([
    ['one a line', pages.map((one) => JSON.stringify(one)).join('\n')],
    ['printed one after another', pages.map((one) => JSON.stringify(one, null, 2)).join('\n')],
    ['in a list', JSON.stringify(pages)],
    ['in a list under a key', JSON.stringify({ pages }, null, 2)],
    ['each wrapped once more', pages.map((one) => JSON.stringify({ data: one })).join('\n')],
    ['as answers a tool kept', JSON.stringify(pages.map((response) => ({ url: '/v1', response })))],
    ['as buckets alone', JSON.stringify(pages.flatMap((one) => one.data))],
  ])('are read %s', (_how, text) => {
    expect(read(text)).toEqual(both)
  })

  it('without any usage fail with the reason, not as an unknown format', () => {
    for (const empty of [
      { object: 'page', data: [], has_more: false },
      { object: 'page', data: [bucket(0, [])], has_more: false },
      {
        data: [{ starting_at: '2026-08-01T00:00:00Z', ending_at: '2026-08-02T00:00:00Z', results: [] }],
        has_more: false,
      },
    ]) {
      expect(read(JSON.stringify(empty)).problem).toBe('NO_ROWS')
    }
  })

  it('cut in half keep nothing and say so', () => {
    const text = JSON.stringify({ ...page(0, false), data: [page(0, false).data, page(1, false).data].flat() })
    expect(read(text.slice(0, -70)).problem).toBe('BROKEN_JSON')
  })

  it('keep every result but one with a value of another type', () => {
    const mixed = { object: 'page', data: [bucket(0, [result(), result({ input_tokens: 'many' })])] }
    const { days, rejects } = read(JSON.stringify(mixed))
    expect(days).toEqual([1])
    expect(rejects.map(({ code, column }) => [code, column])).toEqual([['BAD_NUMBER', 'input_tokens']])
  })
})

describe('audio of OpenAI before it was told apart', () => {
  it('is counted as cached as far as the uncached input has no room for it', () => {
    const heard = { object: 'page', data: [bucket(0, [result({ input_audio_tokens: 600 })])] }
    const quantities = readAll(JSON.stringify(heard)).records[0]?.quantities
    expect([quantities?.input, quantities?.cacheRead]).toEqual([0n, 400n])
    expect([...(quantities?.other ?? [])]).toEqual([
      ['input_audio', 200n],
      ['cache_read_audio', 400n],
    ])
  })
})

describe('a table behind lines about it', () => {
  it('is recognised by its own header', () => {
    const { format, costs, notRows } = readAll(
      'Invoice number,1\nInvoice date,2026-08-31\n\nDate,Service description,Service ID,SKU description,SKU ID,Subtotal ($)\n2026-08-01,Gemini API,A,Grounding with Google Search,B,0.35\n',
    )
    expect([format, notRows, costs?.map(({ amount }) => amount)]).toEqual(['google-billing-csv', 4, ['0.35']])
  })
})

describe('an answer that begins within a day', () => {
  const part = { ...bucket(0, [result({ model: 'gpt-5' })]), start_time: 1_785_542_400 + 40_000 }
  const identityOf = (one: object) => readAll(JSON.stringify({ object: 'page', data: [one] })).records[0]?.identity

  it('tells a part of the bucket that a whole one replaces, and is called like it', () => {
    const whole = identityOf(bucket(0, [result({ model: 'gpt-5' })]))
    expect(identityOf(part)).toEqual({ ...whole, grows: 'tokens' })
    expect(whole?.grows).toBeUndefined()
  })

  it('leaves hours and buckets of other lengths as they are', () => {
    const hour = { ...part, start_time: 1_785_542_400 + 3_600, end_time: 1_785_542_400 + 7_200 }
    const odd = { ...part, start_time: 1_785_542_411, end_time: 1_785_542_711 }
    for (const one of [hour, odd]) {
      expect(identityOf(one)?.parts.slice(1, 3)).toEqual([String(one.start_time * 1000), String(one.end_time * 1000)])
      expect(identityOf(one)?.grows).toBeUndefined()
    }
  })
})
