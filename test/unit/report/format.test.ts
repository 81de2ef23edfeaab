import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bytesText,
  compactCount,
  compactUsd,
  countText,
  elapsed,
  exactUsd,
  monthTick,
  percentOfMille,
  percentOfMyriad,
  signedUsd,
  splitUsd,
  unitPrice,
  usdCents,
} from '../../../lib/core/report/format'

describe('money for people', () => {
  it('shows three significant digits with the right suffix', () => {
    const cases: [string, string][] = [
      ['0', '$0'],
      ['48210.33', '$48.2k'],
      ['1234567.89', '$1.23M'],
      ['482.4', '$482'],
      ['48.24', '$48.2'],
      ['4', '$4'],
      ['4.5', '$4.50'],
      ['0.0482', '$0.0482'],
      ['0.000000000000000001', '$0.000000000000000001'],
      ['999.6', '$1k'],
      ['999999', '$1M'],
      ['1000', '$1k'],
      ['20000', '$20k'],
      ['-2512.4', '−$2.51k'],
      ['123456789012345', '$123T'],
    ]
    for (const [amount, text] of cases) expect(compactUsd(amount)).toBe(text)
  })

  it('rounds cents half away from zero and never shows a real cost as $0.00', () => {
    expect(usdCents('48210.325')).toBe('$48,210.33')
    expect(usdCents('-9.305')).toBe('−$9.31')
    expect(usdCents('0.004')).toBe('<$0.01')
    expect(usdCents('0.005')).toBe('$0.01')
    expect(usdCents('0')).toBe('$0.00')
  })

  it('keeps every digit where the exact sum is asked for', () => {
    expect(exactUsd('48210.330175')).toBe('$48,210.330175')
    expect(exactUsd('1234')).toBe('$1,234.00')
    expect(exactUsd('-0.5')).toBe('−$0.50')
    expect(unitPrice('0.075')).toBe('$0.075')
  })

  it('splits the headline from one rounded amount, so that 0.995 is $1.00 and not $0.00', () => {
    expect(splitUsd('0.995')).toEqual({ whole: '$1', cents: '00' })
    expect(splitUsd('38214.62')).toEqual({ whole: '$38,214', cents: '62' })
    expect(splitUsd('0.00225')).toEqual({ whole: '$0', cents: '00225' })
    expect(splitUsd('0')).toEqual({ whole: '$0', cents: '00' })
  })

  it('signs a change with a plus or a real minus', () => {
    expect(signedUsd('2512')).toBe('+$2,512.00')
    expect(signedUsd('-9.31')).toBe('−$9.31')
    expect(signedUsd('0')).toBe('$0.00')
  })

  it('is exact for amounts a floating point number cannot hold', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 10n ** 16n, max: 10n ** 30n }), (cents) => {
        const text = `${cents / 100n}.${(cents % 100n).toString().padStart(2, '0')}`
        expect(usdCents(text).replaceAll(',', '')).toBe(`$${text}`)
      }),
    )
  })
})

describe('counts and shares', () => {
  it('groups digits and shortens counts without losing small ones', () => {
    expect(countText('12345678901234567890')).toBe('12,345,678,901,234,567,890')
    expect(compactCount('999')).toBe('999')
    expect(compactCount('1234567')).toBe('1.23M')
    expect(bytesText('512')).toBe('512 B')
    expect(bytesText('12345678')).toBe('12.3 MB')
  })

  it('says 100 % only when nothing is missing', () => {
    expect(percentOfMyriad(10_000)).toBe('100 %')
    expect(percentOfMyriad(9_999)).toBe('99.99 %')
    expect(percentOfMyriad(9_914)).toBe('99.1 %')
    expect(percentOfMyriad(0)).toBe('0.0 %')
    expect(percentOfMille(52)).toBe('5.2 %')
    expect(percentOfMille(-120)).toBe('12 %')
  })

  it('names months and elapsed time', () => {
    expect(monthTick('2026-01')).toBe('Jan 26')
    expect(monthTick('2026-11')).toBe('Nov')
    const now = Date.parse('2026-11-23T20:00:00Z')
    expect(elapsed('2026-11-23T18:00:00Z', now)).toEqual({ unit: 'hour', count: 2 })
    expect(elapsed('2026-11-23T20:05:00Z', now)).toEqual({ unit: 'now', count: 0 })
    expect(elapsed('2026-11-01T20:00:00Z', now)).toEqual({ unit: 'day', count: 22 })
  })
})
