/**
 * Imports a stored file: parse, price, deduplicate, write, sum — one transaction, committed only while this worker
 * still holds the import. A job, not a request: whoever created the import was authorised then.
 */
import 'server-only'
import { setImmediate as turnOfLoop } from 'node:timers/promises'
import { usdFromAtto, usdToText } from '../../core/money/usd'
import { err, type Problem, type Result } from '../../core/result'
import { MAX_RECORD_CHARS } from '../../core/source/json-stream'
import type { SavedMapping } from '../../core/source/mapping/spec'
import { type CostReader, HEAD_BYTES, openSource, type SourceReader } from '../../core/source/open-source'
import { formatsGrouped } from '../../core/source/teller'
import { writeAudit } from '../db/audit'
import {
  allOf,
  type ClaimedImport,
  markCommitted,
  markFailed,
  noteProgress,
  type Progress,
  returnToQueue,
} from '../db/import'
import { takeTurn } from '../db/import-turn'
import { outcomeOf } from '../db/import-view'
import { ImportWriter } from '../db/import-writer'
import { loweredBy } from '../db/lowered'
import { loadMappings } from '../db/mapping'
import { type Connection, pool } from '../db/pool'
import { loadBook } from '../db/price-book'
import { settlePulled } from '../db/pull'
import { regroupedBy } from '../db/regrouped'
import { MAX_STORED_REJECTS, type RejectRow, storeRejects } from '../db/reject'
import { inLongTransaction } from '../db/transaction'
import { fault } from '../fault'
import { FileRefused } from '../file-refused'
import { log } from '../log'
import { pause } from '../process-identity'
import { type UploadFile, UploadReader } from '../read-upload'
import { SpillFile } from '../spill-file'
import { uploadPath } from '../upload-store'
import { ArchiveReport } from './archive-report'
import { BilledIntake } from './billed-intake'
import { CounterIntake } from './counter-intake'
import { inTurns, lastRowsOf, rowsOf, siftedRowsOf, type TakenRows } from './file-rows'
import { diskFull, groupedTwice, INTERNAL, loweredCounts, MAPPING_GONE } from './import-problem'
import { RecordIntake } from './record-intake'

const PROGRESS_EVERY_MS = 500
/** A first record may be longer than the usual beginning, or as long as no row may be: then those after it tell the format. */
const LONGEST_HEAD_BYTES = HEAD_BYTES + MAX_RECORD_CHARS
const MAX_ATTEMPTS = 20
const REJECTS_A_STATEMENT = 1_000
const DATABASE_PATIENCE_MS = 120_000

export type ImportOutcome = 'committed' | 'failed' | 'given up' | 'returned'

const moneyText = (atto: bigint) => usdToText(usdFromAtto(atto))

/** Never throws for a fault of the file or of the database: those end in the import's row. */
export async function runImport(claimed: ClaimedImport): Promise<ImportOutcome> {
  const run = new ImportRun(claimed)
  try {
    await fault('import.claimed')
    await inLongTransaction(async (connection) => {
      await takeTurn(connection, claimed)
      await run.work(connection)
    })
    await fault('import.after-commit')
    return 'committed'
  } catch (error) {
    return await settleFailure(claimed, run, error)
  } finally {
    run.stopProgress()
    run.closeSpills()
  }
}

/** What becomes of an import whose transaction did not report success. */
async function settleFailure(claimed: ClaimedImport, run: ImportRun, error: unknown): Promise<ImportOutcome> {
  run.stopProgress()
  if (error instanceof LeaseLost) return 'given up'
  const problem = error instanceof FileRefused ? error.problem : diskFull(error)
  const until = Date.now() + DATABASE_PATIENCE_MS
  for (;;) {
    try {
      if (problem !== null) {
        await markFailed(pool(), claimed.id, problem, claimed.fence, run.rows)
        return 'failed'
      }
      // A lost connection says nothing about the transaction: its own row does.
      const outcome = await outcomeOf(pool(), claimed.id)
      if (outcome?.status === 'committed' && outcome.fence === claimed.fence) return 'committed'
      log().warn({ err: error, import: claimed.no, attempt: claimed.attempts }, 'an import was interrupted')
      if (claimed.attempts >= MAX_ATTEMPTS) {
        await markFailed(pool(), claimed.id, INTERNAL, claimed.fence, run.rows)
        return 'failed'
      }
      await returnToQueue(pool(), claimed)
      return 'returned'
    } catch (lookupError) {
      // The database is away: the lease would run out in the end, but coming back by ourselves is sooner.
      if (Date.now() > until) throw lookupError
      await pause(500)
    }
  }
}

/** The import was cancelled, or another worker holds it. */
class LeaseLost extends Error {}

class ImportRun {
  readonly rows = { rowsRead: 0, rejected: 0 }
  private readonly upload: UploadReader
  private reader: SourceReader | CostReader | null = null
  private readonly archive = new ArchiveReport()
  private readonly spills: SpillFile[] = []
  private writer: ImportWriter | null = null
  private billed: BilledIntake | null = null
  private readings: CounterIntake | null = null
  private mappings: readonly SavedMapping[] = []
  private rejects: RejectRow[] = []
  private storedRejects = 0
  private timer: NodeJS.Timeout | null = null
  private lost = false
  private noting: Promise<void> = Promise.resolve()

