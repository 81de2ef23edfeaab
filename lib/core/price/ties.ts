/**
 * Defects that only a whole book can have: two entries that hold at once and are equally specific, and a name that means
 * two models at once. A test runs this over every shipped file, and a contract price is refused when it would tie.
 */
import { DAY_MS, type InstantMs } from '../time/instant'
import { conditionCount, promptRange } from './condition'
import type { ModelAlias, PriceConditions, PriceEntry } from './entry'
import { localTimeEdges, matchesLocalTime } from './local-time'

export interface Tie {
  readonly a: PriceEntry
  readonly b: PriceEntry
}

/** Clocks repeat by week and holidays by year: a year and a month of edges shows whether two can hold at once. */
const CLOCK_SPAN_MS = 400 * DAY_MS

export function findTies(entries: readonly PriceEntry[]): Tie[] {
  const groups = new Map<string, PriceEntry[]>()
  for (const entry of entries) {
    const { host, model, meter, kind, book, priority, conditions } = entry
    // Multipliers with different conditions multiply; only a factor given twice for one reason is a defect.
    const rank =
      kind === 'multiplier' ? Object.keys(conditions).sort().join() : `${priority} ${conditionCount(conditions)}`
    const key = JSON.stringify([host, model, meter, kind, book, rank])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [entry])
    else group.push(entry)
  }
  const ties: Tie[] = []
  for (const group of groups.values()) {
    for (const [index, a] of group.entries()) {
      for (const b of group.slice(index + 1)) if (canHoldTogether(a, b)) ties.push({ a, b })
    }
  }
  return ties
}

/** Pairs of dated names with one spelling that mean different models at some instant. */
export function findNameTies(aliases: readonly ModelAlias[]): (readonly [ModelAlias, ModelAlias])[] {
  const groups = new Map<string, ModelAlias[]>()
  for (const alias of aliases) {
    const key = JSON.stringify([alias.host, alias.pattern])
    groups.set(key, [...(groups.get(key) ?? []), alias])
  }
  return [...groups.values()].flatMap((group) =>
    group.flatMap((a, index) =>
      group.slice(index + 1).flatMap((b) => (a.model !== b.model && overlap(a, b) !== null ? [[a, b] as const] : [])),
    ),
  )
}

interface Span {
  readonly fromMs: InstantMs
  readonly toMs: InstantMs | null
}

function overlap(a: Span, b: Span): { startMs: InstantMs; endMs: InstantMs } | null {
  const startMs = Math.max(a.fromMs, b.fromMs)
  const endMs = Math.min(a.toMs ?? Number.POSITIVE_INFINITY, b.toMs ?? Number.POSITIVE_INFINITY)
  return startMs < endMs ? { startMs, endMs } : null
}

export function canHoldTogether(a: PriceEntry, b: PriceEntry): boolean {
  const time = overlap(a, b)
  if (time === null) return false
  // A rate that names no tier or speed holds in the standard one only.
  const unsaid = a.kind === 'rate' ? ['standard'] : undefined
  return (
    meet(a.conditions.serviceTier ?? unsaid, b.conditions.serviceTier ?? unsaid) &&
    meet(a.conditions.speed ?? unsaid, b.conditions.speed ?? unsaid) &&
    meet(a.conditions.region, b.conditions.region) &&
    meet(a.conditions.mode, b.conditions.mode) &&
    meet(a.conditions.contextSize, b.conditions.contextSize) &&
    lengthsMeet(a.conditions.promptTokens, b.conditions.promptTokens) &&
    clocksMeet(a.conditions.localTime, b.conditions.localTime, time)
  )
}

function meet(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return a === undefined || b === undefined || a.some((value) => b.includes(value))
}

function lengthsMeet(a: PriceConditions['promptTokens'], b: PriceConditions['promptTokens']): boolean {
  const [x, y] = [promptRange(a ?? {}), promptRange(b ?? {})]
  return (y.to === null || x.from <= y.to) && (x.to === null || y.from <= x.to)
}

function clocksMeet(
  a: PriceConditions['localTime'],
  b: PriceConditions['localTime'],
  time: { startMs: InstantMs; endMs: InstantMs },
): boolean {
  const clocks = [a, b].filter((clock) => clock !== undefined)
  const endMs = Math.min(time.endMs, time.startMs + CLOCK_SPAN_MS)
  const instants = [time.startMs, ...clocks.flatMap((clock) => localTimeEdges(clock, time.startMs, endMs))]
  return instants.some((ms) => clocks.every((clock) => matchesLocalTime(clock, ms)))
}
