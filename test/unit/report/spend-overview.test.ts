import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sumUsd, type Usd, usdFromAtto, usdFromText, usdToText } from '../../../lib/core/money/usd'
import { stackedMonths, stackTicks } from '../../../lib/core/report/chart-series'
import { parsePeriodChoice } from '../../../lib/core/report/period-choice'
import { seriesColours } from '../../../lib/core/report/series-colour'
import { buildSpendOverview, type SpendOverviewInput, type SpendRow } from '../../../lib/core/report/spend-overview'
import { rankGroups } from '../../../lib/core/report/spend-ranking'

const NOW = Date.parse('2026-11-23T18:00:00Z')

function row(month: string, key: string | null, cost: string, more: Partial<SpendRow> = {}): SpendRow {
  return {
    month,
    key,
    cost: usdFromText(cost),
    records: 1n,
    requests: 1n,
    tokens: 100n,
    unpricedRecords: 0n,
    unpricedRequests: 0n,
    unpricedTokens: 0n,
    reportedCost: null,
    reportedRecords: 0n,
    ...more,
  }
}

function input(rows: readonly SpendRow[], more: Partial<SpendOverviewInput> = {}): SpendOverviewInput {
  return {
    choice: parsePeriodChoice('3m', NOW),
    by: 'host',
    nowMs: NOW,
    hasData: true,
    rows,
    unpricedModels: [],
    dataToMs: NOW,
    freshness: [],
    previousSameSpan: null,
    ...more,
  }
}

