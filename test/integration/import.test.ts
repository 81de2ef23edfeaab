import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parsePeriodChoice } from '../../lib/core/report/period-choice'
import type { Principal } from '../../lib/server/auth/principal'
import { inTransaction, pool } from '../../lib/server/db/pool'
import { rebuildRollups } from '../../lib/server/db/rollup'
import { readCalls } from '../../lib/server/read/calls'
import { readOverview } from '../../lib/server/read/overview'
import { readSpend } from '../../lib/server/read/spend'
import { undoImport } from '../../lib/server/use-case/undo-import'
import { useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase, resetDatabase } from '../support/database'
import { commandLineOf, importFile, insertTestPrices, requireBalancedBooks, usageCsv } from '../support/imports'

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
  await insertTestPrices()
  principal = await commandLineOf('acme')
})

const CALLS = usageCsv([
  { id: 'a', timestamp: '2026-09-30T23:59:59.999Z', input: 1000, output: 10, project: 'search', user: 'ann' },
  { id: 'b', timestamp: '2026-10-01T00:00:00Z', input: 2000, output: 20, project: 'search' },
  { id: 'c', timestamp: '2026-10-01T00:30:00Z', model: 'no-such-model', input: 7, output: 9 },
])

describe('an import', () => {
  it('stores every row, prices it exactly and keeps the rollups equal to the records', async () => {
    const done = await importFile(principal, CALLS)
    expect(done).toMatchObject({
      status: 'committed',
      format: 'tokentab-csv',
      rows_read: '3',
      accepted: '3',
      duplicate: '0',
      rejected: '0',
      unpriced: '1',
      // 3000 × 1.25 + 30 × 10, per million
      cost: '0.00405',
      first_at: '2026-09-30T23:59:59.999Z',
      last_at: '2026-10-01T00:30:00Z',
      problem: null,
    })
    const { rows } = await pool().query('SELECT count(*) AS records, sum(cost)::text AS cost FROM usage_record')
    expect(rows[0]).toEqual({ records: '3', cost: '0.004050000000000000' })
    await requireBalancedBooks(principal)
  })

  it('A-05, P-3: adds nothing the second time', async () => {
    await importFile(principal, CALLS)
    const again = await importFile(principal, CALLS)
    expect(again).toMatchObject({
      status: 'committed',
      rows_read: '3',
      accepted: '0',
      duplicate: '3',
      same_bytes_as: 1,
    })
    await requireBalancedBooks(principal)
  })
})

describe('A-29: a log that begins with a record of megabytes', () => {
  it.each([
    ['that is too large for a row', 17],
    ['whose longest value is too large', 6],
  ])('%s loses that record alone', async (_what, megabytes) => {
    const line = (id: string, note: string) =>
      `{"note":"${note}","id":"${id}","timestamp":"2026-10-01T00:00:00Z","model":"gpt-5","usage":{"input":1,"output":1}}\n`
    const log = line('a', 'x'.repeat(megabytes * 1024 ** 2)) + line('b', '') + line('c', '')
    const view = await importFile(principal, log)
    expect(view).toMatchObject({ status: 'committed', rows_read: '3', accepted: '2', rejected: '1' })
    await requireBalancedBooks(principal)
  })
})

