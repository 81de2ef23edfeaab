import { expect, test } from 'vitest'
import { inTurns, stepwise } from '../../../lib/server/in-turns'

test('ten thousand pieces of work keep their order and let others in between', async () => {
  const items = Array.from({ length: 10_000 }, (_item, at) => at)
  let others = 0
  let isOver = false
  const other = () => {
    others += 1
    if (!isOver) setImmediate(other)
  }
  setImmediate(other)
  const done = await inTurns(items, (at) => at * 2)
  isOver = true
  expect(done).toEqual(items.map((at) => at * 2))
  expect(others).toBeGreaterThan(10)
  expect(await inTurns([], () => 1)).toEqual([])
})

test('work in steps lets others in at each of them and tells what it came to', async () => {
  let others = 0
  let isOver = false
  const other = () => {
    others += 1
    if (!isOver) setImmediate(other)
  }
  setImmediate(other)
  const sum = await stepwise(
    (function* () {
      for (let step = 0; step < 50; step += 1) yield
      return 'done'
    })(),
  )
  isOver = true
  expect(sum).toBe('done')
  expect(others).toBeGreaterThan(25)
})
