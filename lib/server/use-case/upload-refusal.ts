/** Why the bytes of an upload are not taken, whichever way they came. */
import 'server-only'
import { toldWrong } from '../../core/source/open-source'
import type { ImportOptions } from '../db/import'
import { AppError } from '../errors'
import type { StoredFile } from '../upload-store'

/** Throws UPLOAD_TRUNCATED unless what arrived is what was announced. `sha256` is hex; null announces nothing. */
export function requireWhole(stored: StoredFile, bytes: number | null, sha256: string | null): void {
  if (bytes !== null && stored.bytes !== bytes) {
    const [received, declared] = [stored.bytes, bytes].map((count) => count.toLocaleString('en-US'))
    throw new AppError('INVALID_REQUEST', `Received ${received} of ${declared} bytes. Nothing was kept.`, {
      reason: 'UPLOAD_TRUNCATED',
      remedy: 'Upload the file again; if it repeats, a proxy on the way cuts large bodies.',
    })
  }
  if (sha256 !== null && stored.sha256.toString('hex') !== sha256.toLowerCase()) {
    throw new AppError(
      'INVALID_REQUEST',
      'The bytes received do not have the SHA-256 that was declared. Nothing was kept.',
      {
        reason: 'UPLOAD_TRUNCATED',
        remedy: 'Upload the file again; if it repeats, something on the way changes the bytes.',
      },
    )
  }
}

/** Throws before the first byte what would fail the import after the last. */
export function requireKnownOptions(options: ImportOptions): void {
  const wrong = toldWrong(options)
  if (wrong === null) return
  throw new AppError('INVALID_REQUEST', wrong.message, { reason: wrong.code, remedy: wrong.remedy })
}

export function fileTooLarge(limit: number): AppError {
  return new AppError(
    'TOO_LARGE',
    `The file is larger than the ${limit.toLocaleString('en-US')} bytes this server takes.`,
    { remedy: 'Split the file, or raise TOKENTAB_MAX_UPLOAD_BYTES.' },
  )
}
