/** Uploads in parts: begun with a name and a length, continued for days by whoever began them, ended by the last byte. */
import 'server-only'
import { DAY_MS } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { createImport, type ImportOptions } from '../db/import'
import { pool } from '../db/pool'
import { findUpload, lengthOf, noteArrived, openUploads, UPLOAD_RESTS_DAYS, type UploadRow } from '../db/upload'
import { env } from '../env'
import { AppError } from '../errors'
import { makeArrivingDirectory, requireRoom } from '../upload-store'
import { fileTooLarge, requireKnownOptions } from './upload-refusal'

/** A folder of a year's daily exports is within it. */
const MAX_OPEN_UPLOADS = 500
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export interface NewUpload {
  readonly id: string
  readonly filename: string
  readonly bytes: number
  /** Hex; null when the client did not hash the file. */
  readonly sha256: string | null
  readonly options: ImportOptions
}

/** Throws UNKNOWN_FORMAT, UNKNOWN_TIME_ZONE, TOO_LARGE, DISK_FULL or TOO_MANY_UPLOADS; then nothing was begun. */
export async function beginUpload(principal: Principal, input: NewUpload): Promise<void> {
  authorise(principal, 'import.create')
  requireKnownOptions(input.options)
  const limit = env().TOKENTAB_MAX_UPLOAD_BYTES
  if (input.bytes > limit) throw fileTooLarge(limit)
  const open = await openUploads(pool(), principal.workspaceId)
  if (open.count >= MAX_OPEN_UPLOADS) {
    throw new AppError('TOO_MANY_REQUESTS', `${open.count} uploads of this workspace are not finished.`, {
      reason: 'TOO_MANY_UPLOADS',
      remedy: 'Finish or cancel some of them on the page Imports.',
      retryAfterSeconds: 60,
    })
  }
  await requireRoom(input.bytes + open.bytesToCome)
  await makeArrivingDirectory()
  await createImport(pool(), {
    id: input.id,
    workspaceId: principal.workspaceId,
    source: 'upload',
    filename: input.filename,
    options: input.options,
    createdBy: principal.actor,
    bytesTotal: input.bytes,
    owner: null,
    declaredSha256: input.sha256 === null ? null : Buffer.from(input.sha256, 'hex'),
  })
}

/** An upload of this principal. Throws NOT_FOUND. */
export async function getUpload(principal: Principal, input: { readonly id: string }): Promise<UploadRow> {
  authorise(principal, 'import.create')
  const found = UUID.test(input.id) ? await findUpload(pool(), principal.workspaceId, input.id) : null
  if (found === null || found.createdBy !== principal.actor) {
    throw new AppError('NOT_FOUND', 'There is no such upload.')
  }
  return found
}

/**
 * Says how much of an upload is there, for those who watch; answers until when the next part may come, null for an upload that
 * is whole. Throws NOT_FOUND for an upload of somebody else.
 */
export async function noteUpload(
  principal: Principal,
  input: { readonly id: string; readonly bytes: number },
): Promise<Date | null> {
  const { bytesTotal } = await getUpload(principal, input)
  await noteArrived(pool(), input.id, input.bytes)
  return input.bytes < bytesTotal ? restsUntil() : null
}

/** When an upload that rests from now on is dropped. */
export function restsUntil(): Date {
  return new Date(Date.now() + UPLOAD_RESTS_DAYS * DAY_MS)
}

/** Bytes of an upload that is under way; null when there is none. For whoever asked `getUpload` before. */
export async function uploadLength(id: string): Promise<number | null> {
  return await lengthOf(pool(), id)
}
