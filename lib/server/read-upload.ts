/** A stored file as its plain bytes: compression is recognised by content, undone while streaming and limited. */
import 'server-only'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline, type Transform } from 'node:stream'
import * as zlib from 'node:zlib'
import { env } from './env'
import { brokenArchive, compressedTwice, FileRefused, unpacksTooLarge } from './file-refused'
import { fileSifter, type SiftedBlock, type SiftFile } from './file-sifter'
import { listZip, unpack, type ZipMember } from './read-zip'
import { unpackZstd } from './read-zstd'

/** Rows of a chunk live until it is worked off: more of them would outlive the young generation. */
const CHUNK_BYTES = 65_536
/** Read from the disk at once: asking for a chunk costs as much as working off many rows. */
const READ_BYTES = 8 * CHUNK_BYTES
/** A log compresses 5 to 50 times; far beyond that somebody means harm. */
const MAX_RATIO = 200
/** From here on a thread of its own is worth its start. */
const SIFTED_BYTES = 16 * 1024 ** 2
const FREE_INFLATED_BYTES = 1024 ** 3

type Chunks = AsyncGenerator<Uint8Array, void, undefined>

/** One file of the upload: the upload itself, or a member of a zip archive, which then has a name. */
export interface UploadFile {
  readonly name: string | null
  readonly chunks: Chunks
  /** For a long file that is stored as it is: all of it, sifted by another thread, in place of `chunks`. */
  readonly sifted: ((marks: readonly string[]) => AsyncGenerator<SiftedBlock, void, undefined>) | null
}

export class UploadReader {
  /** Bytes of the stored file read so far: what progress shows. */
  bytesRead = 0
  private inflatedBytes = 0

  constructor(
    private readonly path: string,
    /** Digest noted when the file arrived. */
    private readonly sha256: Buffer,
  ) {}

  /** Read each file before asking for the next. Throws FileRefused on a broken or hostile archive, or when the file is not the one that arrived. */
  async *files(): AsyncGenerator<UploadFile, void, undefined> {
    const raw = this.raw()
    const first = await raw.next()
    const head = first.done === true ? new Uint8Array() : first.value
    const rest = async function* () {
      if (first.done !== true) yield head
      yield* raw
    }
    const kind = compressionOf(head)
    if (kind === 'zip') {
      // The directory stands at the end: the whole file is compared with its digest before anything of it is believed.
      for await (const _chunk of raw);
      const bytesTotal = this.bytesRead
      this.bytesRead = 0
      for (const member of await listZip(this.path)) {
        yield { name: member.name, chunks: this.member(member), sifted: null }
      }
      this.bytesRead = bytesTotal
    } else if (kind === null) {
      const sift = (await stat(this.path)).size < SIFTED_BYTES ? null : fileSifter()
      yield { name: null, chunks: rest(), sifted: sift === null ? null : (marks) => this.sifted(sift, marks) }
    } else yield { name: null, chunks: this.inflated(rest(), kind), sifted: null }
  }

  /** The stored file; at its end it must have been the one that arrived. */
  private async *raw(): Chunks {
    const hash = createHash('sha256')
    try {
      for await (const chunk of createReadStream(this.path, { highWaterMark: READ_BYTES })) {
        const read = chunk as Buffer
        hash.update(read)
        for (let at = 0; at < read.length; at += CHUNK_BYTES) {
          const bytes = read.subarray(at, at + CHUNK_BYTES)
          this.bytesRead += bytes.length
          yield bytes
        }
      }
    } catch (error) {
      throw unreadable(error)
    }
    this.mustBe(hash.digest())
  }

  private async *sifted(sift: SiftFile, marks: readonly string[]): AsyncGenerator<SiftedBlock, void, undefined> {
    this.bytesRead = 0
    const blocks = sift(this.path, marks)
    try {
      for (let next = await blocks.next(); ; next = await blocks.next()) {
        if (next.done === true) {
          this.mustBe(next.value)
          return
        }
        this.bytesRead += next.value.bytes
        yield next.value
      }
    } catch (error) {
      throw unreadable(error)
    } finally {
      await blocks.return(this.sha256)
    }
  }

  private mustBe(sha256: Uint8Array): void {
    if (this.sha256.equals(sha256)) return
    throw changed('The stored file is not the one that was uploaded: its SHA-256 differs.')
  }

  private async *member(member: ZipMember): Chunks {
    const packed = unpack(this.path, member, (bytes) => {
      this.bytesRead += bytes
    })
    yield* this.counted(packed)
  }

  private async *counted(plain: AsyncIterable<Uint8Array>): Chunks {
    let begun = false
    for await (const bytes of plain) {
      this.count(bytes.length)
      if (!begun && compressionOf(bytes) !== null) throw compressedTwice()
      begun = true
      yield bytes
    }
  }

  private async *inflated(source: Chunks, kind: 'gzip' | 'zstd'): Chunks {
    const zstd = zstdOfNode()
    if (kind === 'zstd' && zstd === null) {
      yield* this.counted(unpackZstd(source))
      return
    }
    const transform = kind === 'zstd' && zstd !== null ? zstd() : zlib.createGunzip({ chunkSize: CHUNK_BYTES })
    let cause: unknown = null
    pipeline(source, transform, (error) => {
      cause = error
    })
    let begun = false
    try {
      for await (const chunk of transform) {
        const bytes = chunk as Buffer
        this.count(bytes.length)
        if (!begun && compressionOf(bytes) !== null) throw compressedTwice()
        begun = true
        yield bytes
      }
    } catch (error) {
      if (error instanceof FileRefused) throw error
      if (cause instanceof FileRefused) throw cause
      const { code } = error as NodeJS.ErrnoException
      if (typeof code !== 'string' || !/^(Z_|ZSTD_)/.test(code)) throw error
      throw brokenArchive(`The ${kind} data is cut or damaged after ${this.inflatedBytes} bytes of text.`)
    } finally {
      transform.destroy()
    }
  }

  /** Counts what came out, whatever the archive said of its size. */
  private count(bytes: number): void {
    this.inflatedBytes += bytes
    const limit = Math.max(FREE_INFLATED_BYTES, this.bytesRead * MAX_RATIO)
    if (this.inflatedBytes > Math.min(env().TOKENTAB_MAX_UPLOAD_BYTES, limit)) throw unpacksTooLarge(this.inflatedBytes)
  }
}

/** What an error of reading the stored file comes to. */
function unreadable(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'EIO' ? changed(`The stored file cannot be read (${code}).`) : error
}

function changed(what: string): FileRefused {
  return new FileRefused({
    code: 'SOURCE_CHANGED',
    message: `${what} Nothing of it was kept.`,
    remedy: 'Upload the file again, and have the server’s disk checked.',
  })
}

function compressionOf(head: Uint8Array): 'gzip' | 'zip' | 'zstd' | null {
  const is = (...magic: readonly number[]) => magic.every((byte, index) => head[index] === byte)
  if (is(0x1f, 0x8b)) return 'gzip'
  if (is(0x28, 0xb5, 0x2f, 0xfd)) return 'zstd'
  return is(0x50, 0x4b, 3, 4) || is(0x50, 0x4b, 5, 6) ? 'zip' : null
}

/** Node's own where it has one (22.15 and later); its window is limited to 128 MB unless asked otherwise. */
function zstdOfNode(): (() => Transform) | null {
  const { createZstdDecompress } = zlib as { createZstdDecompress?: (options: { chunkSize: number }) => Transform }
  return createZstdDecompress === undefined ? null : () => createZstdDecompress({ chunkSize: CHUNK_BYTES })
}
