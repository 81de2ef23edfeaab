/** A small writer of zip archives, with the faults that tests need. */
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib'

export interface ZipEntry {
  readonly name: string
  readonly content: Uint8Array | string
  readonly stored?: boolean
  readonly encrypted?: boolean
  /** What the directory claims instead of the truth. */
  readonly claimedBytes?: number
  readonly claimedCrc?: number
  /** Shares the bytes of the entry before it. */
  readonly overlapping?: boolean
  /** Sizes and place stand in the field for archives of more than 4 GB. */
  readonly isZip64?: boolean
}

function eightBytes(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8)
  for (const [index, value] of values.entries()) bytes.writeBigUInt64LE(BigInt(value), index * 8)
  return bytes
}

export function zipOf(entries: readonly ZipEntry[], comment = ''): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  let before = 0
  for (const entry of entries) {
    const plain = Buffer.from(entry.content)
    const packed = entry.stored === true ? plain : deflateRawSync(plain)
    const name = Buffer.from(entry.name)
    const flags = 0x0800 | (entry.encrypted === true ? 1 : 0)
    const startsAt = entry.overlapping === true ? before : at
    const shared = Buffer.alloc(24)
    shared.writeUInt16LE(20, 0)
    shared.writeUInt16LE(flags, 2)
    shared.writeUInt16LE(entry.stored === true ? 0 : 8, 4)
    shared.writeUInt32LE(entry.claimedCrc ?? crc32(plain), 10)
    shared.writeUInt32LE(packed.length, 14)
    shared.writeUInt32LE((entry.claimedBytes ?? plain.length) % 2 ** 32, 18)
    shared.writeUInt16LE(name.length, 22)
    if (entry.overlapping !== true) {
      const local = Buffer.concat([Buffer.from('PK\x03\x04'), shared, Buffer.alloc(2), name, packed])
      before = at
      at += local.length
      parts.push(local)
    }
    const rest = Buffer.alloc(16)
    rest.writeUInt32LE(startsAt, 12)
    const extras: Buffer[] = []
    if (entry.isZip64 === true) {
      const field = eightBytes(entry.claimedBytes ?? plain.length, packed.length, startsAt)
      extras.push(Buffer.from([0x55, 0x54, 1, 0, 9]), Buffer.from([1, 0, field.length, 0]), field)
      shared.fill(0xff, 14, 22)
      rest.fill(0xff, 12)
      rest.writeUInt16LE(
        extras.reduce((sum, part) => sum + part.length, 0),
        0,
      )
    }
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 3]), shared, rest, name, ...extras]))
  }
  const list = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(entries.length % 2 ** 16, 8)
  end.writeUInt16LE(entries.length % 2 ** 16, 10)
  end.writeUInt32LE(list.length, 12)
  end.writeUInt32LE(at, 16)
  end.writeUInt16LE(comment.length, 20)
  if (!entries.some((entry) => entry.isZip64 === true)) {
    return Buffer.concat([...parts, list, end, Buffer.from(comment)])
  }
  end.fill(0xff, 8, 20)
  const record = Buffer.alloc(56)
  record.write('PK\x06\x06', 'latin1')
  eightBytes(entries.length, entries.length, list.length, at).copy(record, 24)
  const locator = Buffer.alloc(20)
  locator.write('PK\x06\x07', 'latin1')
  eightBytes(at + list.length).copy(locator, 8)
  return Buffer.concat([...parts, list, record, locator, end, Buffer.from(comment)])
}

/** Texts of an archive's files by name, for reading what the product packed; trusts it. */
export function unzipTexts(archive: Buffer): Map<string, string> {
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  const texts = new Map<string, string>()
  let at = archive.readUInt32LE(end + 16)
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [method, size] = [archive.readUInt16LE(at + 10), archive.readUInt32LE(at + 20)]
    const [name, extra, comment] = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ]
    const local = archive.readUInt32LE(at + 42)
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28)
    const packed = archive.subarray(start, start + size)
    const bytes = method === 0 ? packed : inflateRawSync(packed)
    texts.set(archive.toString('utf8', at + 46, at + 46 + name), bytes.toString('utf8'))
    at += 46 + name + extra + comment
  }
  return texts
}
