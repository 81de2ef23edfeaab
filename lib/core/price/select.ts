/**
 * Choosing the prices of a usage record. The work is done once per model and set of facts and remembered; a record like
 * one seen before costs a few lookups.
 */
import type { Problem } from '../result'
import { type InstantMs, isoOf } from '../time/instant'
import type { Meter, OtherMeter } from '../usage/meter'
import { knowsName, nameEdges, resolveHost, resolveModel } from './book'
import type {
  CompiledHost,
  CompiledModel,
  Facts,
  PriceableUsage,
  PriceBook,
  PriceLine,
  PriceSelection,
  Situation,
  Winner,
} from './compiled'
import { localTimeEdges, matchesLocalTime } from './local-time'
import { STANDARD, winnerOf } from './situation'

/** Facts of a call come from outside, so what is remembered about them is bounded. */
const MAX_SITUATIONS = 10_000
const MAX_SELECTIONS = 200_000
export const ORDINARY_TIERS: ReadonlySet<string> = new Set([
  '',
  STANDARD,
  'default',
  'on_demand',
  'auto',
  'standard_only',
  'none',
])
const CORE = ['input', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'output', 'reasoning'] as const
const REQUESTS_BIT = 64
/** The source does not count calls. */
const UNCOUNTED_BIT = 128

/** The prices that apply to a record, or in `problem` why it is unpriced. Equal selections are the same object. */
export function selectPrices(book: PriceBook, usage: PriceableUsage): PriceSelection {
  const host = resolveHost(book, usage.host)
  if (host === null) return unpriced(null, hostUnknown(usage))
  const model = resolveModel(host, usage.model, usage.startMs)
  if (model === null) return unpriced(null, modelUnknown(host, usage))
  const selection = selectAt(book, host, model, usage, usage.startMs)
  if (usage.endMs === undefined || usage.endMs === null || selection.problem !== null) return selection
  return sameThroughout(book, host, model, usage, selection)
}

function selectAt(
  book: PriceBook,
  host: CompiledHost,
  model: CompiledModel,
  usage: PriceableUsage,
  ms: InstantMs,
): PriceSelection {
  const situation = situationOf(host, model, usage, ms)
  const { quantities } = usage
  let set = 0
  if (quantities.input !== 0n) set |= 1
  if (quantities.cacheRead !== 0n) set |= 2
  if (quantities.cacheWrite5m !== 0n) set |= 4
  if (quantities.cacheWrite1h !== 0n) set |= 8
  if (situation.splitsReasoning) {
    if (quantities.output !== quantities.reasoning) set |= 16
    if (quantities.reasoning !== 0n) set |= 32
  } else if (quantities.output !== 0n) set |= 16
  if (model.billsRequests) {
    if (usage.requests === null) set |= UNCOUNTED_BIT
    else if (usage.requests !== 0n) set |= REQUESTS_BIT
  }
  if (quantities.other === null) {
    let selection = situation.bySet[set]
    if (selection === undefined) {
      selection = build(book, situation, set, [])
      situation.bySet[set] = selection
    }
    return selection
  }
  const others: OtherMeter[] = []
  for (const [meter, quantity] of quantities.other) {
    if (quantity !== 0n && !(meter === 'requests' && (set & REQUESTS_BIT) !== 0)) others.push(meter)
  }
  if (others.length > 1) others.sort()
  const name = `${set} ${others.join(' ')}`
  let selection = situation.byNames.get(name)
  if (selection === undefined) {
    selection = build(book, situation, set, others)
    if (situation.byNames.size >= MAX_SITUATIONS) situation.byNames.clear()
    situation.byNames.set(name, selection)
  }
  return selection
}

