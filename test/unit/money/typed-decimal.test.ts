import { expect, test } from 'vitest'
import { typedDecimal } from '../../../lib/core/money/typed-decimal'

test.each([
  ['12.40', '12.40'],
  [' 1,234,567.5 ', '1234567.5'],
  ['−5', '-5'],
  ['-1,000', '-1000'],
  ['+3', '3'],
  ['0.000000000000000001', '0.000000000000000001'],
])('%s is %s', (typed, expected) => {
  expect(typedDecimal(typed)).toBe(expected)
})

test.each(['12,50', '1.234,56', '1,23,456', '1,2345', ',5', '5,', '1 234', '$5', '5.', '', '--5', '1e3'])(
  '%s is refused, not guessed',
  (typed) => {
    expect(typedDecimal(typed)).toBeNull()
  },
)
