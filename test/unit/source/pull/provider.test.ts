import { describe, expect, it } from 'vitest'
import { addressOf, PULL_KINDS, type PullKind } from '../../../../lib/core/source/pull/pull-source'
import { pullSource } from '../../../../lib/core/source/pull/sources'
import { pauseMs, retryAfterMs, troubleOfStatus, unreachable } from '../../../../lib/core/source/pull/trouble'
import { DIALECTS } from '../../../../lib/core/source/registry'
import { HOUR_MS } from '../../../../lib/core/time/instant'

const window = { startMs: Date.UTC(2026, 9, 31), endMs: Date.UTC(2026, 10, 2) }
const read = (kind: PullKind, text: string) => {
  const source = pullSource(kind)
  const [request] = source.requests(window)
  if (request === undefined) throw new Error('no request')
  return source.readPage(text, request, window)
}
const address = (kind: PullKind, index = 0, page: string | null = null) => {
  const request = pullSource(kind).requests(window)[index]
  if (request === undefined) throw new Error('no request')
  return addressOf(pullSource(kind).baseUrl, request, page)
}

describe('what a provider is asked', () => {
  it('is the whole window on one page, grouped by all that names a record', () => {
    expect(address('openai-usage')).toBe(
      'https://api.openai.com/v1/organization/usage/completions?start_time=1793404800&end_time=1793577600&bucket_width=1h' +
        '&group_by%5B%5D=project_id&group_by%5B%5D=user_id&group_by%5B%5D=api_key_id&group_by%5B%5D=model&group_by%5B%5D=batch' +
        '&group_by%5B%5D=service_tier&limit=48',
    )
    expect(address('openai-costs')).toBe(
      'https://api.openai.com/v1/organization/costs?start_time=1793404800&end_time=1793577600&bucket_width=1d' +
        '&group_by%5B%5D=project_id&group_by%5B%5D=line_item&group_by%5B%5D=api_key_id&limit=2',
    )
    expect(address('anthropic-usage', 0, 'page_=&x')).toBe(
      'https://api.anthropic.com/v1/organizations/usage_report/messages?starting_at=2026-10-31T00%3A00%3A00Z' +
        '&ending_at=2026-11-02T00%3A00%3A00Z&bucket_width=1h&group_by%5B%5D=api_key_id&group_by%5B%5D=workspace_id' +
        '&group_by%5B%5D=model&group_by%5B%5D=service_tier&group_by%5B%5D=context_window&group_by%5B%5D=inference_geo' +
        '&group_by%5B%5D=speed&limit=48&page=page_%3D%26x',
    )
    expect(address('anthropic-cost')).toContain('/organizations/cost_report?starting_at=2026-10-31')
    expect(address('openrouter-activity')).toBe('https://openrouter.ai/api/v1/activity?date=2026-10-31')
  })

  it('has a dialect that reads the answer, in the layer it says', () => {
    for (const kind of PULL_KINDS) {
      const source = pullSource(kind)
      const dialect = DIALECTS.find((one) => one.id === source.format)
      expect([kind, dialect?.kind, dialect === undefined ? null : 'layer' in dialect]).toEqual([
        kind,
        'json',
        source.layer === 'billed',
      ])
      expect(source.baseUrl).toMatch(/^https:\/\/[^?#]+[^/]$/)
    }
  })
})

describe('what a provider answers', () => {
  const bucket = (startMs: number, results: string) =>
    `{"object":"bucket","start_time":${startMs / 1_000},"end_time":${startMs / 1_000 + 3600},\n "results":[${results}]}`
  const page = (buckets: readonly string[], rest: string) => `{"object":"page","data":[${buckets.join(',\n')}],${rest}}`

  it('is kept as it came, on one line a bucket, with the counts untouched', () => {
    const result = '{"input_tokens": 9007199254740993, "cost": 0.10}'
    const told = read('openai-usage', page([bucket(window.startMs, result)], '"has_more":false,"next_page":null'))
    expect(told).toEqual({
      ok: true,
      value: {
        records: [
          {
            key: `/organization/usage/completions ${window.startMs}`,
            day: '2026-10-31',
            text: `{"object":"bucket","start_time":1793404800,"end_time":1793408400,  "results":[${result}]}`,
            isEmpty: false,
          },
        ],
        next: null,
      },
    })
  })

  it('goes on while it says that more follows, and must say where', () => {
    const more = read('openai-costs', page([], '"has_more":true,"next_page":"p2"'))
    expect(more.ok && more.value.next).toBe('p2')
    expect(read('openai-costs', page([], '"has_more":true,"next_page":null')).ok).toBe(false)
    expect(read('openai-costs', page([], '"next_page":"p2"')).ok).toBe(false)
    // Some send a token on the last page too.
    const last = read('openai-costs', page([], '"has_more":false,"next_page":"p2"'))
    expect(last.ok && last.value.next).toBeNull()
  })

  it('counts only inside the window: other windows tell the rest', () => {
    const starts = [window.startMs - HOUR_MS, window.startMs, window.endMs - HOUR_MS, window.endMs]
    const told = read(
      'openai-usage',
      page(
        starts.map((at) => bucket(at, '')),
        '"has_more":false',
      ),
    )
    expect(told.ok && told.value.records.map((one) => [one.day, one.isEmpty])).toEqual([
      ['2026-10-31', true],
      ['2026-11-01', true],
    ])
  })

  it('reads days and hours as Anthropic writes them', () => {
    const text = `{"data":[{"starting_at":"2026-11-01T05:00:00Z","ending_at":"2026-11-01T06:00:00Z","results":[{"uncached_input_tokens":1}]}],"has_more":false,"next_page":null}`
    const told = read('anthropic-usage', text)
    expect(told.ok && told.value.records.map((one) => [one.day, one.isEmpty])).toEqual([['2026-11-01', false]])
  })

  it('takes the rows of the day that was asked for from OpenRouter', () => {
    const row = (date: string) => `{"date":"${date}","model_permaslug":"a/b","prompt_tokens":1}`
    const told = read(
      'openrouter-activity',
      `{"data":[${row('2026-10-31')},${row('2026-10-31 00:00:00')},${row('2026-11-01')}]}`,
    )
    expect(told.ok && told.value.records.map((one) => one.day)).toEqual(['2026-10-31', '2026-10-31'])
    expect(told.ok && new Set(told.value.records.map((one) => one.key)).size).toBe(2)
  })

  it('is refused where it is cut, no JSON, or names no start', () => {
    const whole = page([bucket(window.startMs, '{"a":1}')], '"has_more":false')
    for (let end = 0; end < whole.length; end += 1) expect(read('openai-usage', whole.slice(0, end)).ok).toBe(false)
    expect(read('openai-usage', '<html></html>')).toEqual({ ok: false, error: 'The answer is a web page, not JSON.' })
    expect(read('openai-usage', '[]').ok).toBe(false)
    expect(read('openai-usage', '{"data":[{"results":[]}],"has_more":false}').ok).toBe(false)
    expect(read('openai-usage', '{"data":[],"has_more":false,"has_more":true}').ok).toBe(false)
  })
})

describe('after a fault', () => {
  it('it is tried again after 1, 2, 4, 8, 16 and then every 30 minutes', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7, 1_000].map((failures) => pauseMs(unreachable('x'), failures, null) / 60_000)
    expect(pauses).toEqual([1, 2, 4, 8, 16, 30, 30, 30])
  })

  it('Retry-After is kept to, for a day at most; a refused key is asked again after six hours', () => {
    const busy = troubleOfStatus(429)
    expect(pauseMs(busy, 1, 7_200_000)).toBe(7_200_000)
    expect(pauseMs(busy, 3, 1_000)).toBe(240_000)
    expect(pauseMs(busy, 1, 10 ** 12)).toBe(24 * HOUR_MS)
    expect(pauseMs(troubleOfStatus(401), 1, null)).toBe(6 * HOUR_MS)
    expect(pauseMs(troubleOfStatus(403), 9, 1)).toBe(6 * HOUR_MS)
  })

  it('Retry-After is seconds or a date; anything else is none', () => {
    const now = Date.UTC(2026, 9, 31, 23, 59)
    expect(retryAfterMs('120', now)).toBe(120_000)
    expect(retryAfterMs(' 0 ', now)).toBe(0)
    expect(retryAfterMs('Sun, 01 Nov 2026 00:00:00 GMT', now)).toBe(60_000)
    expect(retryAfterMs('Sat, 31 Oct 2026 00:00:00 GMT', now)).toBe(0)
    for (const text of ['', '-5', '1e9', 'soon', '99999999999', '2026-11-01'])
      expect(retryAfterMs(text, now)).toBeNull()
    expect(retryAfterMs(null, now)).toBeNull()
  })
})