function situationOf(host: CompiledHost, model: CompiledModel, usage: PriceableUsage, ms: InstantMs): Situation {
  let serviceTier = usage.serviceTier
  let speed = usage.speed ?? STANDARD
  if (serviceTier !== STANDARD || speed !== STANDARD) [serviceTier, speed] = tierAndSpeed(host, serviceTier, speed)
  let interval = 0
  while (interval < model.instants.length && (model.instants[interval] as InstantMs) <= ms) interval += 1
  const promptTokens = usage.promptTokens ?? promptTokensOfTier(usage.contextTier)
  let length = 0
  while (length < model.lengths.length && (model.lengths[length] as bigint) <= promptTokens) length += 1
  const { latest } = model
  if (
    latest !== null &&
    latest.interval === interval &&
    latest.length === length &&
    latest.serviceTier === serviceTier &&
    latest.speed === speed
  ) {
    return latest.situation
  }
  let key = `${interval} ${length} ${serviceTier} ${speed}`
  for (const clock of model.clocks) key += matchesLocalTime(clock, ms) ? ' +' : ' -'
  if (model.reads.region) key += ` r=${usage.region}`
  if (model.reads.mode) key += ` m=${usage.mode}`
  if (model.reads.contextSize) key += ` c=${usage.contextSize}`
  let situation = model.situations.get(key)
  if (situation === undefined) {
    const facts: Facts = {
      ms,
      serviceTier,
      speed,
      region: usage.region?.toLowerCase() ?? null,
      mode: usage.mode?.toLowerCase() ?? null,
      contextSize: usage.contextSize?.toLowerCase() ?? null,
      promptTokens,
    }
    const reasoning = winnerOf(model, 'reasoning', facts)
    // Where reasoning has a price of its own, it never falls back to the output rate, be its tier unpriced or not.
    const splitsReasoning = reasoning !== null && ('line' in reasoning || reasoning.problem.code !== 'NO_PRICE_AT_TIME')
    situation = { model, facts, winners: new Map(), splitsReasoning, bySet: [], byNames: new Map() }
    if (model.situations.size >= MAX_SITUATIONS) model.situations.clear()
    model.situations.set(key, situation)
  }
  // Calls of one model mostly come alike; clocks and rarer facts would have to be compared as well.
  if (model.clocks.length === 0 && !model.reads.region && !model.reads.mode && !model.reads.contextSize) {
    model.latest = { interval, length, serviceTier, speed, situation }
  }
  return situation
}

/** The tier and speed in the book's words: a host may call a speed a tier. */
function tierAndSpeed(host: CompiledHost, rawTier: string, rawSpeed: string): [tier: string, speed: string] {
  const tier = rawTier.trim().toLowerCase()
  const speed = rawSpeed.trim().toLowerCase()
  const ordinarySpeed = speed === '' || speed === 'default' || speed === 'normal' ? STANDARD : speed
  const own = host.info.serviceTiers[tier]
  if (own !== undefined && typeof own !== 'string') {
    return [STANDARD, ordinarySpeed === STANDARD ? own.speed : ordinarySpeed]
  }
  return [own ?? (ORDINARY_TIERS.has(tier) ? STANDARD : tier), ordinarySpeed]
}

/**
 * A prompt length that stands for a bucket's stated context tier: one token above a lower bound (">200000", ">=200000");
 * 1 where none is stated, so that a bucket of unknown lengths takes the short card.
 */
function promptTokensOfTier(contextTier: string | null): bigint {
  const above = contextTier === null ? null : /^>(=?)(\d{1,18})$/.exec(contextTier)
  return above === null ? 1n : BigInt(above[2] as string) + (above[1] === '=' ? 0n : 1n)
}

function build(book: PriceBook, situation: Situation, set: number, others: readonly OtherMeter[]): PriceSelection {
  const lines: PriceLine[] = []
  const omitted: Meter[] = []
  let problem: Problem | null = null
  const meters: Meter[] = [...CORE.filter((_, bit) => (set & (1 << bit)) !== 0), ...others]
  if ((set & REQUESTS_BIT) !== 0) meters.push('requests')
  for (const meter of meters) {
    let winner = situation.winners.get(meter)
    if (winner === undefined) {
      winner = winnerOf(situation.model, meter, situation.facts)
      situation.winners.set(meter, winner)
    }
    if (winner !== null && 'line' in winner) lines.push(winner.line)
    // A fee that depends on the search context size is not asked of a call that states none.
    else if (meter === 'requests' && situation.facts.contextSize === null && !isTierProblem(winner)) omitted.push(meter)
    else problem ??= winner?.problem ?? meterUnpriced(situation, meter)
  }
  if ((set & UNCOUNTED_BIT) !== 0 && !others.includes('requests')) problem ??= uncounted(situation)
  const currency = lines[0]?.entry.currency ?? 'USD'
  const foreign = lines.find((line) => line.entry.currency !== currency)
  if (foreign !== undefined) problem ??= mixedCurrency(situation, currency, foreign.entry.currency)
  const { splitsReasoning, model } = situation
  const ids = lines.map((line) => [`${line.meter}=${line.entry.id}`, ...line.multipliers.map((m) => m.id)].join('*'))
  if (problem !== null) return freeze({ ...EMPTY, key: '', model: model.model, lines, problem, splitsReasoning })
  const marks = [...omitted.map((meter) => `-${meter}`), ...(splitsReasoning ? ['apart'] : [])]
  const key = `${model.model}:${[...ids, ...marks].join(',')}`
  const known = book.selections.get(key)
  if (known !== undefined) return known
  const free = lines.length > 0 && lines.every((line) => line.numerator === 0n)
  const selection = freeze({ key, model: model.model, lines, omitted, problem, currency, free, splitsReasoning })
  if (book.selections.size >= MAX_SELECTIONS) book.selections.clear()
  book.selections.set(key, selection)
  return selection
}

