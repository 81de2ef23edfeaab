import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CounterReading, ServerReadings } from '../../../lib/core/source/counter-reading'
import { type CounterRun, growthBeside } from '../../../lib/core/source/counter-runs'
import { InstantReader } from '../../../lib/core/source/value'
import type { UsageRecord } from '../../../lib/core/usage/record'
import { NOW_MS } from './reading'

const HOUR = 3_600_000
const at = (hour: number, prompt: number, started: string | null = null): CounterReading => ({
  atMs: Date.UTC(2026, 8, 1) + hour * HOUR,
  started,
  counts: new Map([
    ['prompt', BigInt(prompt)],
    ['generated', BigInt(prompt) * 2n],
    ['requests', 1n],
  ]),
})
const untimed = (prompt: number): CounterReading => ({ ...at(0, prompt), atMs: null })

/** Files imported one after another into empty books, as the database keeps them: one record an identity. */
class Books {
  runs: CounterRun[] = []
  readonly records = new Map<string, UsageRecord>()
  #nowMs = NOW_MS

  take(...readings: readonly CounterReading[]): number {
    const server: ServerReadings = { host: 'vllm', model: 'm', name: 'instance=a', readings }
    const instants = new InstantReader({ host: null, timeZone: null, nowMs: this.#nowMs }, 'utc')
    const { outcomes, runs } = growthBeside(server, this.runs, this.#nowMs, instants)
    this.#nowMs += 60_000
    this.runs.push(...runs)
    let rows = 0
    for (const outcome of outcomes) {
      if (!outcome.ok) throw new Error(outcome.error.message)
      for (const record of outcome.value) this.records.set(JSON.stringify(record.identity), record)
      rows += outcome.value.length
    }
    return rows
  }

  get prompt(): bigint {
    return [...this.records.values()].reduce((sum, { quantities }) => sum + quantities.input, 0n)
  }
}

describe('readings in several files', () => {
  it('count what the counters grew by between the files', () => {
    const books = new Books()
    expect(books.take(at(0, 100))).toBe(0)
    expect(books.take(at(1, 250))).toBe(1)
    const [record] = books.records.values()
    expect([record?.quantities.input, record?.quantities.output]).toEqual([150n, 300n])
    expect([record?.startMs, record?.endMs]).toEqual([Date.UTC(2026, 8, 1), Date.UTC(2026, 8, 1, 1)])
  })

  it('add nothing when a file comes again, and say the same of it', () => {
    const books = new Books()
    const files = [[at(0, 100), at(1, 130)], [at(2, 250)], [at(4, 300), at(5, 310)], [at(3, 260)]]
    const rows = files.map((file) => books.take(...file))
    const sum = books.prompt
    expect(files.map((file) => books.take(...file))).toEqual([rows[0], rows[1], rows[2], 0])
    expect(books.prompt).toBe(sum)
  })

  it('count a restart from zero, and never less than nothing', () => {
    const fell = new Books()
    fell.take(at(0, 500))
    fell.take(at(1, 20))
    expect(fell.prompt).toBe(20n)
    const restarted = new Books()
    restarted.take(at(0, 500, '1788000000'))
    restarted.take(at(1, 700, '1788220000'))
    expect(restarted.prompt).toBe(700n)
    const unsaid = new Books()
    unsaid.take(at(0, 500, '1788000000'))
    unsaid.take(at(1, 700))
    expect(unsaid.prompt).toBe(200n)
  })

  it('give the same sum in whatever order and files they come', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { minLength: 2, maxLength: 12 }),
        fc.array(fc.nat({ max: 4 }), { minLength: 12, maxLength: 12 }),
        fc.integer(),
        (hours, groups, seed) => {
          const readings = [...hours].sort((a, b) => a - b).map((hour) => at(hour, hour * hour))
          const files = new Map<number, CounterReading[]>()
          readings.forEach((reading, place) => {
            const group = groups[place] as number
            files.set(group, [...(files.get(group) ?? []), reading])
          })
          const order = [...files.values()].sort((a, b) => ((a.length * 7 + seed) % 5) - ((b.length * 7 + seed) % 5))
          const books = new Books()
          for (const file of [...order, ...order]) books.take(...file)
          const [first, last] = [readings[0], readings.at(-1)]
          const grown = (last?.counts.get('prompt') ?? 0n) - (first?.counts.get('prompt') ?? 0n)
          expect(books.prompt).toBe(grown)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('without a time go on from the latest one, and are known again by what they show', () => {
    const books = new Books()
    expect(books.take(untimed(100))).toBe(0)
    expect(books.take(untimed(180))).toBe(1)
    expect(books.take(untimed(100))).toBe(0)
    expect(books.take(untimed(180))).toBe(1)
    expect(books.take(untimed(200))).toBe(1)
    expect(books.take(untimed(100), untimed(180))).toBe(1)
    expect(books.prompt).toBe(100n)
  })

  it('forgotten by an undo are counted when they come again', () => {
    const books = new Books()
    books.take(at(0, 100))
    books.take(at(1, 250))
    const kept = books.runs.filter(({ times }) => times.length === 1)
    books.runs = kept
    books.records.clear()
    expect(books.take(at(1, 250))).toBe(1)
    expect(books.prompt).toBe(150n)
  })
})
