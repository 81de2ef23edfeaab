import { describe, expect, it } from 'vitest'
import type { PullKind } from '../../../../lib/core/source/pull/pull-source'
import { pullSource } from '../../../../lib/core/source/pull/sources'
import { vanished } from '../../../../lib/core/source/pull/vanished'

const gone = (kind: PullKind, before: readonly object[], after: readonly object[]) =>
  vanished(
    pullSource(kind),
    before.map((one) => JSON.stringify(one)),
    after.map((one) => JSON.stringify(one)),
  ).map((text) => JSON.parse(text) as unknown)

describe('what a provider tells no more', () => {
  const hour = { object: 'bucket', start_time: 1_793_404_800, end_time: 1_793_408_400 }
  const usage = (key: string | null, input: number) => ({
    object: 'organization.usage.completions.result',
    input_tokens: input,
    num_model_requests: 2,
    project_id: 'p',
    user_id: null,
    api_key_id: key,
    model: 'gpt-5',
    batch: false,
    service_tier: 'default',
  })

  it('is told with nothing in it, under the names it had', () => {
    const before = [{ ...hour, results: [usage(null, 5), usage('k1', 7)] }]
    const after = [{ ...hour, results: [usage('k1', 12)] }]
    expect(gone('openai-usage', before, after)).toEqual([
      { ...hour, results: [{ ...usage(null, 0), num_model_requests: 0 }] },
    ])
  })

  it('is nothing where every name is told again, whatever else changed', () => {
    const before = [{ ...hour, results: [usage('k1', 7)] }]
    const after = [{ ...hour, results: [{ ...usage('k1', 9), api_source: 'unlabeled' }] }]
    expect(gone('openai-usage', before, after)).toEqual([])
    expect(gone('openai-usage', [], after)).toEqual([])
  })

  it('is the same name in another hour, too', () => {
    const later = { ...hour, start_time: hour.end_time, end_time: hour.end_time + 3_600 }
    const before = [{ ...hour, results: [usage('k1', 7)] }]
    expect(gone('openai-usage', before, [{ ...later, results: [usage('k1', 7)] }])).toHaveLength(1)
  })

  it('keeps its currency, as text or in an object', () => {
    const day = { object: 'bucket', start_time: 1_793_404_800, end_time: 1_793_491_200 }
    const cost = { object: 'organization.costs.result', line_item: 'gpt-5, input', project_id: 'p' }
    const before = [{ ...day, results: [{ ...cost, amount: { value: '0.0600', currency: 'usd' } }] }]
    expect(gone('openai-costs', before, [{ ...day, results: [] }])).toEqual([
      { ...day, results: [{ ...cost, amount: { value: '0', currency: 'usd' } }] },
    ])
    const line = { amount: '123.78912', currency: 'USD', description: 'x', token_type: 'output_tokens' }
    const told = { starting_at: '2026-11-01T00:00:00Z', ending_at: '2026-11-02T00:00:00Z', results: [line] }
    expect(gone('anthropic-cost', [told], [])).toEqual([{ ...told, results: [{ ...line, amount: '0' }] }])
  })

  it('is a row where rows are told', () => {
    const row = { date: '2026-11-01', model_permaslug: 'a/b', endpoint_id: '1', usage: 0.015, requests: 5 }
    expect(gone('openrouter-activity', [row], [])).toEqual([{ ...row, usage: '0', requests: 0 }])
    expect(gone('openrouter-activity', [row], [{ ...row, usage: 1 }])).toEqual([])
  })
})
