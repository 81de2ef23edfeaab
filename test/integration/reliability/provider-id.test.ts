import { afterEach, describe, expect, it } from 'vitest'
import type { Principal } from '../../../lib/server/auth/principal'
import { pool } from '../../../lib/server/db/pool'
import { readSpend } from '../../../lib/server/read/spend'
import { ingestUsage } from '../../../lib/server/use-case/ingest-usage'
import { undoImport } from '../../../lib/server/use-case/undo-import'
import { commandLineOf, importFile, type RowFields, requireBalancedBooks, usageCsv } from '../../support/imports'
import { inEmptyWorkspace } from '../../support/scene'

let principal: Principal
inEmptyWorkspace((made) => {
  principal = made
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
const LATER = { timestamp: '2026-11-02T03:00:00Z' }
const total = async () => (await readSpend(principal, {})).total

describe('an id of the provider at another time', () => {
  it('is refused and shown, in another file, and takes nothing away', async () => {
    await importFile(principal, usageCsv([call('a'), call('b')]))
    const before = await total()
    const second = await importFile(principal, usageCsv([call('a', LATER), call('b', { ...LATER, input: 7 })]))
    expect(second).toMatchObject({ accepted: '0', duplicate: '0', rejected: '2', rows_read: '2' })
    expect(await total()).toEqual(before)
    const { rows } = await pool().query('SELECT line::int, code, raw FROM import_reject ORDER BY line')
    expect(rows.map(({ line, code }) => [line, code])).toEqual([
      [2, 'CONFLICTING_DUPLICATE'],
      [3, 'CONFLICTING_DUPLICATE'],
    ])
    expect(JSON.parse(rows[0].raw)).toMatchObject({ id: 'a', stored_timestamp: '2026-10-01T00:00:00.000Z' })
  })

  it('is refused within one file: the first of them stays, and the rest of the file too', async () => {
    const file = usageCsv([call('a'), call('a', LATER), call('b', LATER)])
    expect(await importFile(principal, file)).toMatchObject({ accepted: '2', duplicate: '0', rejected: '1' })
    expect(await total()).toMatchObject({ records: '2', tokens: { input: '2000' } })
    expect(await importFile(principal, file)).toMatchObject({ accepted: '0', duplicate: '2', rejected: '1' })
  })

  it('is refused by the API, by its place in the request, and after a file', async () => {
    const record = (id: string, timestamp: string) => ({
      id,
      timestamp,
      provider: 'openai',
      model: 'gpt-5',
      usage: { input: 1_000, output: 1 },
    })
    const send = (value: unknown) =>
      ingestUsage(principal, { body: Buffer.from(JSON.stringify(value)), idempotencyKey: null })
    await importFile(principal, usageCsv([call('a')]))
    await send([record('b', '2026-10-01T00:00:00Z')])
    const reply = await send([
      record('c', '2026-10-01T00:00:00Z'),
      record('b', LATER.timestamp),
      record('a', LATER.timestamp),
    ])
    expect(reply).toMatchObject({ accepted: 1, duplicate: 0, rejected: 2 })
    expect(reply.errors.map(({ index, code }) => [index, code])).toEqual([
      [1, 'CONFLICTING_DUPLICATE'],
      [2, 'CONFLICTING_DUPLICATE'],
    ])
    expect(await total()).toMatchObject({ records: '3' })
  })

  it('is accepted of one of two senders at once', async () => {
    const record = (timestamp: string) =>
      Array.from({ length: 20 }, (_call, index) => ({
        id: `call-${index}`,
        timestamp,
        provider: 'openai',
        model: 'gpt-5',
        usage: { input: 1, output: 1 },
      }))
    const times = Array.from({ length: 8 }, (_time, hour) => `2026-10-01T0${hour}:00:00Z`)
    const replies = await Promise.all(
      times.map((time) =>
        ingestUsage(principal, { body: Buffer.from(JSON.stringify(record(time))), idempotencyKey: null }),
      ),
    )
    expect(replies.map(({ accepted }) => accepted).reduce((sum, one) => sum + one, 0)).toBe(20)
    expect(await total()).toMatchObject({ records: '20' })
  })

  it('may be another call of another host, and of another workspace', async () => {
    const line = (host: string, timestamp: string) =>
      JSON.stringify({ id: 'a', timestamp, provider: host, model: 'm', usage: { input: 1, output: 1 } })
    await importFile(principal, line('one', '2026-10-01T00:00:00Z'))
    expect(await importFile(principal, line('two', LATER.timestamp))).toMatchObject({ accepted: '1' })
    const other = await commandLineOf('other')
    expect(await importFile(other, line('one', LATER.timestamp))).toMatchObject({ accepted: '1' })
  })

  it('is accepted once the import that was first is undone, unless another one offered the call too', async () => {
    const first = await importFile(principal, usageCsv([call('a'), call('b')]))
    await importFile(principal, usageCsv([call('b')]))
    const moved = usageCsv([call('a', LATER), call('b', LATER)])
    expect(await importFile(principal, moved)).toMatchObject({ accepted: '0', rejected: '2' })
    await undoImport(principal, { id: first.id })
    expect(await importFile(principal, moved)).toMatchObject({ accepted: '1', rejected: '1' })
    expect(await total()).toMatchObject({ records: '2' })
  })
})
