import { describe, expect, it } from 'vitest'
import { parsePeriodChoice, shiftMonth } from '../../../lib/core/report/period-choice'

const NOW = Date.parse('2026-01-15T00:00:00Z')

describe('the period in the address', () => {
  it('reads presets across the turn of the year', () => {
    expect(parsePeriodChoice('3m', NOW).months).toEqual(['2025-11', '2025-12', '2026-01'])
    expect(parsePeriodChoice('last-month', NOW)).toMatchObject({ firstMonth: '2025-12', lastMonth: '2025-12' })
    expect(parsePeriodChoice('12m', NOW).months).toHaveLength(12)
  })

  it('reads a range of months, both ends included, as a half-open period', () => {
    const choice = parsePeriodChoice('2025-12..2026-02', NOW)
    expect(choice.kind).toBe('custom')
    expect(choice.months).toEqual(['2025-12', '2026-01', '2026-02'])
    expect(choice.period).toEqual({
      startMs: Date.parse('2025-12-01T00:00:00Z'),
      endMs: Date.parse('2026-03-01T00:00:00Z'),
    })
  })

  it('falls back on anything else, and cuts a range nobody can look at', () => {
    for (const text of [
      null,
      '',
      '13m',
      '2026-13..2026-14',
      '2026-02..2026-01',
      '2026-1..2026-2',
      '0001-01..2026-01',
    ]) {
      expect(parsePeriodChoice(text, NOW).kind).toBe('12m')
    }
    expect(parsePeriodChoice('1001-01..2026-01', NOW).months).toHaveLength(120)
  })

  it('moves months', () => {
    expect(shiftMonth('2026-01', -1)).toBe('2025-12')
    expect(shiftMonth('2025-12', 1)).toBe('2026-01')
    expect(shiftMonth('2026-11', -11)).toBe('2025-12')
  })
})
