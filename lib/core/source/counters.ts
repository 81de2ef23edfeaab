/**
 * Counters of model servers (Prometheus) as usage: what a counter grew by between two readings. A counter that falls was
 * begun anew by a restart, and counts from zero. The first reading is where counting begins: it counts nothing itself.
 * How readings of several files belong together: `counter-runs.ts`.
 */
import type { Problem } from '../result'
import type { UsageRecord } from '../usage/record'
import { buildRecord, UNKNOWN_MODEL, withinTotal } from './build-record'
import { COUNTS, type Count, type CountedServer, type CounterReading, type ServerReadings } from './counter-reading'
import type { RowOutcome } from './dialect'
import { bucketIdentity, providerIdentity } from './identity'
import { type InstantReader, readRow } from './value'

interface Meaning {
  readonly host: string
  readonly count: Count
  /** Prompt tokens of this server leave out what its cache held. */
  readonly exclusive?: true
}

/** Counters by name; several of one kind in a group are summed (requests by the reason they finished). */
const COUNTERS: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['vllm:prompt_tokens_total', { host: 'vllm', count: 'prompt' }],
  ['vllm:prompt_tokens_cached_total', { host: 'vllm', count: 'cached' }],
  ['vllm:generation_tokens_total', { host: 'vllm', count: 'generated' }],
  ['vllm:request_success_total', { host: 'vllm', count: 'requests' }],
  ['sglang:prompt_tokens_total', { host: 'sglang', count: 'prompt' }],
  ['sglang:cached_tokens_total', { host: 'sglang', count: 'cached' }],
  ['sglang:generation_tokens_total', { host: 'sglang', count: 'generated' }],
  ['sglang:num_requests_total', { host: 'sglang', count: 'requests' }],
  ['llamacpp:prompt_tokens_total', { host: 'llamacpp', count: 'prompt', exclusive: true }],
  ['llamacpp:tokens_predicted_total', { host: 'llamacpp', count: 'generated' }],
  ['tgi_request_input_length_sum', { host: 'tgi', count: 'prompt' }],
  ['tgi_request_generated_tokens_sum', { host: 'tgi', count: 'generated' }],
  ['tgi_request_success', { host: 'tgi', count: 'requests' }],
])

export const PROCESS_STARTED = 'process_start_time_seconds'
/** Labels that split one counter of one server into several. */
const SPLITTING = new Set([
  '__name__',
  'finished_reason',
  'cache_source',
  'is_streaming',
  'le',
  'model_name',
  'model',
  'method',
])

export function isCounter(name: string): boolean {
  return COUNTERS.has(withColon(name))
}

/** Collectors and exporters to other systems write an underscore for the colon; Ray, which runs vLLM, sets its name before. */
function withColon(name: string): string {
  return name.replace(/^(?:ray_(?=vllm))?(vllm|sglang|llamacpp)[:_]/, '$1:')
}

interface Server extends CountedServer {
  readonly scrapes: Map<string, { readonly atMs: number | null; readonly counts: Map<Count, bigint> }>
}

/** Collects samples of one file, then tells the readings of each server, or what they grew by. */
export class CounterLog {
  readonly #servers = new Map<string, Server>()
  /** Start of the server's process by scrape, where it is told. */
  readonly #started = new Map<string, string>()

  /** `scrape` names the scrape in the order of the file; `atMs` is its time when it is told. */
  add(name: string, labels: ReadonlyMap<string, string>, scrape: string, atMs: number | null, value: bigint): void {
    const meaning = COUNTERS.get(withColon(name))
    if (meaning === undefined) return
    const model = labels.get('model_name') ?? labels.get('model') ?? UNKNOWN_MODEL
    const others = [...labels].filter(([label]) => !SPLITTING.has(label)).sort((a, b) => (a[0] < b[0] ? -1 : 1))
    const server = others.map(([label, text]) => `${label}=${text}`).join(',')
    const key = JSON.stringify([meaning.host, model, server])
    const known = this.#servers.get(key) ?? { host: meaning.host, model, name: server, scrapes: new Map() }
    this.#servers.set(key, known)
    const at = known.scrapes.get(scrape) ?? { atMs, counts: new Map<Count, bigint>() }
    known.scrapes.set(scrape, at)
    at.counts.set(meaning.count, (at.counts.get(meaning.count) ?? 0n) + value)
  }

  started(scrape: string, value: string): void {
    this.#started.set(scrape, value)
  }

