/**
 * The files of a zip archive, streamed in place. The list comes from the archive's central directory; sizes in it are
 * never trusted beyond where bytes are read. Names are shown and never used as paths: nothing is unpacked to the disk.
 */
import 'server-only'
import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { pipeline, type Readable } from 'node:stream'
import { crc32, createInflateRaw } from 'node:zlib'
import { brokenArchive, unsupportedFile } from './file-refused'

const CHUNK_BYTES = 524_288
const MAX_MEMBERS = 1_000
const MAX_DIRECTORY_BYTES = 4 * 1024 ** 2
const MAX_SHOWN_NAME = 80
/** The record that ends an archive, with the longest comment it may carry. */
const END_BYTES = 22
const MAX_COMMENT_BYTES = 65_535
const LOCAL_HEADER_BYTES = 30
const DIRECTORY_ENTRY_BYTES = 46
/** The value that says "see the 64-bit field". */
const IN_ZIP64 = 0xffff_ffff

export interface ZipMember {
  /** For people: control characters replaced, cut. */
  readonly name: string
  readonly isDeflated: boolean
  readonly packedBytes: number
  readonly unpackedBytes: number
  readonly crc: number
  /** Where its local header begins, and where its bytes must have ended. */
  readonly startsAt: number
  readonly endsBefore: number
}

/** Files of the archive in the order of its directory, without folders. Throws FileRefused. */
export async function listZip(path: string): Promise<readonly ZipMember[]> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const { count, start, bytes } = await findDirectory(file, size)
    const entries = entriesOf(bytes, count)
    const bounds = [...entries.map((entry) => entry.startsAt), start].sort((a, b) => a - b)
    return entries.flatMap((entry) => {
      const endsBefore = bounds.find((bound) => bound > entry.startsAt)
      const isAlone = bounds.indexOf(entry.startsAt) === bounds.lastIndexOf(entry.startsAt)
      if (
        endsBefore === undefined ||
        !isAlone ||
        entry.startsAt + LOCAL_HEADER_BYTES + entry.packedBytes > endsBefore
      ) {
        throw brokenArchive('Files of the zip archive lie over each other.')
      }
      const isClutter = entry.name.endsWith('/') || /(^|\/)(__MACOSX\/|\.DS_Store$)/.test(entry.name)
      return isClutter ? [] : [{ ...entry, endsBefore }]
    })
  } finally {
    await file.close()
  }
}

async function findDirectory(file: FileHandle, size: number): Promise<{ count: number; start: number; bytes: Buffer }> {
  const tail = await read(file, Math.max(0, size - END_BYTES - MAX_COMMENT_BYTES), size)
  for (let at = tail.length - END_BYTES; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== 0x06054b50 || at + END_BYTES + tail.readUInt16LE(at + 20) !== tail.length) continue
    const [disk, count, length, start] = [
      tail.readUInt16LE(at + 4),
      tail.readUInt16LE(at + 10),
      tail.readUInt32LE(at + 12),
      tail.readUInt32LE(at + 16),
    ]
    if (start === IN_ZIP64 || count === 0xffff) throw zip64()
    if (disk !== 0) throw unsupportedFile('The zip archive is one part of several.', 'Upload it as one archive.')
    if (count > MAX_MEMBERS || length > MAX_DIRECTORY_BYTES) {
      throw unsupportedFile(
        `The zip archive holds ${count} files; at most ${MAX_MEMBERS} are read.`,
        'Upload several smaller archives.',
      )
    }
    const end = size - tail.length + at
    if (start + length > end) break
    return { count, start, bytes: await read(file, start, start + length) }
  }
  throw brokenArchive('The zip archive is cut or damaged: its directory cannot be read.')
}

async function read(file: FileHandle, from: number, to: number): Promise<Buffer> {
  const bytes = Buffer.alloc(to - from)
  const { bytesRead } = await file.read(bytes, 0, bytes.length, from)
  if (bytesRead < bytes.length) throw brokenArchive('The zip archive is cut.')
  return bytes
}

