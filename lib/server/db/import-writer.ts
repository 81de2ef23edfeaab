/**
 * Writes the records of one import in one transaction. Rows go by COPY straight into usage_record, a batch under a
 * savepoint; a batch that meets a duplicate is sent again into a staging table, from which new rows are inserted,
 * equal ones counted, restated buckets replaced and contradictions refused.
 */
import 'server-only'
import { usdFromText } from '../../core/money/usd'
import { WordSums } from '../../core/money/words'
import { tellerOf } from '../../core/source/teller'
import { HOUR_MS, monthsIn } from '../../core/time/instant'
import type { SpillFile } from '../spill-file'
import { lockClosedMonths } from './bill-correction'
import { CopyBuffers, copyInto } from './copy'
import { shareUndoLock } from './duplicate'
import { makeMonths } from './partition'
import { type Connection, isDuplicate } from './pool'
import { NO_PRICE_SET } from './price-set'
import { ProviderIds } from './provider-id'
import { MAX_STORED_REJECTS } from './reject'
import { addSmallFold, insertFold, mergeDeltas, openDeltas, writeDeltas } from './rollup'
import { RollupFold, spillFold } from './rollup-fold'
import { RollupSpill } from './rollup-spill'
import { type DecisionInForce, decisionsInForce, settleDecided } from './set-aside'
import { RECORD_COLUMN_LIST, type RecordRow, writeRecord } from './usage-record'
import { openStage, type Revision, revisionOf, type StagedOutcome, writeStaged } from './usage-stage'

/** Rows of one COPY. Large enough to drown the round trips, small enough to be kept for a second try. */
const BATCH_ROWS = 25_000
/** Rows of the first one, so that the server has something to do soon; each has twice as many as the one before. */
const FIRST_BATCH_ROWS = 3_000
const BATCH_BYTES = 12 * 1024 * 1024
/** So few rollup rows, as of a live ingest, are added by one statement without tables of their own. */
const FEW_ROLLUPS = 500
/** Rollup rows held in memory before those of finished hours are spilled. */
const FEW_HELD = 20_000
/** The same of a file out of order, whose hours are never finished: the more are held, the fewer are written twice. */
const MOST_HELD = 120_000

export interface ImportCounts {
  accepted: bigint
  duplicate: bigint
  restated: bigint
  unpriced: bigint
  /** 10^-18 dollars over priced accepted records; null while none was priced. */
  cost: bigint | null
  firstMs: number | null
  lastMs: number | null
}

/** A record that contradicts one already stored under the same id of the provider. */
export interface Conflict {
  readonly line: number
  readonly byteOffset: number
  /** What the row said, as JSON. */
  readonly raw: string
}

interface Batch {
  readonly copy: CopyBuffers
  readonly fold: RollupFold
  readonly lines: number[]
  readonly offsets: number[]
  readonly revisions: Revision[]
  unpriced: number
  priced: number
  /** Costs of rows that came in words, as the sum 0; the others. */
  readonly costs: WordSums
  cost: bigint
  firstMs: number
  lastMs: number
}

export class ImportWriter {
  readonly counts: ImportCounts = {
    accepted: 0n,
    duplicate: 0n,
    restated: 0n,
    unpriced: 0n,
    cost: null,
    firstMs: null,
    lastMs: null,
  }
  private batch: Batch = newBatch()
  private batchRows = FIRST_BATCH_ROWS
  private fold = new RollupFold()
  private spill: RollupSpill | null = null
  private mostHeld = FEW_HELD
  private sending: Promise<void> | null = null
  private failure: Error | null = null
  /** A file that brought duplicates once will bring more: then the direct way is not tried first. */
  private expectDuplicates = false
  private stageOpen = false
  /** The delta tables are there, and sums may be in them, so that the fold and what was spilled are not all of them. */
  private usedDeltas = false
  private readonly conflicts: Conflict[] = []
  private readonly ids: ProviderIds

  private constructor(
    private readonly connection: Connection,
    private readonly workspaceId: number,
    private readonly importNo: number,
    private readonly formatOf: () => string | null,
    private readonly openSpill: (() => SpillFile) | null,
    private readonly decisions: readonly DecisionInForce[],
  ) {
    this.ids = new ProviderIds(openSpill)
  }

  /**
   * `connection` is inside the import's transaction. `formatOf` tells the import's format, by which decisions about the
   * authoritative source know it; it is asked once rows come. `openSpill` opens room outside memory, which the caller closes;
   * without it all sums are held, as of the few records of a live ingest.
   */
  static async open(
    connection: Connection,
    workspaceId: number,
    importNo: number,
    formatOf: () => string | null,
    openSpill: (() => SpillFile) | null,
  ): Promise<ImportWriter> {
    await shareUndoLock(connection, workspaceId)
    const decisions = await decisionsInForce(connection, workspaceId)
    return new ImportWriter(connection, workspaceId, importNo, formatOf, openSpill, decisions)
  }