  servers(): readonly ServerReadings[] {
    return [...this.#servers.values()].map(({ scrapes, ...server }) => {
      const readings = [...scrapes].map(([scrape, { atMs, counts }]) => ({
        atMs,
        counts,
        started: this.#started.get(scrape) ?? null,
      }))
      if (readings.every(({ atMs }) => atMs !== null)) readings.sort((a, b) => (a.atMs ?? 0) - (b.atMs ?? 0))
      return { ...server, readings: completed(readings) }
    })
  }

  /** What the counters grew by within the file. */
  outcomes(instants: InstantReader): RowOutcome[] {
    return this.servers().flatMap((server) => growthWithin(server, instants))
  }

  /** What to say when there was nothing to compare. */
  note(): Problem | null {
    if (this.#servers.size === 0 || [...this.#servers.values()].some(({ scrapes }) => scrapes.size > 1)) return null
    return FIRST_READING
  }
}

export const FIRST_READING: Problem = {
  code: 'ONE_SCRAPE',
  message:
    'This is the first reading of these counters. Usage is what counters grow by between two readings, so nothing was counted yet.',
  remedy: 'Import the next reading, in a file of its own or after this one, or a range query of Prometheus.',
}

/**
 * Counters that were asked for one after the other have times of their own: what shows none of the same counters is one reading,
 * and a counter that is not shown again stands where it stood, unless the others began anew.
 */
function completed(readings: readonly CounterReading[]): readonly CounterReading[] {
  const whole: CounterReading[] = []
  for (const reading of readings) {
    const last = whole.at(-1)
    if (last === undefined || sharesCounter(last, reading)) whole.push(reading)
    else {
      const { atMs, started } = last
      const counts = new Map([...last.counts, ...reading.counts])
      whole[whole.length - 1] = { atMs, started: started ?? reading.started, counts }
    }
  }
  for (const [at, reading] of whole.entries()) {
    const before = whole[at - 1]
    if (before === undefined || beganAnew(before, reading)) continue
    whole[at] = { ...reading, counts: new Map([...before.counts, ...reading.counts]) }
  }
  return whole
}

function sharesCounter(one: CounterReading, other: CounterReading): boolean {
  return COUNTS.some((name) => one.counts.has(name) && other.counts.has(name))
}

/** True when the process started again between two readings: it says so, or a counter fell. */
function beganAnew(before: CounterReading, after: CounterReading): boolean {
  if (before.started !== null && after.started !== null && before.started !== after.started) return true
  return COUNTS.some((name) => {
    const [was, is] = [before.counts.get(name), after.counts.get(name)]
    return was !== undefined && is !== undefined && is < was
  })
}

/** What each reading has more than the one before it in the same file. */
export function growthWithin(server: ServerReadings, instants: InstantReader): RowOutcome[] {
  const outcomes: RowOutcome[] = []
  for (let at = 1; at < server.readings.length; at += 1) {
    const [before, after] = [server.readings[at - 1], server.readings[at]]
    if (before === undefined || after === undefined) continue
    const outcome = growthBetween(server, before, after, instants)
    if (outcome !== null) outcomes.push(outcome)
  }
  return outcomes
}

/** The record of what the counters grew by between two readings; null when they did not. */
export function growthBetween(
  server: CountedServer,
  before: CounterReading,
  after: CounterReading,
  instants: InstantReader,
): RowOutcome | null {
  const outcome = readRow(() => grown(server, before, after, instants))
  return outcome.ok && outcome.value.length === 0 ? null : outcome
}

function grown(
  server: CountedServer,
  before: CounterReading,
  after: CounterReading,
  instants: InstantReader,
): readonly UsageRecord[] {
  // Readings of different counters have nothing to compare.
  if (!sharesCounter(before, after)) return []
  const none = 0n
  const of = ({ counts }: CounterReading, name: Count) => counts.get(name) ?? none
  const fell = beganAnew(before, after)
  const by = (name: Count) =>
    fell ? of(after, name) : after.counts.has(name) ? of(after, name) - of(before, name) : none
  const [prompt, cached, generated] = [by('prompt'), by('cached'), by('generated')]
  const requests = after.counts.has('requests') ? by('requests') : null
  if (prompt === none && generated === none && (requests === null || requests === none)) return []
  withinTotal(cached, prompt, 'the cached prompt tokens', 'the prompt tokens')
  const state = (reading: CounterReading) => COUNTS.map((name) => of(reading, name)).join(' ')
  const told = before.atMs !== null && after.atMs !== null && after.atMs > before.atMs
  const parts = ['counters', server.host, server.model, server.name]
  return [
    buildRecord({
      identity: told
        ? bucketIdentity(...parts, String(before.atMs), String(after.atMs))
        : providerIdentity(...parts, state(before), state(after)),
      startMs: told && before.atMs !== null ? before.atMs : instants.assume(),
      ...(told ? { endMs: after.atMs } : { timeAssumed: true as const }),
      host: server.host,
      model: server.model,
      requests,
      quantities: {
        input: prompt - cached,
        cacheRead: cached,
        cacheWrite5m: none,
        cacheWrite1h: none,
        output: generated,
        reasoning: none,
        other: null,
      },
    }),
  ]
}
