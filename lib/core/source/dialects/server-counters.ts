/**
 * What vLLM, SGLang, Text Generation Inference and llama.cpp show at /metrics, two or more scrapes in one file. A scrape
 * ends where a series comes again or at `# EOF`; its time is that of its samples, or of a comment that is a time.
 */
import { parseInstant } from '../../time/instant'
import { CounterLog, FIRST_READING, isCounter, PROCESS_STARTED } from '../counters'
import type { LineDialect, LineReader, ReadOptions, RowOutcome } from '../dialect'
import { countOf, InstantReader, readRow } from '../value'

/** A sample of the text format, or of OpenMetrics, which may set an example after it. */
const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*?)\})?\s+([^\s]+)(?:\s+(-?[\d.]+))?\s*(?:# \{.*)?$/
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g
const TIME = /(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?|\b1\d{9}(?:\.\d+|\d{3})?\b)/

export const serverCounters: LineDialect = {
  kind: 'lines',
  id: 'server-counters',
  title: 'Counters of a model server (Prometheus)',
  recognisedBy: 'Lines of the Prometheus text format with vllm:, sglang:, tgi_ or llamacpp: counters.',
  recognise(beginning) {
    for (const line of beginning.split('\n')) {
      const name = SAMPLE.exec(line.trim())?.[1]
      if (name !== undefined && isCounter(name)) return name.replace(/^ray_/, '').split(/[:_]/)[0] as string
    }
    return null
  },
  open: (options) => new ScrapeLines(options),
}

class ScrapeLines implements LineReader {
  readonly #instants: InstantReader
  readonly #log = new CounterLog()
  readonly #held: boolean
  readonly #seen = new Set<string>()
  #scrape = 0
  /** Time a comment gave to the scrape at hand. */
  #commentMs: number | null = null

  constructor(options: ReadOptions) {
    this.#instants = new InstantReader(options, 'utc')
    this.#held = options.holdReadings === true
  }

  shown(line: string): string {
    return line.slice(0, 2_000)
  }

  note() {
    return this.#held ? FIRST_READING : (this.#log.note() ?? this.#instants.note())
  }

  read(line: string): RowOutcome {
    return readRow(() => {
      const text = line.trim()
      if (text.startsWith('#')) this.#comment(text)
      else this.#sample(text)
      return []
    })
  }

  finish(): readonly RowOutcome[] {
    return this.#held ? [] : this.#log.outcomes(this.#instants)
  }

  readings() {
    return this.#held ? this.#log.servers() : []
  }

  #comment(text: string): void {
    if (/^#\s*EOF\b/.test(text)) {
      this.#next()
      return
    }
    if (/^#\s*(HELP|TYPE|UNIT)\b/.test(text)) return
    const found = TIME.exec(text)?.[1]
    if (found === undefined) return
    const parsed = /^1\d{9}/.test(found) ? null : parseInstant(found, 'utc')
    const ms = parsed === null ? this.#instants.read(found, 'comment') : parsed.ok ? parsed.value : null
    if (ms === null) return
    if (this.#seen.size > 0) this.#next()
    this.#commentMs = this.#instants.inRange(ms, 'comment', found)
  }

  #sample(text: string): void {
    const found = SAMPLE.exec(text)
    if (found === null) return
    const [, name = '', labelText = '', value = '', stamp] = found
    if (!isCounter(name) && name !== PROCESS_STARTED) return
    const series = `${name}{${labelText}}`
    if (this.#seen.has(series)) this.#next()
    this.#seen.add(series)
    const scrape = String(this.#scrape)
    if (name === PROCESS_STARTED) {
      this.#log.started(scrape, value)
      return
    }
    const labels = new Map<string, string>()
    for (const [, label = '', inner = ''] of labelText.matchAll(LABEL)) {
      labels.set(
        label,
        inner.replace(/\\(.)/g, (_, after: string) => (after === 'n' ? '\n' : after)),
      )
    }
    const count = countOf(value, name)
    const atMs = stamp === undefined ? this.#commentMs : this.#instants.read(stamp, 'timestamp')
    if (count !== null) this.#log.add(name, labels, scrape, atMs, count)
  }

  #next(): void {
    this.#scrape += 1
    this.#seen.clear()
    this.#commentMs = null
  }
}
