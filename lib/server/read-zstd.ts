/**
 * Zstandard where Node.js has none of its own (before 22.15). The decoder does not compare checksums and takes windows of
 * two gigabytes; so the frames are walked here (RFC 8878), block by block: a window over 128 MB is refused, and at the end
 * of a frame its length and its checksum must be what was packed.
 */
import 'server-only'
import { Decompress } from 'fzstd'
import xxhash from 'xxhash-wasm'
import { brokenArchive, unsupportedFile } from './file-refused'

type Chunks = AsyncIterable<Uint8Array>
type Pieces = AsyncGenerator<Uint8Array, void, undefined>

const FRAME = 0xfd2fb528
const SKIPPABLE = 0x184d2a50
const MAX_WINDOW_BYTES = 128 * 1024 ** 2
const MAX_BLOCK_BYTES = 131_072

const damaged = () => brokenArchive('The zstd data is cut or damaged.')

/** The plain bytes, in pieces no larger than a block gives. Throws FileRefused. */
export async function* unpackZstd(source: Chunks): Pieces {
  const input = new ByteQueue(source)
  const { create64 } = await xxhash()
  let frames = 0
  for (; await input.has(4); frames += 1) {
    const magic = (await input.take(4)).readUInt32LE(0)
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) {
      await input.skip((await input.take(4)).readUInt32LE(0))
      continue
    }
    if (magic !== FRAME) throw damaged()
    const header = await frameHeader(input)
    const hash = create64(0n)
    let pieces: Uint8Array[] = []
    // The decoder uses its memory again.
    const decoder = new Decompress((piece) => pieces.push(Buffer.from(piece)))
    const decode = (bytes: Uint8Array) => {
      try {
        decoder.push(bytes)
      } catch {
        // Whatever the decoder stumbled over, the data is not what was packed.
        throw damaged()
      }
      const made = pieces
      pieces = []
      return made
    }
    decode(header.bytes)
    let length = 0n
    for (let isLast = false; !isLast; ) {
      const start = await input.take(3)
      isLast = ((start[0] as number) & 1) === 1
      const kind = ((start[0] as number) >> 1) & 3
      const size = start.readUIntLE(0, 3) >> 3
      if (kind === 3 || size > MAX_BLOCK_BYTES) throw damaged()
      const body = await input.take(kind === 1 ? 1 : size)
      for (const piece of decode(Buffer.concat([start, body]))) {
        length += BigInt(piece.length)
        hash.update(piece)
        yield piece
      }
    }
    if (header.contentBytes !== null && header.contentBytes !== length) throw damaged()
    if (!header.hasChecksum) continue
    if ((await input.take(4)).readUInt32LE(0) !== Number(BigInt.asUintN(32, hash.digest()))) throw damaged()
  }
  if (frames === 0 || !(await input.isEmpty())) throw damaged()
}

interface FrameHeader {
  /** From the magic number on. */
  readonly bytes: Buffer
  readonly contentBytes: bigint | null
  readonly hasChecksum: boolean
}

async function frameHeader(input: ByteQueue): Promise<FrameHeader> {
  const descriptor = await input.take(1)
  const flags = descriptor[0] as number
  const isSingle = (flags & 0x20) !== 0
  const dictionaryBytes = [0, 1, 2, 4][flags & 3] as number
  const contentFlag = flags >> 6
  const contentBytes = contentFlag === 0 ? (isSingle ? 1 : 0) : 1 << contentFlag
  if ((flags & 0x08) !== 0) throw damaged()
  const rest = await input.take((isSingle ? 0 : 1) + dictionaryBytes + contentBytes)
  const dictionary = rest.subarray(isSingle ? 0 : 1, (isSingle ? 0 : 1) + dictionaryBytes)
  if (dictionary.some((byte) => byte !== 0)) {
    throw unsupportedFile('The file is compressed by zstd with a dictionary.', 'Compress it again without one.')
  }
  const content = contentLength(rest.subarray(rest.length - contentBytes))
  const window = isSingle ? content : BigInt(windowOf(rest[0] as number))
  if (window !== null && window > BigInt(MAX_WINDOW_BYTES)) {
    throw unsupportedFile(
      'The file is compressed by zstd with a window of more than 128 MB.',
      'Compress it again without --long or --ultra.',
    )
  }
  const bytes = Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), descriptor, rest])
  return { bytes, contentBytes: content, hasChecksum: (flags & 0x04) !== 0 }
}

function contentLength(field: Buffer): bigint | null {
  if (field.length === 0) return null
  if (field.length === 2) return BigInt(field.readUInt16LE(0) + 256)
  if (field.length === 8) return field.readBigUInt64LE(0)
  return BigInt(field.readUIntLE(0, field.length))
}

function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3))
  return base + (base / 8) * (descriptor & 7)
}

/** Bytes of a stream taken by the count. */
class ByteQueue {
  private readonly source: AsyncIterator<Uint8Array>
  private held: Buffer = Buffer.alloc(0)

  constructor(source: Chunks) {
    this.source = source[Symbol.asyncIterator]()
  }

  async has(count: number): Promise<boolean> {
    while (this.held.length < count) {
      const next = await this.source.next()
      if (next.done === true) return false
      this.held = this.held.length === 0 ? Buffer.from(next.value) : Buffer.concat([this.held, next.value])
    }
    return true
  }

  /** Throws when the stream ends before. */
  async take(count: number): Promise<Buffer> {
    if (!(await this.has(count))) throw damaged()
    const taken = this.held.subarray(0, count)
    this.held = this.held.subarray(count)
    return taken
  }

  async skip(count: number): Promise<void> {
    for (let left = count; left > 0; ) left -= (await this.take(Math.min(left, MAX_BLOCK_BYTES))).length
  }

  async isEmpty(): Promise<boolean> {
    return !(await this.has(1))
  }
}
