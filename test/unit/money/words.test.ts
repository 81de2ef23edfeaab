import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { takeApart, UsdWords, WordSums } from '../../../lib/core/money/words'

const LARGEST = 2n ** 64n - 1n
const amount = fc.oneof(fc.bigInt(0n, LARGEST), fc.constantFrom(0n, 1n, 2n ** 32n - 1n, 2n ** 32n, LARGEST))

describe('sums of amounts in words', () => {
  it('are exact to the last digit, carries included, also when sums are added', () => {
    const words = new UsdWords()
    fc.assert(
      fc.property(fc.array(fc.tuple(amount, fc.nat(3)), { maxLength: 200 }), (entries) => {
        const sums = new WordSums(2)
        sums.double()
        const others = new WordSums(4)
        for (const [one, index] of entries) {
          expect(takeApart(one, words)).toBe(true)
          sums.add(index, words)
          others.add(3 - index, words)
        }
        for (let index = 0; index < 4; index += 1) {
          const exact = entries.reduce((sum, [one, place]) => (place === index ? sum + one : sum), 0n)
          expect(sums.at(index)).toBe(exact)
          expect(others.at(3 - index)).toBe(exact)
          sums.addSum(index, others, 3 - index)
          expect(sums.at(index)).toBe(exact * 2n)
        }
      }),
    )
  })

  it('are not begun with an amount that does not fit', () => {
    const words = new UsdWords()
    expect(takeApart(-1n, words)).toBe(false)
    expect(takeApart(LARGEST + 1n, words)).toBe(false)
  })
})
