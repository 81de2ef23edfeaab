import { describe, expect, it } from 'vitest'
import { DayOrder } from '../../../lib/core/source/day-order'
import { readRow } from '../../../lib/core/source/value'
import { readAll } from './reading'

/** The date of each row, in a period of August where `month` says so; a refusal as its code. */
function read(...rows: readonly (string | readonly [date: string, first: string, last: string])[]): string[] {
  const order = new DayOrder()
  return rows.map((row) => {
    const [date, first, last] = typeof row === 'string' ? [row, '', ''] : row
    const outcome = readRow(() => {
      order.look({ date, first, last }, 'date')
      return [order.iso(date)]
    })
    return outcome.ok ? (outcome.value[0] as string) : outcome.error.code
  })
}

describe('the order of day and month in a file', () => {
  it('is that of the row’s own dates: its day, or the period it is in', () => {
    expect(read('8/14/2026', '8/9/2026')).toEqual(['2026-08-14', '2026-08-09'])
    expect(read('14/08/2026', '09/08/2026')).toEqual(['2026-08-14', '2026-08-09'])
    expect(read(['09/08/2026', '01/08/2026', '31/08/2026'])).toEqual(['2026-08-09'])
    expect(read(['8/9/2026', '8/1/2026', '8/31/2026'])).toEqual(['2026-08-09'])
    expect(read(['09/08/2026 00:00', '2026-08-01', '2026-08-31'])).toEqual(['2026-08-09'])
    expect(read('14.08.2026', '09.08.2026')).toEqual(['2026-08-14', '2026-08-09'])
  })

  it('is the month first before any date shows it, as Azure documents it', () => {
    expect(read('8/9/2026', '8/14/2026', '08/09/2026 12:00:00 AM')).toEqual(['2026-08-09', '2026-08-14', '2026-08-09'])
    expect(read('2026-08-09', '2026-08-09T00:00:00Z')).toEqual(['2026-08-09', '2026-08-09T00:00:00Z'])
  })

  it('is refused where rows before it may have been misread, and where the file has both', () => {
    expect(read('09/08/2026', '8/8/2026', '14/08/2026', '15/08/2026')).toEqual([
      '2026-09-08',
      '2026-08-08',
      'BAD_TIME',
      'BAD_TIME',
    ])
    expect(read('14/08/2026', '8/14/2026', '8/9/2026', '8/8/2026')).toEqual([
      '2026-08-14',
      '2026-08-14',
      'BAD_TIME',
      '2026-08-08',
    ])
    expect(read('14/14/2026')).toEqual(['14/14/2026'])
  })

  it('is foreseen from the beginning of a file of costs, whose first dates leave it open', () => {
    const rows = ['09/08/2026', '10/08/2026', '14/08/2026'].map(
      (date) => `${date};Cognitive Services;gpt-4o Inp Tokens;1K;1,234;0,5;EUR`,
    )
    const file = [
      'Date;MeterCategory;MeterName;UnitOfMeasure;Quantity;CostInBillingCurrency;BillingCurrencyCode',
      ...rows,
    ].join('\n')
    const { costs, rejects } = readAll(`${file}\n`)
    expect(rejects).toEqual([])
    expect(costs?.map(({ startMs, quantity }) => [new Date(startMs).toISOString().slice(0, 10), quantity])).toEqual([
      ['2026-08-09', '1.234'],
      ['2026-08-10', '1.234'],
      ['2026-08-14', '1.234'],
    ])
  })
})
