/**
 * The ids that one large import tells. They wait in a file until all are known; then each sixty-fourth of them is sorted, held
 * against what other imports told, and written as pages. Memory does not depend on the size of the import.
 */
import 'server-only'
import { setImmediate as turnOfLoop } from 'node:timers/promises'
import type { SpillFile } from '../spill-file'
import { CopyBuffers, copyBytesInto } from './copy'
import { ENTRY_BYTES, ENTRY_WORDS, IdEntries, orderByKey, type ToldTime, toldTimes } from './id-entry'
import { OtherIds, SLICE_BITS } from './id-page'
import type { Connection } from './pool'

const SLICES = 2 ** SLICE_BITS
/** Part of the file for the pages as they go to the server; those before are of the slices. */
const PAGES = SLICES
const MAX_BITS = 24
/** At most, on average: two kilobytes, so that a page is a row and stands in no table beside. */
const PAGE_ENTRIES = 96
const HELD_ENTRIES = 65_536
/** Of one question. */
const TIMES_AT_ONCE = 10_000

/** Removes from the books whichever of these times the import wrote in vain; gives those. */
export type TakeOut = (
  told: readonly ToldTime[],
  byteOffsetOf: (time: ToldTime) => number,
) => Promise<readonly ToldTime[]>

export class IdRun {
  private held = new IdEntries(HELD_ENTRIES)
  private count = 0
  private firstMs = Number.POSITIVE_INFINITY
  private lastMs = Number.NEGATIVE_INFINITY

  constructor(private readonly file: SpillFile) {}

  note(key: string, ms: number, byteOffset: number): void {
    this.held.add(key, ms, byteOffset)
    this.count += 1
    if (ms < this.firstMs) this.firstMs = ms
    if (ms > this.lastMs) this.lastMs = ms
    if (this.held.count === HELD_ENTRIES) this.putAway()
  }

  /** Writes the ids, but those that `takeOut` removed. */
  async settle(connection: Connection, workspaceId: number, importNo: number, takeOut: TakeOut): Promise<void> {
    this.putAway()
    const bits = Math.min(MAX_BITS, Math.max(SLICE_BITS, Math.ceil(Math.log2(this.count / PAGE_ENTRIES))))
    const others = new OtherIds(connection, workspaceId, importNo, this.firstMs, this.lastMs)
    await others.look()
    for (let slice = 0; slice < SLICES; slice += 1) {
      const entries = new IdEntries(0)
      entries.addBytes(this.file.read(slice))
      const own = entries.count
      await others.addSlice(entries, slice)
      const order = orderByKey(entries)
      const gone = await settleTimes(entries, own, order, takeOut)
      const pages = pagesOf(entries, own, order, gone, { workspaceId, importNo, bits })
      for (const bytes of pages.body()) this.file.write(PAGES, bytes)
      // Leases are renewed meanwhile.
      await turnOfLoop()
    }
    await copyBytesInto(
      connection,
      'provider_id_page (workspace_id, import_no, bucket, entries)',
      this.file.pieces(PAGES),
    )
    await connection.query(
      'INSERT INTO provider_id_run (workspace_id, import_no, bits, first_at, last_at) VALUES ($1, $2, $3, $4, $5)',
      [workspaceId, importNo, bits, new Date(this.firstMs), new Date(this.lastMs)],
    )
  }

  /** Writes what is held to the file, a part for each slice. */
  private putAway(): void {
    const { held } = this
    const { count, words } = held
    const ends = new Uint32Array(SLICES)
    const sliceOf = (entry: number) => held.high(entry) >>> (32 - SLICE_BITS)
    for (let entry = 0; entry < count; entry += 1) {
      const slice = sliceOf(entry)
      ends[slice] = (ends[slice] as number) + 1
    }
    for (let slice = 1; slice < SLICES; slice += 1) ends[slice] = (ends[slice] as number) + (ends[slice - 1] as number)
    const parted = new Uint32Array(count * ENTRY_WORDS)
    const next = Uint32Array.from(ends, (_end, slice) => (slice === 0 ? 0 : (ends[slice - 1] as number)))
    for (let entry = 0; entry < count; entry += 1) {
      const slice = sliceOf(entry)
      const to = next[slice] as number
      next[slice] = to + 1
      for (let word = 0; word < ENTRY_WORDS; word += 1) {
        parted[to * ENTRY_WORDS + word] = words[entry * ENTRY_WORDS + word] as number
      }
    }
    const bytes = new Uint8Array(parted.buffer)
    for (let slice = 0, from = 0; slice < SLICES; slice += 1) {
      const to = ends[slice] as number
      if (to > from) this.file.write(slice, bytes.subarray(from * ENTRY_BYTES, to * ENTRY_BYTES))
      from = to
    }
    held.count = 0
  }
}

const nameOf = ({ prefix, ms }: ToldTime) => `${prefix} ${ms}`

/** Times that were taken out, as text. */
async function settleTimes(
  entries: IdEntries,
  own: number,
  order: Uint32Array,
  takeOut: TakeOut,
): Promise<ReadonlySet<string>> {
  const gone = new Set<string>()
  let offsets: Map<string, number> | null = null
  for (const told of toldTimes(entries, own, order, TIMES_AT_ONCE)) {
    offsets ??= new Map()
    for (const place of order) {
      const name = nameOf({ prefix: entries.prefix(place), ms: entries.ms(place) })
      if (place < own && !offsets.has(name)) offsets.set(name, entries.byteOffset(place))
    }
    const known = offsets
    for (const time of await takeOut(told, (one) => known.get(nameOf(one)) ?? 0)) gone.add(nameOf(time))
  }
  return gone
}

function pagesOf(
  entries: IdEntries,
  own: number,
  order: Uint32Array,
  gone: ReadonlySet<string>,
  { workspaceId, importNo, bits }: { readonly workspaceId: number; readonly importNo: number; readonly bits: number },
): CopyBuffers {
  const rows = new CopyBuffers()
  const page = new IdEntries(PAGE_ENTRIES * 2)
  let bucket = -1
  const close = () => {
    if (page.count === 0) return
    rows.beginRow(4)
    rows.int4(workspaceId)
    rows.int4(importNo)
    rows.int4(bucket)
    rows.blob(new Uint8Array(page.words.buffer, 0, page.count * ENTRY_BYTES))
    page.count = 0
  }
  for (const place of order) {
    if (place >= own) continue
    const ms = entries.ms(place)
    if (gone.size > 0 && gone.has(nameOf({ prefix: entries.prefix(place), ms }))) continue
    const next = entries.high(place) >>> (32 - bits)
    if (next !== bucket) close()
    bucket = next
    page.addWords(entries.high(place), entries.low(place), ms, 0)
  }
  close()
  return rows
}
