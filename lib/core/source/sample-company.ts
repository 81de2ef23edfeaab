/**
 * The sample company: fourteen months of invented usage of "Northwind", a firm with six projects on nine models of five
 * hosts, with a price change, a launch spike, a nightly batch and one model nobody has a price for. Deterministic: the
 * same seed and the same `nowMs` give the same bytes. It leaves here as canonical CSV, so that the sample goes through
 * the same door as everyone's files.
 *
 * High-volume traffic appears as hourly buckets, as provider exports have it; the coding agents as single calls.
 */
import { DAY_MS, floorToHour, HOUR_MS, type InstantMs, isoOf } from '../time/instant'

export interface SampleOptions {
  readonly seed: number
  readonly nowMs: InstantMs
  /** Scales the number of calls; 1 is the size shipped. Tests use less. */
  readonly months?: number
}

const COLUMNS = [
  'id',
  'timestamp',
  'end_timestamp',
  'host',
  'model',
  'project',
  'api_key',
  'user',
  'service_tier',
  'requests',
  'input_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'output_tokens',
  'reasoning_tokens',
  'status',
  'tags',
] as const

/** How a stream of calls looks over a day, as weights of its 24 UTC hours. */
type Shape = 'office' | 'consumer' | 'nightly'

interface Stream {
  readonly project: string
  readonly apiKey: string
  readonly host: string
  /** Model in force from each instant; the last that has begun is used. */
  readonly models: readonly (readonly [from: string, model: string])[]
  readonly shape: Shape
  readonly tier: 'standard' | 'batch'
  /** Calls in a normal day of the first month, and the growth of a month in percent. */
  readonly callsPerDay: number
  readonly growthPercent: number
  readonly promptTokens: number
  readonly cachedPercent: number
  readonly cacheWritePercent: number
  readonly outputTokens: number
  readonly reasoningPercent: number
  /** Share of calls with a very long prompt, in percent, and that prompt's length. */
  readonly longPercent?: number
  readonly longTokens?: number
  readonly from?: string
  readonly users?: readonly string[]
  readonly tag: string
}

const ALWAYS = '2000-01-01T00:00:00Z'

