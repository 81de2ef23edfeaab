/** The way of a line of billed cost from the reader to its writer. Nothing is priced here: the amount is the provider's. */
import 'server-only'
import type { SourceRow } from '../../core/source/open-source'
import type { CostRecord } from '../../core/usage/cost-record'
import type { BilledOutcome } from '../db/billed-merge'
import { BilledWriter } from '../db/billed-writer'
import type { Connection } from '../db/pool'
import type { RejectRow } from '../db/reject'

export class BilledIntake {
  /** Lines handed over, plus rows refused. */
  rowsRead = 0
  /** What became of them; null until `finish`, and without a file of billed cost. */
  outcome: BilledOutcome | null = null
  private writer: BilledWriter | null = null
  /** Exports of the file before the one at hand. */
  private table = 0

  constructor(
    private readonly connection: Connection,
    private readonly importOf: { readonly workspaceId: number; readonly no: number },
    private readonly reject: (row: RejectRow) => void,
  ) {}

  async beginFile(): Promise<void> {
    const { workspaceId, no } = this.importOf
    this.writer ??= await BilledWriter.open(this.connection, workspaceId, no)
    this.writer.beginFile()
    this.table = 0
  }

  async take(rows: readonly SourceRow<CostRecord>[]): Promise<void> {
    const { writer } = this
    if (writer === null) throw new Error('a line of billed cost before its file began')
    for (const row of rows) {
      if (row.result.ok) {
        for (const record of row.result.value) {
          this.rowsRead += 1
          const { table = 0 } = record
          // Exports that were joined are as good as files of their own.
          if (table !== this.table) writer.beginFile()
          this.table = table
          writer.add(record, row.line)
        }
      } else {
        this.rowsRead += 1
        const { column, code, message, remedy } = row.result.error
        this.reject({ line: row.line, byteOffset: row.byteOffset, raw: row.raw(), column, code, message, remedy })
      }
    }
    if (writer.isFull) await writer.send()
  }

  async finish(): Promise<void> {
    this.outcome = this.writer === null ? null : await this.writer.finish()
  }
}
