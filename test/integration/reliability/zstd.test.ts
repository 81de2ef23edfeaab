import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Principal } from '../../../lib/server/auth/principal'
import { setDatabaseUrl } from '../../../lib/server/env'
import { useOwnDataDirectory } from '../../support/account'
import { closeTestDatabase, openTestDatabase, resetDatabase } from '../../support/database'
import { commandLineOf, importFile, insertTestPrices, requireBalancedBooks, usageCsv } from '../../support/imports'
import { ZSTD_OF_300_CALLS, zstdFrame } from '../../support/zstd'

let removeData: () => void
let principal: Principal
let url: string

beforeAll(async () => {
  removeData = useOwnDataDirectory()
  url = await openTestDatabase()
})
afterAll(async () => {
  await closeTestDatabase()
  removeData()
})
beforeEach(async () => {
  await resetDatabase()
  await insertTestPrices()
  principal = await commandLineOf('acme')
})

const calls = (count: number) =>
  Buffer.from(
    usageCsv(
      Array.from({ length: count }, (_row, index) => ({
        id: `call-${index}`,
        timestamp: '2026-10-01T00:00:00Z',
        input: 1_000,
        output: 1,
      })),
    ),
  )
const take = (bytes: Uint8Array) => importFile(principal, bytes)

describe('A-12: zstd', () => {
  it('gives the totals of the plain file, also in several frames with skippable ones between', async () => {
    expect(await take(ZSTD_OF_300_CALLS)).toMatchObject({ status: 'committed', accepted: '300', cost: '0.378' })
    expect(await take(calls(300))).toMatchObject({ status: 'committed', accepted: '0', duplicate: '300' })
    const plain = calls(4_000)
    const half = plain.indexOf(10, plain.length / 2) + 1
    const skipped = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3])
    const frames = Buffer.concat([
      await zstdFrame(plain.subarray(0, half)),
      skipped,
      await zstdFrame(plain.subarray(half)),
    ])
    expect(await take(frames)).toMatchObject({ status: 'committed', accepted: '3700', duplicate: '300' })
    await requireBalancedBooks(principal)
  })

  it('that is cut, changed, or says another length or checksum keeps nothing', async () => {
    const changed = Buffer.from(ZSTD_OF_300_CALLS)
    changed[changed.length >> 1] = (changed[changed.length >> 1] ?? 0) ^ 1
    for (const broken of [
      ZSTD_OF_300_CALLS.subarray(0, ZSTD_OF_300_CALLS.length - 1),
      ZSTD_OF_300_CALLS.subarray(0, 40),
      changed,
      await zstdFrame(calls(10), { checksum: 1 }),
      await zstdFrame(calls(10), { contentBytes: 5 }),
      Buffer.concat([ZSTD_OF_300_CALLS, Buffer.from('id,')]),
    ]) {
      expect(await take(broken)).toMatchObject({ status: 'failed', accepted: '0', problem: { code: 'BROKEN_ARCHIVE' } })
    }
    expect(await take(await zstdFrame(ZSTD_OF_300_CALLS))).toMatchObject({ problem: { code: 'UNSUPPORTED_TYPE' } })
    await requireBalancedBooks(principal)
  })
})

describe('A-13: a zstd bomb', () => {
  it('is stopped by its window before memory is given, and by counting', async () => {
    expect(await take(await zstdFrame(calls(10), { window: 0xa8 }))).toMatchObject({
      status: 'failed',
      accepted: '0',
      problem: { code: expect.stringMatching(/UNSUPPORTED_TYPE|BROKEN_ARCHIVE/) },
    })
    process.env.TOKENTAB_MAX_UPLOAD_BYTES = String(64 * 1024 ** 2)
    setDatabaseUrl(url)
    try {
      const before = process.memoryUsage().rss
      // 13 GB out of 400 kB.
      const bomb = await zstdFrame(calls(10), { repeated: 100_000, contentBytes: 4_000_000_000 })
      expect(await take(bomb)).toMatchObject({
        status: 'failed',
        accepted: '0',
        problem: { code: 'DECOMPRESSED_TOO_LARGE' },
      })
      // What was counted, twice, and what the collector had not taken back yet: nothing of the gigabytes.
      expect(process.memoryUsage().rss - before).toBeLessThan(256 * 1024 ** 2)
    } finally {
      delete process.env.TOKENTAB_MAX_UPLOAD_BYTES
      setDatabaseUrl(url)
    }
    await requireBalancedBooks(principal)
  })
})
