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
import { FirstTimes } from '../db/assumed-time'
import { DimensionIds } from '../db/dimension'
import type { ImportWriter } from '../db/import-writer'
import type { Queryable } from '../db/pool'
import { hasPrices, isPriced, NO_PRICE_SET, PriceSetIds, unpricedCodeFor } from '../db/price-set'
import type { RejectRow } from '../db/reject'
import { RecordKeyFinder, type RecordKeys } from '../db/usage-record'
import { FileRefused } from '../file-refused'
import { DedupKeys } from './dedup-key'
import { tooManyModels } from './import-problem'

const OLDEST_MS = Date.UTC(2015, 0, 1)
const MAX_COUNT = 2n ** 63n - 1n
/** Five counts up to here have a sum below the largest. */
const SMALL_COUNT = 2n ** 60n
/** Calls of one row. Their sums are 64 bits wide, so that millions of such rows of one hour still have one. */
const MAX_REQUESTS = 1e12
const DAY_MS = 86_400_000
/** Enough that the server's work on them, and its commit, take less time than reading as many. */
const UNTIMED_A_QUESTION = 4_000
/** Names are shown, chosen from and grouped by: longer ones are the contents of a column that was taken for another. */
const MAX_NAME = 2_000
/**
 * Models that one file may name. Whoever sells most models sells a thousand; a million, as of a column of request ids, is a
 * bill of as many lines that no screen shows.
 */
const MAX_MODELS = 10_000

const TOO_MANY_REQUESTS = {
  column: null,
  code: 'BAD_NUMBER',
  message: 'The row tells of more than 10^12 calls.',
  remedy: 'Check the column of the requests.',
}

/** Sums have twenty digits before the point: amounts of at most twelve leave room for millions of rows. */
const TRILLIONS = /^-?\d{13}/
const TOO_DEAR = {
  column: null,
  code: 'BAD_NUMBER',
  message: 'The cost of the row is 10^12 or more.',
  remedy: 'Check the unit of the cost, and its decimal point.',
}

interface Placed {
  readonly record: UsageRecord
  readonly plain: PlainCounts | null
  readonly line: number
  readonly byteOffset: number
  readonly dedupKey: string
}

interface Waiting extends Placed {
  readonly selection: PriceSelection
}

/** Records whose first times were asked for. */
interface Asked {
  readonly untimed: readonly Placed[]
  readonly times: Promise<readonly number[]>
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
  private readonly firstTimes: FirstTimes
  private readonly words = new UsdWords()
  private readonly dedupKeys = new DedupKeys()
  private waiting: Waiting[] = []
  /** Records that keep the time of their first import, until it is known. */
  private untimed: Placed[] = []
  private asked: Asked | null = null

  constructor(
    private readonly request: IntakeRequest,
    private readonly writer: ImportWriter,
    private readonly reject: (row: RejectRow) => void,
  ) {
    this.dimensions = new DimensionIds(request.workspaceId)
    this.keyFinder = new RecordKeyFinder(this.dimensions, request.defaultProject)
    this.priceSets = new PriceSetIds(request.workspaceId)
    this.firstTimes = new FirstTimes(request.workspaceId)
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
    const placed = { record, plain, line, byteOffset, dedupKey: this.dedupKeys.of(record) }
    if (record.timeAssumed === true || record.timeOfFirst === true) this.untimed.push(placed)
    else this.place(placed)
  }

  /**
   * Gives ids to the names that lack one and hands the waiting rows over. Call after every chunk. Records that keep a first
   * time wait until there are many, and then one round more, so that reading goes on while their times are looked up.
   */
  async settle(connection: Queryable): Promise<void> {
    if (this.untimed.length >= UNTIMED_A_QUESTION) await this.settleTimes()
    await this.resolveNames(connection)
  }

  /** Hands over every row that is left. */
  async finish(connection: Queryable): Promise<void> {
    if (this.untimed.length > 0) await this.settleTimes()
    if (this.asked !== null) await this.settleTimes()
    await this.resolveNames(connection)
  }

  private async settleTimes(): Promise<void> {
    const { asked } = this
    // One question at a time: of two copies of a call the earlier one in the file is to be asked about first.
    const startMs = await asked?.times
    this.asked = this.untimed.length === 0 ? null : this.askTimes()
    if (asked !== null && startMs !== undefined) this.placeTimed(asked.untimed, startMs)
  }

  private async resolveNames(connection: Queryable): Promise<void> {
    if (this.waiting.length === 0) return
    if (this.dimensions.count('model') > MAX_MODELS) throw new FileRefused(tooManyModels(MAX_MODELS))
    await this.dimensions.resolve(connection)
    await this.priceSets.resolve(connection)
    const { waiting } = this
    this.waiting = []
    for (const placed of waiting) {
      const keys = this.keysOf(placed.record, placed.selection)
      if (keys === null) throw new Error('a name has no id after it was resolved')
      this.write(placed, placed.selection, keys)
    }
  }

  private askTimes(): Asked {
    const { untimed } = this
    this.untimed = []
    const { nowMs } = this.request
    const keys = untimed.map(({ dedupKey }) => dedupKey)
    const told = untimed.map(({ record }) => (record.timeOfFirst === true ? record.startMs : nowMs))
    const times = this.firstTimes.settle(keys, told)
    // Awaited by a later call, if the import gets there.
    times.catch(() => undefined)
    return { untimed, times }
  }

  private placeTimed(untimed: readonly Placed[], startMs: readonly number[]): void {
    untimed.forEach((placed, at) => {
      const ms = startMs[at] as number
      this.place(placed.record.startMs === ms ? placed : { ...placed, record: { ...placed.record, startMs: ms } })
    })
  }

  private keysOf(record: UsageRecord, selection: PriceSelection): RecordKeys | null {
    const priceSet = hasPrices(selection) ? this.priceSets.find(selection) : NO_PRICE_SET
    return this.keyFinder.find(record, priceSet)
  }

  private place(placed: Placed): void {
    this.rowsRead += 1
    const { record } = placed
    const selection = selectPrices(this.request.book, record)
    const keys = this.keysOf(record, selection)
    if (keys !== null && this.waiting.length === 0) this.write(placed, selection, keys)
    else this.waiting.push({ ...placed, selection })
  }

  private write(
    { record, plain, line, byteOffset, dedupKey }: Placed,
    selection: PriceSelection,
    keys: RecordKeys,
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
        dedupKey,
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
    // Logs of agents have the times of their machine, whose clock may have run ahead: how far, their reader decided.
    const isAhead = record.timeOfFirst !== true && record.startMs > this.request.nowMs + DAY_MS
    if (record.startMs < OLDEST_MS || isAhead) {
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
    if (record.reportedCost !== null && TRILLIONS.test(record.reportedCost.amount)) return TOO_DEAR
    if (plain !== null) {
      return plain.requests === null || plain.requests <= MAX_REQUESTS ? null : TOO_MANY_REQUESTS
    }
    if (record.requests !== null && record.requests > BigInt(MAX_REQUESTS)) return TOO_MANY_REQUESTS
    const { input, cacheRead, cacheWrite5m, cacheWrite1h, output } = record.quantities
    if (
      input <= SMALL_COUNT &&
      cacheRead <= SMALL_COUNT &&
      cacheWrite5m <= SMALL_COUNT &&
      cacheWrite1h <= SMALL_COUNT &&
      output <= SMALL_COUNT
    ) {
      return null
    }
    if (input + cacheRead + cacheWrite5m + cacheWrite1h + output > MAX_COUNT) {
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
