/**
 * Records held back until the end of a file, because a later line may tell more of the same call. A held record takes
 * about 140 bytes in a flat arena, not an object of many parts; beyond a limit the arena moves to a spill, split by hash,
 * and at the end each part is put together by itself. So memory follows neither the file nor its number of calls.
 */
import type { OtherMeter } from '../usage/meter'
import type { Identity, Quantities, UsageRecord } from '../usage/record'
import { Arena, AT, FLAG, type HoldRule, hashOf, SPILL_PARTS, type Spill } from './held-arena'

const SPILL_BYTES = 50_331_648
/** Counts of an entry before that of the prompt. */
const COUNTS = 6
const NO_LATENCY = -1
/** Counts beyond this are kept as text. */
const MAX_EXACT = 9_007_199_254_740_991n

/** What calls of a file have in common. */
type Frame = Omit<
  UsageRecord,
  'identity' | 'startMs' | 'timeAssumed' | 'timeOfFirst' | 'quantities' | 'promptTokens' | 'latencyMs' | 'reportedCost'
>

/** What few calls have. */
interface Rest {
  readonly cost?: NonNullable<UsageRecord['reportedCost']>
  readonly other?: readonly (readonly [OtherMeter, string])[]
  /** Counts too large for a double, in the order of an entry. */
  readonly large?: readonly (string | null)[]
}

export interface HoldOptions {
  readonly spillBytes?: number | undefined
  /** Records with a time of their own are given `timeOfFirst`. */
  readonly timeOfFirst?: boolean
  /**
   * A record is ready once so many other calls were begun after it, unless one was put that waits for the end: of a group, or
   * with an assumed time. A line of its call that comes later still makes another record, for the database to compare.
   */
  readonly window?: number
}

