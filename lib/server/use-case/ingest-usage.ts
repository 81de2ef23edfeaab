/** Takes a small batch of usage records at once: committed with its sums when the answer goes out, or not at all. */
import 'server-only'
import { createHash } from 'node:crypto'
import { openSource, type SourceReader, type SourceRow } from '../../core/source/open-source'
import { isoOf } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { ImportWriter } from '../db/import-writer'
import { addToApiImport, apiImport, claimReply, findReply, storeReply } from '../db/ingest'
import { type Connection, inTransaction, pool } from '../db/pool'
import { loadBook } from '../db/price-book'
import { AppError } from '../errors'
import { Turnstile } from '../turnstile'
import { RecordIntake } from './record-intake'

export const MAX_INGEST_RECORDS = 1_000
export const MAX_INGEST_BYTES = 10 * 1024 ** 2
const ATTEMPTS = 4
/** Each needs two connections of the pool's twelve. */
const AT_ONCE = 4
const MAY_WAIT = 200
const turnstile = new Turnstile(AT_ONCE, MAY_WAIT)

export interface IngestInput {
  /** A JSON list or JSON Lines of usage records. */
  readonly body: Uint8Array
  readonly idempotencyKey: string | null
}

export interface IngestReply {
  readonly accepted: number
  readonly duplicate: number
  readonly rejected: number
  /** By the record's place in the request, from 0. */
  readonly errors: readonly { readonly index: number; readonly code: string; readonly message: string }[]
}

/** Throws TOO_LARGE over the limits, INVALID_REQUEST for a body that is no list, CONFLICT for a key used with another body. */
export async function ingestUsage(principal: Principal, input: IngestInput): Promise<IngestReply> {
  authorise(principal, 'ingest.write')
  const nowMs = Date.now()
  const rows = rowsOf(input.body, nowMs)
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await turnstile.pass(() => ingestOnce(principal, input, rows, nowMs))
    } catch (error) {
      // The same records are being imported from a file: who commits first is not known yet.
      if ((error as { code?: unknown }).code === '57014') throw busy()
      if (attempt === ATTEMPTS || !isRetryable(error)) throw error
    }
  }
}

/** The day's import was undone between finding it and writing to it. */
class ImportGone extends Error {}

/** Two writers met at the same rows in different order: one of them is asked to come again. */
function isRetryable(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return error instanceof ImportGone || code === '40P01' || code === '40001'
}

async function ingestOnce(
  principal: Principal,
  input: IngestInput,
  rows: readonly SourceRow[],
  nowMs: number,
): Promise<IngestReply> {
  const { workspaceId } = principal
  const target = await apiImport(workspaceId, principal.actor, isoOf(nowMs).slice(0, 10))
  const book = await loadBook(workspaceId)
  return await inTransaction(async (connection) => {
    const earlier = await earlierReply(connection, workspaceId, input)
    if (earlier !== null) return earlier
    const writer = await ImportWriter.open(connection, workspaceId, target.no)
    const places = new Map(rows.map((row, index) => [row.byteOffset, index]))
    const errors: { index: number; code: string; message: string }[] = []
    const intake = new RecordIntake({ workspaceId, book, defaultProject: null, nowMs }, writer, (row) => {
      errors.push({ index: places.get(row.byteOffset) ?? -1, code: row.code, message: row.message })
    })
    for (const row of rows) intake.take(row)
    await intake.settle(pool())
    await writer.finish()
    for (const conflict of writer.takeConflicts()) {
      errors.push({
        index: places.get(conflict.byteOffset) ?? -1,
        code: 'CONFLICTING_DUPLICATE',
        message: 'A record with this id is stored with other values; the stored one was kept.',
      })
    }
    const { counts } = writer
    const kept = await addToApiImport(
      connection,
      target.id,
      input.body.byteLength,
      intake.rowsRead,
      errors.length,
      counts,
    )
    if (!kept) throw new ImportGone()
    const reply: IngestReply = {
      accepted: Number.parseInt(counts.accepted.toString(), 10),
      duplicate: Number.parseInt(counts.duplicate.toString(), 10),
      rejected: errors.length,
      errors: errors.sort((a, b) => a.index - b.index),
    }
    if (input.idempotencyKey !== null) await storeReply(connection, workspaceId, input.idempotencyKey, reply)
    return reply
  })
}

async function earlierReply(
  connection: Connection,
  workspaceId: number,
  input: IngestInput,
): Promise<IngestReply | null> {
  const key = input.idempotencyKey
  if (key === null) return null
  const bodySha256 = createHash('sha256').update(input.body).digest()
  if (await claimReply(connection, workspaceId, key, bodySha256)) return null
  const stored = await findReply(connection, workspaceId, key)
  if (stored?.bodySha256.equals(bodySha256) === true) return stored.reply as IngestReply
  throw new AppError('CONFLICT', 'This Idempotency-Key was used with another body.', {
    reason: 'IDEMPOTENCY_KEY_REUSED',
    remedy: 'Use a new key for a new request.',
  })
}

/** Every record of the body, read before anything is written. */
function rowsOf(body: Uint8Array, nowMs: number): SourceRow[] {
  if (body.byteLength > MAX_INGEST_BYTES) throw tooLarge()
  const request = { format: 'tokentab-jsonl', host: null, timeZone: null, nowMs }
  const reader = accepted<SourceReader>(openSource(body, true, request))
  const rows: SourceRow[] = []
  for (const row of accepted(reader.push(body))) rows.push(row)
  for (const row of accepted(reader.end())) rows.push(row)
  if (rows.length > MAX_INGEST_RECORDS) throw tooLarge()
  return rows
}

function accepted<T>(
  result: { ok: true; value: T } | { ok: false; error: { code: string; message: string; remedy: string } },
): T {
  if (result.ok) return result.value
  const { code, message, remedy } = result.error
  throw new AppError('INVALID_REQUEST', message, { reason: code, remedy })
}

function busy(): AppError {
  return new AppError('UNAVAILABLE', 'The records wait for an import that holds the same ones. Nothing was stored.', {
    reason: 'IMPORT_RUNNING',
    remedy: 'Send the request again later.',
    retryAfterSeconds: 30,
  })
}

function tooLarge(): AppError {
  return new AppError(
    'TOO_LARGE',
    `A request takes at most ${MAX_INGEST_RECORDS} records and ${MAX_INGEST_BYTES / 1024 ** 2} MB. Nothing was kept.`,
    { remedy: 'Send several requests, or upload a file to /api/v1/imports.' },
  )
}
