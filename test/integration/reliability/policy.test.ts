import { rmSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { Principal } from '../../../lib/server/auth/principal'
import { closeDatabase, pool } from '../../../lib/server/db/pool'
import { setDatabaseUrl } from '../../../lib/server/env'
import { workOnce } from '../../../lib/server/job/worker'
import { getImportView } from '../../../lib/server/read/imports'
import { readSpend } from '../../../lib/server/read/spend'
import { uploadPath } from '../../../lib/server/upload-store'
import { undoImport } from '../../../lib/server/use-case/undo-import'
import { cutAfterCommit } from '../../support/cutting-proxy'
import {
  commandLineOf,
  drain,
  importFile,
  type RowFields,
  requireBalancedBooks,
  upload,
  usageCsv,
} from '../../support/imports'
import { inEmptyWorkspace } from '../../support/scene'

let principal: Principal
let url: string
inEmptyWorkspace((made, databaseUrl) => {
  principal = made
  url = databaseUrl
})
/** I1 to I10 hold after every test. */
afterEach(async () => await requireBalancedBooks(principal))

const call = (id: string, fields: Partial<RowFields> = {}): RowFields => ({
  id,
  timestamp: '2026-10-01T00:00:00Z',
  input: 1_000,
  output: 1,
  ...fields,
})
const total = async (who = principal) => (await readSpend(who, {})).total

describe('one file more than once', () => {
  it('A-05: the second time nothing is accepted, and the first import is named', async () => {
    const file = usageCsv([call('a'), call('b')])
    const first = await importFile(principal, file)
    const before = await total()
    expect(await importFile(principal, file)).toMatchObject({ accepted: '0', duplicate: '2', same_bytes_as: first.no })
    expect(await total()).toEqual(before)
  })

  it('A-06: eight uploads at once accept every row once', async () => {
    const file = usageCsv(Array.from({ length: 500 }, (_row, index) => call(`call-${index}`)))
    const ids = await Promise.all(Array.from({ length: 8 }, () => upload(principal, file)))
    await Promise.all([drain(), drain(), drain(), drain()])
    const views = await Promise.all(ids.map((id) => getImportView(principal, { id })))
    expect(views.map((view) => view.status)).toEqual(Array<string>(8).fill('committed'))
    expect(views.map((view) => view.accepted).sort()).toEqual([...Array<string>(7).fill('0'), '500'])
    expect(await total()).toMatchObject({ records: '500' })
  })

  it('A-07: overlapping exports count the union once, and the revised bucket restates', async () => {
    const day = (date: number, input = date) =>
      call('', {
        timestamp: `2026-10-${String(date).padStart(2, '0')}T00:00:00Z`,
        end: `2026-10-${String(date + 1).padStart(2, '0')}T00:00:00Z`,
        input,
        requests: 2,
      })
    const days = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_day, index) => from + index)
    await importFile(principal, usageCsv(days(1, 20).map((date) => day(date))))
    const second = usageCsv(days(10, 30).map((date) => day(date, date === 15 ? 1_000 : date)))
    expect(await importFile(principal, second)).toMatchObject({ accepted: '11', duplicate: '10', restated: '1' })
    expect(await total()).toMatchObject({ records: '30', tokens: { input: String((30 * 31) / 2 - 15 + 1_000) } })
  })

  it('P-2: an older export that comes later says that it lowered days of one that goes further, and its undo brings them back', async () => {
    const day = (date: number, input: number) =>
      call('', { timestamp: `2026-10-0${date}T00:00:00Z`, end: `2026-10-0${date + 1}T00:00:00Z`, input, requests: 2 })
    const newer = await importFile(principal, usageCsv([day(1, 10), day(2, 20), day(3, 30)]))
    const before = await total()
    const older = await importFile(principal, usageCsv([day(1, 10), day(2, 7)]))
    expect(older).toMatchObject({ restated: '1', problem: { code: 'LOWERED' } })
    expect(older.problem?.message).toContain(`import #${newer.no}`)
    await undoImport(principal, { id: older.id })
    expect(await total()).toEqual(before)
    // A correction of the same days, and a day that grew, are what restatements are for.
    const corrected = usageCsv([day(1, 10), day(2, 7), day(3, 30)])
    expect(await importFile(principal, corrected)).toMatchObject({ restated: '1', problem: null })
    expect(await importFile(principal, usageCsv([day(2, 8)]))).toMatchObject({ restated: '1', problem: null })
  })

  it('A-08: equal rows without ids: two of one file are two, the file again adds none, one each of two files is one', async () => {
    const row = call('')
    expect(await importFile(principal, usageCsv([row, row]))).toMatchObject({ accepted: '2' })
    expect(await importFile(principal, usageCsv([row, row]))).toMatchObject({ accepted: '0', duplicate: '2' })
    const other = call('', { input: 7 })
    expect(await importFile(principal, usageCsv([other]))).toMatchObject({ accepted: '1' })
    expect(await importFile(principal, usageCsv([other, call('new')]))).toMatchObject({ accepted: '1', duplicate: '1' })
  })

  it('A-09, P-25: keys do not run together, and ids are compared as they are written', async () => {
    const line = (host: string, id: string) =>
      JSON.stringify({
        id,
        timestamp: '2026-10-01T00:00:00Z',
        provider: host,
        model: 'm',
        usage: { input: 1, output: 1 },
      })
    const pairs = [
      ['a-b', 'c'],
      ['a', 'b-c'],
      ['a', 'b:c'],
      ['a', 'caf\u00e9'],
      ['a', 'cafe\u0301'],
      ['a', 'Cafe'],
      ['a', 'cafe'],
      ['a', 'cafe '],
      ['a', '\ufffd'],
    ] as const
    const lines = pairs.map(([host, id]) => line(host, id))
    // Half of a surrogate pair is refused, not folded to U+FFFD.
    const half =
      '{"id":"\\ud800","timestamp":"2026-10-01T00:00:00Z","provider":"a","model":"m","usage":{"input":1,"output":1}}'
    expect(await importFile(principal, `${[...lines, half].join('\n')}\n`)).toMatchObject({
      rows_read: '10',
      accepted: '9',
      rejected: '1',
    })
  })
})

