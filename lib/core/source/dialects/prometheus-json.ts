/**
 * Answers of Prometheus' HTTP API (query_range, query) for the counters of model servers: each point of time is a scrape.
 */
import { textOrNull } from '../build-record'
import { CounterLog, FIRST_READING, isCounter } from '../counters'
import type { JsonDialect, ReadOptions, RowOutcome, RowReader } from '../dialect'
import { isObject, type JsonObject } from '../json'
import { listAt, objectAt } from '../json-rows'
import { countOf, InstantReader, readRow } from '../value'

export const prometheusJson: JsonDialect = {
  kind: 'json',
  id: 'prometheus-json',
  title: 'Prometheus query of a model server’s counters',
  recognisedBy: 'data.resultType matrix or vector with vllm:, sglang:, tgi_ or llamacpp: counters.',
  envelopes: [],
  recognise(value) {
    const data = objectAt(value, 'data')
    if (data === null || !('resultType' in data)) return null
    return listAt(data, 'result').some((series) => isCounter(nameOf(series)))
      ? (textOrNull(data.resultType) ?? '1')
      : null
  },
  open: (options) => new QueryAnswers(options),
}

function nameOf(series: unknown): string {
  return textOrNull(objectAt(series, 'metric')?.__name__) ?? ''
}

class QueryAnswers implements RowReader<unknown> {
  readonly #instants: InstantReader
  readonly #log = new CounterLog()
  readonly #held: boolean
  /** Times told of each series: answers that were joined to one file may overlap, and a sample is no other by being told twice. */
  readonly #told = new Map<string, Set<number>>()

  constructor(options: ReadOptions) {
    this.#instants = new InstantReader(options, 'utc')
    this.#held = options.holdReadings === true
  }

  note() {
    return this.#held ? FIRST_READING : this.#log.note()
  }

  read(value: unknown): RowOutcome {
    return readRow(() => {
      for (const series of listAt(objectAt(value, 'data'), 'result')) if (isObject(series)) this.#series(series)
      return []
    })
  }

  finish(): readonly RowOutcome[] {
    return this.#held ? [] : this.#log.outcomes(this.#instants)
  }

  readings() {
    return this.#held ? this.#log.servers() : []
  }

  #series(series: JsonObject): void {
    const name = nameOf(series)
    if (!isCounter(name)) return
    const labels = new Map(
      Object.entries(objectAt(series, 'metric') ?? {}).map(([label, text]) => [label, textOrNull(text) ?? '']),
    )
    const told = this.#timesOf(JSON.stringify([name, ...[...labels].sort((a, b) => (a[0] < b[0] ? -1 : 1))]))
    const points = Array.isArray(series.values) ? series.values : [series.value]
    for (const point of points) {
      if (!Array.isArray(point)) continue
      const atMs = this.#instants.require(textOrNull(point[0]) ?? '', 'timestamp')
      const count = countOf(textOrNull(point[1]) ?? '', name)
      if (count === null || told.has(atMs)) continue
      told.add(atMs)
      this.#log.add(name, labels, String(atMs), atMs, count)
    }
  }

  #timesOf(series: string): Set<number> {
    const known = this.#told.get(series) ?? new Set()
    this.#told.set(series, known)
    return known
  }
}
