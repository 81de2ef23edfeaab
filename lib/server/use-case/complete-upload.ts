/**
 * Makes an upload whose parts are all there an import that waits. A job, not a request: whoever began the upload was
 * authorised then, and the worker repeats it when the process that received the last part died.
 */
import 'server-only'
import { markFailed, markStored, noteReceived } from '../db/import'
import { pool } from '../db/pool'
import { holdWholeUploads, type WholeUpload } from '../db/upload'
import { AppError } from '../errors'
import { processOwner } from '../process-owner'
import { dropUpload, settleArrived } from '../upload-store'
import { requireWhole } from './upload-refusal'

const NOTE_EVERY_MS = 2_000

/** Throws what the bytes are refused for. Nothing happens when somebody else completes it, or it was cancelled. */
export async function completeUpload(id: string): Promise<void> {
  for (const upload of await holdWholeUploads(pool(), processOwner(), { id })) await complete(upload)
}

/** Completes what a process that is gone left whole. */
export async function completeLeftUploads(deadOwners: readonly string[]): Promise<void> {
  for (const upload of await holdWholeUploads(pool(), processOwner(), { deadOwners })) {
    try {
      await complete(upload)
    } catch (error) {
      // Its row says why.
      if (!(error instanceof AppError)) throw error
    }
  }
}

async function complete({ id, bytesTotal, declaredSha256 }: WholeUpload): Promise<void> {
  let notedAt = Date.now()
  let noting: Promise<unknown> = Promise.resolve()
  const onBytes = () => {
    if (Date.now() - notedAt < NOTE_EVERY_MS) return
    notedAt = Date.now()
    noting = noteReceived(pool(), id, bytesTotal).catch(() => undefined)
  }
  try {
    const file = await settleArrived(id, onBytes, (stored) => {
      if (stored.bytes === bytesTotal && declaredSha256 !== null && !stored.sha256.equals(declaredSha256)) {
        throw fileChanged()
      }
      requireWhole(stored, bytesTotal, null)
    })
    await noting
    if (!(await markStored(pool(), id, file.bytes, file.sha256))) await dropUpload(id)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    await markFailed(pool(), id, { code: error.reason, message: error.message, remedy: error.remedy ?? '' }, null)
    await dropUpload(id)
    throw error
  }
}

function fileChanged(): AppError {
  return new AppError(
    'INVALID_REQUEST',
    'The file changed while it was uploaded: its parts together do not have the SHA-256 that was declared. Nothing was kept.',
    { reason: 'FILE_CHANGED', remedy: 'Upload the file as it is now, from the beginning.' },
  )
}
