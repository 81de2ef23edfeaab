/** Why a stored file cannot be taken. Nothing of it is kept then. */
import 'server-only'
import type { Problem } from '../core/result'

/** The file cannot be taken; `problem` is for the user. */
export class FileRefused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message)
    this.name = 'FileRefused'
  }
}

export function brokenArchive(what: string): FileRefused {
  return new FileRefused({
    code: 'BROKEN_ARCHIVE',
    message: `${what} Nothing of it was kept.`,
    remedy: 'Compress the file again, or upload it as it is.',
  })
}

export function unpacksTooLarge(bytes: number): FileRefused {
  return new FileRefused({
    code: 'DECOMPRESSED_TOO_LARGE',
    message: `The archive unpacks to more than ${bytes} bytes, which is more than is allowed. Nothing of it was kept.`,
    remedy: 'Split the file and upload the parts.',
  })
}

export function compressedTwice(): FileRefused {
  return new FileRefused({
    code: 'UNSUPPORTED_TYPE',
    message: 'The file is compressed twice.',
    remedy: 'Unpack it once and upload it again.',
  })
}

export function unsupportedFile(message: string, remedy: string): FileRefused {
  return new FileRefused({ code: 'UNSUPPORTED_TYPE', message, remedy })
}
