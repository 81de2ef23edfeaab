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
const EARLY = { timestamp: '2026-08-02T03:00:00Z' }
const LATER = { timestamp: '2026-11-02T03:00:00Z' }
const total = async () => (await readSpend(principal, {})).total

describe('an id of the provider at another time', () => {
  it('is refused and shown, in another file, and takes nothing away', async () => {
    await importFile(principal, usageCsv([call('a'), call('b')]))
    const before = await total()
    const second = await importFile(principal, usageCsv([call('a', LATER), call('b', { ...LATER, input: 7 })]))
    expect(second).toMatchObject({ accepted: '0', duplicate: '0', rejected: '2', rows_read: '2' })
    expect(second).toMatchObject({ cost: null, first_at: null, last_at: null })
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
    const first = await importFile(principal, usageCsv([call('a', EARLY), call('a'), call('c')]))
    expect(first).toMatchObject({
      accepted: '2',
      rejected: '1',
      first_at: EARLY.timestamp,
      last_at: '2026-10-01T00:00:00Z',
    })
    await undoImport(principal, { id: first.id })
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

/** More than are kept in the index of ids. */
const MANY = 25_100
const HOUR_MS = 3_600_000
const START = Date.UTC(2026, 8, 1)
const many = (shiftMs: number, from = 0) =>
  Array.from({ length: MANY }, (_call, index) =>
    call(`call-${from + index}`, { timestamp: new Date(START + (from + index) * 20_000 + shiftMs).toISOString() }),
  )
const rejects = async () =>
  (
    await pool().query(
      'SELECT line::int, byte_offset::int AS at, code, raw FROM import_reject ORDER BY import_id, line',
    )
  ).rows
const send = (id: string, timestamp: string) =>
  ingestUsage(principal, {
    body: Buffer.from(
      JSON.stringify({ id, timestamp, provider: 'openai', model: 'gpt-5', usage: { input: 1_000, output: 1 } }),
    ),
    idempotencyKey: null,
  })

describe('an id of the provider at another time, of a file of many', () => {
  it('is refused within the file, where it stands: the first of them stays', async () => {
    const rows = many(0)
    rows.splice(20_000, 0, call('call-7', LATER))
    rows.push(call('call-7', LATER), call('call-8', { timestamp: new Date(START + 8 * 20_000).toISOString() }))
    const file = usageCsv(rows)
    expect(await importFile(principal, file)).toMatchObject({ accepted: `${MANY}`, duplicate: '2', rejected: '1' })
    const [refused] = await rejects()
    expect(refused).toMatchObject({ line: 20_002, code: 'CONFLICTING_DUPLICATE' })
    expect(file.slice(refused.at).startsWith('call-7,')).toBe(true)
    expect(JSON.parse(refused.raw)).toMatchObject({ id: 'call-7', stored_timestamp: '2026-09-01T00:02:20.000Z' })
  })

  it('is refused in a later file of many, which adds what is new only; and in one of few, and by the API', async () => {
    const first = await importFile(principal, usageCsv(many(0)))
    expect(first).toMatchObject({ accepted: `${MANY}` })
    const before = await total()
    const shifted = usageCsv(many(2 * HOUR_MS))
    expect(await importFile(principal, shifted)).toMatchObject({ accepted: '0', duplicate: '0', rejected: `${MANY}` })
    expect(await total()).toEqual(before)
    const half = MANY / 2
    expect(await importFile(principal, usageCsv(many(HOUR_MS, half)))).toMatchObject({
      accepted: `${half}`,
      rejected: `${half}`,
    })
    const near = '2026-09-03T00:00:00Z'
    expect(
      await importFile(principal, usageCsv([call('call-10', { timestamp: near }), call('new-2', { timestamp: near })])),
    ).toMatchObject({ accepted: '1', rejected: '1' })
    expect(await send('call-11', near)).toMatchObject({ accepted: 0, rejected: 1, errors: [{ index: 0 }] })
    expect(await send('call-11', new Date(START + 11 * 20_000).toISOString())).toMatchObject({ duplicate: 1 })
  })

  it('is refused after files of few and the API', async () => {
    await importFile(principal, usageCsv([call('call-9', { timestamp: '2026-09-02T00:00:00Z' })]))
    await send('call-20000', '2026-09-01T01:00:00Z')
    const file = usageCsv(many(0))
    expect(await importFile(principal, file)).toMatchObject({ accepted: `${MANY - 2}`, rejected: '2' })
    expect((await rejects()).map(({ line, at }) => [line, file.slice(at).split(',')[0]])).toEqual([
      [11, 'call-9'],
      [20_002, 'call-20000'],
    ])
  })

  it('is accepted once the import that was first is undone, unless another one offered the call too', async () => {
    const first = await importFile(principal, usageCsv(many(0)))
    await importFile(principal, usageCsv([call('call-1', { timestamp: new Date(START + 20_000).toISOString() })]))
    await undoImport(principal, { id: first.id })
    expect(await importFile(principal, usageCsv(many(HOUR_MS)))).toMatchObject({
      accepted: `${MANY - 1}`,
      rejected: '1',
    })
    const { rows } = await pool().query('SELECT count(*)::int AS pages FROM provider_id_page WHERE import_no = $1', [
      first.no,
    ])
    expect(rows[0].pages).toBe(0)
  })
})