function isTierProblem(winner: Winner | null): boolean {
  return winner !== null && 'problem' in winner && winner.problem.code !== 'METER_UNPRICED'
}

/** A fee per call cannot be priced when the calls are not counted; no fee, or one of $0, needs no count. */
function uncounted(situation: Situation): Problem | null {
  const winner = winnerOf(situation.model, 'requests', situation.facts)
  if (winner === null || !('line' in winner) || winner.line.numerator === 0n) return null
  return {
    code: 'METER_UNPRICED',
    message: `${situation.model.model} is billed per request, and the source does not count requests.`,
    remedy: 'Import single calls, or rows with a number of requests.',
  }
}

const EMPTY = {
  key: '',
  model: null,
  lines: [],
  omitted: [],
  problem: null,
  currency: 'USD',
  free: false,
  splitsReasoning: false,
}

function freeze(selection: PriceSelection): PriceSelection {
  Object.freeze(selection.lines)
  return Object.freeze(selection)
}

function unpriced(model: string | null, problem: Problem): PriceSelection {
  return freeze({ ...EMPTY, model, lines: [], problem })
}

/** A bucket is priced only when every instant of it has the same prices. */
function sameThroughout(
  book: PriceBook,
  host: CompiledHost,
  model: CompiledModel,
  usage: PriceableUsage,
  selection: PriceSelection,
): PriceSelection {
  const end = usage.endMs as InstantMs
  const edges = [...model.instants, ...nameEdges(host, usage.model)]
  const turns = edges.filter((instant) => instant > usage.startMs && instant < end)
  for (const clock of model.clocks) turns.push(...localTimeEdges(clock, usage.startMs, end))
  for (const ms of turns) {
    if (resolveModel(host, usage.model, ms) === model && selectAt(book, host, model, usage, ms) === selection) continue
    return unpriced(model.model, {
      code: 'BUCKET_SPANS_PRICES',
      message: `The price of ${usage.model} changes at ${isoOf(ms)}, inside this bucket (${isoOf(usage.startMs)} to ${isoOf(end)}).`,
      remedy:
        'Import hourly rows or single calls for this time; a bucket does not tell how its calls lie around the change.',
    })
  }
  return selection
}

function hostUnknown(usage: PriceableUsage): Problem {
  return {
    code: 'HOST_UNKNOWN',
    message: `The price book has no host "${usage.host.slice(0, 80)}".`,
    remedy: 'Name the provider that bills the call, or add prices for this host.',
  }
}

function modelUnknown(host: CompiledHost, usage: PriceableUsage): Problem {
  const name = usage.model.slice(0, 120)
  if (knowsName(host, usage.model)) {
    return {
      code: 'NO_PRICE_AT_TIME',
      message: `The name "${name}" at ${host.info.host} means no priced model at ${isoOf(usage.startMs)}.`,
      remedy: 'Add a dated price or name for this time, with its source.',
    }
  }
  return {
    code: 'MODEL_UNKNOWN',
    message: `The price book has no model "${name}" at ${host.info.host}.`,
    remedy: 'Add a price for it, or a name that stands for a model of the book.',
  }
}

function meterUnpriced(situation: Situation, meter: Meter): Problem {
  return {
    code: 'METER_UNPRICED',
    message: `The price book has no price of ${meter} for ${situation.model.model}.`,
    remedy: 'Add a price entry for this meter, with its source; another meter’s price is never used in its place.',
  }
}

function mixedCurrency(situation: Situation, a: string, b: string): Problem {
  return {
    code: 'MIXED_CURRENCY',
    message: `The prices of ${situation.model.model} are in ${a} and ${b}; a charge has one currency.`,
    remedy: 'Give the model prices in one currency for this time.',
  }
}
