/** A small writer of zip archives, with the faults that tests need. */
import { crc32, deflateRawSync } from 'node:zlib'

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
    shared.writeUInt32LE(entry.claimedBytes ?? plain.length, 18)
    shared.writeUInt16LE(name.length, 22)
    if (entry.overlapping !== true) {
      const local = Buffer.concat([Buffer.from('PK\x03\x04'), shared, Buffer.alloc(2), name, packed])
      before = at
      at += local.length
      parts.push(local)
    }
    const rest = Buffer.alloc(16)
    rest.writeUInt32LE(startsAt, 12)
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 3]), shared, rest, name]))
  }
  const list = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(list.length, 12)
  end.writeUInt32LE(at, 16)
  end.writeUInt16LE(comment.length, 20)
  return Buffer.concat([...parts, list, end, Buffer.from(comment)])
}