const STREAMS: readonly Stream[] = [
  {
    project: 'search',
    apiKey: 'search-prod',
    host: 'openai',
    models: [[ALWAYS, 'gpt-5-mini']],
    shape: 'consumer',
    tier: 'standard',
    callsPerDay: 21_000,
    growthPercent: 6,
    promptTokens: 3_400,
    cachedPercent: 38,
    cacheWritePercent: 0,
    outputTokens: 420,
    reasoningPercent: 30,
    tag: 'team=discovery',
  },
  {
    project: 'support-bot',
    apiKey: 'support-prod',
    host: 'anthropic',
    models: [[ALWAYS, 'claude-sonnet-4-5-20250929']],
    shape: 'consumer',
    tier: 'standard',
    callsPerDay: 5_200,
    growthPercent: 4,
    promptTokens: 6_100,
    cachedPercent: 12,
    cacheWritePercent: 9,
    outputTokens: 510,
    reasoningPercent: 0,
    tag: 'team=care',
  },
  {
    project: 'support-bot',
    apiKey: 'support-triage',
    host: 'anthropic',
    models: [
      [ALWAYS, 'claude-3-5-haiku-20241022'],
      ['2025-10-20T00:00:00Z', 'claude-haiku-4-5-20251001'],
    ],
    shape: 'consumer',
    tier: 'standard',
    callsPerDay: 9_400,
    growthPercent: 4,
    promptTokens: 1_500,
    cachedPercent: 20,
    cacheWritePercent: 6,
    outputTokens: 90,
    reasoningPercent: 0,
    tag: 'team=care',
  },
  {
    project: 'tagging',
    apiKey: 'tagging-nightly',
    host: 'openai',
    models: [[ALWAYS, 'gpt-5-mini']],
    shape: 'nightly',
    tier: 'batch',
    callsPerDay: 60_000,
    growthPercent: 3,
    promptTokens: 1_900,
    cachedPercent: 0,
    cacheWritePercent: 0,
    outputTokens: 160,
    reasoningPercent: 15,
    tag: 'team=catalogue',
  },
  {
    project: 'contracts',
    apiKey: 'contracts-prod',
    host: 'google',
    models: [[ALWAYS, 'gemini-2.5-pro']],
    shape: 'office',
    tier: 'standard',
    callsPerDay: 640,
    growthPercent: 5,
    promptTokens: 41_000,
    cachedPercent: 0,
    cacheWritePercent: 0,
    outputTokens: 1_900,
    reasoningPercent: 55,
    longPercent: 4,
    longTokens: 260_000,
    tag: 'team=legal',
  },
  {
    project: 'assistant',
    apiKey: 'assistant-prod',
    host: 'openai',
    models: [[ALWAYS, 'gpt-5']],
    shape: 'office',
    tier: 'standard',
    callsPerDay: 2_600,
    growthPercent: 7,
    promptTokens: 7_100,
    cachedPercent: 45,
    cacheWritePercent: 0,
    outputTokens: 1_150,
    reasoningPercent: 60,
    longPercent: 1,
    longTokens: 150_000,
    tag: 'team=product',
  },
  {
    project: 'assistant',
    apiKey: 'assistant-drafts',
    host: 'google',
    models: [[ALWAYS, 'gemini-2.5-flash']],
    shape: 'office',
    tier: 'standard',
    callsPerDay: 4_100,
    growthPercent: 5,
    promptTokens: 2_200,
    cachedPercent: 0,
    cacheWritePercent: 0,
    outputTokens: 380,
    reasoningPercent: 20,
    tag: 'team=product',
  },
  {
    // The alias was retired by its host; traffic moved to the next model, whose price then changed twice.
    project: 'search',
    apiKey: 'search-rerank',
    host: 'deepseek',
    models: [
      [ALWAYS, 'deepseek-chat'],
      ['2026-05-04T00:00:00Z', 'deepseek-v4-pro'],
    ],
    shape: 'consumer',
    tier: 'standard',
    callsPerDay: 12_000,
    growthPercent: 5,
    promptTokens: 2_600,
    cachedPercent: 56,
    cacheWritePercent: 0,
    outputTokens: 240,
    reasoningPercent: 0,
    tag: 'team=discovery',
  },
  {
    project: 'research',
    apiKey: 'research-lab',
    host: 'openrouter',
    models: [[ALWAYS, 'acme/atlas-70b-preview']],
    shape: 'office',
    tier: 'standard',
    callsPerDay: 60,
    growthPercent: 0,
    promptTokens: 3_000,
    cachedPercent: 0,
    cacheWritePercent: 0,
    outputTokens: 900,
    reasoningPercent: 0,
    from: '2026-09-14T00:00:00Z',
    users: ['li', 'sam'],
    tag: 'team=research',
  },
  {
    project: 'research',
    apiKey: 'agents',
    host: 'openrouter',
    models: [[ALWAYS, 'qwen/qwen3-235b-a22b-2507']],
    shape: 'office',
    tier: 'standard',
    callsPerDay: 46,
    growthPercent: 8,
    promptTokens: 24_000,
    cachedPercent: 0,
    cacheWritePercent: 0,
    outputTokens: 1_300,
    reasoningPercent: 0,
    users: ['ada', 'li', 'noor', 'sam'],
    tag: 'team=research',
  },
]

