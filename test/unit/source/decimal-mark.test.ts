import { describe, expect, it } from 'vitest'
import { DecimalMark } from '../../../lib/core/source/decimal-mark'

/** The first number of each row, read after all of the row were looked at. */
function plain(...rows: readonly (readonly string[])[]): string[] {
  const mark = new DecimalMark()
  return rows.map((row) => {
    mark.look(row)
    return mark.plain(row[0] as string)
  })
}

describe('the decimal mark of a file', () => {
  it('is that of the numbers of a row that read in one way only', () => {
    expect(plain(['1,234', '0,000165'])).toEqual(['1.234'])
    expect(plain(['1.234,5'])).toEqual(['1234.5'])
    expect(plain(['2,5E-05'])).toEqual(['2.5E-05'])
    expect(plain(['1,234', '0.000165'])).toEqual(['1234'])
    expect(plain(['1,234,567.5'])).toEqual(['1234567.5'])
  })

  it('holds for rows after it that show none, and never against their own', () => {
    expect(plain(['0,5'], ['1,234'], ['7'], ['1.234', '0.5'])).toEqual(['0.5', '1.234', '7', '1.234'])
    expect(plain(['0.5'], ['1,234'], ['1,234', '0,5'])).toEqual(['0.5', '1234', '1.234'])
  })

  it('is nobody’s guess: what could be either stays as it is', () => {
    expect(plain(['1,234'], ['1,234', '0,5', '0.5'])).toEqual(['1,234', '1,234'])
    expect(plain(['0,5'], ['2066.667'])).toEqual(['0.5', '2066.667'])
  })
})