function entriesOf(directory: Buffer, count: number): Omit<ZipMember, 'endsBefore'>[] {
  const entries: Omit<ZipMember, 'endsBefore'>[] = []
  let at = 0
  for (let index = 0; index < count; index += 1) {
    if (at + DIRECTORY_ENTRY_BYTES > directory.length || directory.readUInt32LE(at) !== 0x02014b50) {
      throw brokenArchive('The directory of the zip archive is damaged.')
    }
    const flags = directory.readUInt16LE(at + 8)
    const method = directory.readUInt16LE(at + 10)
    const nameEnd = at + DIRECTORY_ENTRY_BYTES + directory.readUInt16LE(at + 28)
    const rawName = directory.toString('utf8', at + DIRECTORY_ENTRY_BYTES, nameEnd)
    if (rawName === '[Content_Types].xml') {
      throw unsupportedFile('The file is a spreadsheet or another office document.', 'Save it as CSV and upload that.')
    }
    if ((flags & 0x41) !== 0) {
      throw unsupportedFile(
        'The zip archive is encrypted.',
        'Unpack it and upload the files, or pack them without a password.',
      )
    }
    if (method !== 0 && method !== 8) {
      throw unsupportedFile(
        'The zip archive is compressed by a method other than deflate.',
        'Pack it with the usual method, or upload the files as they are.',
      )
    }
    const packedBytes = directory.readUInt32LE(at + 20)
    const unpackedBytes = directory.readUInt32LE(at + 24)
    const startsAt = directory.readUInt32LE(at + 42)
    if (packedBytes === IN_ZIP64 || unpackedBytes === IN_ZIP64 || startsAt === IN_ZIP64) throw zip64()
    const crc = directory.readUInt32LE(at + 16)
    entries.push({ name: shownName(rawName), isDeflated: method === 8, packedBytes, unpackedBytes, crc, startsAt })
    at = nameEnd + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32)
  }
  return entries
}

function zip64() {
  return unsupportedFile(
    'The zip archive is of the kind for more than 4 GB (zip64), which is not read.',
    'Upload the file itself, or compressed by gzip.',
  )
}

function shownName(name: string): string {
  const clean = name.replace(/\p{C}/gu, '\ufffd')
  return clean.length <= MAX_SHOWN_NAME ? clean : `…${clean.slice(-MAX_SHOWN_NAME)}`
}

/**
 * The bytes of one file. `onPacked` hears how much more of the archive was read. Throws FileRefused when the bytes are not
 * those that were packed, which is known at the end only.
 */
export async function* unpack(
  path: string,
  member: ZipMember,
  onPacked: (bytes: number) => void,
): AsyncGenerator<Buffer, void, undefined> {
  const damaged = () => brokenArchive(`The file ${member.name} of the zip archive is cut or damaged.`)
  const start = await dataStart(path, member)
  const end = start + member.packedBytes
  if (end > member.endsBefore) throw damaged()
  if (member.packedBytes === 0) {
    if (member.unpackedBytes !== 0) throw damaged()
    return
  }
  const packed = createReadStream(path, { start, end: end - 1, highWaterMark: CHUNK_BYTES })
  const plain: Readable = member.isDeflated
    ? pipeline(packed, createInflateRaw({ chunkSize: CHUNK_BYTES }), () => undefined)
    : packed
  let bytes = 0
  let crc = 0
  let packedSoFar = 0
  try {
    for await (const chunk of plain) {
      const piece = chunk as Buffer
      onPacked(packed.bytesRead - packedSoFar)
      packedSoFar = packed.bytesRead
      bytes += piece.length
      crc = crc32(piece, crc)
      yield piece
    }
  } catch (error) {
    const { code } = error as { code?: unknown }
    if (typeof code === 'string' && code.startsWith('Z_')) throw damaged()
    throw error
  } finally {
    plain.destroy()
    packed.destroy()
  }
  if (bytes !== member.unpackedBytes || crc !== member.crc) throw damaged()
}

async function dataStart(path: string, { startsAt }: ZipMember): Promise<number> {
  const file = await open(path)
  try {
    const header = await read(file, startsAt, startsAt + LOCAL_HEADER_BYTES)
    if (header.readUInt32LE(0) !== 0x04034b50) throw brokenArchive('A file of the zip archive has no beginning.')
    return startsAt + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28)
  } finally {
    await file.close()
  }
}
