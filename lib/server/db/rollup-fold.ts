/** Sums of records by the keys of both rollups, and their rows as COPY bytes. */
import 'server-only'
import { SumTable } from '../../core/rollup/sum-table'
import { DAY_MS, HOUR_MS } from '../../core/time/instant'
import { CopyBuffers, copyBytesInto } from './copy'
import type { Connection } from './pool'
import { DAY_COLUMNS, DAY_KEYS, HOUR_COLUMNS, HOUR_KEYS, SUMS } from './rollup-columns'
import type { RollupSpill } from './rollup-spill'
import { quantitiesJson, type RecordRow } from './usage-record'

/** Places in the keys of the two tables, in the order of the columns after the workspace. */
export const HOUR_KEY = HOUR_KEYS.length - 1
export const DAY_KEY = DAY_KEYS.length - 1

/** Sums of the records of one batch or of several, by the keys of both rollups. */
export class RollupFold {
  readonly hours = new SumTable(HOUR_KEY)
  readonly days = new SumTable(DAY_KEY)

  add(row: RecordRow): void {
    const { keys, record } = row
    const { hours, days } = this
    const hour = Math.floor(record.startMs / HOUR_MS)
    const hourKey = hours.key
    hourKey[0] = hour
    hourKey[1] = keys.host
    hourKey[2] = keys.model
    hourKey[3] = keys.project
    hourKey[4] = keys.apiKey
    hourKey[5] = keys.serviceTier
    hourKey[6] = keys.region
    hourKey[7] = keys.contextBand
    hourKey[8] = Math.max(3600, keys.bucketSeconds)
    hourKey[9] = keys.priceSet
    hours.add(hours.row(), row)
    const dayKey = days.key
    dayKey[0] = Math.floor(hour / 24)
    dayKey[1] = keys.host
    dayKey[2] = keys.model
    dayKey[3] = keys.project
    dayKey[4] = keys.apiKey
    dayKey[5] = keys.user
    dayKey[6] = keys.serviceTier
    days.add(days.row(), row)
  }

  merge(other: RollupFold): void {
    this.hours.merge(other.hours)
    this.days.merge(other.days)
  }

  get size(): number {
    return this.hours.size + this.days.size
  }

  /** The first and the last hour, counted from 1970. */
  hourSpan(): [first: number, last: number] {
    let first = Number.POSITIVE_INFINITY
    let last = Number.NEGATIVE_INFINITY
    for (let index = 0; index < this.hours.size; index += 1) {
      const hour = this.hours.keyOf(index, 0)
      first = Math.min(first, hour)
      last = Math.max(last, hour)
    }
    return [first, last]
  }
}

/** So many rows of two hours are not kept in memory. */
const MOST_KEPT = 60_000

/**
 * Moves rows of a fold to the spill, and gives the others: those of its first and its last hour, as a file in the order of
 * time, or against it, has no more to say about the hours between.
 */
export function spillFold(spill: RollupSpill, workspaceId: number, fold: RollupFold): RollupFold {
  let [after, before] = fold.hourSpan()
  let isGone = between(after, before)
  let rest = new RollupFold()
  rest.hours.merge(fold.hours, (hour) => !isGone.hour(hour))
  rest.days.merge(fold.days, (day) => !isGone.day(day))
  if (rest.size > MOST_KEPT) {
    after -= 24
    before += 24
    isGone = between(after, before)
    rest = new RollupFold()
  }
  const hours = new CopyBuffers()
  writeHours(hours, workspaceId, fold.hours, isGone.hour)
  const days = new CopyBuffers()
  writeDays(days, workspaceId, fold.days, isGone.day)
  spill.put(hours, days, after, before)
  return rest
}

/** The hours between two, and the days between theirs. */
function between(after: number, before: number) {
  const [dayAfter, dayBefore] = [Math.floor(after / 24), Math.floor(before / 24)]
  return {
    hour: (hour: number) => hour > after && hour < before,
    day: (day: number) => day > dayAfter && day < dayBefore,
  }
}

/** Writes a fold, and what of it was spilled, into two tables. */
export async function copyFold(
  connection: Connection,
  workspaceId: number,
  fold: RollupFold,
  spill: RollupSpill | null,
  into: { readonly hours: string; readonly days: string },
): Promise<void> {
  if (fold.size === 0 && spill === null) return
  const hours = new CopyBuffers()
  writeHours(hours, workspaceId, fold.hours, everyOne)
  await copyBytesInto(connection, `${into.hours} (${HOUR_COLUMNS.join(', ')})`, joined(spill?.hours(), hours))
  const days = new CopyBuffers()
  writeDays(days, workspaceId, fold.days, everyOne)
  await copyBytesInto(connection, `${into.days} (${DAY_COLUMNS.join(', ')})`, joined(spill?.days(), days))
}

const everyOne = () => true

function* joined(spilled: Iterable<Uint8Array> | undefined, rows: CopyBuffers): Generator<Uint8Array, void, undefined> {
  if (spilled !== undefined) yield* spilled
  yield* rows.body()
}

function writeHours(rows: CopyBuffers, workspaceId: number, hours: SumTable, takes: (hour: number) => boolean): void {
  for (let index = 0; index < hours.size; index += 1) {
    const hour = hours.keyOf(index, 0)
    if (!takes(hour)) continue
    rows.beginRow(HOUR_COLUMNS.length)
    rows.int4(workspaceId)
    rows.instant(hour * HOUR_MS)
    for (let place = 1; place <= 6; place += 1) rows.int4(hours.keyOf(index, place))
    rows.int2(hours.keyOf(index, 7))
    rows.int4(hours.keyOf(index, 8))
    rows.int4(hours.keyOf(index, 9))
    writeSums(rows, hours, index)
    const other = hours.otherOf(index)
    if (other === null) rows.nil()
    else rows.jsonb(quantitiesJson(other))
  }
}

function writeDays(rows: CopyBuffers, workspaceId: number, days: SumTable, takes: (day: number) => boolean): void {
  for (let index = 0; index < days.size; index += 1) {
    const day = days.keyOf(index, 0)
    if (!takes(day)) continue
    rows.beginRow(DAY_COLUMNS.length)
    rows.int4(workspaceId)
    rows.date(day * DAY_MS)
    for (let place = 1; place < DAY_KEY; place += 1) rows.int4(days.keyOf(index, place))
    writeSums(rows, days, index)
  }
}

/** In the order of SUMS, then reported_cost. Tokens are numeric, other counts bigint. */
function writeSums(rows: CopyBuffers, sums: SumTable, index: number): void {
  for (const [column, , field] of SUMS) {
    if (field === null) {
      rows.money(sums.costOf(index))
      continue
    }
    const plain = sums.plainCountOf(index, field)
    if (column.endsWith('_tokens')) {
      if (plain === null) rows.wholeNumeric(sums.countOf(index, field))
      else rows.plainNumeric(plain)
    } else if (plain === null) rows.int8(sums.countOf(index, field))
    else rows.plainInt8(plain)
  }
  const reported = sums.reportedOf(index)
  if (reported === null) rows.nil()
  else rows.money(reported)
}
