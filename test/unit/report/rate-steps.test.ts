import { describe, expect, it } from 'vitest'
import { rateSets, rateSteps } from '../../../lib/core/report/chart-series'
import type { RateEntryView } from '../../../lib/core/report/rate-view'

const day = (text: string) => Date.parse(`${text}T00:00:00Z`)
const NOW = day('2026-11-23')

let count = 0
function entry(meter: string, amount: string, from: string, to: string | null, more: Partial<RateEntryView> = {}) {
  const view: RateEntryView = {
    id: `pr_${count++}`,
    meter,
    kind: 'rate',
    amount,
    per: '1000000',
    currency: 'USD',
    from: `${from}T00:00:00Z`,
    to: to === null ? null : `${to}T00:00:00Z`,
    inForce: to === null,
    conditions: {},
    book: 'list',
    sourceUrl: 'https://example.test/prices',
    checkedOn: '2026-11-20',
    confidence: 'provider',
    enteredBy: null,
    ...more,
  }
  return view
}
const batch = { conditions: { serviceTier: ['batch'] } }

describe('rates over time', () => {
  it('steps at every change and draws the price in force to today', () => {
    const chart = rateSteps(
      [entry('input', '1.25', '2026-03-01', null), entry('input', '2.5', '2025-08-07', '2026-03-01')],
      '',
      NOW,
    )
    expect(chart?.steps).toEqual([
      { at: day('2025-08-07'), amounts: ['2.5'], l0: 2.5 },
      { at: day('2026-03-01'), amounts: ['1.25'], l0: 1.25 },
      { at: NOW, amounts: ['1.25'], l0: 1.25 },
    ])
  })

  it('leaves a gap where no price holds, never a zero, and draws the line up to where it ends', () => {
    const chart = rateSteps(
      [entry('output', '10', '2026-06-01', null), entry('output', '12', '2025-08-07', '2026-03-01')],
      '',
      NOW,
    )
    expect(chart?.steps).toEqual([
      { at: day('2025-08-07'), amounts: ['12'], l0: 12 },
      { at: day('2026-03-01'), amounts: ['12'], l0: 12 },
      { at: day('2026-03-01'), amounts: [null] },
      { at: day('2026-06-01'), amounts: ['10'], l0: 10 },
      { at: NOW, amounts: ['10'], l0: 10 },
    ])
  })

  it('draws an explicit price of nothing at zero', () => {
    expect(rateSteps([entry('input', '0', '2026-06-01', null)], '', NOW)?.steps[0]).toEqual({
      at: day('2026-06-01'),
      amounts: ['0'],
      l0: 0,
    })
  })

  it('shows one set of conditions at a time, the unconditional first', () => {
    const entries = [
      entry('input', '0.6', '2026-06-01', null, batch),
      entry('input', '1.2', '2026-06-01', null),
      entry('web_search', '10', '2026-06-01', null, { per: '1000' }),
      entry('input', '0.5', '2026-06-01', null, { kind: 'multiplier' }),
    ]
    const sets = rateSets(entries)
    expect(sets.map(({ key }) => key)).toEqual(['', 'serviceTier ["batch"]'])
    expect(sets.map(({ key }) => rateSteps(entries, key, NOW)?.steps[0]?.amounts)).toEqual([['1.2'], ['0.6']])
    expect(rateSteps(entries, 'no such set', NOW)).toBeNull()
  })

  it('lets a contract price hold before the list, and the list again after it', () => {
    const contract = entry('input', '1', '2026-02-01', '2026-04-01', { book: 'contract' })
    const chart = rateSteps([entry('input', '2', '2026-01-01', null), contract], '', NOW)
    expect(chart?.steps.map(({ amounts }) => amounts[0])).toEqual(['2', '1', '2', '2'])
  })

  it('gives meters that never differ one line, and puts the dearest first', () => {
    const chart = rateSteps(
      ['input', 'input_image', 'output'].map((meter) =>
        entry(meter, meter === 'output' ? '8' : '2', '2026-01-01', null),
      ),
      '',
      NOW,
    )
    expect(chart?.lines).toEqual([{ meters: ['output'] }, { meters: ['input', 'input_image'] }])
  })

  it('begins near the first change when a price held before the records begin, and ends at a change to come', () => {
    const chart = rateSteps(
      [entry('input', '3', '2000-01-01', '2026-11-13'), entry('input', '2', '2026-11-13', '2027-01-01')],
      '',
      NOW,
    )
    expect([chart?.fromMs, chart?.toMs]).toEqual([day('2026-10-14'), day('2027-01-01')])
    expect(chart?.steps[0]?.amounts).toEqual(['3'])
    const unchanged = rateSteps([entry('input', '3', '2000-01-01', null)], '', NOW)
    expect(unchanged?.steps.map(({ at }) => at)).toEqual([day('2025-11-23'), NOW])
  })
})
