/** Stores the rows of one request in one transaction: committed with their sums when this returns, or not at all. */
import 'server-only'
import type { SourceRow } from '../../core/source/open-source'
import { isoOf } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { ImportWriter } from '../db/import-writer'
import { addToApiImport, apiImport } from '../db/ingest'
import { type Connection, inTransaction, metAnother, pool } from '../db/pool'
import { loadBook } from '../db/price-book'
import { AppError } from '../errors'
import { Turnstile } from '../turnstile'
import { RecordIntake } from './record-intake'

const ATTEMPTS = 4
/** Each needs two connections of the pool's twelve. */
const AT_ONCE = 4
const MAY_WAIT = 200
const turnstile = new Turnstile(AT_ONCE, MAY_WAIT)

/** Rows whose `byteOffset` is unique in the request. */
export interface IngestRows {
  readonly rows: readonly SourceRow[]
  /** Size of the request's body. */
  readonly bytes: number
  readonly nowMs: number
  /** What the day's import of this sender is called before the day, and its format. */
  readonly source: { readonly name: string; readonly format: string }
}

export interface IngestReply {
  readonly accepted: number
  readonly duplicate: number
  readonly rejected: number
  /** By the record's place in the request, from 0. */
  readonly errors: readonly { readonly index: number; readonly code: string; readonly message: string }[]
}

/** What else happens in the transaction: an answer known already is given again, a new one is kept. */
export interface ReplyMemory {
  recall(connection: Connection): Promise<IngestReply | null>
  keep(connection: Connection, reply: IngestReply): Promise<void>
}

/** Throws UNAVAILABLE with a time to come back when it cannot be stored now. */
export async function ingestRows(
  principal: Principal,
  input: IngestRows,
  memory: ReplyMemory | null,
): Promise<IngestReply> {
  authorise(principal, 'ingest.write')
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await turnstile.pass(() => ingestOnce(principal, input, memory))
    } catch (error) {
      // The same records are being imported from a file: who commits first is not known yet.
      if ((error as { code?: unknown }).code === '57014') throw busy()
      if (!isRetryable(error)) throw error
      if (attempt === ATTEMPTS) throw contended()
    }
  }
}

/** The day's import was undone between finding it and writing to it. */
class ImportGone extends Error {}

/** Two writers met at the same rows, in different order or restating one of them (23505): one is asked to come again. */
function isRetryable(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return error instanceof ImportGone || metAnother(error) || code === '23505'
}

async function ingestOnce(principal: Principal, input: IngestRows, memory: ReplyMemory | null): Promise<IngestReply> {
  const { workspaceId } = principal
  const { rows, nowMs, source } = input
  const target = await apiImport(
    workspaceId,
    principal.actor,
    `${source.name} ${isoOf(nowMs).slice(0, 10)}`,
    source.format,
  )
  const book = await loadBook(workspaceId)
  return await inTransaction(async (connection) => {
    const earlier = memory === null ? null : await memory.recall(connection)
    if (earlier !== null) return earlier
    const writer = await ImportWriter.open(connection, workspaceId, target.no, () => source.format, null)
    const places = new Map(rows.map((row, index) => [row.byteOffset, index]))
    const errors: { index: number; code: string; message: string }[] = []
    const intake = new RecordIntake({ workspaceId, book, defaultProject: null, nowMs }, writer, (row) => {
      errors.push({ index: places.get(row.byteOffset) ?? -1, code: row.code, message: row.message })
    })
    for (const row of rows) intake.take(row)
    await intake.finish(pool())
    await writer.finish()
    for (const conflict of writer.takeConflicts()) {
      errors.push({
        index: places.get(conflict.byteOffset) ?? -1,
        code: 'CONFLICTING_DUPLICATE',
        message: 'A record with this id is stored with other values; the stored one was kept.',
      })
    }
    const { counts } = writer
    if (!(await addToApiImport(connection, target.id, input.bytes, intake.rowsRead, errors.length, counts))) {
      throw new ImportGone()
    }
    const reply: IngestReply = {
      accepted: Number.parseInt(counts.accepted.toString(), 10),
      duplicate: Number.parseInt(counts.duplicate.toString(), 10),
      rejected: errors.length,
      errors: errors.sort((a, b) => a.index - b.index),
    }
    await memory?.keep(connection, reply)
    return reply
  })
}

function busy(): AppError {
  return new AppError('UNAVAILABLE', 'The records wait for an import that holds the same ones. Nothing was stored.', {
    reason: 'IMPORT_RUNNING',
    remedy: 'Send the request again later.',
    retryAfterSeconds: 30,
  })
}

function contended(): AppError {
  return new AppError('UNAVAILABLE', 'Other requests write the same records. Nothing of this one was stored.', {
    reason: 'OVERLOADED',
    remedy: 'Send it again later.',
    retryAfterSeconds: 2,
  })
}