  constructor(private readonly claimed: ClaimedImport) {
    this.upload = new UploadReader(uploadPath(claimed.id), claimed.sha256)
  }

  /** Everything of the import's transaction but its beginning and end. */
  async work(connection: Connection): Promise<void> {
    const { claimed } = this
    const book = await loadBook(claimed.workspaceId)
    this.mappings = await loadMappings(pool(), claimed.workspaceId)
    const formatOf = () => this.reader?.format ?? null
    const writer = await ImportWriter.open(connection, claimed.workspaceId, claimed.no, formatOf, () =>
      this.openSpill(),
    )
    this.writer = writer
    const { workspaceId, nowMs } = claimed
    const request = { workspaceId, book, defaultProject: claimed.options.project, nowMs }
    const intake = new RecordIntake(request, writer, (row) => this.refuse(row))
    const billed = new BilledIntake(connection, claimed, (row) => this.refuse(row))
    this.billed = billed
    this.readings = new CounterIntake(connection, claimed)
    this.startProgress()
    const takeAll = async (rows: TakenRows | null) => {
      if (rows === null) await intake.finish(pool())
      else if ('billed' in rows) await billed.take(rows.billed)
      else {
        for (const row of rows.usage) intake.take(row)
        await intake.settle(pool())
      }
      this.rows.rowsRead = intake.rowsRead + billed.rowsRead
      if (writer.isFull) {
        await writer.send()
        await this.storeRejects(connection)
        await fault('import.batch')
      }
      if (this.lost) throw new LeaseLost()
      // Sockets are looked at between turns of the event loop only: what is under way to the server would stand still.
      await turnOfLoop()
    }
    for await (const rows of this.sourceRows()) await takeAll(rows)
    await takeAll(null)
    await fault('import.before-rollup')
    await writer.finish()
    await billed.finish()
    await this.storeRejects(connection)
    await this.stopProgressAndWait()
    const note = (await this.toldTwice(connection)) ?? (await this.lowered(connection)) ?? this.archive.note()
    if (!(await markCommitted(connection, claimed, this.progress(), note, moneyText))) {
      throw new LeaseLost()
    }
    if (claimed.source === 'pull') await settlePulled(connection, claimed.workspaceId, claimed.id)
    await this.audit(connection)
    await fault('import.before-commit')
  }

  /** What to say when another import tells the same days of the same source in other detail, so that both count. */
  private async toldTwice(connection: Connection): Promise<Problem | null> {
    const { claimed, writer, reader } = this
    const formats = reader === null ? [] : formatsGrouped(reader.format)
    if (writer === null || formats.length === 0) return null
    const other = await regroupedBy(connection, claimed.workspaceId, claimed.no, formats, writer.counts)
    return other === null ? null : groupedTwice(other.no, other.days)
  }

  /** What to say when buckets went back to less than an export told that goes further. */
  private async lowered(connection: Connection): Promise<Problem | null> {
    const { claimed, writer } = this
    // What is pulled is as the provider tells it now.
    if (writer === null || claimed.source === 'pull') return null
    const from = await loweredBy(connection, claimed.workspaceId, claimed.no, writer.counts)
    return from === null ? null : loweredCounts(from.no, from.buckets)
  }

  private refuse(row: RejectRow): void {
    this.rows.rejected += 1
    if (this.storedRejects + this.rejects.length < MAX_STORED_REJECTS) this.rejects.push(this.archive.namedRow(row))
  }

  private async *sourceRows(): AsyncGenerator<TakenRows, void, undefined> {
    for await (const file of this.upload.files()) {
      this.archive.begin(file.name)
      try {
        const refusal = yield* this.fileRows(file)
        if (refusal !== null) this.archive.skip(refusal)
      } catch (error) {
        throw error instanceof FileRefused ? new FileRefused(this.archive.named(error.problem)) : error
      }
    }
    const problem = this.archive.problem()
    if (problem !== null) throw new FileRefused(problem)
  }

