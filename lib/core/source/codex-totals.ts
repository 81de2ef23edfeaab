/**
 * Running totals of a Codex session. One log may hold several counters by turns (github.com/farion1231/cc-switch/pull/5854),
 * and a total that comes a little late (github.com/junhoyeo/tokscale/pull/308), so a total that is lower than the one
 * before is not always a beginning: what the last call is said to be tells which counter it goes on from.
 */

import type { JsonObject } from './json'
import { countIn } from './value'

export interface Totals {
  readonly input: bigint
  readonly cached: bigint
  readonly written: bigint
  readonly output: bigint
  readonly reasoning: bigint
}

export interface Counted {
  readonly added: Totals
  /** The number of the counter, from 0: how often the totals had begun anew. */
  readonly counter: number
}

interface Counter {
  readonly totals: Totals
  readonly number: number
}

const NOTHING: Totals = { input: 0n, cached: 0n, written: 0n, output: 0n, reasoning: 0n }
/** Logs of more counters than a few at a time were not seen; the ones that stood still longest are forgotten. */
const MAX_COUNTERS = 8

export class RunningTotals {
  /** The one that moved last is the last. */
  #counters: Counter[] = [{ totals: NOTHING, number: 0 }]
  #begun = 0

  get current(): Totals {
    return this.#last().totals
  }

  /** Goes on from totals that were counted elsewhere. */
  goOnFrom(totals: Totals): void {
    this.#counters = [{ totals, number: this.#begun }]
  }

  /** What was used since; null when the totals tell no call. `call` is what they say of the last call, which may be wrong. */
  take(totals: Totals, call: Totals | null): Counted | null {
    const told = call !== null && isSome(call) && isWithin(call, totals) ? call : null
    const same = this.#at(totals)
    if (same !== null) {
      this.#move(same, totals)
      return null
    }
    const from = told === null ? null : this.#at(lessOf(totals, told))
    if (from !== null && told !== null) return { added: told, counter: this.#move(from, totals) }
    const last = this.#last()
    if (isWithin(last.totals, totals)) {
      return { added: lessOf(totals, last.totals), counter: this.#move(last, totals) }
    }
    if (told !== null && isLate(totals, told, last.totals)) return null
    this.#begun += 1
    this.#counters.push({ totals, number: this.#begun })
    if (this.#counters.length > MAX_COUNTERS) this.#counters.shift()
    return { added: totals, counter: this.#begun }
  }

  #last(): Counter {
    return this.#counters[this.#counters.length - 1] as Counter
  }

  /** The counter that stands at these totals, the latest of several. */
  #at(totals: Totals): Counter | null {
    for (let index = this.#counters.length - 1; index >= 0; index -= 1) {
      const counter = this.#counters[index] as Counter
      if (isWithin(counter.totals, totals) && isWithin(totals, counter.totals)) return counter
    }
    return null
  }

  #move(counter: Counter, totals: Totals): number {
    const { number } = counter
    this.#counters = [...this.#counters.filter((one) => one !== counter), { totals, number }]
    return number
  }
}

/** A total within a call or two of the one before, or within a fiftieth, came late. One that is its only call is a beginning. */
function isLate(totals: Totals, call: Totals, before: Totals): boolean {
  const sum = ({ input, output }: Totals) => input + output
  if (sum(totals) === sum(call)) return false
  return sum(totals) + 2n * sum(call) >= sum(before) || sum(totals) * 50n >= sum(before) * 49n
}

export function totalsOf(usage: JsonObject | null, name: string): Totals {
  const none = 0n
  const count = (part: string) => countIn(usage?.[part], `${name}.${part}`) ?? none
  return {
    input: count('input_tokens'),
    cached: count('cached_input_tokens'),
    written: count('cache_write_input_tokens'),
    output: count('output_tokens'),
    reasoning: count('reasoning_output_tokens'),
  }
}

export function sumOf(a: Totals, b: Totals): Totals {
  return {
    input: a.input + b.input,
    cached: a.cached + b.cached,
    written: a.written + b.written,
    output: a.output + b.output,
    reasoning: a.reasoning + b.reasoning,
  }
}

export function lessOf(a: Totals, b: Totals): Totals {
  return {
    input: a.input - b.input,
    cached: a.cached - b.cached,
    written: a.written - b.written,
    output: a.output - b.output,
    reasoning: a.reasoning - b.reasoning,
  }
}

export function isWithin(part: Totals, whole: Totals): boolean {
  return (
    part.input <= whole.input &&
    part.cached <= whole.cached &&
    part.written <= whole.written &&
    part.output <= whole.output &&
    part.reasoning <= whole.reasoning
  )
}

export function isSome(totals: Totals): boolean {
  return totals.input !== 0n || totals.output !== 0n
}