const SHAPES: Readonly<Record<Shape, readonly number[]>> = {
  office: [1, 1, 0, 0, 0, 1, 3, 9, 14, 15, 14, 11, 13, 16, 17, 16, 13, 9, 5, 3, 2, 2, 1, 1],
  consumer: [4, 3, 2, 2, 2, 3, 5, 7, 9, 10, 10, 11, 12, 12, 11, 11, 12, 13, 14, 15, 14, 12, 9, 6],
  nightly: [0, 3, 30, 30, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
}

/** The launch of June 2026: for nine days the search box is on every front page. */
const LAUNCH = { fromMs: Date.UTC(2026, 5, 9), toMs: Date.UTC(2026, 5, 18), project: 'search', factor: 2.6 }

/** On this day of the last finished month a faulty template puts five times the text into every prompt of one project. */
const INCIDENT = { day: 14, apiKey: 'support-prod', factor: 5 }

/** The host lowered its price inside this hour; traffic that lies on both sides of such a change has no single price. */
const OUTAGE = { host: 'deepseek', hourMs: Date.UTC(2026, 3, 26, 12) }

function isIncident(stream: Stream, dayMs: InstantMs, endMs: InstantMs): boolean {
  const end = new Date(endMs)
  return (
    stream.apiKey === INCIDENT.apiKey && dayMs === Date.UTC(end.getUTCFullYear(), end.getUTCMonth() - 1, INCIDENT.day)
  )
}

const faulty = (stream: Stream): Stream => ({ ...stream, promptTokens: stream.promptTokens * INCIDENT.factor })

/** mulberry32: small, seeded and good enough for invented traffic. Returns [0, 1). */
function randomSource(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

function startOfSample(nowMs: InstantMs, months: number): InstantMs {
  const now = new Date(nowMs)
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - (months - 1), 1)
}

/** The whole sample as canonical CSV text, in chunks of one day. The first chunk is the header. */
export function* sampleCompanyCsv(options: SampleOptions): Generator<string> {
  yield `${COLUMNS.join(',')}\n`
  const random = randomSource(options.seed)
  const startMs = startOfSample(options.nowMs, options.months ?? 14)
  const endMs = floorToHour(options.nowMs)
  for (let dayMs = startMs; dayMs < endMs; dayMs += DAY_MS) {
    const rows: string[] = []
    for (const stream of STREAMS) {
      if (stream.from !== undefined && dayMs < Date.parse(stream.from)) continue
      rowsOfDay(stream, dayMs, startMs, endMs, random, rows)
    }
    if (rows.length > 0) yield `${rows.join('\n')}\n`
  }
}

function rowsOfDay(
  stream: Stream,
  dayMs: InstantMs,
  startMs: InstantMs,
  endMs: InstantMs,
  random: () => number,
  rows: string[],
): void {
  const weekday = new Date(dayMs).getUTCDay()
  const weekend = weekday === 0 || weekday === 6
  const weekendFactor = stream.shape === 'office' && weekend ? 0.12 : stream.shape === 'consumer' && weekend ? 0.8 : 1
  const launching = stream.project === LAUNCH.project && dayMs >= LAUNCH.fromMs && dayMs < LAUNCH.toMs
  const monthsIn = (dayMs - startMs) / (30 * DAY_MS)
  const daily =
    stream.callsPerDay *
    (1 + stream.growthPercent / 100) ** monthsIn *
    weekendFactor *
    (launching ? LAUNCH.factor : 1) *
    (0.9 + 0.2 * random())
  const weights = SHAPES[stream.shape]
  const sum = weights.reduce((total, weight) => total + weight, 0)
  for (let hour = 0; hour < 24; hour += 1) {
    const hourMs = dayMs + hour * HOUR_MS
    if (hourMs >= endMs) return
    if (stream.host === OUTAGE.host && hourMs === OUTAGE.hourMs) continue
    const expected = (daily * (weights[hour] as number)) / sum
    const calls = Math.floor(expected * (0.85 + 0.3 * random()) + random())
    if (calls === 0) continue
    if (stream.users !== undefined) callRows(stream, hourMs, calls, random, rows)
    else bucketRows(isIncident(stream, dayMs, endMs) ? faulty(stream) : stream, hourMs, calls, random, rows)
  }
}

function modelAt(stream: Stream, ms: InstantMs): string {
  let model = ''
  for (const [from, name] of stream.models) if (ms >= Date.parse(from)) model = name
  return model
}

/** One hourly bucket for the usual prompts and, where the stream has them, one for the very long ones. */
function bucketRows(stream: Stream, hourMs: InstantMs, calls: number, random: () => number, rows: string[]): void {
  const long = stream.longPercent === undefined ? 0 : Math.floor((calls * stream.longPercent) / 100 + random())
  const usual = calls - long
  if (usual > 0) rows.push(row(stream, hourMs, usual, stream.promptTokens, random, null))
  for (let index = 0; index < long; index += 1) {
    rows.push(row(stream, hourMs + Math.floor(random() * 3_599) * 1000, 1, stream.longTokens as number, random, 'long'))
  }
}

function callRows(stream: Stream, hourMs: InstantMs, calls: number, random: () => number, rows: string[]): void {
  const users = stream.users as readonly string[]
  for (let index = 0; index < calls; index += 1) {
    const user = users[Math.floor(random() * users.length)] as string
    rows.push(row(stream, hourMs + Math.floor(random() * 3_599) * 1000, 1, stream.promptTokens, random, user))
  }
}

function row(
  stream: Stream,
  ms: InstantMs,
  calls: number,
  promptTokens: number,
  random: () => number,
  single: string | null,
): string {
  const spread = 0.75 + 0.5 * random()
  const prompt = Math.floor(calls * promptTokens * spread)
  const cacheRead = Math.floor((prompt * stream.cachedPercent) / 100)
  const cacheWrite = Math.floor((prompt * stream.cacheWritePercent) / 100)
  const output = Math.floor(calls * stream.outputTokens * (0.7 + 0.6 * random()))
  const reasoning = Math.floor((output * stream.reasoningPercent) / 100)
  const failed = single !== null && random() < 0.01
  const id = single === null ? '' : `${stream.apiKey}-${ms.toString(36)}-${Math.floor(random() * 2 ** 40).toString(36)}`
  return [
    id,
    isoOf(ms),
    single === null ? isoOf(ms + HOUR_MS) : '',
    stream.host,
    modelAt(stream, ms),
    stream.project,
    stream.apiKey,
    stream.users === undefined ? '' : (single as string),
    stream.tier,
    String(calls),
    String(prompt - cacheRead - cacheWrite),
    String(cacheRead),
    String(cacheWrite),
    failed ? '0' : String(output),
    failed ? '0' : String(reasoning),
    failed ? 'error' : 'ok',
    stream.tag,
  ].join(',')
}
