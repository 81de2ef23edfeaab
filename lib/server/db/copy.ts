/**
 * The binary COPY format of PostgreSQL, written into reusable buffers. Rows are kept until the server took them, so that
 * a batch which meets a duplicate can be sent a second time on another way.
 */
import 'server-only'
import { once } from 'node:events'
import { from as copyFrom } from 'pg-copy-streams'
import { takeApart, UsdWords } from '../../core/money/words'
import type { Connection } from './pool'

const CHUNK_BYTES = 262_144
/** Room that fixed-width fields of one row never exceed; text is asked for apart. */
const ROW_ROOM = 1_536
const HEADER = Buffer.from([...Buffer.from('PGCOPY\n'), 0xff, 0x0d, 0x0a, 0x00, 0, 0, 0, 0, 0, 0, 0, 0])
const TRAILER = Buffer.from([0xff, 0xff])
const TWO_32 = 4_294_967_296
/** Up to here a loop is faster than the native writer. */
const SHORT_TEXT = 64
/** Milliseconds from 1970-01-01 to 2000-01-01, where PostgreSQL counts from. */
export const EPOCH_2000_MS = 946_684_800_000

export class CopyBuffers {
  private readonly full: Buffer[] = []
  private chunk: Buffer = Buffer.allocUnsafe(CHUNK_BYTES)
  /** Where rows are written; another one after every `beginRow`, `text` and `jsonb`. */
  view = new DataView(this.chunk.buffer, this.chunk.byteOffset, CHUNK_BYTES)
  private at = 0
  rows = 0
  bytes = 0
  /** Scratch for the base-10000 groups of a numeric, least significant first. */
  private readonly groups = new Int16Array(24)
  private readonly words = new UsdWords()

  beginRow(fields: number): void {
    this.room(ROW_ROOM)
    this.view.setInt16(this.at, fields)
    this.at += 2
    this.rows += 1
  }

  /** Takes `bytes` for fields that the caller writes into `view` itself; gives where they begin. */
  fixed(bytes: number): number {
    const { at } = this
    this.at = at + bytes
    return at
  }

  nil(): void {
    this.view.setInt32(this.at, -1)
    this.at += 4
  }

  int2(value: number): void {
    this.view.setInt32(this.at, 2)
    this.view.setInt16(this.at + 4, value)
    this.at += 6
  }

  int4(value: number): void {
    this.view.setInt32(this.at, 4)
    this.view.setInt32(this.at + 4, value)
    this.at += 8
  }

  /** A count below 2^63. Throws beyond: written as it is, it would come out as another number. */
  int8(value: bigint): void {
    if (BigInt.asIntN(64, value) !== value) throw new RangeError('a count beyond 2^63')
    this.view.setInt32(this.at, 8)
    this.view.setBigInt64(this.at + 4, value)
    this.at += 12
  }

  /** A count that is a whole number from 0 to 2^53 − 1. */
  plainInt8(value: number): void {
    const { view, at } = this
    view.setInt32(at, 8)
    const high = value < TWO_32 ? 0 : Math.floor(value / TWO_32)
    view.setUint32(at + 4, high)
    view.setUint32(at + 8, high === 0 ? value : value - high * TWO_32)
    this.at = at + 12
  }

  /** timestamptz of milliseconds since 1970. */
  instant(ms: number): void {
    this.view.setInt32(this.at, 8)
    const micros = (ms - EPOCH_2000_MS) * 1000
    const high = Math.floor(micros / TWO_32)
    this.view.setInt32(this.at + 4, high)
    this.view.setUint32(this.at + 8, micros - high * TWO_32)
    this.at += 12
  }

  /** date of milliseconds since 1970, at midnight UTC. */
  date(ms: number): void {
    this.int4((ms - EPOCH_2000_MS) / 86_400_000)
  }

  /** The first 16 bytes of `digest`, latin1 text, as a uuid. */
  uuid(digest: string): void {
    const { chunk, at } = this
    this.view.setInt32(at, 16)
    // A loop beats the native writers on texts this short.
    for (let place = 0; place < 16; place += 1) chunk[at + 4 + place] = digest.charCodeAt(place)
    this.at = at + 20
  }

  /** Bytes of latin1 text, far fewer than a row has room for. */
  bytea(bytes: string): void {
    const { chunk, at } = this
    const { length } = bytes
    this.view.setInt32(at, length)
    for (let place = 0; place < length; place += 1) chunk[at + 4 + place] = bytes.charCodeAt(place)
    this.at = at + 4 + length
  }

  /** bytea of any length. */
  blob(bytes: Uint8Array): void {
    this.room(bytes.length + 4 + ROW_ROOM)
    this.view.setInt32(this.at, bytes.length)
    this.chunk.set(bytes, this.at + 4)
    this.at += 4 + bytes.length
  }

  /** A whole number as numeric. */
  wholeNumeric(value: bigint): void {
    this.numeric(value, 0, 0)
  }

  /** Money: an integer of 10^-18 as numeric(38,18). Twenty decimal places are five whole groups of four digits. */
  money(atto: bigint): void {
    if (takeApart(atto, this.words)) this.moneyWords(this.words)
    else this.numeric(atto * 100n, 5, 18)
  }

