/** Takes a small batch of usage records at once: committed with its sums when the answer goes out, or not at all. */
import 'server-only'
import { createHash } from 'node:crypto'
import { type CostReader, openSource, type SourceReader, type SourceRow } from '../../core/source/open-source'
import { authorise, type Principal } from '../auth/principal'
import { claimReply, findReply, storeReply } from '../db/ingest'
import type { Connection } from '../db/pool'
import { AppError } from '../errors'
import { type IngestReply, ingestRows, type ReplyMemory } from './ingest-rows'

const MAX_INGEST_RECORDS = 1_000
export const MAX_INGEST_BYTES = 10 * 1024 ** 2

export interface IngestInput {
  /** A JSON list or JSON Lines of usage records. */
  readonly body: Uint8Array
  readonly idempotencyKey: string | null
}

/** Throws TOO_LARGE over the limits, INVALID_REQUEST for a body that is no list, CONFLICT for a key used with another body. */
export async function ingestUsage(principal: Principal, input: IngestInput): Promise<IngestReply> {
  authorise(principal, 'ingest.write')
  const nowMs = Date.now()
  const { body, idempotencyKey } = input
  const request = {
    rows: rowsOf(body, nowMs),
    bytes: body.byteLength,
    nowMs,
    source: { name: 'API', format: 'tokentab-jsonl' },
  }
  const memory = idempotencyKey === null ? null : memoryOf(principal.workspaceId, idempotencyKey, body)
  return await ingestRows(principal, request, memory)
}

function memoryOf(workspaceId: number, key: string, body: Uint8Array): ReplyMemory {
  return {
    async recall(connection: Connection) {
      const bodySha256 = createHash('sha256').update(body).digest()
      if (await claimReply(connection, workspaceId, key, bodySha256)) return null
      const stored = await findReply(connection, workspaceId, key)
      if (stored?.bodySha256.equals(bodySha256) === true) return stored.reply as IngestReply
      throw new AppError('CONFLICT', 'This Idempotency-Key was used with another body.', {
        reason: 'IDEMPOTENCY_KEY_REUSED',
        remedy: 'Use a new key for a new request.',
      })
    },
    keep: (connection, reply) => storeReply(connection, workspaceId, key, reply),
  }
}

/** Every record of the body, read before anything is written. */
function rowsOf(body: Uint8Array, nowMs: number): SourceRow[] {
  if (body.byteLength > MAX_INGEST_BYTES) throw tooLarge()
  const request = { format: 'tokentab-jsonl', host: null, timeZone: null, nowMs }
  const reader = accepted<SourceReader | CostReader>(openSource(body, true, request))
  if (reader.layer === 'billed') throw new Error('the format of usage records was read as billed cost')
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
  // What was read is a request: nobody exported it, and there is no page to map its columns on.
  throw new AppError('INVALID_REQUEST', message.replaceAll(/\bfile\b/g, 'body'), {
    reason: code,
    remedy: REMEDIES.get(code) ?? remedy,
  })
}

const REMEDIES = new Map([
  ['NO_ROWS', 'Send at least one record.'],
  ['BROKEN_JSON', 'Send a whole JSON list, or one record on each line. Nothing was kept.'],
  ['ENCODING', 'Send UTF-8.'],
  ['UNSUPPORTED_TYPE', 'Send JSON as it is, not packed; upload a packed file to /api/v1/imports.'],
  [
    'UNKNOWN_FORMAT',
    'Send records with timestamp, model and usage ({"input":"10","output":"5"}) as docs/formats.md tells, or upload a log of another format to /api/v1/imports.',
  ],
])

function tooLarge(): AppError {
  return new AppError(
    'TOO_LARGE',
    `A request takes at most ${MAX_INGEST_RECORDS} records and ${MAX_INGEST_BYTES / 1024 ** 2} MB. Nothing was kept.`,
    { remedy: 'Send several requests, or upload a file to /api/v1/imports.' },
  )
}
