/**
 * Counters of model servers (Prometheus) as usage: what a counter grew by between two scrapes. A counter that falls was
 * begun anew by a restart, and counts from zero. The first scrape is where counting begins: it counts nothing itself.
 */
import type { Problem } from '../result'
import type { UsageRecord } from '../usage/record'
import { buildRecord, UNKNOWN_MODEL, withinTotal } from './build-record'
import type { RowOutcome } from './dialect'
import { bucketIdentity, providerIdentity } from './identity'
import { type InstantReader, readRow } from './value'

type Count = 'prompt' | 'cached' | 'generated' | 'requests'

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
const SPLITTING = new Set(['__name__', 'finished_reason', 'cache_source', 'le', 'model_name', 'model', 'method'])

export function isCounter(name: string): boolean {
  return COUNTERS.has(name)
}

interface Scrape {
  readonly atMs: number | null
  readonly counts: Map<Count, bigint>
}

interface Server {
  readonly host: string
  readonly model: string
  readonly name: string
  readonly scrapes: Map<string, Scrape>
}

/** Collects samples, then tells the differences. */
export class CounterLog {
  readonly #servers = new Map<string, Server>()
  /** Start of the server's process by scrape, where it is told. */
  readonly #started = new Map<string, string>()

  /** `scrape` names the scrape in the order of the file; `atMs` is its time when it is told. */
  add(name: string, labels: ReadonlyMap<string, string>, scrape: string, atMs: number | null, value: bigint): void {
    const meaning = COUNTERS.get(name)
    if (meaning === undefined) return
    const model = labels.get('model_name') ?? labels.get('model') ?? UNKNOWN_MODEL
    const others = [...labels].filter(([label]) => !SPLITTING.has(label)).sort((a, b) => (a[0] < b[0] ? -1 : 1))
    const server = others.map(([label, text]) => `${label}=${text}`).join(',')
    const key = JSON.stringify([meaning.host, model, server])
    const known = this.#servers.get(key) ?? { host: meaning.host, model, name: server, scrapes: new Map() }
    this.#servers.set(key, known)
    const at: Scrape = known.scrapes.get(scrape) ?? { atMs, counts: new Map() }
    known.scrapes.set(scrape, at)
    at.counts.set(meaning.count, (at.counts.get(meaning.count) ?? 0n) + value)
  }

  started(scrape: string, value: string): void {
    this.#started.set(scrape, value)
  }

  outcomes(instants: InstantReader): RowOutcome[] {
    const outcomes: RowOutcome[] = []
    for (const server of this.#servers.values()) {
      const scrapes = [...server.scrapes]
      if (scrapes.every(([, scrape]) => scrape.atMs !== null)) {
        scrapes.sort(([, a], [, b]) => (a.atMs ?? 0) - (b.atMs ?? 0))
      }
      for (let at = 1; at < scrapes.length; at += 1) {
        const [before, after] = [scrapes[at - 1], scrapes[at]]
        if (before === undefined || after === undefined) continue
        const startedAnew = this.#started.get(before[0]) !== this.#started.get(after[0])
        const outcome = readRow(() => grown(server, before[1], after[1], startedAnew, instants))
        if (!outcome.ok || outcome.value.length > 0) outcomes.push(outcome)
      }
    }
    return outcomes
  }

  /** What to say when there was nothing to compare. */
  note(): Problem | null {
    if (this.#servers.size === 0 || [...this.#servers.values()].some(({ scrapes }) => scrapes.size > 1)) return null
    return {
      code: 'ONE_SCRAPE',
      message:
        'The file is one reading of counters. Usage is what counters grow by between two readings, so nothing was counted.',
      remedy: 'Import both readings in one file, one after the other, or a range query of Prometheus.',
    }
  }
}

function grown(
  server: Server,
  before: Scrape,
  after: Scrape,
  startedAnew: boolean,
  instants: InstantReader,
): readonly UsageRecord[] {
  const names: readonly Count[] = ['prompt', 'cached', 'generated', 'requests']
  const none = 0n
  const of = (scrape: Scrape, name: Count) => scrape.counts.get(name) ?? none
  const fell = startedAnew || names.some((name) => of(after, name) < of(before, name))
  const by = (name: Count) => (fell ? of(after, name) : of(after, name) - of(before, name))
  const [prompt, cached, generated] = [by('prompt'), by('cached'), by('generated')]
  const requests = after.counts.has('requests') ? by('requests') : null
  if (prompt === none && generated === none && (requests === null || requests === none)) return []
  withinTotal(cached, prompt, 'the cached prompt tokens', 'the prompt tokens')
  const state = (scrape: Scrape) => names.map((name) => of(scrape, name)).join(' ')
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
