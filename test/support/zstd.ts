/** Zstandard data for tests: one file that a real encoder made, and frames of stored blocks with the faults that tests need. */
import xxhash from 'xxhash-wasm'

/** 300 calls, call-0 to call-299, as `usageCsv` writes them; by zstd 1.5 at level 19 with a checksum. */
export const ZSTD_OF_300_CALLS = Buffer.from(
  [
    'KLUv/WSpQP0SAGYpYR1wadIG4Kzf8O0B1UfZDchAqj5Cdnf3Zmqg/u96IngAUABSAKuJZ3Ua8lqdRp/N5ZNLoTIzVEop54RhUBIF',
    'CoSxKGUgYEaAxkPGz8tYQaHgANBwUCCNxiNxLA4ECCRpLBhIoySPRXEokIRFQpA8GIpEcSQO5MGANEoDcTxKckAQFg1GUUAQi4WS',
    'OBYHhQChQApjoSBxIAuJpCASAVUvqqm9Po+/2+s/fb6klIR0ZFR0Ihra0cnBubGp+dDMkFcTz+o069XEszqNejXxrE6TXk08q9Og',
    'VxPP6jTn1cSzOo15NfGsTlNeTTyr09wBdGRUdCIa2tHJwbmxqfnQzNy7urm4t7a1X9rZVdVU1FPTUiId3dTMxLy0rHxSTi4qJiIe',
    'GhYeCQf39PLw7uzqfnRza2ppaGdmZTeysS2tLKwrq/d93/d93/d93/d93/d93/d93/d93/d93/d93/d93/f9O7u6H93cmloa2plZ',
    '2Y1sbEsrC+vKqupFNbXX5/F3e/2nz5eUkjCBMKghSPeUV6HUGsFLoe0SSBBQIBAE//8j+APPzubM2O5sZ8Z2Z3ZmbHe2M2O7Y3tk',
    'y/Ga2Y2Z2e5snJntzubMbHdmz8x2Z3Nmtrs2Z2bLJ3dsZmZ2x3b28EknStfMbsyM7c7mzGx3NmfGdmd7ZrY7mzNmu7M5M9udzTWz',
    '3dmcme3OxpnZc2wb57l277myk7n3XLu397B7z7V79hx277l23t5h955r3Ns77N5z2r29w+59XLu3d9g9z7V7ewc777l2r9vTEyMi',
    'KeoMfGcV8CdAzacimqox/am6kJOr',
  ].join(''),
  'base64',
)

export interface FrameFaults {
  readonly checksum?: number
  readonly contentBytes?: number
  /** Window descriptor instead of 128 kB. */
  readonly window?: number
  /** Blocks of one byte repeated so often: a bomb. */
  readonly repeated?: number
}

export async function zstdFrame(content: Buffer, faults: FrameFaults = {}): Promise<Buffer> {
  const { create64 } = await xxhash()
  const size = Buffer.alloc(4)
  size.writeUInt32LE(faults.contentBytes ?? content.length)
  const blocks: Buffer[] = []
  const block = (kind: number, length: number, body: Uint8Array, isLast: boolean) => {
    const start = Buffer.alloc(3)
    start.writeUIntLE((length << 3) | (kind << 1) | (isLast ? 1 : 0), 0, 3)
    blocks.push(start, Buffer.from(body))
  }
  const repeated = faults.repeated ?? 0
  for (let at = 0; at < content.length; at += 100_000) {
    const body = content.subarray(at, at + 100_000)
    block(0, body.length, body, repeated === 0 && at + 100_000 >= content.length)
  }
  for (let left = repeated; left > 0; left -= 1) block(1, 131_072, new Uint8Array([120]), left === 1)
  const check = Buffer.alloc(4)
  check.writeUInt32LE(faults.checksum ?? Number(BigInt.asUintN(32, create64(0n).update(content).digest())))
  return Buffer.concat([
    Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0b1000_0100, faults.window ?? 0x38]),
    size,
    ...blocks,
    check,
  ])
}