  private get source(): string {
    const format = this.formatOf()
    return format === null ? '' : tellerOf(format).name
  }

  /** The decision that sets a record of this import aside; null when it counts. */
  setAsideBy(host: string, ms: number): number | null {
    if (this.decisions.length === 0) return null
    const decision = this.decisions.find((one) => one.host === host && ms >= one.fromMs && ms < one.toMs)
    return decision === undefined || decision.source === this.source ? null : decision.no
  }

  add(row: RecordRow, byteOffset: number): void {
    const { batch } = this
    const ms = row.record.startMs
    writeRecord(batch.copy, this.workspaceId, this.importNo, row)
    if (row.record.identity.kind === 'provider_id') this.ids.note(row.dedupKey, ms, byteOffset)
    if (row.setAsideBy === null) batch.fold.add(row)
    batch.lines.push(row.line)
    batch.offsets.push(byteOffset)
    batch.revisions.push(revisionOf(row.record.identity))
    if (row.keys.priceSet === NO_PRICE_SET) batch.unpriced += 1
    if (row.cost !== null) {
      batch.priced += 1
      if (typeof row.cost === 'bigint') batch.cost += row.cost
      else batch.costs.add(0, row.cost)
    }
    if (ms < batch.firstMs) batch.firstMs = ms
    if (ms > batch.lastMs) batch.lastMs = ms
  }

  /** True when a batch is ready; then call `send`. */
  get isFull(): boolean {
    return this.batch.copy.rows >= this.batchRows || this.batch.copy.size >= BATCH_BYTES
  }

  /** Hands the batch over and returns once the one before it is written: reading goes on while the server works. */
  async send(): Promise<void> {
    const { batch } = this
    if (batch.copy.rows === 0) return
    this.batch = newBatch()
    this.batchRows = Math.min(BATCH_ROWS, this.batchRows * 2)
    await this.settle()
    await makeMonths(monthsBetween(batch.firstMs, batch.lastMs))
    this.sending = this.write(batch).catch((error: Error) => {
      this.failure = error
    })
  }

  /** Writes what is left and merges the rollups. The caller commits. */
  async finish(): Promise<void> {
    await this.send()
    await this.settle()
    await this.refuseMoved()
    const { connection, workspaceId, spill } = this
    const closed = await lockClosedMonths(connection, workspaceId)
    const distinct = !this.usedDeltas && spill?.overlaps !== true
    if (distinct && closed.size === 0) {
      if (spill === null && this.fold.size <= FEW_ROLLUPS) return await addSmallFold(connection, workspaceId, this.fold)
      if (await this.insertRollups()) return
    }
    await this.openDeltasOnce()
    await writeDeltas(connection, workspaceId, this.fold, spill)
    await mergeDeltas(connection, workspaceId, { kind: 'import', no: this.importNo }, distinct)
  }

  /** Takes back the records whose id is stored at another time. */
  private async refuseMoved(): Promise<void> {
    const { connection, workspaceId, importNo, counts } = this
    const before = counts.accepted
    await this.ids.settle(
      connection,
      workspaceId,
      importNo,
      () => this.openDeltasOnce(),
      ({ line, byteOffset, raw, isPriced, cost }) => {
        // Of so many only those are stored that can be shown.
        this.conflicts.push({ line, byteOffset, raw: this.conflicts.length < MAX_STORED_REJECTS ? raw : '' })
        counts.accepted -= 1n
        if (!isPriced) counts.unpriced -= 1n
        if (cost !== null && counts.cost !== null) counts.cost -= usdFromText(cost)
      },
    )
    if (counts.accepted === before) return
    if (counts.accepted === counts.unpriced) counts.cost = null
    const { rows } = await connection.query<{ first: Date | null; last: Date | null }>(
      `SELECT min(ts) AS first, max(ts) AS last FROM usage_record
       WHERE workspace_id = $1 AND import_no = $2 AND ts BETWEEN $3 AND $4`,
      [workspaceId, importNo, new Date(counts.firstMs ?? 0), new Date(counts.lastMs ?? 0)],
    )
    counts.firstMs = rows[0]?.first?.getTime() ?? null
    counts.lastMs = rows[0]?.last?.getTime() ?? null
  }

  /** Makes the delta tables at their first use: a new file of new hours needs none. */
  private async openDeltasOnce(): Promise<void> {
    if (!this.usedDeltas) await openDeltas(this.connection)
    this.usedDeltas = true
  }