describe('reading what was imported', () => {
  it('sums spend the same from the daily rollup, the hourly one and the records', async () => {
    await importFile(principal, CALLS)
    const byMonth = await readSpend(principal, { from: '2026-09-01', to: '2026-11-01', group_by: 'month,model' })
    expect(byMonth.rows).toMatchObject([
      { month: '2026-09', model: 'gpt-5', cost: '0.00135', unpriced_requests: '0' },
      { month: '2026-10', model: 'gpt-5', cost: '0.0027', tokens: { input: '2000', output: '20' } },
      { month: '2026-10', model: 'no-such-model', cost: null, unpriced_tokens: '16' },
    ])
    expect(byMonth.total).toMatchObject({ cost: '0.00405', unpriced_tokens: '16' })
    const byHour = await readSpend(principal, { group_by: 'hour' })
    expect(byHour.rows.map((row) => row.hour)).toEqual(['2026-09-30T23:00:00Z', '2026-10-01T00:00:00Z'])
    const ofRecords = await readSpend(principal, { from: '2026-09-01T00:00:01Z' })
    for (const reply of [byHour, ofRecords]) expect(reply.total).toEqual(byMonth.total)
    const search = await readSpend(principal, { 'filter.project': 'search', group_by: 'project' })
    expect(search.rows).toMatchObject([{ project: 'search', cost: '0.00405' }])
  })

  it('groups and filters by tags, users and none, and no groups lose anything', async () => {
    await importFile(
      principal,
      [
        'id,timestamp,host,model,user,input_tokens,output_tokens,tags',
        'a,2026-10-01T00:00:00Z,openai,gpt-5,ann,1000,0,team=web;env=prod',
        'b,2026-10-01T00:00:01Z,openai,gpt-5,bob,2000,0,team=web',
        'c,2026-10-01T01:00:00Z,openai,gpt-5,,4000,0,',
      ].join('\n'),
    )
    const cost = (rows: readonly Readonly<Record<string, unknown>>[], name: string) =>
      rows.map((row) => [row[name], row.cost])
    const byTag = await readSpend(principal, { group_by: 'tag.team' })
    expect(cost(byTag.rows, 'tag.team')).toEqual([
      ['web', '0.00375'],
      [null, '0.005'],
    ])
    const byUser = await readSpend(principal, { group_by: 'user' })
    expect(cost(byUser.rows, 'user')).toEqual([
      ['ann', '0.00125'],
      ['bob', '0.0025'],
      [null, '0.005'],
    ])
    const hourOfUser = await readSpend(principal, { group_by: 'hour,user', 'filter.user': 'bob' })
    expect(hourOfUser.rows).toMatchObject([{ hour: '2026-10-01T00:00:00Z', user: 'bob', cost: '0.0025' }])
    expect((await readSpend(principal, { 'filter.tag.env': 'prod' })).total).toMatchObject({ cost: '0.00125' })
    expect((await readSpend(principal, { 'filter.user': '' })).total).toMatchObject({ cost: '0.005' })
    expect((await readSpend(principal, { 'filter.model': 'absent' })).rows).toEqual([])
    await expect(readSpend(principal, { group_by: 'colour' })).rejects.toMatchObject({ status: 400 })
    await expect(readSpend(principal, { from: 'yesterday' })).rejects.toMatchObject({ status: 400 })
  })

  it('shows each record with lines that sum to its cost', async () => {
    await importFile(principal, CALLS)
    const filter = { from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z' }
    const first = await readCalls(principal, { filter, cursor: null, limit: 2 })
    expect(first.total).toMatchObject({ records: '3', cost: '0.00405', unpriced_records: '1', set_aside_records: '0' })
    expect(first.items.map((item) => item.reason?.code ?? item.cost)).toEqual(['MODEL_UNKNOWN', '0.0027'])
    expect(first.items[1]?.lines).toMatchObject([
      { meter: 'input', quantity: '2000', unit_price: '1.25', amount: '0.0025' },
      { meter: 'output', quantity: '20', unit_price: '10', amount: '0.0002' },
    ])
    const second = await readCalls(principal, { filter, cursor: first.next, limit: 2 })
    expect(second.items.map((item) => item.user)).toEqual(['ann'])
    expect(second.next).toBeNull()
    const unpriced = await readCalls(principal, { filter: { ...filter, unpriced: true, import_no: 1 }, cursor: null })
    expect(unpriced.total).toMatchObject({ records: '1', cost: '0', unpriced_records: '1' })
  })

  it('draws the overview from the same sums', async () => {
    await importFile(principal, CALLS)
    const choice = parsePeriodChoice('2026-09..2026-10', Date.UTC(2026, 10, 23))
    const overview = await readOverview(principal, { choice, by: 'model' })
    expect(overview.chart.totals).toEqual(['0.00135', '0.0027'])
    expect(overview.coverage.unpricedModels).toEqual([
      { host: 'openai', model: 'no-such-model', requests: '1', tokens: '16' },
    ])
  })
})

describe('the rollups', () => {
  it('P-20: kept along imports, duplicates and undo they are what the records sum to when they are dropped', async () => {
    const first = await importFile(principal, CALLS)
    const more = { id: 'd', timestamp: '2026-10-01T00:40:00Z', input: 5, output: 6 }
    await importFile(
      principal,
      usageCsv([{ id: 'b', timestamp: '2026-10-01T00:00:00Z', input: 2000, output: 20, project: 'search' }, more]),
    )
    await undoImport(principal, { id: first.id })
    const dump = async (table: string) => (await pool().query(`SELECT * FROM ${table} ORDER BY 1, 2, 3, 4`)).rows
    const before = [await dump('usage_hour'), await dump('usage_day')]
    await inTransaction((connection) =>
      rebuildRollups(connection, principal.workspaceId, {
        startMs: Date.UTC(2026, 8, 1),
        endMs: Date.UTC(2026, 10, 1),
      }),
    )
    expect([await dump('usage_hour'), await dump('usage_day')]).toEqual(before)
  })

  it('tell the check when one figure of them is off', async () => {
    await importFile(principal, CALLS)
    await pool().query(`UPDATE usage_hour SET cost = cost + 0.000000000000000001 WHERE cost > 0.002`)
    await expect(requireBalancedBooks(principal)).rejects.toThrow('cost of usage_hour against the records')
    await pool().query('DELETE FROM usage_record WHERE source_line = 2')
    await expect(requireBalancedBooks(principal)).rejects.toThrow('I4')
  })
})

describe('undo', () => {
  it('takes an import back without a trace in the sums', async () => {
    const before = await importFile(
      principal,
      usageCsv([{ id: 'x', timestamp: '2026-10-01T00:10:00Z', input: 5, output: 5 }]),
    )
    const dump = async () => (await pool().query('SELECT * FROM usage_hour ORDER BY 1, 2, 3, 4')).rows
    const kept = await dump()
    const done = await importFile(principal, CALLS)
    await undoImport(principal, { id: done.id })
    expect(await dump()).toEqual(kept)
    await requireBalancedBooks(principal)
    await undoImport(principal, { id: before.id })
    expect(await dump()).toEqual([])
    await requireBalancedBooks(principal)
  })
})

describe('duplicates', () => {
  it('A-07, P-4: counts overlap once', async () => {
    await importFile(principal, CALLS)
    const overlap = await importFile(
      principal,
      usageCsv([
        { id: 'b', timestamp: '2026-10-01T00:00:00Z', input: 2000, output: 20, project: 'search' },
        { id: 'd', timestamp: '2026-10-02T00:00:00Z', input: 1, output: 1 },
        { id: 'd', timestamp: '2026-10-02T00:00:00Z', input: 1, output: 1 },
      ]),
    )
    expect(overlap).toMatchObject({ rows_read: '3', accepted: '1', duplicate: '2', rejected: '0' })
    await requireBalancedBooks(principal)
  })

  it('A-07: refuses another row under a taken id and keeps the stored one', async () => {
    await importFile(principal, CALLS)
    const conflict = await importFile(
      principal,
      usageCsv([{ id: 'b', timestamp: '2026-10-01T00:00:00Z', input: 2001, output: 20 }]),
    )
    expect(conflict).toMatchObject({ rows_read: '1', accepted: '0', duplicate: '0', rejected: '1' })
    await requireBalancedBooks(principal)
  })

  it('A-07: replaces a restated bucket, keeps the older value, and undo brings it back', async () => {
    const bucket = (input: number) =>
      usageCsv([{ timestamp: '2026-10-01T00:00:00Z', end: '2026-10-02T00:00:00Z', input, output: 1, requests: 3 }])
    const first = await importFile(principal, bucket(100))
    const again = await importFile(principal, bucket(100))
    expect(again).toMatchObject({ accepted: '0', duplicate: '1', restated: '0' })
    const newer = await importFile(principal, bucket(300))
    expect(newer).toMatchObject({ rows_read: '1', accepted: '1', duplicate: '0', restated: '1' })
    await requireBalancedBooks(principal)
    const newest = await importFile(principal, bucket(500))
    const input = async () => (await readSpend(principal, {})).total.tokens as { input: string }
    expect((await input()).input).toBe('500')
    await undoImport(principal, { id: newer.id })
    expect((await input()).input).toBe('500')
    await requireBalancedBooks(principal)
    await undoImport(principal, { id: newest.id })
    expect((await input()).input).toBe('100')
    await requireBalancedBooks(principal)
    await undoImport(principal, { id: first.id })
    // The second import told the same: the row is its now.
    expect((await input()).input).toBe('100')
    await undoImport(principal, { id: again.id })
    expect((await readSpend(principal, {})).rows).toEqual([])
    await requireBalancedBooks(principal)
  })
})
