/**
 * A provider's own API of usage or billed cost, as a connection asks it: what to ask for a window of days, and where in an
 * answer the records and the next page are. The records themselves are read by the dialect of the import, never here.
 */
import { err, ok, type Result } from '../../result'
import { DAY_MS, floorToDay, type InstantMs, isoOf, type Period } from '../../time/instant'
import { isObject, type JsonObject, type JsonValue, parseJson } from '../json'
import { listAt } from '../json-rows'
import { jsonSplitter } from '../json-stream'

export const PULL_KINDS = [
  'openai-usage',
  'openai-costs',
  'anthropic-usage',
  'anthropic-cost',
  'openrouter-activity',
] as const
export type PullKind = (typeof PULL_KINDS)[number]

/** One list to read through, page by page. */
export interface PullRequest {
  /** Below the base address, e.g. `/organization/costs`. */
  readonly path: string
  /** In the order they are sent; a name may be given several times. */
  readonly query: readonly (readonly [name: string, value: string])[]
  /** Name of the query part that asks for a later page; null for a list without pages. */
  readonly pageParameter: string | null
}

/** The text of one record as it came, and what is needed to keep it apart from others. */
export interface PulledRecord {
  /** Equal for two tellings of the same bucket: the later one counts. */
  readonly key: string
  /** "2026-11-03", UTC. */
  readonly day: string
  /** One line of JSON. */
  readonly text: string
  /** A bucket without usage is told too, and is not imported. */
  readonly isEmpty: boolean
}

export interface PulledPage {
  readonly records: readonly PulledRecord[]
  /** Token of the following page; null on the last. */
  readonly next: string | null
}

export interface PullSource {
  readonly kind: PullKind
  readonly title: string
  readonly layer: 'usage' | 'billed'
  /** Id of the dialect that reads the records. */
  readonly format: string
  /** Without a slash at its end. */
  readonly baseUrl: string
  /** How a key of the right sort begins, for people. */
  readonly keyHint: string
  /** Where a person makes such a key. */
  readonly keyUrl: string
  readonly documentation: { readonly url: string; readonly checkedOn: string }
  /** Days of one window, at most. */
  readonly daysAtOnce: number
  /** How many days before today it tells; null when it tells all. */
  readonly reachDays: number | null
  /** False when it tells a day only once the day is over. */
  readonly tellsToday: boolean
  /** After the end of a day its first telling is taken for whole only when asked for this much later. */
  readonly settlesMs: number
  /** Members of a result that name it within its bucket: those its dialect takes for its identity. */
  readonly names: readonly string[]
  headers(key: string): Readonly<Record<string, string>>
  requests(window: Period): readonly PullRequest[]
  /** `text` is the body of a 200. The error says what is wrong with it. */
  readPage(text: string, request: PullRequest, window: Period): Result<PulledPage, string>
}

export const dayOf = (ms: InstantMs): string => isoOf(floorToDay(ms)).slice(0, 10)

/** The full address of a page. `baseUrl` may end in a slash. */
export function addressOf(baseUrl: string, request: PullRequest, page: string | null): string {
  const parts = request.query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
  if (page !== null && request.pageParameter !== null) {
    parts.push(`${encodeURIComponent(request.pageParameter)}=${encodeURIComponent(page)}`)
  }
  const query = parts.length === 0 ? '' : `?${parts.join('&')}`
  return `${baseUrl.replace(/\/+$/, '')}${request.path}${query}`
}

/**
 * Reads a page `{data: [bucket], has_more, next_page}`, as OpenAI and Anthropic write it. Buckets outside the window are
 * left out: another window tells them. A page that does not say whether it is the last is no whole page.
 */
export function readBucketPage(
  text: string,
  request: PullRequest,
  window: Period,
  startOf: (bucket: JsonObject) => InstantMs | null,
): Result<PulledPage, string> {
  const page = parsePage(text)
  if (!page.ok) return page
  const { value, texts } = page.value
  if (typeof value.has_more !== 'boolean') return err('The answer does not say whether more follows.')
  const next = nextPage(value)
  if (value.has_more && next === null) return err('The answer says that more follows, but not where.')
  const records: PulledRecord[] = []
  for (const [index, bucket] of listAt(value, 'data').entries()) {
    const startMs = isObject(bucket) ? startOf(bucket) : null
    if (startMs === null) return err('A bucket of the answer has no start.')
    if (startMs < window.startMs || startMs >= window.endMs) continue
    records.push({
      key: `${request.path} ${startMs}`,
      day: dayOf(startMs),
      text: texts[index] as string,
      isEmpty: listAt(bucket, 'results').length === 0,
    })
  }
  return ok({ records, next: value.has_more ? next : null })
}

function nextPage(page: JsonObject): string | null {
  const { next_page: next } = page
  return typeof next === 'string' && next !== '' ? next : null
}

/** The document, and the text of each element of its `data` as it came, on one line. */
export function parsePage(text: string): Result<{ value: JsonObject; texts: readonly string[] }, string> {
  const parsed = parseJson(text)
  if (!parsed.ok) {
    return err(/^\s*</.test(text) ? 'The answer is a web page, not JSON.' : 'The answer is not whole JSON.')
  }
  const value: JsonValue = parsed.value
  if (!isObject(value) || !Array.isArray(value.data)) return err('The answer holds no list of data.')
  const texts: string[] = []
  const splitter = jsonSplitter(
    { kind: 'envelope', keys: ['data'] },
    // A line break in JSON text is between tokens: inside a text it is written as an escape.
    { record: (record) => texts.push(record.replace(/[\r\n]+/g, ' ')), blank: () => undefined },
  )
  const pushed = splitter.push({ text, byteOffset: 0, width: 0, invalid: false })
  if (!pushed.ok || !splitter.end().ok || texts.length !== value.data.length)
    return err('The answer is not whole JSON.')
  return ok({ value, texts })
}

/** Buckets of a width, for the `limit` of a request: all of the window on one page. */
export const bucketsOf = (window: Period, widthMs: number): string =>
  String(Math.ceil((window.endMs - window.startMs) / widthMs))

export const daysOf = (window: Period): string[] =>
  Array.from({ length: Math.round((window.endMs - window.startMs) / DAY_MS) }, (_day, index) =>
    dayOf(window.startMs + index * DAY_MS),
  )
