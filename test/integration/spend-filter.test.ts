import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Principal } from '../../lib/server/auth/principal'
import { readSpend } from '../../lib/server/read/spend'
import { ingestUsage } from '../../lib/server/use-case/ingest-usage'
import { useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase } from '../support/database'
import { commandLineOf, insertTestPrices } from '../support/imports'

let removeData: () => void
let principal: Principal

const call = (id: string, said: object) => ({
  id,
  timestamp: '2026-10-01T00:00:00Z',
  provider: 'openai',
  model: 'gpt-5',
  usage: { input: '10' },
  ...said,
})

beforeAll(async () => {
  removeData = useOwnDataDirectory()
  await openTestDatabase()
  await insertTestPrices()
  principal = await commandLineOf('filters')
  const calls = [
    call('1', { user: 'Doe, Jane', tags: { team: 'search' } }),
    call('2', { user: 'Doe', tags: { team: 'ads, video' } }),
    call('3', { user: 'he said "hi", twice', tags: { stage: 'test' } }),
    call('4', {}),
  ]
  await ingestUsage(principal, { body: Buffer.from(JSON.stringify(calls)), idempotencyKey: null })
})
afterAll(async () => {
  await closeTestDatabase()
  removeData()
})

const records = async (name: string, text: string) =>
  (await readSpend(principal, { [`filter.${name}`]: text })).total.records

it.each([
  ['user', 'Doe', '1'],
  ['user', 'Doe,nobody', '1'],
  ['user', '"Doe, Jane"', '1'],
  ['user', '"Doe, Jane",Doe', '2'],
  ['user', '"he said ""hi"", twice"', '1'],
  ['user', '', '1'],
  ['user', 'Doe,', '2'],
  ['tag.team', '"ads, video",search', '2'],
  // No such tag: of the records with other tags, and of those with none.
  ['tag.team', '', '2'],
  ['tag.team', 'search,', '3'],
  ['tag.nothing', '', '4'],
])(
  'filter.%s=%s is %s of four calls: a value with a comma is quoted, the empty one is none',
  async (name, text, count) => {
    expect(await records(name, text)).toBe(count)
  },
)

it('every group but none can be asked for again by a filter', async () => {
  for (const group of ['user', 'tag.team']) {
    const { rows } = await readSpend(principal, { group_by: group })
    for (const row of rows) {
      const value = String(row[group] ?? '')
      expect(await records(group, `"${value.replaceAll('"', '""')}"`)).toBe(row.records)
    }
  }
})
