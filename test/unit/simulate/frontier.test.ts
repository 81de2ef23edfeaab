import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sumUsd, usdFromAtto } from '../../../lib/core/money/usd'
import { frontierOf } from '../../../lib/core/simulate/replay/frontier'
import type { MovedLine } from '../../../lib/core/simulate/replay/replay-hours'

const line = (model: string, before: number, after: number): MovedLine => ({
  host: 'openai',
  model,
  project: null,
  target: 'deepseek / flash',
  requests: 1n,
  before: usdFromAtto(BigInt(before)),
  low: usdFromAtto(BigInt(after)),
  after: usdFromAtto(BigInt(after)),
  high: usdFromAtto(BigInt(after)),
  parts: {},
})

test('what saves most for each dollar moved comes first, and what costs more comes last', () => {
  const steps = frontierOf([line('a', 100, 50), line('b', 10, 1), line('c', 10, 20)])
  expect(steps.map((step) => [step.model, step.movedBefore, step.savingSoFar])).toEqual([
    ['b', 10n, 9n],
    ['a', 110n, 59n],
    ['c', 120n, 49n],
  ])
})

test('no other order saves more at any share moved, and the end is the whole move', () => {
  const lines = fc.array(fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 0, max: 2000 })), {
    minLength: 1,
    maxLength: 8,
  })
  fc.assert(
    fc.property(lines, fc.nat(), (amounts, seed) => {
      const moved = amounts.map(([before, after], index) => line(`m${index}`, before, after))
      const steps = frontierOf(moved)
      expect(steps.at(-1)?.savingSoFar).toBe(sumUsd(moved.map((one) => usdFromAtto(one.before - one.after))))
      // Any other order lies on or under the line through the steps.
      const other = [...moved].sort((a, b) =>
        ((a.before * 7919n + BigInt(seed)) % 13n) - ((b.before * 7919n + BigInt(seed)) % 13n) > 0n ? 1 : -1,
      )
      let before = 0n
      let saving = 0n
      for (const one of other) {
        before += one.before
        saving += one.before - one.after
        const next = steps.findIndex((step) => step.movedBefore >= before)
        const at = steps[next]
        const from = steps[next - 1] ?? { movedBefore: 0n, savingSoFar: 0n }
        if (at === undefined) throw new Error('the steps end early')
        const width = at.movedBefore - from.movedBefore
        const bound = from.savingSoFar * width + (at.savingSoFar - from.savingSoFar) * (before - from.movedBefore)
        expect(saving * width <= bound).toBe(true)
      }
    }),
  )
})
