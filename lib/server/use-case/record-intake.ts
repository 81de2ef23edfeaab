/**
 * The way of a row from the reader to the writer: refused or priced, its names given ids, its identity hashed.
 * Names and price sets unknown so far are looked up together, so rows may wait until `settle`; their order is kept.
 */
import 'server-only'
import { parseUsd, type Usd } from '../../core/money/usd'
import { takeApart, UsdWords } from '../../core/money/words'
import type { PriceBook, PriceSelection } from '../../core/price/compiled'
import { costOf } from '../../core/price/price-usage'
import { selectPrices } from '../../core/price/select'
import { type PlainCounts, plainCountsOf } from '../../core/rollup/plain-counts'
import type { SourceRow } from '../../core/source/open-source'
import type { UsageRecord } from '../../core/usage/record'
import { settleFirstTimes } from '../db/assumed-time'
import { DimensionIds } from '../db/dimension'
import type { ImportWriter } from '../db/import-writer'
import type { Queryable } from '../db/pool'
import { hasPrices, isPriced, NO_PRICE_SET, PriceSetIds, unpricedCodeFor } from '../db/price-set'
import type { RejectRow } from '../db/reject'
import { RecordKeyFinder, type RecordKeys } from '../db/usage-record'
import { DedupKeys } from './dedup-key'

const OLDEST_MS = Date.UTC(2015, 0, 1)
const MAX_COUNT = 2n ** 63n - 1n
/** Five counts up to here have a sum below the largest. */
const SMALL_COUNT = 2n ** 60n
const DAY_MS = 86_400_000
/** Names are shown, chosen from and grouped by: longer ones are the contents of a column that was taken for another. */
const MAX_NAME = 2_000

interface Waiting {
  readonly record: UsageRecord
  readonly plain: PlainCounts | null
  readonly selection: PriceSelection
  readonly line: number
  readonly byteOffset: number
}

interface IntakeRequest {
  readonly workspaceId: number
  readonly book: PriceBook
  readonly defaultProject: string | null
  readonly nowMs: number
}

export class RecordIntake {
  /** Records handed over, plus rows refused: what the books call rows read. */
  rowsRead = 0
  private readonly dimensions: DimensionIds
  private readonly keyFinder: RecordKeyFinder
  private readonly priceSets: PriceSetIds
  private readonly words = new UsdWords()
  private readonly dedupKeys = new DedupKeys()
  private waiting: Waiting[] = []
  /** Records that keep the time of their first import, until it is known. */
  private untimed: Omit<Waiting, 'selection' | 'plain'>[] = []

  constructor(
    private readonly request: IntakeRequest,
    private readonly writer: ImportWriter,
    private readonly reject: (row: RejectRow) => void,
  ) {
    this.dimensions = new DimensionIds(request.workspaceId)
    this.keyFinder = new RecordKeyFinder(this.dimensions, request.defaultProject)
    this.priceSets = new PriceSetIds(request.workspaceId)
  }

  take(row: SourceRow): void {
    const { result } = row
    if (!result.ok) {
      this.refuse(row, result.error)
      return
    }
    if (result.value.length === 1) {
      const record = result.value[0] as UsageRecord
      const plain = plainCountsOf(record)
      const refusal = this.outOfRange(record, plain)
      if (refusal !== null) this.refuse(row, refusal)
      else this.takeOne(record, plain, row)
      return
    }
    for (const record of result.value) {
      const refusal = this.outOfRange(record, plainCountsOf(record))
      if (refusal !== null) {
        this.refuse(row, refusal)
        return
      }
    }
    for (const record of result.value) this.takeOne(record, plainCountsOf(record), row)
  }

  private takeOne(record: UsageRecord, plain: PlainCounts | null, { line, byteOffset }: SourceRow): void {
    if (record.timeAssumed === true || record.timeOfFirst === true) this.untimed.push({ record, line, byteOffset })
    else this.place(record, plain, line, byteOffset)
  }

  /** Gives ids to the names that lack one and hands the waiting rows over. Call after every chunk. */
  async settle(connection: Queryable): Promise<void> {
    await this.settleTimes(connection)
    if (this.waiting.length === 0) return
    await this.dimensions.resolve(connection)
    await this.priceSets.resolve(connection)
    const { waiting } = this
    this.waiting = []
    for (const { record, plain, selection, line, byteOffset } of waiting) {
      const keys = this.keysOf(record, selection)
      if (keys === null) throw new Error('a name has no id after it was resolved')
      this.write(record, plain, selection, keys, line, byteOffset)
    }
  }