  /** Usage of hours that nobody wrote about yet needs no merging. False when some row is there already. */
  private async insertRollups(): Promise<boolean> {
    const { connection } = this
    await connection.query('SAVEPOINT rollups')
    try {
      await insertFold(connection, this.workspaceId, this.fold, this.spill)
      await connection.query('RELEASE SAVEPOINT rollups')
      return true
    } catch (error) {
      if (!isDuplicate(error)) throw error
      await connection.query('ROLLBACK TO SAVEPOINT rollups')
      return false
    }
  }

  /** Contradictions found since the last call. */
  takeConflicts(): Conflict[] {
    return this.conflicts.splice(0)
  }

  /** Waits for the batch under way; throws what it failed with. */
  async settle(): Promise<void> {
    await this.sending
    this.sending = null
    if (this.failure !== null) throw this.failure
  }

  private async write(batch: Batch): Promise<void> {
    const { connection } = this
    if (!this.expectDuplicates) {
      await connection.query('SAVEPOINT batch')
      try {
        await copyInto(connection, `usage_record (${RECORD_COLUMN_LIST})`, batch.copy)
        await connection.query('RELEASE SAVEPOINT batch')
        this.take(batch)
        return
      } catch (error) {
        if (!isDuplicate(error)) throw error
        await connection.query('ROLLBACK TO SAVEPOINT batch')
      }
    }
    await this.openDeltasOnce()
    if (!this.stageOpen) await openStage(connection)
    this.stageOpen = true
    const outcome = await writeStaged(connection, this.workspaceId, this.importNo, batch.copy, batch.revisions)
    this.expectDuplicates = outcome.accepted < BigInt(batch.copy.rows)
    this.takeStaged(batch, outcome)
    // What this source tells too may count now although another source brought it first, and what it restated was told by others.
    const met = outcome.accepted < BigInt(batch.copy.rows) || outcome.restated > 0n
    if (this.decisions.length > 0 && met) {
      await settleDecided(connection, this.workspaceId, 'staged', { no: this.importNo, source: this.source })
    }
  }

  private take(batch: Batch): void {
    const { counts } = this
    counts.accepted += BigInt(batch.copy.rows)
    counts.unpriced += BigInt(batch.unpriced)
    if (batch.priced > 0) counts.cost = (counts.cost ?? 0n) + batch.cost + batch.costs.at(0)
    this.extend(batch.firstMs, batch.lastMs)
    this.spill?.meets(Math.floor(batch.firstMs / HOUR_MS), Math.floor(batch.lastMs / HOUR_MS))
    this.fold.merge(batch.fold)
    this.spillFinished()
  }

  private spillFinished(): void {
    const { openSpill } = this
    if (this.fold.size <= this.mostHeld || openSpill === null) return
    this.spill ??= new RollupSpill(openSpill())
    this.fold = spillFold(this.spill, this.workspaceId, this.fold)
    this.mostHeld = this.spill.overlaps ? MOST_HELD : Math.max(FEW_HELD, Math.min(MOST_HELD, this.fold.size * 3))
  }

  private takeStaged(batch: Batch, outcome: StagedOutcome): void {
    const { counts } = this
    counts.accepted += outcome.accepted
    counts.restated += outcome.restated
    counts.unpriced += outcome.unpriced
    counts.duplicate += BigInt(batch.copy.rows) - outcome.accepted - BigInt(outcome.conflicts.length)
    if (outcome.cost !== null) counts.cost = (counts.cost ?? 0n) + outcome.cost
    if (outcome.firstMs !== null && outcome.lastMs !== null) this.extend(outcome.firstMs, outcome.lastMs)
    for (const { place, raw } of outcome.conflicts) {
      this.conflicts.push({
        line: batch.lines[place] as number,
        byteOffset: batch.offsets[place] as number,
        raw,
      })
    }
  }

  private extend(firstMs: number, lastMs: number): void {
    const { counts } = this
    counts.firstMs = counts.firstMs === null ? firstMs : Math.min(counts.firstMs, firstMs)
    counts.lastMs = counts.lastMs === null ? lastMs : Math.max(counts.lastMs, lastMs)
  }
}

function newBatch(): Batch {
  return {
    copy: new CopyBuffers(),
    fold: new RollupFold(),
    lines: [],
    offsets: [],
    revisions: [],
    unpriced: 0,
    priced: 0,
    costs: new WordSums(1),
    cost: 0n,
    firstMs: Number.POSITIVE_INFINITY,
    lastMs: Number.NEGATIVE_INFINITY,
  }
}

function monthsBetween(firstMs: number, lastMs: number): string[] {
  return monthsIn({ startMs: firstMs, endMs: lastMs + 1 })
}
