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
