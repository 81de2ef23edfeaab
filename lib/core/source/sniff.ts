/** What a file is when it is not text, told from its first bytes and never from its name. */

const SIGNATURES: readonly (readonly [bytes: readonly number[], name: string])[] = [
  [[0x25, 0x50, 0x44, 0x46], 'PDF'],
  [[0x89, 0x50, 0x4e, 0x47], 'PNG'],
  [[0xff, 0xd8, 0xff], 'JPEG'],
  [[0x47, 0x49, 0x46, 0x38], 'GIF'],
  [[0x4d, 0x5a, 0x90], 'a Windows program'],
  [[0x7f, 0x45, 0x4c, 0x46], 'a program'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'XLS'],
  [[0x50, 0x41, 0x52, 0x31], 'Parquet'],
  [[0x1f, 0x8b], 'gzip'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'zstd'],
  [[0x42, 0x5a, 0x68], 'bzip2'],
  [[0x37, 0x7a, 0xbc, 0xaf], '7z'],
  [[0xfd, 0x37, 0x7a, 0x58], 'xz'],
  [[0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20, 0x66], 'an SQLite database'],
  [[0x52, 0x61, 0x72, 0x21], 'RAR'],
]

/** "ustar", after the first file's name and numbers. */
const TAR = [0x75, 0x73, 0x74, 0x61, 0x72]
const TAR_AT = 257

/** "XLSX", "PDF", … or null for what may be text. */
export function binaryKind(head: Uint8Array): string | null {
  if (head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5)) {
    const names = new TextDecoder('latin1').decode(head.subarray(0, 4_096))
    if (names.includes('[Content_Types].xml') || names.includes('xl/')) return 'XLSX'
    return 'ZIP'
  }
  if (TAR.every((byte, at) => head[TAR_AT + at] === byte)) return 'a tar archive'
  for (const [bytes, name] of SIGNATURES) if (bytes.every((byte, at) => head[at] === byte)) return name
  return null
}

const LOOKED_AT_BYTES = 1_024

/**
 * True when more than a twentieth of the beginning is control characters that no text has: in text that was spoiled they are few,
 * in what was never text they are a tenth and more. Ask it of bytes that turned out to be no text.
 */
export function isNoText(head: Uint8Array): boolean {
  const length = Math.min(head.length, LOOKED_AT_BYTES)
  let controls = 0
  for (let at = 0; at < length; at += 1) {
    const byte = head[at] as number
    if (byte < 0x09 || (byte > 0x0d && byte < 0x20 && byte !== 0x1a && byte !== 0x1b)) controls += 1
  }
  return controls * 20 > length
}