describe('the overview', () => {
  it('adds up: series, months and the total are the same money, to the last digit', () => {
    const money = fc.bigInt({ min: 0n, max: 10n ** 26n }).map((atto) => usdFromAtto(atto) as Usd)
    const rows = fc.array(
      fc.record({
        month: fc.constantFrom('2026-09', '2026-10', '2026-11'),
        key: fc.integer({ min: 0, max: 20 }),
        cost: money,
      }),
    )
    fc.assert(
      fc.property(rows, (drawn) => {
        const given = drawn.map((one) => row(one.month, `model-${one.key}`, usdToText(one.cost)))
        const { chart } = buildSpendOverview(input(given, { by: 'model' }))
        const all = usdToText(sumUsd(drawn.map((one) => one.cost)))
        expect(chart.total).toBe(all)
        expect(usdToText(sumUsd(chart.totals.map(usdFromText)))).toBe(all)
        expect(usdToText(sumUsd(chart.series.map((series) => usdFromText(series.total))))).toBe(all)
        expect(usdToText(sumUsd(chart.series.flatMap((series) => series.values.map(usdFromText))))).toBe(all)
        expect(chart.series.length).toBeLessThanOrEqual(8)
      }),
    )
  })

  it('shows at most seven groups and Other, largest first, and an eighth group as itself', () => {
    const groups = (count: number) => Array.from({ length: count }, (_, n) => row('2026-11', `m${n}`, String(100 - n)))
    const nine = buildSpendOverview(input(groups(9))).chart.series
    expect(nine.map((series) => series.isOther)).toEqual([...Array(7).fill(false), true])
    expect(nine.at(-1)).toMatchObject({ groups: 2, total: '185' })
    const eight = buildSpendOverview(input(groups(8))).chart.series
    expect(eight.map((series) => series.key)).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7'])
  })

  it('compares a running month with the same days of the month before, never with the whole of it', () => {
    const rows = [row('2026-11', 'openai', '80'), row('2026-10', 'openai', '120')]
    const without = buildSpendOverview(input(rows)).headline
    expect(without).toMatchObject({ month: '2026-11', isUnfinished: true, cost: '80', comparison: null })
    const span = buildSpendOverview(input(rows, { previousSameSpan: { cost: usdFromText('64'), days: 22 } })).headline
    expect(span.comparison).toEqual({ month: '2026-10', cost: '64', change: '16', days: 22, changePerMille: 250 })
  })

  it('compares a finished month with the whole month before, which is in no other sum', () => {
    const rows = [row('2026-10', 'openai', '90'), row('2026-09', 'openai', '120')]
    const overview = buildSpendOverview(input(rows, { choice: parsePeriodChoice('last-month', NOW) }))
    expect(overview.headline).toMatchObject({ month: '2026-10', isUnfinished: false })
    expect(overview.headline.comparison).toMatchObject({ change: '-30', days: null, changePerMille: -250 })
    expect(overview.chart.total).toBe('90')
  })

  it('keeps unknown cost out of the sums and counts it, and never rounds coverage up to 100 %', () => {
    const rows = [
      row('2026-11', 'openai', '10', { tokens: 9_999_999n }),
      row('2026-11', 'acme', '0', { tokens: 1n, unpricedTokens: 1n, unpricedRequests: 1n, unpricedRecords: 1n }),
    ]
    const { coverage, chart } = buildSpendOverview(input(rows))
    expect(coverage).toMatchObject({ pricedTokensPerMyriad: 9_999, unpricedTokens: '1', unpricedRequests: '1' })
    expect(chart.unpricedRequests).toEqual(['0', '0', '1'])
    expect(chart.series.map((series) => series.key)).toEqual(['openai'])
    expect(stackedMonths(chart, null).map((month) => month.hasUnpriced)).toEqual([false, false, true])
  })

  it('draws a forecast above the month it is of and above no other', () => {
    const { chart } = buildSpendOverview(input([row('2026-10', 'openai', '90'), row('2026-11', 'openai', '80')]))
    const forecast = { month: '2026-11', to_date: '80', forecast: '100', low: '96', high: '110', trials: 6 }
    const drawn = stackedMonths(chart, forecast).map(({ ahead, band }) => ({ ahead, band }))
    const none = { ahead: null, band: null }
    expect(drawn).toEqual([none, none, { ahead: 20, band: [4, 10] }])
    // 110, the end of the band, is the highest point: the axis ends at a round number above it.
    expect(stackTicks(stackedMonths(chart, forecast), chart.series.length)).toEqual([0, 30, 60, 90, 120])
    expect(stackTicks(stackedMonths(chart, null), chart.series.length)).toEqual([0, 25, 50, 75, 100])
    expect(stackedMonths(chart, { ...forecast, month: '2026-10' }).every((month) => month.ahead === null)).toBe(true)
    expect(stackedMonths(chart, { ...forecast, forecast: '79' }).every((month) => month.ahead === null)).toBe(true)
  })

  it('leaves a month without reported costs unknown instead of zero', () => {
    const rows = [
      row('2026-10', 'openrouter', '1', { reportedCost: usdFromText('1.02') }),
      row('2026-11', 'openai', '1'),
    ]
    const overview = buildSpendOverview(input(rows))
    expect(overview.chart.reported).toEqual([null, '1.02', null])
    expect(overview.headline.reportedCost).toBeNull()
  })

  it('says the difference to what was reported only when both are about the same records', () => {
    const reported = { reportedCost: usdFromText('0.98'), reportedRecords: 1n }
    const differenceOf = (rows: readonly SpendRow[]) => buildSpendOverview(input(rows)).headline.reportedDifference
    const whole = row('2026-11', 'openrouter', '1', reported)
    expect(differenceOf([whole])).toBe('-0.02')
    expect(differenceOf([whole, row('2026-11', 'openai', '1')])).toBeNull()
    expect(differenceOf([{ ...whole, unpricedRecords: 1n }])).toBeNull()
    expect(differenceOf([row('2026-11', 'openai', '1')])).toBeNull()
  })
})

describe('colours and ranking', () => {
  it('gives a host its own colour whatever stands beside it, and never one colour twice', () => {
    const rows = ['unknown-a', 'anthropic', 'unknown-b', 'openai', 'ollama'].map((key, n) =>
      row('2026-11', key, `${9 - n}`),
    )
    const { chart } = buildSpendOverview(input(rows))
    const colours = seriesColours('host', chart.series)
    expect(colours[1]).toBe(2)
    expect(colours[3]).toBe(1)
    expect(colours[4]).toBe(7)
    expect(new Set(colours).size).toBe(5)
  })

  it('ranks with the change on the month before and the share of the period', () => {
    const rows = [row('2026-10', 'openai', '10'), row('2026-11', 'openai', '25'), row('2026-11', 'google', '5')]
    const ranked = rankGroups(buildSpendOverview(input(rows)).chart)
    expect(ranked[0]).toMatchObject({ lastMonth: '25', monthBefore: '10', change: '15', sharePerMille: 875 })
    expect(ranked[1]).toMatchObject({ change: '5', sharePerMille: 125 })
  })
})
