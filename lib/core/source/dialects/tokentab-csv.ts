/**
 * Tokentab CSV: our own table, one row a call or a bucket. Token columns are disjoint, except reasoning_tokens, which is
 * part of output_tokens. The columns are documented in docs/formats.md.
 */
import { err, ok } from '../../result'
import { OTHER_METERS, type OtherMeter } from '../../usage/meter'
import type { Quantities, UsageRecord } from '../../usage/record'
import { NOT_YET, promptOf, sortedTags, withinTotal } from '../build-record'
import { ListedCells } from '../cells'
import { Columns } from '../columns'
import type { Cells, CsvDialect, CsvRowReader, ReadOptions } from '../dialect'
import { exportedKind, exportedTags, exportedText, RECORD_KEY, storedIdentity, UNKNOWN } from '../exported-record'
import { bucketIdentity, ContentIdentities, providerIdentity } from '../identity'
import { amountOf, countOf, currencyOf, InstantReader, readRow, stop } from '../value'

const TITLE = 'Tokentab CSV'
const TOKEN_COLUMNS = ['input_tokens', 'output_tokens'] as const

export const tokentabCsv: CsvDialect = {
  kind: 'csv',
  id: 'tokentab-csv',
  title: TITLE,
  recognisedBy: 'Columns timestamp, model and input_tokens or output_tokens.',
  required: ['timestamp', 'model', 'input_tokens', 'output_tokens'],
  recognise(header) {
    const columns = new Columns(header)
    if (!columns.has('timestamp') || !columns.has('model')) return null
    return TOKEN_COLUMNS.some((name) => columns.has(name)) ? '1' : null
  },
  open(header, options) {
    const columns = new Columns(header)
    const places = placesOf(columns, header)
    const checked = columns.check(TITLE, ['timestamp', 'model'])
    return checked.ok ? ok(new TokentabRows(places, options)) : err(checked.error)
  },
}

/** A file to start from: the header and one call, one hourly bucket. */
export function templateCsv(): string {
  return [
    'id,timestamp,end_timestamp,host,model,project,api_key,user,service_tier,region,requests,input_tokens,cache_read_tokens,cache_write_5m_tokens,cache_write_1h_tokens,output_tokens,reasoning_tokens,web_search,status,latency_ms,reported_cost,reported_currency,tags',
    'call-0001,2026-09-30T12:00:00Z,,openai,gpt-5,search,search-prod,ann,standard,,1,6083,1000,,,2408,512,,ok,1840,,,team=web;env=prod',
    ',2026-09-30T13:00:00Z,2026-09-30T14:00:00Z,anthropic,claude-sonnet-4-5,support,support-prod,,batch,us,120,410000,90000,12000,,38000,,3,ok,,1.92,USD,team=care',
    '',
  ].join('\r\n')
}

type Places = ReturnType<typeof placesOf>

function placesOf(columns: Columns, header: readonly string[]) {
  return {
    key: columns.place(RECORD_KEY),
    id: columns.place('id'),
    timestamp: columns.place('timestamp'),
    endTimestamp: columns.place('end_timestamp'),
    host: columns.place('host', 'provider'),
    model: columns.place('model'),
    project: columns.place('project'),
    apiKey: columns.place('api_key'),
    user: columns.place('user'),
    serviceTier: columns.place('service_tier'),
    region: columns.place('region'),
    speed: columns.place('speed'),
    contextTier: columns.place('context_tier'),
    requests: columns.place('requests'),
    input: columns.place('input_tokens'),
    cacheRead: columns.place('cache_read_tokens'),
    cacheWrite5m: columns.place('cache_write_5m_tokens'),
    cacheWrite1h: columns.place('cache_write_1h_tokens'),
    output: columns.place('output_tokens'),
    reasoning: columns.place('reasoning_tokens'),
    status: columns.place('status'),
    latency: columns.place('latency_ms'),
    cost: columns.place('reported_cost'),
    currency: columns.place('reported_currency'),
    kind: columns.place('reported_kind'),
    prompt: columns.place('prompt_tokens'),
    tags: columns.place('tags'),
    other: OTHER_METERS.filter((meter) => meter !== 'requests' && columns.has(meter)).map(
      (meter): readonly [OtherMeter, number] => [meter, columns.place(meter)],
    ),
    tagColumns: header
      .map((name, place): readonly [string, number] => [name.slice(4), place])
      .filter(([name, place]) => name !== '' && header[place]?.startsWith('tag.')),
  }
}

class TokentabRows implements CsvRowReader {
  readonly #at: Places
  readonly #instants: InstantReader
  #contents = new ContentIdentities()
  readonly #listed = new ListedCells()
  // Columns with few distinct values, most often the value of the row before.
  readonly #host: (text: string) => string
  readonly #tier = remembering((text) => text.trim().toLowerCase() || 'standard')
  readonly #status = remembering(statusOf)

  constructor(places: Places, options: ReadOptions) {
    this.#at = places
    this.#host = remembering((text) => hostOf(text, options))
    this.#instants = new InstantReader(options, 'declared')
  }

