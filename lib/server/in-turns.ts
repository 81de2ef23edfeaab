/** Work of one request that takes seconds, in turns: between them the server answers whoever else asks. */
import 'server-only'
import { setImmediate as nextTurn } from 'node:timers/promises'

const A_TURN = 500

export async function inTurns<In, Out>(items: readonly In[], work: (item: In) => Out): Promise<Out[]> {
  const done: Out[] = []
  for (let from = 0; from < items.length; from += A_TURN) {
    if (from > 0) await nextTurn()
    for (const item of items.slice(from, from + A_TURN)) done.push(work(item))
  }
  return done
}

/** The same for work that says itself where others may come in: at each of its yields. */
export async function stepwise<Out>(steps: Generator<unknown, Out>): Promise<Out> {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    await nextTurn()
  }
}
