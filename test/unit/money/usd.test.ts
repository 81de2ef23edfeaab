import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { divideRounded, formatScaled, parseScaled } from '../../../lib/core/money/decimal'
import {
  addUsd,
  allocate,
  divide,
  formatUsd,
  parseUsd,
  roundToCents,
  subtractUsd,
  sumUsd,
  type Usd,
  usdFromAtto,
  usdFromText,
  usdToText,
} from '../../../lib/core/money/usd'

const amounts = fc.bigInt({ min: -(10n ** 36n), max: 10n ** 36n }).map(usdFromAtto)
const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 20n }), { minLength: 1, maxLength: 20 })

describe('decimal text', () => {
  test('what is printed is read back as the same amount', () => {
    fc.assert(fc.property(amounts, (amount) => usdFromText(usdToText(amount)) === amount))
  })

  test.each([
    ['1.25', '1.25'],
    ['-0.000000000000000001', '-0.000000000000000001'],
    ['1e-9', '0.000000001'],
    ['1.50e2', '150'],
    ['+7', '7'],
    ['.5', '0.5'],
    ['3.', '3'],
    ['-0', '0'],
    ['1.0000000000000000000000', '1'],
  ])('%s is read exactly', (text, canonical) => {
    expect(usdToText(usdFromText(text))).toBe(canonical)
  })

  test.each([
    ['', 'NOT_A_DECIMAL'],
    ['.', 'NOT_A_DECIMAL'],
    ['1,5', 'NOT_A_DECIMAL'],
    ['NaN', 'NOT_A_DECIMAL'],
    ['Infinity', 'NOT_A_DECIMAL'],
    ['0x10', 'NOT_A_DECIMAL'],
    ['0.0000000000000000001', 'TOO_PRECISE'],
    ['1e60', 'OUT_OF_RANGE'],
  ])('%j is refused, not guessed', (text, error) => {
    expect(parseUsd(text)).toEqual({ ok: false, error })
  })

  test('digits beyond the scale are refused, never rounded away', () => {
    expect(parseScaled('0.1234', 3)).toEqual({ ok: false, error: 'TOO_PRECISE' })
    expect(parseScaled('0.1230', 3)).toEqual({ ok: true, value: 123n })
    expect(formatScaled(-5n, 3)).toBe('-0.005')
  })
})

describe('sums and shares', () => {
  test('a sum does not depend on its order, where binary floating point does', () => {
    const parts = ['0.1', '0.2', '-0.3'].map(usdFromText)
    expect(sumUsd(parts)).toBe(0n)
    expect(addUsd(usdFromText('1.1'), subtractUsd(usdFromText('2'), usdFromText('1.1')))).toBe(usdFromText('2'))
  })

  test('the parts of an allocation add up to the whole, to the last unit', () => {
    fc.assert(
      fc.property(amounts, weights, (amount, shares) => {
        fc.pre(shares.some((share) => share > 0n))
        return sumUsd(allocate(amount, shares)) === amount
      }),
    )
  })

  test('a share of nothing is nothing, and a part differs from its exact share by less than one unit', () => {
    fc.assert(
      fc.property(amounts, weights, (amount, shares) => {
        const total = shares.reduce((sum, share) => sum + share, 0n)
        fc.pre(total > 0n)
        return allocate(amount, shares).every((part, index) => {
          const error = part * total - amount * (shares[index] as bigint)
          return (error < 0n ? -error : error) < total
        })
      }),
    )
  })

  test('weights that cannot be shares are refused', () => {
    expect(() => allocate(usdFromText('1'), [0n, 0n])).toThrow(RangeError)
    expect(() => allocate(usdFromText('1'), [1n, -1n])).toThrow(RangeError)
  })
})

describe('rounding', () => {
  test('each named mode does what its name says, on both sides of zero', () => {
    const modes = (n: bigint) =>
      (['half_up', 'half_even', 'down', 'up'] as const).map((mode) => divideRounded(n, 10n, mode))
    expect(modes(25n)).toEqual([3n, 2n, 2n, 3n])
    expect(modes(35n)).toEqual([4n, 4n, 3n, 4n])
    expect(modes(-25n)).toEqual([-3n, -2n, -2n, -3n])
    expect(modes(21n)).toEqual([2n, 2n, 2n, 3n])
    expect(() => divideRounded(1n, 0n, 'down')).toThrow(RangeError)
  })

  test('an amount and its rounding remainder are the amount', () => {
    fc.assert(
      fc.property(amounts, (amount) => {
        const cents = roundToCents(amount)
        const remainder = subtractUsd(amount, cents)
        return addUsd(cents, remainder) === amount && cents % 10n ** 16n === 0n && remainder * 2n <= 10n ** 16n
      }),
    )
  })

  test('a division is rounded once', () => {
    const third = divide(usdFromText('1'), { numerator: 1n, denominator: 3n, mode: 'half_even' })
    expect(usdToText(third)).toBe('0.333333333333333333')
  })

  test('people see cents with separators and a true minus sign', () => {
    expect(formatUsd(usdFromText('48210.325'))).toBe('$48,210.33')
    expect(formatUsd(usdFromText('-0.005'))).toBe('−$0.01')
    expect(formatUsd(usdFromText('1234567.8'), 0)).toBe('$1,234,568')
    expect(formatUsd(0n as Usd)).toBe('$0.00')
  })
})