  read(cells: readonly string[]) {
    this.#listed.cells = cells
    return this.readCells(this.#listed)
  }

  note() {
    return this.#instants.note()
  }

  again(): void {
    this.#contents = new ContentIdentities()
  }

  readCells(cells: Cells) {
    return readRow(() => [cells.text(this.#at.key) === '' ? this.#record(cells) : this.#exported(cells)])
  }

  #record(cells: Cells): UsageRecord {
    const at = this.#at
    const startMs = cells.instant(at.timestamp, this.#instants, 'timestamp')
    const endMs = this.#instants.read(cells.text(at.endTimestamp), 'end_timestamp')
    if (endMs !== null && endMs <= startMs) {
      return stop(
        'BAD_TIME',
        'end_timestamp',
        'end_timestamp is not after timestamp.',
        'Give the end of the bucket, exclusive.',
      )
    }
    const model = cells.name(at.model).trim()
    if (model === '') return stop('MISSING_MODEL', 'model', 'model is empty.', 'Name the model as its host does.')
    const status = this.#status(cells.name(at.status))
    const quantities = this.#quantities(cells, status)
    const costText = cells.text(at.cost)
    const draft = {
      startMs,
      endMs,
      host: this.#host(cells.name(at.host)),
      model,
      project: cells.name(at.project) || null,
      apiKey: cells.name(at.apiKey) || null,
      user: cells.name(at.user) || null,
      region: cells.name(at.region) || null,
      serviceTier: this.#tier(cells.name(at.serviceTier)),
      speed: cells.name(at.speed) || null,
      requests: cells.count(at.requests, 'requests') ?? (endMs === null ? 1n : null),
      quantities,
      promptTokens: endMs === null ? promptOf(quantities) : null,
      contextTier: cells.name(at.contextTier) || null,
      status,
      latencyMs: latencyOf(cells.text(at.latency)),
      reportedCost: costText === '' ? null : reportedCost(costText, cells.name(at.currency)),
      tags: this.#tags(cells),
      identity: NOT_YET,
    }
    draft.identity = canonicalIdentity(cells.text(at.id), draft, this.#contents)
    return draft
  }

  /** A row that was written here, which tells what it was to the letter. */
  #exported(cells: Cells): UsageRecord {
    const at = this.#at
    const plain: Cells = {
      text: (place) => exportedText(cells.text(place)),
      name: (place) => exportedText(cells.name(place)),
      count: (place, column) => (cells.text(place) === UNKNOWN ? null : cells.count(place, column)),
      instant: cells.instant.bind(cells),
    }
    const prompt = cells.text(at.prompt)
    const record = this.#record({ ...plain, text: (place) => (place === at.tags ? '' : plain.text(place)) })
    const { reportedCost } = record
    return {
      ...record,
      identity: storedIdentity(cells.text(at.key), plain.text(at.id)),
      host: plain.name(at.host),
      model: plain.name(at.model),
      serviceTier: plain.name(at.serviceTier),
      requests: plain.count(at.requests, 'requests'),
      promptTokens: prompt === '' ? record.promptTokens : plain.count(at.prompt, 'prompt_tokens'),
      reportedCost: reportedCost === null ? null : { ...reportedCost, kind: exportedKind(cells.text(at.kind)) },
      tags: exportedTags(cells.text(at.tags)),
    }
  }

  #quantities(cells: Cells, status: UsageRecord['status']): Quantities {
    const at = this.#at
    const input = cells.count(at.input, 'input_tokens')
    const output = cells.count(at.output, 'output_tokens')
    const cacheRead = cells.count(at.cacheRead, 'cache_read_tokens')
    const cacheWrite5m = cells.count(at.cacheWrite5m, 'cache_write_5m_tokens')
    const cacheWrite1h = cells.count(at.cacheWrite1h, 'cache_write_1h_tokens')
    const reasoning = cells.count(at.reasoning, 'reasoning_tokens')
    let other: Map<OtherMeter, bigint> | null = null
    for (const [meter, place] of at.other) {
      const count = cells.count(place, meter)
      if (count === null || count === 0n) continue
      other ??= new Map()
      other.set(meter, count)
    }
    return canonicalQuantities({ input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning, other }, status)
  }

  #tags(cells: Cells): UsageRecord['tags'] {
    const at = this.#at
    const text = cells.text(at.tags)
    if (text === '' && at.tagColumns.length === 0) return sortedTags([])
    const tags = new Map<string, string>()
    for (const part of text.split(';')) {
      const equals = part.indexOf('=')
      if (equals > 0) tags.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim())
      else if (part.trim() !== '') {
        stop('BAD_VALUE', 'tags', 'tags is not written as name=value;name=value.', 'Write tags as team=web;env=prod.')
      }
    }
    for (const [name, place] of at.tagColumns) tags.set(name, cells.text(place))
    return sortedTags([...tags])
  }
}

/** Keeps the last answer. */
function remembering<T>(answer: (text: string) => T): (text: string) => T {
  let lastText = ''
  let last = answer(lastText)
  return (text) => {
    if (text !== lastText) {
      last = answer(text)
      lastText = text
    }
    return last
  }
}

function reportedCost(text: string, currencyText: string): UsageRecord['reportedCost'] {
  const currency = currencyOf(currencyText, 'reported_currency', 'USD')
  const amount = amountOf(text, 'reported_cost', currency)
  return amount === null ? null : { amount, currency, kind: 'billed' }
}

interface CanonicalCounts {
  readonly input: bigint | null
  readonly cacheRead: bigint | null
  readonly cacheWrite5m: bigint | null
  readonly cacheWrite1h: bigint | null
  readonly output: bigint | null
  readonly reasoning: bigint | null
  readonly other: ReadonlyMap<OtherMeter, bigint> | null
}

/**
 * Absent classes of a row mean "none of these" once it states any quantity: it was written by someone who knows the
 * classes. A row that states none at all tells nothing, and nothing is not zero.
 */
export function canonicalQuantities(counts: CanonicalCounts, status: UsageRecord['status']): Quantities {
  const { input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning, other } = counts
  if (
    status === 'ok' &&
    input === null &&
    output === null &&
    cacheRead === null &&
    cacheWrite5m === null &&
    cacheWrite1h === null &&
    other === null
  ) {
    return stop(
      'NO_USAGE',
      'input_tokens',
      'The row states no quantity: its token columns are empty.',
      'Write the counts, 0 included; or status error for a call that failed.',
    )
  }
  const none = 0n
  const quantities: Quantities = {
    input: input ?? none,
    cacheRead: cacheRead ?? none,
    cacheWrite5m: cacheWrite5m ?? none,
    cacheWrite1h: cacheWrite1h ?? none,
    output: output ?? none,
    reasoning: reasoning ?? none,
    other,
  }
  withinTotal(quantities.reasoning, quantities.output, 'reasoning_tokens', 'output_tokens')
  return quantities
}

export function hostOf(text: string, options: ReadOptions): string {
  const host = text.trim().toLowerCase()
  return host !== '' ? host : (options.host ?? 'unknown')
}

export function statusOf(text: string): UsageRecord['status'] {
  const status = text.trim().toLowerCase()
  if (status === '' || status === 'ok' || status === 'success' || status === '200') return 'ok'
  if (status === 'error' || status === 'failure' || status === 'failed') return 'error'
  if (status === 'cancelled' || status === 'canceled') return 'cancelled'
  return stop(
    'BAD_VALUE',
    'status',
    'status is none of ok, error, cancelled.',
    'Write ok, error or cancelled, or leave it empty.',
  )
}

/** Whole milliseconds; a fraction is dropped, because latency is never summed into money. */
export function latencyOf(text: string): number | null {
  if (text === '') return null
  if (text.length <= 9) {
    let number = 0
    let at = 0
    for (; at < text.length; at += 1) {
      const digit = text.charCodeAt(at) - 48
      if (digit < 0 || digit > 9) break
      number = number * 10 + digit
    }
    if (at === text.length) return number
  }
  const whole = countOf(text.includes('.') ? text.trim().replace(/\.\d+$/, '') : text, 'latency_ms')
  if (whole === null) return null
  if (whole > 2_147_483_647n) {
    return stop('BAD_NUMBER', 'latency_ms', 'latency_ms is more than 24 days.', 'Write the duration in milliseconds.')
  }
  return Number.parseInt(whole.toString(), 10)
}

type Described = Pick<
  UsageRecord,
  'startMs' | 'endMs' | 'host' | 'model' | 'project' | 'apiKey' | 'user' | 'region' | 'serviceTier' | 'tags'
> & {
  readonly quantities: Quantities
  readonly requests: bigint | null
  readonly speed: string | null
  readonly contextTier: string | null
}

/** One identity for canonical CSV, JSON Lines and the ingest API: the same row by any door is the same record. */
export function canonicalIdentity(id: string, fields: Described, contents: ContentIdentities) {
  if (id !== '') return providerIdentity('tokentab', fields.host, id)
  const dimensions = [
    'tokentab',
    String(fields.startMs),
    fields.endMs === null ? '' : String(fields.endMs),
    fields.host,
    fields.model,
    fields.project ?? '',
    fields.apiKey ?? '',
    fields.user ?? '',
    fields.region ?? '',
    fields.serviceTier,
    fields.speed ?? '',
    fields.contextTier ?? '',
    ...fields.tags.flat(),
  ]
  if (fields.endMs !== null) return bucketIdentity(...dimensions)
  const { quantities } = fields
  return contents.identity(
    ...dimensions,
    [
      quantities.input,
      quantities.cacheRead,
      quantities.cacheWrite5m,
      quantities.cacheWrite1h,
      quantities.output,
      quantities.reasoning,
      ...[...(quantities.other ?? [])].flat(),
      fields.requests,
    ].join(' '),
  )
}
