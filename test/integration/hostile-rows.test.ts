import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Principal } from '../../lib/server/auth/principal'
import { useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase } from '../support/database'
import { hostileTexts } from '../support/hostile'
import {
  commandLineOf,
  importFile,
  insertTestPrices,
  type RowFields,
  requireBalancedBooks,
  usageCsv,
} from '../support/imports'

let removeData: () => void
let principal: Principal
beforeAll(async () => {
  removeData = useOwnDataDirectory()
  await openTestDatabase()
  await insertTestPrices()
  principal = await commandLineOf('acme')
})
afterAll(async () => {
  await closeTestDatabase()
  removeData()
})

const MOST = '9223372036854775807'
const BUCKET = { timestamp: '2026-10-01T00:00:00Z', end: '2026-10-01T00:30:00Z', input: '1', output: '1' }
const LATER = { timestamp: '2026-10-01T00:30:00Z', end: '2026-10-01T01:00:00Z', input: '1', output: '1' }

it.each<[string, [Partial<RowFields>, Partial<RowFields>], string]>([
  ['calls', [{ requests: MOST }, { requests: MOST }], '2'],
  ['calls, just few enough', [{ requests: '1000000000000' }, { requests: '1000000000000' }], '0'],
  ['dollars', [{ cost: '99999999999999999999' }, { cost: '-99999999999999999999' }], '2'],
  ['tokens', [{ input: '9223372036854775000' }, { input: '9223372036854775000' }], '0'],
  ['an impossible name', [{ project: 'a\0b' }, { project: 'a\0b' }], '2'],
])(
  'rows of the same hour with too many of %s are refused or summed, and the rest is kept',
  async (what, [one, two], rejected) => {
    const kept = { id: `kept-${what.replaceAll(',', '')}`, timestamp: '2026-10-01T00:10:00Z', input: 1, output: 1 }
    const view = await importFile(principal, usageCsv([{ ...BUCKET, ...one }, { ...LATER, ...two }, kept]))
    expect([view.status, view.rejected]).toEqual(['committed', rejected])
    await requireBalancedBooks(principal)
  },
)

it('whatever a record of our own format holds, its file is imported', async () => {
  const record = {
    id: 'a',
    timestamp: '2026-09-04T00:00:00Z',
    provider: 'openai',
    model: 'gpt-5',
    project: 'p',
    api_key: 'k',
    user: 'u',
    tags: { team: 'care' },
    usage: { input: '10', output: '5' },
    service_tier: 'standard',
    region: 'eu',
    status: 'ok',
    latency_ms: 10,
    reported_cost: '0.1',
  }
  const records: unknown[] = []
  const values = [...hostileTexts(), {}, [], [{}], { a: {} }, true, -1, 1e20, 0.5, null]
  for (const name of Object.keys(record)) for (const value of values) records.push({ ...record, [name]: value })
  for (const text of hostileTexts()) {
    records.push({ ...record, tags: { [text]: 'v', other: text } }, { ...record, usage: { input: '1', [text]: 5 } })
  }
  for (const meter of ['input', 'output', 'cache_read', 'cache_write_1h', 'input_audio', 'reasoning', 'web_search']) {
    for (const count of [MOST, `${MOST}0`, '1e18', -1, '0x10', {}, []])
      records.push({ ...record, usage: { [meter]: count } })
  }
  const lines = records.map((one, at) => JSON.stringify({ id: `r${at}`, ...(one as object) }))
  const good = JSON.stringify({ ...record, id: 'good' })
  const view = await importFile(principal, [...lines, good, ''].join('\n'))
  expect([view.status, view.rows_read]).toEqual(['committed', String(records.length + 1)])
  await requireBalancedBooks(principal)
})

it('B-56: a file that takes something else for the model is refused before its names drown the screens', async () => {
  const named = (models: number) =>
    usageCsv(
      Array.from({ length: models }, (_row, at) => ({
        id: `many-${at}`,
        timestamp: '2026-10-02T00:00:00Z',
        model: `req_${at}`,
        input: 1,
        output: 1,
      })),
    )
  expect(await importFile(principal, named(10_001))).toMatchObject({
    status: 'failed',
    problem: { code: 'TOO_MANY_MODELS', remedy: expect.stringContaining('column') },
  })
  expect(await importFile(principal, named(10_000))).toMatchObject({ status: 'committed', accepted: '10000' })
  await requireBalancedBooks(principal)
})
