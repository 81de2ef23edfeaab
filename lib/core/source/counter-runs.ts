/**
 * Readings of one server in several files. What is counted is kept as runs: from one reading to another, with the times of
 * the readings between. A new file continues the run before it and ends at the run after it; time inside a run counts
 * once, whatever readings of it come later. So the order of the files does not change the sum.
 */
import { COUNTS, type CounterReading, type ServerReadings } from './counter-reading'
import { growthBetween, growthWithin } from './counters'
import type { RowOutcome } from './dialect'
import type { InstantReader } from './value'

type Timed = CounterReading & { readonly atMs: number }

export interface CounterRun {
  readonly from: Timed
  readonly to: Timed
  /** Times of the readings that were compared, both ends included, ascending. One for a reading by itself. */
  readonly times: readonly number[]
}

export interface CounterGrowth {
  readonly outcomes: readonly RowOutcome[]
  /** What this file adds to what is counted. */
  readonly runs: readonly CounterRun[]
}

/** `known` are the runs that touch the file's time and the nearest before and after it; for readings without a time the latest. */
export function growthBeside(
  server: ServerReadings,
  known: readonly CounterRun[],
  nowMs: number,
  instants: InstantReader,
): CounterGrowth {
  const timed = server.readings.filter((reading): reading is Timed => reading.atMs !== null)
  if (timed.length < server.readings.length) return untimedGrowth(server, known, nowMs, instants)
  const chain = chained(
    timed.filter((reading, at) => reading.atMs !== timed[at - 1]?.atMs),
    known,
  )
  const [first] = chain
  if (chain.length === 1 && first !== undefined) {
    const isKnown = known.some((run) => covers(run, first.atMs, first.atMs))
    return { outcomes: [], runs: isKnown ? [] : [{ from: first, to: first, times: [first.atMs] }] }
  }
  const segments = chain.slice(1).flatMap((after, at) => uncounted(chain[at] as Timed, after, known))
  return {
    outcomes: segments
      .map(([before, after]) => growthBetween(server, before, after, instants))
      .filter((outcome) => outcome !== null),
    runs: runsOf(segments),
  }
}

function covers(run: CounterRun, fromMs: number, toMs: number): boolean {
  return run.from.atMs <= fromMs && run.to.atMs >= toMs
}

/** The file's readings with the neighbour at either end that they are to be compared with. */
function chained(readings: readonly Timed[], known: readonly CounterRun[]): readonly Timed[] {
  const [first, last] = [readings[0], readings.at(-1)]
  if (first === undefined || last === undefined) return readings
  const around = known.find((run) => covers(run, first.atMs, first.atMs))
  const earlier = known.filter((run) => run.to.atMs < first.atMs).sort((a, b) => b.to.atMs - a.to.atMs)[0]?.to
  // A file that was read before is compared with the same neighbours again, so that it says the same.
  const before = around === undefined ? earlier : around.times[1] === first.atMs ? around.from : undefined
  const behind = known.find((run) => covers(run, last.atMs, last.atMs))
  const later = known.filter((run) => run.from.atMs > last.atMs).sort((a, b) => a.from.atMs - b.from.atMs)[0]?.from
  const after = behind === undefined ? later : behind.times.at(-2) === last.atMs ? behind.to : undefined
  return [...(before === undefined ? [] : [before]), ...readings, ...(after === undefined ? [] : [after])]
}

/** The parts of the time between two readings that no run holds; the whole of it when a run compared just these two. */
function uncounted(before: Timed, after: Timed, known: readonly CounterRun[]): readonly (readonly [Timed, Timed])[] {
  const around = known.filter((run) => covers(run, before.atMs, after.atMs))
  if (around.length > 0) {
    const compared = around.some(({ times }) => {
      const at = times.indexOf(before.atMs)
      return at >= 0 && times[at + 1] === after.atMs
    })
    return compared ? [[before, after]] : []
  }
  const parts: (readonly [Timed, Timed])[] = []
  let at = before
  for (const run of [...known].sort((a, b) => a.from.atMs - b.from.atMs)) {
    if (run.to.atMs <= at.atMs || run.from.atMs >= after.atMs) continue
    if (run.from.atMs > at.atMs) parts.push([at, run.from])
    at = run.to
  }
  if (at.atMs < after.atMs) parts.push([at, after])
  return parts
}

function runsOf(segments: readonly (readonly [Timed, Timed])[]): readonly CounterRun[] {
  const runs: { from: Timed; to: Timed; times: number[] }[] = []
  for (const [before, after] of segments) {
    const last = runs.at(-1)
    if (last !== undefined && last.to.atMs === before.atMs) {
      last.to = after
      last.times.push(after.atMs)
    } else runs.push({ from: before, to: after, times: [before.atMs, after.atMs] })
  }
  return runs
}

/**
 * Readings without a time are as late as their import: they continue the latest run. A file whose last reading is the end
 * of a run was read before.
 */
function untimedGrowth(
  server: ServerReadings,
  known: readonly CounterRun[],
  nowMs: number,
  instants: InstantReader,
): CounterGrowth {
  const [first, last] = [server.readings[0], server.readings.at(-1)]
  const within = growthWithin(server, instants)
  if (first === undefined || last === undefined) return { outcomes: within, runs: [] }
  const seen = known.find((run) => isSame(run.to, last))
  const latest = [...known].sort((a, b) => b.to.atMs - a.to.atMs)[0]
  const before = seen === undefined ? latest?.to : seen.times.length > 1 ? seen.from : undefined
  const untimed = (reading: CounterReading) => ({ ...reading, atMs: null })
  const joined =
    before === undefined || isSame(before, first)
      ? null
      : growthBetween(server, untimed(before), untimed(first), instants)
  const outcomes = joined === null ? within : [joined, ...within]
  if (seen !== undefined) return { outcomes, runs: [] }
  const to = { ...last, atMs: nowMs }
  const from = before === undefined || before.atMs >= nowMs ? to : before
  return { outcomes, runs: [{ from, to, times: from === to ? [nowMs] : [from.atMs, nowMs] }] }
}

function isSame(one: CounterReading, other: CounterReading): boolean {
  return one.started === other.started && COUNTS.every((name) => one.counts.get(name) === other.counts.get(name))
}
