/** Takes a file's bytes to the disk and puts the import in the worker's queue. The answer comes once they are durable. */
import 'server-only'
import { randomUUID } from 'node:crypto'
import { authorise, type Principal } from '../auth/principal'
import { createImport, type ImportOptions, type ImportSource, markFailed, markStored, noteReceived } from '../db/import'
import { pool } from '../db/pool'
import { env } from '../env'
import { AppError } from '../errors'
import { log } from '../log'
import { processOwner } from '../process-owner'
import { dropUpload, requireRoom, storeUpload } from '../upload-store'
import { fileTooLarge, requireKnownOptions, requireWhole } from './upload-refusal'

export interface UploadInput {
  readonly filename: string
  readonly chunks: AsyncIterable<Uint8Array>
  /** Length the client declared; null when it did not. */
  readonly declaredBytes: number | null
  /** SHA-256 the client declared, hex; null when it did not. */
  readonly declaredSha256: string | null
  readonly options: ImportOptions
  readonly source: ImportSource
  /** A new UUID, when it had to be known before; otherwise one is made. */
  readonly id?: string
}

const NOTE_EVERY_MS = 1_000
/** A chunked request declares no length; room is asked for again as it grows. */
const ROOM_STEP_BYTES = 16 * 1024 ** 2

/** Throws UNKNOWN_FORMAT, UNKNOWN_TIME_ZONE, TOO_LARGE, DISK_FULL, UPLOAD_TRUNCATED or UPLOAD_INTERRUPTED; then nothing is kept but the entry that says so. */
export async function receiveUpload(principal: Principal, input: UploadInput): Promise<{ id: string; no: number }> {
  authorise(principal, 'import.create')
  requireKnownOptions(input.options)
  const limit = env().TOKENTAB_MAX_UPLOAD_BYTES
  if (input.declaredBytes !== null && input.declaredBytes > limit) throw fileTooLarge(limit)
  await requireRoom(input.declaredBytes ?? 0)
  const id = input.id ?? randomUUID()
  const no = await createImport(pool(), {
    id,
    workspaceId: principal.workspaceId,
    source: input.source,
    filename: input.filename,
    options: input.options,
    createdBy: principal.actor,
    bytesTotal: input.declaredBytes,
    owner: processOwner(),
    declaredSha256: null,
  })
  let received = 0
  let isCancelled = false
  // A client may be slow or pause: the lease says that this process still listens, not that bytes arrive.
  const heartbeat = setInterval(() => {
    noteReceived(pool(), id, received).then(
      (open) => {
        isCancelled = !open
      },
      // The database may come back before the file is whole; then nothing is lost.
      (error: Error) => log().warn({ err: error, import: no }, 'an upload could not be noted'),
    )
  }, NOTE_EVERY_MS)
  try {
    let roomFor = ROOM_STEP_BYTES
    const onChunk = async (bytes: number) => {
      received = bytes
      if (bytes > limit) throw fileTooLarge(limit)
      if (isCancelled) throw cancelled()
      if (input.declaredBytes === null && bytes > roomFor) {
        await requireRoom(ROOM_STEP_BYTES, bytes)
        roomFor += ROOM_STEP_BYTES
      }
    }
    const file = await storeUpload(id, input.chunks, onChunk, (stored) =>
      requireWhole(stored, input.declaredBytes, input.declaredSha256),
    )
    clearInterval(heartbeat)
    if (!(await markStored(pool(), id, file.bytes, file.sha256))) {
      await dropUpload(id)
      throw cancelled()
    }
    return { id, no }
  } catch (cause) {
    const error = (cause as { code?: unknown }).code === 'ENOSPC' ? diskFull() : cause
    const problem =
      error instanceof AppError
        ? { code: error.reason, message: error.message, remedy: error.remedy ?? 'Upload the file again.' }
        : {
            code: 'UPLOAD_INTERRUPTED',
            message: `The upload ended after ${received} bytes, before the file was complete. Nothing of it was kept.`,
            remedy: 'Upload the file again.',
          }
    await markFailed(pool(), id, problem, null).catch((lateError: Error) => {
      // What happened to the upload matters more than that its entry still says "receiving": a worker mends that.
      log().warn({ err: lateError, import: no }, 'a failed upload could not be noted')
    })
    if (error instanceof AppError || !isAbort(error)) throw error
    throw new AppError('INVALID_REQUEST', problem.message, { reason: problem.code, remedy: problem.remedy })
  } finally {
    clearInterval(heartbeat)
  }
}

function diskFull(): AppError {
  return new AppError('UNAVAILABLE', 'The server’s disk became full while the file arrived. Nothing was kept.', {
    reason: 'DISK_FULL',
    remedy: 'Free space on the server, then upload the file again.',
  })
}

function cancelled(): AppError {
  return new AppError('CONFLICT', 'The upload was cancelled.', { reason: 'IMPORT_CANCELLED' })
}

/** The client went away: Node and the fetch API say so in different words. */
function isAbort(error: unknown): boolean {
  const { name, code, message } = error as { name?: unknown; code?: unknown; message?: unknown }
  return name === 'AbortError' || name === 'ResponseAborted' || code === 'ECONNRESET' || message === 'aborted'
}
