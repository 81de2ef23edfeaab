import type * as files from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import type { Principal } from '../../../lib/server/auth/principal'
import { receiveUpload } from '../../../lib/server/use-case/receive-upload'
import { useOwnDataDirectory } from '../../support/account'
import { closeTestDatabase, openTestDatabase, resetDatabase } from '../../support/database'
import { commandLineOf } from '../../support/imports'

const disk = vi.hoisted(() => ({ free: 0 }))
vi.mock('node:fs/promises', async (original) => ({
  ...(await original<typeof files>()),
  statfs: async () => ({ bavail: disk.free, bsize: 1 }),
}))

const MEBIBYTE = 1024 ** 2
let removeData: () => void
let principal: Principal
beforeAll(async () => {
  removeData = useOwnDataDirectory()
  await openTestDatabase()
})
afterAll(async () => {
  await closeTestDatabase()
  removeData()
})
beforeEach(async () => {
  await resetDatabase()
  principal = await commandLineOf('acme')
})

/** Sends a file of so many MiB without its length, each of which leaves less of the disk. */
async function sendUntold(mebibytes: number) {
  let sent = 0
  const chunks = (async function* () {
    for (; sent < mebibytes; sent += 1) {
      disk.free -= MEBIBYTE
      yield Buffer.alloc(MEBIBYTE, '\n')
    }
  })()
  const options = { format: null, host: null, timeZone: null, project: null, mapping: null }
  const input = {
    filename: 'a.csv',
    chunks,
    declaredBytes: null,
    declaredSha256: null,
    options,
    source: 'upload' as const,
  }
  const refusal = await receiveUpload(principal, input).then(
    () => null,
    (error: { reason?: string }) => error.reason,
  )
  return { refusal, sent }
}

it('A-82: a file that does not tell its length is refused before the rows it holds could fill the disk', async () => {
  // The reserve of a gigabyte, and the file three times: as it is, as rows, and as the log of the database.
  disk.free = 1024 * MEBIBYTE + 2 * 100 * MEBIBYTE
  const { refusal, sent } = await sendUntold(100)
  expect(refusal).toBe('DISK_FULL')
  expect(sent).toBeLessThan(90)
  disk.free = 1024 * MEBIBYTE + 4 * 100 * MEBIBYTE
  expect(await sendUntold(100)).toEqual({ refusal: null, sent: 100 })
})
