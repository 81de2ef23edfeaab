/**
 * Writes the billed cost of one import in its transaction: lines go by COPY into a staging table while files are read, and
 * are merged with what is stored when the last one is over, because only then is known how each file was grouped.
 */
import 'server-only'
import { hash } from 'node:crypto'
import type { CostRecord } from '../../core/usage/cost-record'
import { type BilledOutcome, mergeBilled } from './billed-merge'
import { CopyBuffers, copyInto } from './copy'
import type { Connection } from './pool'

const BATCH_ROWS = 10_000
const STAGED = [
  'file_no',
  'source_line',
  'ts',
  'end_at',
  'dedup_key',
  'issuer',
  'account',
  'form',
  'told',
  'is_whole',
  'host',
  'service',
  'is_model_service',
  'line',
  'model',
  'meter',
  'category',
  'project',
  'api_key',
  'user_name',
  'region',
  'service_tier',
  'quantity',
  'unit',
  'amount',
  'currency',
  'rounding',
]

export class BilledWriter {
  private copy = new CopyBuffers()
  private rows = 0
  private files = 0

  private constructor(
    private readonly connection: Connection,
    private readonly workspaceId: number,
    private readonly importNo: number,
  ) {}

  /** `connection` is inside the import's transaction; the staging table lives until its end. */
  static async open(connection: Connection, workspaceId: number, importNo: number): Promise<BilledWriter> {
    await connection.query(
      `CREATE TEMP TABLE billed_stage (
         seq bigint GENERATED ALWAYS AS IDENTITY, file_no int, source_line bigint, ts timestamptz(3), end_at timestamptz(3),
         dedup_key uuid, issuer text, account text, form text, told int, is_whole int, host text, service text,
         is_model_service int, line text, model text, meter text, category text, project text, api_key text, user_name text,
         region text, service_tier text, quantity text, unit text, amount text, currency text, rounding text
       ) ON COMMIT DROP`,
    )
    return new BilledWriter(connection, workspaceId, importNo)
  }

  /** Lines from here on are of another file: equal lines are counted apart in each. */
  beginFile(): void {
    this.files += 1
  }

  get rowsAdded(): number {
    return this.rows
  }

  add(record: CostRecord, line: number): void {
    const { copy } = this
    const { statement } = record
    this.rows += 1
    copy.beginRow(STAGED.length)
    copy.int4(this.files)
    copy.int8(BigInt(line))
    copy.instant(record.startMs)
    copy.instant(record.endMs)
    copy.uuid(keyOf(record))
    copy.text(statement.issuer)
    copy.text(statement.account ?? '')
    copy.text(statement.form)
    copy.int4(statement.told)
    copy.int4(statement.whole ? 1 : 0)
    copy.text(record.host)
    this.optional(record.service)
    copy.int4(record.isModelService ? 1 : 0)
    copy.text(record.line)
    this.optional(record.model)
    this.optional(record.meter)
    copy.text(record.category)
    this.optional(record.project)
    this.optional(record.apiKey)
    this.optional(record.user)
    this.optional(record.region)
    this.optional(record.serviceTier)
    this.optional(record.quantity)
    this.optional(record.unit)
    copy.text(record.amount)
    copy.text(record.currency)
    this.optional(record.rounding)
  }

  get isFull(): boolean {
    return this.copy.rows >= BATCH_ROWS
  }

  async send(): Promise<void> {
    if (this.copy.rows === 0) return
    const { copy } = this
    this.copy = new CopyBuffers()
    await copyInto(this.connection, `billed_stage (${STAGED.join(', ')})`, copy)
  }

  /** Merges everything that was added. The caller commits. */
  async finish(): Promise<BilledOutcome> {
    await this.send()
    return await mergeBilled(this.connection, this.workspaceId, this.importNo, this.files)
  }

  private optional(value: string | null): void {
    if (value === null) this.copy.nil()
    else this.copy.text(value)
  }
}

/** Digest as latin1 text; length-prefixed, as keys of usage are. The form is not part of it where the issuer's forms name lines alike. */
function keyOf({ statement, key, endMs, startMs }: CostRecord): string {
  let text = `billed:${endMs - startMs}`
  for (const part of [statement.issuer, statement.account ?? '', statement.form, ...key]) {
    text += `:${part.length}:${part}`
  }
  return hash('sha256', text, 'binary')
}
