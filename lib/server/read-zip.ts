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
const ENTRY_MARK = 0x02014b50
/** What office documents hold: of Microsoft, in OpenDocument, of Apple. */
const OFFICE = /^(?:\[Content_Types\]\.xml|mimetype|Index\/Document\.iwa)$/
/** Values that say "see the 64-bit field": archives of more than 4 GB, or of one such file. */
const IN_ZIP64 = 0xffff_ffff
const COUNT_IN_ZIP64 = 0xffff
const ZIP64_LOCATOR_BYTES = 20
const ZIP64_END_BYTES = 56
const ZIP64_EXTRA = 0x0001

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
    const disk = tail.readUInt16LE(at + 4)
    const end = size - tail.length + at
    let [count, length, start] = [tail.readUInt16LE(at + 10), tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)]
    if (start === IN_ZIP64 || length === IN_ZIP64 || count === COUNT_IN_ZIP64) {
      ;({ count, length, start } = await zip64Directory(file, end))
    }
    if (disk !== 0) throw unsupportedFile('The zip archive is one part of several.', 'Upload it as one archive.')
    const tooLarge =
      count > MAX_MEMBERS
        ? `The zip archive holds ${count} files; at most ${MAX_MEMBERS} are read.`
        : length > MAX_DIRECTORY_BYTES
          ? 'The directory of the zip archive is larger than 4 MB.'
          : null
    if (tooLarge !== null) throw unsupportedFile(tooLarge, 'Upload several smaller archives.')
    if (start + length > end) break
    return { count, start, bytes: await read(file, start, start + length) }
  }
  throw brokenArchive('The zip archive is cut or damaged: its directory cannot be read.')
}

/** What the end record has no room for. `end` is where that record begins. */
async function zip64Directory(
  file: FileHandle,
  end: number,
): Promise<{ count: number; start: number; length: number }> {
  const damaged = () => brokenArchive('The zip archive is cut or damaged: its directory cannot be read.')
  if (end < ZIP64_LOCATOR_BYTES) throw damaged()
  const locator = await read(file, end - ZIP64_LOCATOR_BYTES, end)
  const at = locator.readUInt32LE(0) === 0x07064b50 ? sizeAt(locator, 8) : end
  if (at + ZIP64_END_BYTES > end) throw damaged()
  const record = await read(file, at, at + ZIP64_END_BYTES)
  if (record.readUInt32LE(0) !== 0x06064b50) throw damaged()
  return { count: sizeAt(record, 32), length: sizeAt(record, 40), start: sizeAt(record, 48) }
}

/** Eight bytes as a number; beyond 2^53 inexact, and then beyond every file. */
function sizeAt(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32
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
    if (!isEntry(directory, at)) throw brokenArchive('The directory of the zip archive is damaged.')
    const flags = directory.readUInt16LE(at + 8)
    const method = directory.readUInt16LE(at + 10)
    const nameEnd = at + DIRECTORY_ENTRY_BYTES + directory.readUInt16LE(at + 28)
    const rawName = directory.toString('utf8', at + DIRECTORY_ENTRY_BYTES, nameEnd)
    if (OFFICE.test(rawName)) {
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
    const extraEnd = nameEnd + directory.readUInt16LE(at + 30)
    // In this order, each in eight bytes when it does not fit into its four.
    const [unpackedBytes, packedBytes, startsAt] = withZip64(
      [directory.readUInt32LE(at + 24), directory.readUInt32LE(at + 20), directory.readUInt32LE(at + 42)],
      directory.subarray(nameEnd, extraEnd),
    )
    const crc = directory.readUInt32LE(at + 16)
    entries.push({ name: shownName(rawName), isDeflated: method === 8, packedBytes, unpackedBytes, crc, startsAt })
    at = extraEnd + directory.readUInt16LE(at + 32)
  }
  // The number at the end of an archive ends at 65,535, and tools that pass it begin anew: the rest would be lost unseen.
  if (isEntry(directory, at))
    throw brokenArchive(`The zip archive holds more than the ${count} files that its end tells.`)
  return entries
}

function isEntry(directory: Buffer, at: number): boolean {
  return at + DIRECTORY_ENTRY_BYTES <= directory.length && directory.readUInt32LE(at) === ENTRY_MARK
}

type Sizes = readonly [unpacked: number, packed: number, start: number]

function withZip64(sizes: Sizes, extra: Buffer): Sizes {
  if (!sizes.includes(IN_ZIP64)) return sizes
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== ZIP64_EXTRA) continue
    const field = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2))
    let place = 0
    return sizes.map((size) => {
      if (size !== IN_ZIP64) return size
      if (place + 8 > field.length) throw brokenArchive('The directory of the zip archive is damaged.')
      place += 8
      return sizeAt(field, place - 8)
    }) as unknown as Sizes
  }
  throw brokenArchive('The directory of the zip archive is damaged.')
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
