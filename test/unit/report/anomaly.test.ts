import { describe, expect, it } from 'vitest'
import { usdFromText } from '../../../lib/core/money/usd'
import { type DaySpend, findAnomalies } from '../../../lib/core/report/anomaly'
import { DAY_MS } from '../../../lib/core/time/instant'

const AUGUST = Date.UTC(2026, 7, 1)
const SEPTEMBER = { startMs: Date.UTC(2026, 8, 1), endMs: Date.UTC(2026, 9, 1) }

/** Two months that cost $30 to $45 a day, with 1,000 calls of 5,000 tokens. */
function usualDays(): DaySpend[] {
  return Array.from({ length: 61 }, (_, index) => ({
    project: 'support-bot',
    host: 'openai',
    model: 'gpt-5',
    dayMs: AUGUST + index * DAY_MS,
    cost: usdFromText(String(30 + (index % 16))),
    requests: 1_000n,
    promptTokens: 5_000_000n,
    outputTokens: 100_000n,
  }))
}

const onDay = (days: readonly DaySpend[], day: number, change: Partial<DaySpend>): DaySpend[] =>
  days.map((one) => (one.dayMs === Date.UTC(2026, 8, day) ? { ...one, ...change } : one))

describe('unusual days', () => {
  it('are none in months that are as they are', () => {
    expect(findAnomalies(usualDays(), SEPTEMBER)).toEqual([])
  })

  it('name the day, what is usual and the factor that grew', () => {
    const days = onDay(usualDays(), 14, { cost: usdFromText('212'), promptTokens: 25_000_000n })
    expect(findAnomalies(days, SEPTEMBER)).toMatchObject([
      { project: 'support-bot', from: '2026-09-14', to: '2026-09-14', cost: '212', cause: 'prompt_tokens' },
    ])
    expect(findAnomalies(days, SEPTEMBER)[0]?.factor_tenths).toBe(50)
    const calls = onDay(usualDays(), 14, { cost: usdFromText('212'), requests: 6_000n, promptTokens: 30_000_000n })
    expect(findAnomalies(calls, SEPTEMBER)[0]).toMatchObject({ cause: 'calls', factor_tenths: 60 })
    const price = onDay(usualDays(), 14, { cost: usdFromText('212') })
    expect(findAnomalies(price, SEPTEMBER)[0]).toMatchObject({ cause: 'price' })
  })

  it('in a row are one anomaly, and the first does not make the second usual', () => {
    let days = usualDays()
    for (const day of [14, 15, 16]) days = onDay(days, day, { cost: usdFromText('200') })
    expect(findAnomalies(days, SEPTEMBER)).toMatchObject([{ from: '2026-09-14', to: '2026-09-16', cost: '600' }])
  })

  it('are not found where too little is known, nor where the amount is small', () => {
    const spike = { cost: usdFromText('212') }
    const fresh = onDay(usualDays(), 14, spike).filter((one) => one.dayMs >= Date.UTC(2026, 8, 9))
    expect(findAnomalies(fresh, SEPTEMBER)).toEqual([])
    const cents = onDay(usualDays(), 14, spike).map((one) => ({ ...one, cost: usdFromText('0.01') }))
    expect(findAnomalies(onDay(cents, 14, { cost: usdFromText('0.5') }), SEPTEMBER)).toEqual([])
  })

  it('do not depend on the order of the rows', () => {
    const days = onDay(usualDays(), 14, { cost: usdFromText('212') })
    expect(findAnomalies([...days].reverse(), SEPTEMBER)).toEqual(findAnomalies(days, SEPTEMBER))
  })
})