  private async settleTimes(connection: Queryable): Promise<void> {
    if (this.untimed.length === 0) return
    const { untimed } = this
    this.untimed = []
    const { workspaceId, nowMs } = this.request
    const keys = untimed.map(({ record }) => this.dedupKeys.of(record))
    const told = untimed.map(({ record }) => (record.timeOfFirst === true ? record.startMs : nowMs))
    const times = await settleFirstTimes(connection, workspaceId, keys, told)
    untimed.forEach(({ record, line, byteOffset }, at) => {
      const startMs = times[at] as number
      const timed = record.startMs === startMs ? record : { ...record, startMs }
      this.place(timed, plainCountsOf(record), line, byteOffset)
    })
  }

  private keysOf(record: UsageRecord, selection: PriceSelection): RecordKeys | null {
    const priceSet = hasPrices(selection) ? this.priceSets.find(selection) : NO_PRICE_SET
    return this.keyFinder.find(record, priceSet)
  }

  private place(record: UsageRecord, plain: PlainCounts | null, line: number, byteOffset: number): void {
    this.rowsRead += 1
    const selection = selectPrices(this.request.book, record)
    const keys = this.keysOf(record, selection)
    if (keys !== null && this.waiting.length === 0) this.write(record, plain, selection, keys, line, byteOffset)
    else this.waiting.push({ record, plain, selection, line, byteOffset })
  }

  private write(
    record: UsageRecord,
    plain: PlainCounts | null,
    selection: PriceSelection,
    keys: RecordKeys,
    line: number,
    byteOffset: number,
  ): void {
    const reported = record.reportedCost === null ? null : amountOf(record.reportedCost.amount)
    this.writer.add(
      {
        record,
        plain,
        cost: isPriced(selection) ? this.cost(selection, record) : null,
        reported,
        reportedUsd: record.reportedCost?.currency === 'USD' ? reported : null,
        unpricedCode: unpricedCodeFor(selection),
        keys,
        dedupKey: this.dedupKeys.of(record),
        setAsideBy: this.writer.setAsideBy(record.host, record.startMs),
        line,
      },
      byteOffset,
    )
  }

  /** In words where it fits; they are good until the next record. */
  private cost(selection: PriceSelection, record: UsageRecord): Usd | UsdWords {
    const cost = costOf(selection, record)
    return takeApart(cost, this.words) ? this.words : cost
  }

  private refuse(row: SourceRow, reason: Omit<RejectRow, 'line' | 'byteOffset' | 'raw'>): void {
    this.rowsRead += 1
    const { column, code, message, remedy } = reason
    this.reject({ line: row.line, byteOffset: row.byteOffset, raw: row.raw(), column, code, message, remedy })
  }

  /** What no column of the database could hold, whatever the dialect thought of it. */
  private outOfRange(
    record: UsageRecord,
    plain: PlainCounts | null,
  ): Omit<RejectRow, 'line' | 'byteOffset' | 'raw'> | null {
    if (record.startMs < OLDEST_MS || record.startMs > this.request.nowMs + DAY_MS) {
      return {
        column: null,
        code: 'DATE_OUT_OF_RANGE',
        message: `The time ${new Date(record.startMs).toISOString()} is before 2015 or in the future.`,
        remedy: 'Check the unit of the time (seconds, milliseconds) and the zone.',
      }
    }
    const long = longName(record)
    if (long !== null) {
      return {
        column: long,
        code: 'BAD_VALUE',
        message: `The name in ${long} is longer than ${MAX_NAME} characters.`,
        remedy: 'Check that the column holds a name, and shorten it at its source.',
      }
    }
    if (plain !== null) return null
    const { input, cacheRead, cacheWrite5m, cacheWrite1h, output } = record.quantities
    if (
      input <= SMALL_COUNT &&
      cacheRead <= SMALL_COUNT &&
      cacheWrite5m <= SMALL_COUNT &&
      cacheWrite1h <= SMALL_COUNT &&
      output <= SMALL_COUNT &&
      (record.requests ?? 0n) <= SMALL_COUNT
    ) {
      return null
    }
    if (input + cacheRead + cacheWrite5m + cacheWrite1h + output > MAX_COUNT || (record.requests ?? 0n) > MAX_COUNT) {
      return {
        column: null,
        code: 'BAD_NUMBER',
        message: 'The counts of the row are larger than 2^63.',
        remedy: 'Check the columns of the file.',
      }
    }
    return null
  }
}

function longName(record: UsageRecord): string | null {
  const { host, model, project, apiKey, user, region, serviceTier } = record
  if (host.length > MAX_NAME) return 'host'
  if (model.length > MAX_NAME) return 'model'
  if (project !== null && project.length > MAX_NAME) return 'project'
  if (apiKey !== null && apiKey.length > MAX_NAME) return 'api_key'
  if (user !== null && user.length > MAX_NAME) return 'user'
  if (region !== null && region.length > MAX_NAME) return 'region'
  return serviceTier.length > MAX_NAME ? 'service_tier' : null
}

/** Amounts were checked by the dialect; one that is no amount after all is left out rather than guessed. */
function amountOf(text: string): Usd | null {
  const parsed = parseUsd(text)
  return parsed.ok ? parsed.value : null
}
