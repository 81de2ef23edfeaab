/** A stored file as its plain bytes: compression is recognised by content, undone while streaming and limited. */
import 'server-only'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { Problem } from '../core/result'
import { env } from './env'

const CHUNK_BYTES = 524_288
/** A log compresses 5 to 50 times; far beyond that somebody means harm. */
const MAX_RATIO = 200
const FREE_INFLATED_BYTES = 1024 ** 3

/** The file cannot be taken; `problem` is for the user. */
export class FileRefused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message)
    this.name = 'FileRefused'
  }
}

export class UploadReader {
  /** Bytes of the stored file read so far: what progress shows. */
  bytesRead = 0
  private readonly hash = createHash('sha256')

  constructor(
    private readonly path: string,
    /** Digest noted when the file arrived. */
    private readonly sha256: Buffer,
  ) {}

  /** Throws FileRefused on a broken or hostile archive, or when the file is not the one that arrived. */
  async *chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    const raw = this.raw()
    const first = await raw.next()
    const head = first.done === true ? new Uint8Array() : first.value
    refuseArchives(head)
    if (head[0] === 0x1f && head[1] === 0x8b) yield* this.inflated(head, raw)
    else {
      if (first.done !== true) yield head
      yield* raw
    }
    if (!this.hash.digest().equals(this.sha256)) {
      throw new FileRefused({
        code: 'SOURCE_CHANGED',
        message: 'The stored file is not the one that was uploaded: its SHA-256 differs. Nothing of it was kept.',
        remedy: 'Upload the file again, and have the server’s disk checked.',
      })
    }
  }

  private async *raw(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for await (const chunk of createReadStream(this.path, { highWaterMark: CHUNK_BYTES })) {
        const bytes = chunk as Buffer
        this.bytesRead += bytes.length
        this.hash.update(bytes)
        yield bytes
      }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'ENOENT' && code !== 'EIO') throw error
      throw new FileRefused({
        code: 'SOURCE_CHANGED',
        message: `The stored file cannot be read (${code}). Nothing of it was kept.`,
        remedy: 'Upload the file again, and have the server’s disk checked.',
      })
    }
  }

  private async *inflated(
    head: Uint8Array,
    rest: AsyncGenerator<Uint8Array, void, undefined>,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const gunzip = createGunzip({ chunkSize: CHUNK_BYTES })
    let cause: unknown = null
    const source = async function* () {
      yield head
      yield* rest
    }
    pipeline(source, gunzip, (error) => {
      cause = error
    })
    let inflated = 0
    let begun = false
    try {
      for await (const chunk of gunzip) {
        const bytes = chunk as Buffer
        inflated += bytes.length
        if (inflated > this.inflatedLimit()) throw tooLarge(inflated)
        if (!begun && bytes[0] === 0x1f && bytes[1] === 0x8b) throw nested()
        begun = true
        yield bytes
      }
    } catch (error) {
      if (error instanceof FileRefused) throw error
      if (cause instanceof FileRefused) throw cause
      const { code } = error as NodeJS.ErrnoException
      if (typeof code !== 'string' || !code.startsWith('Z_')) throw error
      throw new FileRefused({
        code: 'BROKEN_ARCHIVE',
        message: `The gzip data is cut or damaged after ${inflated} bytes of text. Nothing of it was kept.`,
        remedy: 'Compress the file again, or upload it as it is.',
      })
    } finally {
      gunzip.destroy()
    }
  }

  private inflatedLimit(): number {
    return Math.min(env().TOKENTAB_MAX_UPLOAD_BYTES, Math.max(FREE_INFLATED_BYTES, this.bytesRead * MAX_RATIO))
  }
}

function tooLarge(bytes: number): FileRefused {
  return new FileRefused({
    code: 'DECOMPRESSED_TOO_LARGE',
    message: `The archive unpacks to more than ${bytes} bytes, which is more than is allowed. Nothing of it was kept.`,
    remedy: 'Split the file and upload the parts.',
  })
}

function nested(): FileRefused {
  return new FileRefused({
    code: 'UNSUPPORTED_TYPE',
    message: 'The file is compressed twice.',
    remedy: 'Unpack it once and upload it again.',
  })
}

function refuseArchives(head: Uint8Array): void {
  const is = (...magic: readonly number[]) => magic.every((byte, index) => head[index] === byte)
  const name = is(0x28, 0xb5, 0x2f, 0xfd) ? 'zstd' : is(0x50, 0x4b, 0x03, 0x04) ? 'zip' : null
  if (name === null) return
  throw new FileRefused({
    code: 'UNSUPPORTED_TYPE',
    message: `The file looks like ${name === 'zip' ? 'a zip archive or a spreadsheet' : 'zstd'}, which is not read yet.`,
    remedy: 'Upload the plain file, or the same file compressed by gzip.',
  })
}