  /** Rows of one file; why it is no usage log when it is none. */
  private async *fileRows({ chunks, sifted }: UploadFile): AsyncGenerator<TakenRows, Problem | null, undefined> {
    let reader: SourceReader | CostReader | null = null
    let head: Uint8Array[] = []
    let headBytes = 0
    let lookedAtBytes = HEAD_BYTES
    for await (const chunk of chunks) {
      if (reader !== null) {
        yield rowsOf(reader, chunk)
        continue
      }
      head.push(chunk)
      headBytes += chunk.byteLength
      if (headBytes < lookedAtBytes) continue
      const opened = this.open(Buffer.concat(head), false)
      if (!opened.ok && opened.error.code === 'BROKEN_JSON' && lookedAtBytes < LONGEST_HEAD_BYTES) {
        lookedAtBytes = LONGEST_HEAD_BYTES
        continue
      }
      if (!opened.ok) return opened.error
      reader = await this.begin(opened.value)
      const rest = sifted === null ? null : siftedRowsOf(reader, sifted)
      if (rest === null) for (const part of head) yield rowsOf(reader, part)
      else yield* rest
      head = []
      if (rest !== null) break
    }
    if (reader === null) {
      const opened = this.open(Buffer.concat(head), true)
      if (!opened.ok) return opened.error
      reader = await this.begin(opened.value)
    }
    for (const part of head) yield rowsOf(reader, part)
    const last: { readonly rows: Iterable<TakenRows> } | { readonly problem: Problem } = lastRowsOf(reader)
    if ('problem' in last) {
      if (this.reader === reader) this.reader = null
      return last.problem
    }
    yield* last.rows
    if (reader.layer === 'billed' || this.readings === null) this.archive.read(reader.note)
    else {
      const { rows, note } = await this.readings.take(reader)
      yield* inTurns(rows, (usage) => ({ usage }))
      this.archive.read(note)
    }
    return null
  }

  private async begin(reader: SourceReader | CostReader): Promise<SourceReader | CostReader> {
    this.reader ??= reader
    if (reader.layer === 'billed') await this.billed?.beginFile()
    return reader
  }

  private open(head: Uint8Array, complete: boolean): Result<SourceReader | CostReader, Problem> {
    const { options, nowMs } = this.claimed
    const { format, host, timeZone } = options
    const named = options.mapping === undefined || options.mapping === null ? null : options.mapping
    const mapping = this.mappings.find(({ id }) => id === named) ?? null
    if (named !== null && mapping === null) return err(MAPPING_GONE)
    const told = { format, host, timeZone, nowMs, mapping, mappings: this.mappings }
    return openSource(head, complete, { ...told, holdReadings: true, openSpill: () => this.openSpill() })
  }

  private openSpill(): SpillFile {
    const spill = new SpillFile()
    this.spills.push(spill)
    return spill
  }

  private async storeRejects(connection: Connection): Promise<void> {
    for (const conflict of this.writer?.takeConflicts() ?? []) {
      this.rows.rejected += 1
      if (this.storedRejects + this.rejects.length >= MAX_STORED_REJECTS) continue
      this.rejects.push({ ...conflict, ...CONFLICTING_DUPLICATE })
    }
    while (this.rejects.length > 0) {
      const rows = this.rejects.splice(0, REJECTS_A_STATEMENT)
      await storeRejects(connection, this.claimed.id, this.storedRejects, rows)
      this.storedRejects += rows.length
    }
  }

  private progress(): Progress {
    const { writer, reader } = this
    if (writer === null) throw new Error('progress of an import that has not begun')
    return {
      bytesRead: this.upload.bytesRead,
      rowsRead: this.rows.rowsRead,
      rejected: this.rows.rejected,
      format: reader?.format ?? null,
      generation: reader?.generation ?? null,
      counts: writer.counts,
      billed: this.billed?.outcome ?? null,
    }
  }

  private startProgress(): void {
    let busy = false
    this.timer = setInterval(() => {
      if (busy) return
      busy = true
      this.noting = noteProgress(pool(), this.claimed, this.progress(), moneyText)
        .then((held) => {
          if (!held) this.lost = true
        })
        .catch((error: Error) => {
          // The import itself meets the same database; what it meets decides.
          log().debug({ err: error }, 'progress could not be written')
        })
        .finally(() => {
          busy = false
        })
    }, PROGRESS_EVERY_MS)
  }

  closeSpills(): void {
    for (const spill of this.spills.splice(0)) spill.close()
  }

  stopProgress(): void {
    if (this.timer !== null) clearInterval(this.timer)
    this.timer = null
  }

  /** A progress note under way would wait for this transaction's row and then write over it. */
  private async stopProgressAndWait(): Promise<void> {
    this.stopProgress()
    await this.noting
    if (this.lost) throw new LeaseLost()
  }

  private async audit(connection: Connection): Promise<void> {
    const { claimed, rows } = this
    const { counts, billed } = this.progress()
    await writeAudit(
      connection,
      { workspaceId: claimed.workspaceId, actor: claimed.createdBy },
      'import.commit',
      `import #${claimed.no}`,
      {
        filename: claimed.filename,
        rows_read: String(rows.rowsRead),
        accepted: allOf(counts.accepted, billed?.accepted).toString(),
        duplicate: allOf(counts.duplicate, billed?.duplicate).toString(),
        rejected: String(rows.rejected),
        restated: allOf(counts.restated, billed?.restated).toString(),
        ...(billed === null ? {} : { billed_rows: billed.accepted.toString(), billed: billed.amounts }),
        cost: counts.cost === null ? null : moneyText(counts.cost),
      },
    )
  }
}

const CONFLICTING_DUPLICATE = {
  column: null,
  code: 'CONFLICTING_DUPLICATE',
  message: 'A record with this id is stored with other values; the stored one was kept.',
  remedy: 'Find out which of the two is right. To take this one, undo the import that holds the other.',
}