  moneyWords(words: UsdWords): void {
    const { groups } = this
    let { high, low } = words
    // Long division in two words: a remainder below 10^4 times 2^32 stays an exact double.
    let divisor = 100
    let factor = 100
    let count = 0
    while (high > 0 || low > 0) {
      const highQuotient = Math.floor(high / divisor)
      const rest = (high - highQuotient * divisor) * TWO_32 + low
      const lowQuotient = Math.floor(rest / divisor)
      groups[count] = (rest - lowQuotient * divisor) * factor
      count += 1
      high = highQuotient
      low = lowQuotient
      divisor = 10_000
      factor = 1
    }
    this.writeGroups(count, false, 5, 18)
  }

  /** A whole number from 0 to 2^53 − 1 as numeric. */
  plainNumeric(value: number): void {
    const { groups } = this
    let count = 0
    for (let rest = value; rest > 0; count += 1) {
      const next = Math.floor(rest / 10_000)
      groups[count] = rest - next * 10_000
      rest = next
    }
    this.writeGroups(count, false, 0, 0)
  }

  private numeric(value: bigint, fractionGroups: number, displayScale: number): void {
    const groups = this.groups
    let count = 0
    let rest = value < 0n ? -value : value
    while (rest > 9_007_199_254_740_991n) {
      // Three groups a step keep the remainder within exact doubles.
      const step = rest / 1_000_000_000_000n
      let low = Number(rest - step * 1_000_000_000_000n)
      for (let place = 0; place < 3; place += 1) {
        const next = Math.floor(low / 10_000)
        groups[count] = low - next * 10_000
        count += 1
        low = next
      }
      rest = step
    }
    let plain = Number(rest)
    while (plain > 0) {
      const next = Math.floor(plain / 10_000)
      groups[count] = plain - next * 10_000
      count += 1
      plain = next
    }
    if (count > groups.length) throw new RangeError('numeric beyond 96 digits')
    this.writeGroups(count, value < 0n, fractionGroups, displayScale)
  }

  /** Writes the first `usedGroups` of `groups`, without zero groups at either end. */
  private writeGroups(usedGroups: number, negative: boolean, fractionGroups: number, displayScale: number): void {
    const { groups, view } = this
    let count = usedGroups
    while (count > 0 && groups[count - 1] === 0) count -= 1
    let skipped = 0
    while (skipped < count && groups[skipped] === 0) skipped += 1
    const digits = count - skipped
    let at = this.at
    view.setInt32(at, 8 + digits * 2)
    view.setInt16(at + 4, digits)
    view.setInt16(at + 6, digits === 0 ? 0 : count - 1 - fractionGroups)
    view.setUint16(at + 8, negative ? 0x4000 : 0)
    view.setInt16(at + 10, displayScale)
    at += 12
    for (let index = count - 1; index >= skipped; index -= 1) {
      view.setInt16(at, groups[index] as number)
      at += 2
    }
    this.at = at
  }

  text(value: string): void {
    const units = value.length
    this.room(units * 3 + 4 + ROW_ROOM)
    let length = units <= SHORT_TEXT ? this.ascii(value) : -1
    if (length < 0) length = this.chunk.write(value, this.at + 4, 'utf8')
    this.view.setInt32(this.at, length)
    this.at += 4 + length
  }

  /** Writes text of ASCII alone after the place of its length; −1 when it holds anything else. */
  private ascii(value: string): number {
    const { chunk } = this
    const start = this.at + 4
    const units = value.length
    for (let place = 0; place < units; place += 1) {
      const unit = value.charCodeAt(place)
      if (unit > 0x7f) return -1
      chunk[start + place] = unit
    }
    return units
  }

  /** JSON text as jsonb (format version 1). */
  jsonb(json: string): void {
    this.room(json.length * 3 + 5 + ROW_ROOM)
    const length = this.chunk.write(json, this.at + 5, 'utf8')
    this.view.setInt32(this.at, length + 1)
    this.view.setUint8(this.at + 4, 1)
    this.at += 5 + length
  }

  /** Everything written so far. */
  body(): Buffer[] {
    return [...this.full, this.chunk.subarray(0, this.at)]
  }

  get size(): number {
    return this.bytes + this.at
  }

  private room(needed: number): void {
    if (this.at + needed <= this.chunk.length) return
    this.full.push(this.chunk.subarray(0, this.at))
    this.bytes += this.at
    const size = Math.max(CHUNK_BYTES, needed)
    this.chunk = Buffer.allocUnsafe(size)
    this.view = new DataView(this.chunk.buffer, this.chunk.byteOffset, size)
    this.at = 0
  }
}

/** Sends rows; rejects with the server's error (23505 for a duplicate) and leaves the statement failed. */
export async function copyInto(connection: Connection, target: string, rows: CopyBuffers): Promise<void> {
  await copyBytesInto(connection, target, rows.body())
}

/** The same of rows that were written elsewhere, which are asked for as the server takes them. */
export async function copyBytesInto(connection: Connection, target: string, body: Iterable<Uint8Array>): Promise<void> {
  const stream = connection.query(copyFrom(`COPY ${target} FROM STDIN (FORMAT binary)`))
  let failure: Error | null = null
  const settled = new Promise<void>((resolve, reject) => {
    stream.once('finish', resolve)
    stream.once('error', (error: Error) => {
      failure = error
      reject(error)
    })
  })
  // The wait below may leave by the same error first.
  settled.catch(() => undefined)
  for (const part of framed(body)) {
    if (failure !== null) break
    if (!stream.write(part)) await Promise.race([once(stream, 'drain'), settled])
  }
  if (failure === null) stream.end()
  await settled
}

/** With the format's header and trailer. */
function* framed(body: Iterable<Uint8Array>): Generator<Uint8Array, void, undefined> {
  yield HEADER
  yield* body
  yield TRAILER
}