export interface HeldRecord {
  readonly group: string | null
  readonly record: UsageRecord
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export class HeldRecords {
  readonly #rule: HoldRule
  readonly #openSpill: (() => Spill) | null
  readonly #spillBytes: number
  readonly #timeOfFirst: boolean
  readonly #names = new Names()
  readonly #frames: Frame[] = []
  readonly #frameIds = new Map<string, number>()
  /** Number of the frame last met with a model: mostly the next one's. */
  readonly #recent = new Map<string, number>()
  #window: number
  #spill: Spill | null = null
  #arena = new Arena()
  /** The calls of the window before, and of those before that. */
  #older: Arena | null = null
  #ready: Arena[] = []
  #repeated = 0
  #scratch = new Uint8Array(4_096)
  #view = new DataView(this.#scratch.buffer)

  constructor(rule: HoldRule, openSpill: (() => Spill) | undefined, options: HoldOptions = {}) {
    this.#rule = rule
    this.#openSpill = openSpill ?? null
    this.#spillBytes = options.spillBytes ?? SPILL_BYTES
    this.#timeOfFirst = options.timeOfFirst === true
    this.#window = options.window ?? Number.POSITIVE_INFINITY
  }

  /** Records put with `countsTime` whose call turned out to be known: their times were counted once too often. */
  get repeatedTimes(): number {
    return this.#repeated
  }

  /** The time of a call put before; null when it is not known, or in the spill. */
  startOf(key: string): number | null {
    this.#writeKey(key)
    const arena = this.#holder()
    const at = arena.find(this.#scratch, this.#view)
    return at < 0 ? null : arena.view.getFloat64(at + AT.start)
  }

  /** Where the call belongs whose key was written. */
  #holder(): Arena {
    const older = this.#older
    return older !== null && older.find(this.#scratch, this.#view) >= 0 ? older : this.#arena
  }

  /**
   * Holds the record of a line of the call `key`. `group` names what may later turn out to hold the call as well;
   * `countsTime` says that its time was assumed and counted.
   */
  put(key: string, record: UsageRecord, group: string | null, countsTime: boolean): void {
    const length = this.#encode(key, record, group, countsTime)
    this.#repeated += this.#holder().take(this.#scratch, this.#view, 0, length, this.#rule)
    if (group !== null || record.timeAssumed === true) this.#window = Number.POSITIVE_INFINITY
    if (this.#arena.size >= this.#window) {
      if (this.#older !== null) this.#ready.push(this.#older)
      this.#older = this.#arena
      this.#arena = new Arena()
    }
    if (this.#arena.bytes < this.#spillBytes || this.#openSpill === null) return
    this.#spill ??= this.#openSpill()
    this.#arena.moveTo(this.#spill)
    this.#arena = new Arena()
  }

  /** The records that need not wait any longer. */
  *takeReady(identityOf: (key: string) => Identity): Generator<HeldRecord, void, undefined> {
    for (const arena of this.#ready.splice(0)) yield* this.#each(arena, identityOf)
  }

  /** Every call once: in the order in which they came, or by parts of the spill. Takes all that is held. */
  *take(identityOf: (key: string) => Identity): Generator<HeldRecord, void, undefined> {
    yield* this.takeReady(identityOf)
    const older = this.#older
    this.#older = null
    if (older !== null) yield* this.#each(older, identityOf)
    const spill = this.#spill
    const last = this.#arena
    this.#arena = new Arena()
    if (spill === null) {
      yield* this.#each(last, identityOf)
      return
    }
    last.moveTo(spill)
    for (let part = 0; part < SPILL_PARTS; part += 1) {
      const bytes = spill.read(part)
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
      const arena = new Arena()
      for (let at = 0; at < bytes.length; at += view.getUint32(at)) {
        this.#repeated += arena.take(bytes, view, at, view.getUint32(at), this.#rule)
      }
      yield* this.#each(arena, identityOf)
    }
  }

  *#each(arena: Arena, identityOf: (key: string) => Identity): Generator<HeldRecord, void, undefined> {
    for (let index = 0; index < arena.size; index += 1) yield this.#decode(arena, arena.at(index), identityOf)
  }

  #writeKey(key: string): number {
    const { length } = key
    this.#room(AT.key + length * 3)
    const scratch = this.#scratch
    let written = 0
    for (; written < length; written += 1) {
      const unit = key.charCodeAt(written)
      if (unit > 127) break
      scratch[AT.key + written] = unit
    }
    if (written < length) written = encoder.encodeInto(key, scratch.subarray(AT.key)).written
    const [high, low] = hashOf(scratch, AT.key, AT.key + written)
    this.#view.setUint32(AT.hash, high)
    this.#view.setUint32(AT.low, low)
    this.#view.setUint32(AT.keyLength, written)
    return AT.key + written
  }

  #encode(key: string, record: UsageRecord, group: string | null, countsTime: boolean): number {
    let end = this.#writeKey(key)
    const { quantities, promptTokens, reportedCost } = record
    const { other } = quantities
    // Counts that a double rounds are kept exactly beside; here they decide only which line has more output.
    const input = Number(quantities.input)
    const cacheRead = Number(quantities.cacheRead)
    const cacheWrite5m = Number(quantities.cacheWrite5m)
    const cacheWrite1h = Number(quantities.cacheWrite1h)
    const output = Number(quantities.output)
    const reasoning = Number(quantities.reasoning)
    const prompt = promptTokens === null ? 0 : Number(promptTokens)
    const large = input + cacheRead + cacheWrite5m + cacheWrite1h + output + reasoning + prompt > Number(MAX_EXACT)
    let flags = (record.timeAssumed === true ? FLAG.assumed : 0) | (countsTime ? FLAG.countedTime : 0)
    if (promptTokens !== null) flags |= FLAG.prompt
    if (large || other !== null || reportedCost !== null) {
      flags |= FLAG.rest
      const rest: Rest = {
        ...(reportedCost === null ? {} : { cost: reportedCost }),
        ...(other === null ? {} : { other: [...other].map(([meter, count]) => [meter, count.toString()] as const) }),
        ...(large ? { large: exactCounts(record) } : {}),
      }
      const text = JSON.stringify(rest)
      this.#room(end + text.length * 3)
      end += encoder.encodeInto(text, this.#scratch.subarray(end)).written
    }
    const view = this.#view
    view.setUint32(0, end)
    view.setUint32(AT.flags, flags)
    view.setUint32(AT.frame, this.#frameOf(record))
    view.setUint32(AT.group, group === null ? 0 : this.#names.idOf(group) + 1)
    view.setFloat64(AT.start, record.startMs)
    view.setFloat64(AT.latency, record.latencyMs ?? NO_LATENCY)
    view.setFloat64(AT.counts, input)
    view.setFloat64(AT.counts + 8, cacheRead)
    view.setFloat64(AT.counts + 16, cacheWrite5m)
    view.setFloat64(AT.counts + 24, cacheWrite1h)
    view.setFloat64(AT.counts + 32, output)
    view.setFloat64(AT.counts + 40, reasoning)
    view.setFloat64(AT.counts + 48, prompt)
    return end
  }

  #decode({ raw: bytes, view }: Arena, at: number, identityOf: (key: string) => Identity): HeldRecord {
    const flags = view.getUint32(at + AT.flags)
    const keyEnd = at + AT.key + view.getUint32(at + AT.keyLength)
    const group = view.getUint32(at + AT.group)
    const rest: Rest = (flags & FLAG.rest) === 0 ? {} : JSON.parse(textOf(bytes, keyEnd, at + view.getUint32(at)))
    const count = (place: number): bigint => {
      const exact = rest.large?.[place]
      return exact == null ? BigInt(view.getFloat64(at + AT.counts + 8 * place)) : BigInt(exact)
    }
    const quantities: Quantities = {
      input: count(0),
      cacheRead: count(1),
      cacheWrite5m: count(2),
      cacheWrite1h: count(3),
      output: count(4),
      reasoning: count(5),
      other: rest.other === undefined ? null : new Map(rest.other.map(([meter, text]) => [meter, BigInt(text)])),
    }
    const frame = this.#frames[view.getUint32(at + AT.frame)] as Frame
    const latencyMs = view.getFloat64(at + AT.latency)
    const record: UsageRecord & { timeAssumed?: true; timeOfFirst?: true } = {
      identity: identityOf(textOf(bytes, at + AT.key, keyEnd)),
      startMs: view.getFloat64(at + AT.start),
      endMs: frame.endMs,
      host: frame.host,
      model: frame.model,
      project: frame.project,
      apiKey: frame.apiKey,
      user: frame.user,
      region: frame.region,
      serviceTier: frame.serviceTier,
      speed: frame.speed,
      requests: frame.requests,
      quantities,
      promptTokens: (flags & FLAG.prompt) === 0 ? null : count(COUNTS),
      contextTier: frame.contextTier,
      status: frame.status,
      latencyMs: latencyMs === NO_LATENCY ? null : latencyMs,
      reportedCost: rest.cost ?? null,
      tags: frame.tags,
    }
    if ((flags & FLAG.assumed) !== 0) record.timeAssumed = true
    else if (this.#timeOfFirst) record.timeOfFirst = true
    return { group: group === 0 ? null : this.#names.nameOf(group - 1), record }
  }

  #frameOf(record: UsageRecord): number {
    const { endMs, host, model, project, apiKey, user, region, serviceTier, speed, requests } = record
    const { contextTier, status, tags } = record
    const recent = this.#recent.get(model)
    if (recent !== undefined && isFrame(this.#frames[recent] as Frame, record)) return recent
    const facts = [host, model, project, apiKey, user, region, serviceTier, speed, contextTier, status, endMs]
    const name = JSON.stringify([...facts, requests === null ? null : requests.toString(), tags])
    let id = this.#frameIds.get(name)
    if (id !== undefined) this.#recent.set(model, id)
    if (id === undefined) {
      id = this.#frames.length
      this.#frameIds.set(name, id)
      const own = (text: string) => this.#names.nameOf(this.#names.idOf(text))
      const ownOrNull = (text: string | null) => (text === null ? null : own(text))
      this.#frames.push({
        endMs,
        host: own(host),
        model: own(model),
        project: ownOrNull(project),
        apiKey: ownOrNull(apiKey),
        user: ownOrNull(user),
        region: ownOrNull(region),
        serviceTier: own(serviceTier),
        speed: ownOrNull(speed),
        requests,
        contextTier: ownOrNull(contextTier),
        status,
        tags: tags.map(([tag, value]) => [own(tag), own(value)] as const),
      })
    }
    return id
  }

  #room(needed: number): void {
    if (needed <= this.#scratch.length) return
    const larger = new Uint8Array(needed * 2)
    larger.set(this.#scratch)
    this.#scratch = larger
    this.#view = new DataView(larger.buffer)
  }
}

/** Texts by number, each a copy of its own: a part of a text would keep the whole of it in memory. */
class Names {
  readonly #ids = new Map<string, number>()
  readonly #texts: string[] = []

  idOf(text: string): number {
    const known = this.#ids.get(text)
    if (known !== undefined) return known
    const own = decoder.decode(encoder.encode(text))
    this.#texts.push(own)
    this.#ids.set(own, this.#texts.length - 1)
    return this.#texts.length - 1
  }

  nameOf(id: number): string {
    return this.#texts[id] as string
  }
}

/** In the order of an entry; null where the double is exact. */
function exactCounts({ quantities, promptTokens }: UsageRecord): (string | null)[] {
  const { input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning } = quantities
  const counts = [input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning, promptTokens ?? 0n]
  return counts.map((count) => (count > MAX_EXACT ? count.toString() : null))
}

function isFrame(frame: Frame, record: UsageRecord): boolean {
  return (
    frame.project === record.project &&
    frame.host === record.host &&
    frame.model === record.model &&
    frame.endMs === record.endMs &&
    frame.apiKey === record.apiKey &&
    frame.user === record.user &&
    frame.region === record.region &&
    frame.serviceTier === record.serviceTier &&
    frame.speed === record.speed &&
    frame.requests === record.requests &&
    frame.contextTier === record.contextTier &&
    frame.status === record.status &&
    frame.tags.length === 0 &&
    record.tags.length === 0
  )
}

/** The loop is faster than the decoder on texts this short; what is not ASCII goes to the decoder. */
function textOf(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  if (end - start > 64) return decoder.decode(bytes.subarray(start, end))
  let at = start
  // Eight characters a step: each step makes a text.
  for (; at + 8 <= end; at += 8) {
    const [a, b, c, d] = [
      bytes[at] as number,
      bytes[at + 1] as number,
      bytes[at + 2] as number,
      bytes[at + 3] as number,
    ]
    const [e, f, g] = [bytes[at + 4] as number, bytes[at + 5] as number, bytes[at + 6] as number]
    const h = bytes[at + 7] as number
    if ((a | b | c | d | e | f | g | h) > 127) return decoder.decode(bytes.subarray(start, end))
    text += String.fromCharCode(a, b, c, d, e, f, g, h)
  }
  for (; at < end; at += 1) {
    const byte = bytes[at] as number
    if (byte > 127) return decoder.decode(bytes.subarray(start, end))
    text += String.fromCharCode(byte)
  }
  return text
}
