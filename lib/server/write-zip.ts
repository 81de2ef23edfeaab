/** A zip archive written while its files are made: sizes and checksums follow each file, so that none is held whole. */
import 'server-only'
import { pipeline, Readable } from 'node:stream'
import { crc32, createDeflateRaw } from 'node:zlib'

export interface ZipFile {
  readonly name: string
  readonly text: Iterable<string>
}

/** Names are UTF-8, and sizes and checksum stand behind the bytes. */
const FLAGS = 0x0808
const DEFLATED = 8
const VERSION = 20
/** 1 January 1980, the format's first day: equal files give equal archives. */
const DAY = 0x0021
const PIECE_CHARACTERS = 64 * 1024

/** Below 4 GB: more than a million rows of a sheet. */
export async function* writeZip(files: Iterable<ZipFile>): AsyncGenerator<Uint8Array, void, undefined> {
  const directory: Buffer[] = []
  let at = 0
  for (const { name, text } of files) {
    const nameBytes = Buffer.from(name)
    const startsAt = at
    const head = Buffer.concat([signature('PK\x03\x04'), shared({ crc: 0, packed: 0, plain: 0, nameBytes }), nameBytes])
    at += head.length
    yield head
    let [crc, plain, packed] = [0, 0, 0]
    const pieces = function* () {
      for (const piece of inPieces(text)) {
        crc = crc32(piece, crc)
        plain += piece.length
        yield piece
      }
    }
    const deflate = createDeflateRaw()
    // Its outcome is met in the loop: a fault of either side ends both.
    pipeline(Readable.from(pieces()), deflate, () => undefined)
    for await (const piece of deflate) {
      packed += piece.length
      yield piece
    }
    const behind = Buffer.concat([signature('PK\x07\x08'), sizes({ crc, packed, plain })])
    at += packed + behind.length
    yield behind
    const where = Buffer.alloc(14)
    where.writeUInt32LE(startsAt, 10)
    directory.push(
      signature('PK\x01\x02'),
      Buffer.from([VERSION, 0]),
      shared({ crc, packed, plain, nameBytes }),
      where,
      nameBytes,
    )
  }
  const list = Buffer.concat(directory)
  const count = directory.length / 5
  const end = Buffer.alloc(18)
  end.writeUInt16LE(count, 4)
  end.writeUInt16LE(count, 6)
  end.writeUInt32LE(list.length, 8)
  end.writeUInt32LE(at, 12)
  yield Buffer.concat([list, signature('PK\x05\x06'), end])
}

const signature = (text: string) => Buffer.from(text, 'latin1')

interface Sizes {
  readonly crc: number
  readonly packed: number
  readonly plain: number
}

function sizes({ crc, packed, plain }: Sizes): Buffer {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt32LE(crc, 0)
  bytes.writeUInt32LE(packed, 4)
  bytes.writeUInt32LE(plain, 8)
  return bytes
}

/** What stands before each file and again in the directory. */
function shared({ nameBytes, ...of }: Sizes & { readonly nameBytes: Buffer }): Buffer {
  const before = Buffer.alloc(10)
  before.writeUInt16LE(VERSION, 0)
  before.writeUInt16LE(FLAGS, 2)
  before.writeUInt16LE(DEFLATED, 4)
  before.writeUInt16LE(DAY, 8)
  const after = Buffer.alloc(4)
  after.writeUInt16LE(nameBytes.length, 0)
  return Buffer.concat([before, sizes(of), after])
}

function* inPieces(text: Iterable<string>): Generator<Buffer, void, undefined> {
  let piece = ''
  for (const part of text) {
    piece += part
    if (piece.length < PIECE_CHARACTERS) continue
    yield Buffer.from(piece)
    piece = ''
  }
  if (piece !== '') yield Buffer.from(piece)
}