describe('P-1, P-2, P-3, P-4: however the rows come', () => {
  it('any cut into files, any order, any overlap and any repetition give the same bill', async () => {
    const rows = Array.from({ length: 12 }, (_row, index) =>
      call(index % 3 === 0 ? '' : `call-${index}`, {
        timestamp: new Date(Date.UTC(2026, 8, 30, 20) + index * 3_600_000).toISOString(),
        project: index % 2 === 0 ? 'search' : 'chat',
        input: 100 + index,
      }),
    )
    await importFile(principal, usageCsv(rows))
    const bill = async (who: Principal) => (await readSpend(who, { group_by: 'month,model,project' })).rows
    const expected = await bill(principal)
    const plan = fc.record({
      files: fc.array(fc.uniqueArray(fc.nat(11), { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 }),
      rest: fc.shuffledSubarray(
        Array.from({ length: 12 }, (_row, index) => index),
        { minLength: 12 },
      ),
    })
    let run = 0
    await fc.assert(
      fc.asyncProperty(plan, async ({ files, rest }) => {
        run += 1
        const other = await commandLineOf(`cut-${run}`)
        for (const file of [...files, rest, ...files]) {
          await importFile(other, usageCsv(file.map((index) => rows[index] as RowFields)))
        }
        expect(await bill(other)).toEqual(expected)
      }),
      { numRuns: 10 },
    )
  })
})

describe('what has no price', () => {
  it('A-38: is counted and listed, in no sum, and never zero', async () => {
    const view = await importFile(principal, usageCsv([call('a'), call('b', { model: 'no-such-model' })]))
    expect(view).toMatchObject({ accepted: '2', unpriced: '1', cost: '0.00126' })
    const { rows } = await readSpend(principal, { group_by: 'model' })
    expect(rows.find((row) => row.model === 'no-such-model')).toMatchObject({ cost: null, unpriced_requests: '1' })
  })
})

describe('when a row counts', () => {
  it('A-42: in the month of its instant in UTC, to the microsecond before midnight', async () => {
    await importFile(
      principal,
      usageCsv([
        call('a', { timestamp: '2026-09-30T23:59:59.999999Z' }),
        call('b', { timestamp: '2026-10-01T00:00:00Z' }),
        call('c', { timestamp: '2026-10-01T13:59:59+14:00' }),
        call('d', { timestamp: '2026-09-30T12:00:00-12:00' }),
      ]),
    )
    const { rows } = await readSpend(principal, { group_by: 'month' })
    expect(rows.map((row) => [row.month, row.records])).toEqual([
      ['2026-09', '2'],
      ['2026-10', '2'],
    ])
  })

  it('A-43: a lease is by the clock of the database: a holder whose clock is off is neither early nor late', async () => {
    const id = await upload(principal, usageCsv([call('a')]))
    const held = async (rest: string) =>
      await pool().query(
        `UPDATE import SET status = 'importing', fence = 1, lease_owner = 'elsewhere:1:', lease_until = now() + $2::interval WHERE id = $1`,
        [id, rest],
      )
    await held('1 hour')
    expect(await workOnce(id)).toBe(false)
    await held('300 milliseconds')
    await expect.poll(() => workOnce(id), { timeout: 60_000, interval: 100 }).toBe(true)
    expect(await getImportView(principal, { id })).toMatchObject({ status: 'committed', accepted: '1' })
  })
})

describe('A-76: the reply to COMMIT is lost', () => {
  it('the worker looks the import up, finds it committed, and adds nothing', async () => {
    const id = await upload(principal, usageCsv(Array.from({ length: 100 }, (_row, index) => call(`call-${index}`))))
    const proxy = await cutAfterCommit(url, `SET status = 'committed'`)
    try {
      await closeDatabase()
      setDatabaseUrl(proxy.url)
      expect(await workOnce(id)).toBe(true)
      expect(proxy.cuts()).toBe(1)
      expect(await workOnce(id)).toBe(false)
    } finally {
      await closeDatabase()
      await proxy.close()
      setDatabaseUrl(url)
    }
    expect(await getImportView(principal, { id })).toMatchObject({
      status: 'committed',
      accepted: '100',
      duplicate: '0',
    })
    expect((await pool().query('SELECT attempts FROM import WHERE id = $1', [id])).rows).toEqual([{ attempts: 1 }])
  })
})

describe('A-83: the stored file', () => {
  it.each([
    ['changed', (path: string) => writeFileSync(path, usageCsv([call('other')]))],
    ['removed', (path: string) => rmSync(path)],
  ])('that was %s before the worker read it fails the import, and nothing is kept', async (_what, spoil) => {
    const id = await upload(principal, usageCsv([call('a')]))
    spoil(uploadPath(id))
    await drain()
    expect(await getImportView(principal, { id })).toMatchObject({
      status: 'failed',
      accepted: '0',
      problem: { code: 'SOURCE_CHANGED' },
    })
  })
})
