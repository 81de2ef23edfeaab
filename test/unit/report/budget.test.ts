import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { usdFromAtto, usdFromText } from '../../../lib/core/money/usd'
import type { Anomaly } from '../../../lib/core/report/anomaly'
import {
  alertWords,
  type Budget,
  type BudgetFacts,
  dueAlerts,
  isWithin,
  stateOf,
} from '../../../lib/core/report/budget'

const BUDGET: Budget = {
  id: 1,
  name: 'Everything',
  scope: 'workspace',
  tag: null,
  value: null,
  amount: usdFromText('100'),
  thresholds: [50, 80, 100],
  onForecast: true,
  onAnomaly: true,
  createdBy: 'ann@example.com',
  sinceMonth: '2026-09',
}

const ODD: Anomaly = {
  project: 'support-bot',
  host: 'openai',
  model: 'gpt-5',
  from: '2026-09-14',
  to: '2026-09-14',
  cost: '212',
  usual_low: '30',
  usual_high: '45',
  excess: '175',
  cause: 'prompt_tokens',
  factor_tenths: 50,
}

const facts = (spent: string, more: Partial<BudgetFacts> = {}): BudgetFacts => ({
  month: '2026-09',
  spent: usdFromText(spent),
  forecast: null,
  anomalies: [],
  ...more,
})

const marks = (spent: string, more: Partial<BudgetFacts> = {}) =>
  dueAlerts(BUDGET, facts(spent, more)).map((alert) => `${alert.kind} ${alert.mark}`.trim())

describe('a budget', () => {
  it('reaches a threshold at its exact amount and not 10^-18 before', () => {
    expect(marks('49.999999999999999999')).toEqual([])
    expect(marks('50')).toEqual(['threshold 50'])
    expect(marks('100')).toEqual(['threshold 50', 'threshold 80', 'threshold 100'])
  })

  it('calls for every alert that a smaller spend called for', () => {
    const spend = fc.bigInt({ min: 0n, max: 3n * 10n ** 20n })
    fc.assert(
      fc.property(spend, spend, (a, b) => {
        const due = (atto: bigint) => dueAlerts(BUDGET, facts('0', { spent: usdFromAtto(atto) })).map((one) => one.mark)
        const [less, more] = a < b ? [a, b] : [b, a]
        expect(due(more)).toEqual(expect.arrayContaining(due(less)))
      }),
    )
  })

  it('tells of a forecast above it while it is not over', () => {
    expect(marks('10', { forecast: usdFromText('100') })).toEqual([])
    expect(marks('10', { forecast: usdFromText('100.01') })).toEqual(['forecast'])
    expect(marks('101', { forecast: usdFromText('200') })).not.toContain('forecast')
    expect(dueAlerts({ ...BUDGET, onForecast: false }, facts('1', { forecast: usdFromText('999') }))).toEqual([])
  })

  it('tells of unusual days of its scope, each by its own mark', () => {
    const due = dueAlerts(BUDGET, facts('0', { anomalies: [ODD, { ...ODD, from: '2026-09-20' }] }))
    expect(new Set(due.map((alert) => alert.mark)).size).toBe(2)
    expect(isWithin({ ...BUDGET, scope: 'project', value: 'support-bot' }, ODD)).toBe(true)
    expect(isWithin({ ...BUDGET, scope: 'project', value: 'search' }, ODD)).toBe(false)
  })

  it('is near from four fifths or by its forecast, and over above its amount', () => {
    const state = (spent: string, forecast: string | null) =>
      stateOf(BUDGET, usdFromText(spent), forecast === null ? null : usdFromText(forecast))
    expect([state('79.99', null), state('80', null), state('1', '101'), state('100', null)]).toEqual([
      'under',
      'near',
      'near',
      'near',
    ])
    expect(state('100.000000000000000001', null)).toBe('over')
  })

  it('says its alerts in words with amounts', () => {
    const words = dueAlerts(BUDGET, facts('50', { anomalies: [ODD], forecast: usdFromText('120') })).map((alert) =>
      alertWords(alert.kind, alert.month, alert.detail),
    )
    expect(words).toEqual([
      { title: 'Everything: 50 % of the budget reached', text: '$50.00 of $100.00 spent in September 2026.' },
      {
        title: 'Everything: forecast to exceed its budget',
        text: '$50.00 of $100.00 spent in September 2026; the month is forecast to cost $120.00.',
      },
      {
        title: 'Everything: unusual spend of support-bot × gpt-5',
        text: '$212.00 on 2026-09-14, usually $30.00 to $45.00.',
      },
    ])
  })
})
