import { describe, expect, test } from 'vitest'
import { usdFromText } from '../../../lib/core/money/usd'
import { formerCost, formerGroups, receiptOf } from '../../../lib/core/report/savings-receipt'
import type { FrozenReport } from '../../../lib/core/report/what-if-report'
import { formerMixOf } from '../../../lib/core/simulate/former-mix'
import type { UsageSlice } from '../../../lib/core/simulate/replay/usage-slice'

const report = (former: FrozenReport['former']) =>
  ({
    former,
    other: null,
    asked: {
      answer: {
        baseline_cost: '100',
        saving: { low: '50', likely: '60', high: '70' },
        lines: [{ name: 'stays', detail: '', amount: '20', per_month: '20' }],
        moved: [
          { host: 'openai', model: 'gpt-5', target: 't', requests: '1', before: '1', after: '1' },
          { host: 'anthropic', model: 'opus', target: 't', requests: '3', before: '1', after: '1' },
        ],
      },
    },
  }) as unknown as FrozenReport

describe('where the moved calls were', () => {
  test('is each project’s own mix, and that of all for projects that are new', () => {
    const groups = formerGroups(
      report([
        { project: 'search', host: 'openai', model: 'gpt-5', tokens: '900' },
        { project: 'chat', host: 'openai', model: 'gpt-5', tokens: '5' },
        { project: null, host: 'anthropic', model: 'opus', tokens: '100' },
      ]),
    )
    expect(groups).toEqual([
      { projects: ['search', 'chat'], places: [{ host: 'openai', model: 'gpt-5', weight: 900n }] },
      { projects: [''], places: [{ host: 'anthropic', model: 'opus', weight: 100n }] },
      {
        projects: null,
        places: [
          { host: 'openai', model: 'gpt-5', weight: 905n },
          { host: 'anthropic', model: 'opus', weight: 100n },
        ],
      },
    ])
  })
  test('is told by calls in reports that do not tell tokens', () => {
    const [group] = formerGroups(report(undefined))
    expect(group?.projects).toBeNull()
    expect(group?.places.map((place) => [place.model, place.weight])).toEqual([
      ['opus', 3n],
      ['gpt-5', 1n],
    ])
  })
  test('counts tokens, not calls, and only what a host took', () => {
    const slice = (project: string, model: string, output: bigint, requests: bigint): UsageSlice => ({
      atMs: 0,
      grainSeconds: 3600,
      month: '2026-09',
      host: 'openai',
      model,
      project,
      apiKey: null,
      tags: null,
      serviceTier: 'standard',
      region: null,
      contextBand: 17,
      records: requests,
      requests,
      quantities: { input: 0n, cacheRead: 7n, cacheWrite5m: 0n, cacheWrite1h: 0n, output, reasoning: 0n, other: null },
      cost: usdFromText('1'),
    })
    const slices = [slice('a', 'gpt-5', 1000n, 1n), slice('a', 'gpt-5-nano', 10n, 900n), slice('b', 'gpt-5', 5n, 1n)]
    expect(formerMixOf(slices, [{ project: ['a'] }], null).map((one) => [one.model, one.tokens])).toEqual([
      ['gpt-5', 1007n],
      ['gpt-5-nano', 17n],
    ])
    const moved = [{ project: 'a', host: 'openai', model: 'gpt-5-nano' }]
    expect(formerMixOf(slices, [{}], moved).map((one) => one.tokens)).toEqual([17n])
  })
})

describe('what calls would have cost', () => {
  const place = (weight: bigint) => ({ host: 'h', model: 'm', weight })
  test('is the place’s own price to the digit where there was one', () => {
    const cost = usdFromText('0.000000000000000001')
    expect(formerCost([place(3n)], [cost])).toBe(cost)
  })
  test('is shared by tokens and rounded once where there were several', () => {
    const atPlaces = [usdFromText('10'), usdFromText('1')]
    expect(formerCost([place(900n), place(100n)], atPlaces)).toBe(usdFromText('9.1'))
    // Equal prices stay what they are, whatever the weights.
    const third = usdFromText('0.333333333333333333')
    expect(formerCost([place(1n), place(1n), place(1n)], [third, third, third])).toBe(third)
  })
})

test('a receipt that came as promised realises what was promised, to the digit', () => {
  const receipt = receiptOf(report(undefined), [
    { month: '2026-11', paid: usdFromText('20'), without: usdFromText('80') },
  ])
  // $60 of the $80 that moved.
  expect(receipt.months[0]).toMatchObject({ realised: '60', promised: '60' })
})
