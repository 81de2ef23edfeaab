import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { MappingSpec } from '../../lib/core/source/mapping/spec'
import type { Principal } from '../../lib/server/auth/principal'
import { draftMapping, listMappings } from '../../lib/server/read/import-mapping'
import { getImport } from '../../lib/server/read/imports'
import { forgetMapping, mapImport } from '../../lib/server/use-case/map-import'
import { undoImport } from '../../lib/server/use-case/undo-import'
import { useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase, resetDatabase } from '../support/database'
import { commandLineOf, drain, importFile, insertTestPrices, requireBalancedBooks } from '../support/imports'

const HEADER = 'when;llm model;prompt tokens;of which cached;completion tokens'
const FILE = `${HEADER}\n03/04/2026 10:00;gpt-5;1.200;1.000;100\n05/04/2026 10:00;gpt-5;2.500;0;1.100\n`

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

const answered = (spec: MappingSpec): MappingSpec => ({
  ...spec,
  numbers: { input: 'comma', cache_read: 'comma', output: 'comma' },
  dates: 'dmy',
  time_zone: 'UTC',
  input_includes_cache: true,
  host: 'openai',
})

describe('a table that no dialect knows', () => {
  it('waits for a mapping, is asked about, and is imported with the answers', async () => {
    const failed = await importFile(principal, FILE)
    expect(failed).toMatchObject({ status: 'failed', problem: { code: 'UNKNOWN_FORMAT' } })
    const { id } = failed
    const draft = await draftMapping(principal, { id, spec: null })
    expect(draft.spec.columns).toEqual({ time: 0, model: 1, input: 2, cache_read: 3, output: 4 })
    expect(draft.questions.map(({ code }) => code)).toEqual(['DATE_ORDER', 'NUMBER_STYLE', 'INPUT_INCLUDES_CACHE'])
    await expect(mapImport(principal, { id, name: 'Gateway', spec: draft.spec })).rejects.toMatchObject({
      reason: 'MAPPING_OPEN',
    })

    // What is open is shown with its first answer, as the page says: input includes what was cached.
    const open = await draftMapping(principal, { id, spec: { ...answered(draft.spec), input_includes_cache: null } })
    expect(open.questions.map(({ code }) => code)).toEqual(['INPUT_INCLUDES_CACHE'])
    expect(open.first.map(({ cost }) => cost)).toEqual(['0.001375', '0.014125'])

    const preview = await draftMapping(principal, { id, spec: answered(draft.spec) })
    expect(preview.questions).toEqual([])
    // 200 × $1.25 + 1,000 × $0.125 + 100 × $10, per million
    expect(preview.first.map(({ cost }) => cost)).toEqual(['0.001375', '0.014125'])
    expect(preview.worked).toMatchObject({
      line: '2',
      includes: { uncached: '200', cost: '0.001375' },
      excludes: { uncached: '1200', cost: '0.002625' },
    })

    expect(await mapImport(principal, { id, name: 'Gateway', spec: answered(draft.spec) })).toMatchObject({
      queued: true,
    })
    await drain()
    expect((await getImport(principal, { id })).import).toMatchObject({
      status: 'committed',
      accepted: '2',
      rejected: '0',
      cost: '0.0155',
      format_title: 'Mapped columns',
      generation: 'Gateway',
      first_at: '2026-04-03T10:00:00Z',
      problem: { code: 'MAPPING_USED' },
    })
    await requireBalancedBooks(principal)
  })

  it('shows values of a column named like messages only where all of them are numbers', async () => {
    const file = (prompt: string) =>
      JSON.stringify([
        { at: '2026-10-01T00:00:00Z', llm: 'gpt-5', tokens: { prompt: 12, answer: 3 } },
        { at: '2026-10-02T00:00:00Z', llm: 'gpt-5', tokens: { prompt, answer: 4 } },
      ])
    const examplesIn = async (prompt: string) => {
      const { id } = await importFile(principal, file(prompt))
      const { columns } = await draftMapping(principal, { id, spec: null })
      return columns.filter(({ name }) => name.startsWith('tokens.')).map(({ examples }) => examples)
    }
    expect(await examplesIn('13')).toEqual([
      ['12', '13'],
      ['3', '4'],
    ])
    expect(await examplesIn('my number is 13')).toEqual([[], ['3', '4']])
  })

  it('is read by itself the next time, in this workspace only, until the mapping is forgotten', async () => {
    const { id } = await importFile(principal, FILE)
    const draft = await draftMapping(principal, { id, spec: null })
    const { mapping } = await mapImport(principal, { id, name: 'Gateway', spec: answered(draft.spec) })
    await drain()
    const again = await importFile(principal, FILE)
    expect(again).toMatchObject({ status: 'committed', accepted: '0', duplicate: '2', generation: 'Gateway' })
    const more = await importFile(principal, `${HEADER}\n07/04/2026 10:00;gpt-5;10;0;1\n`)
    expect(more).toMatchObject({ status: 'committed', accepted: '1', problem: { code: 'MAPPING_USED' } })
    expect(more.problem?.message).toContain('Gateway')
    const other = await commandLineOf('other')
    expect(await importFile(other, FILE)).toMatchObject({ status: 'failed', problem: { code: 'UNKNOWN_FORMAT' } })
    await expect(draftMapping(other, { id, spec: null })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(forgetMapping(other, { id: mapping })).rejects.toMatchObject({ code: 'NOT_FOUND' })

    for (const one of [more.id, id]) await undoImport(principal, { id: one })
    expect(await listMappings(principal)).toMatchObject([{ id: mapping, name: 'Gateway' }])
    await forgetMapping(principal, { id: mapping })
    expect(await importFile(principal, FILE)).toMatchObject({ status: 'failed', problem: { code: 'UNKNOWN_FORMAT' } })
    await requireBalancedBooks(principal)
  })

  it('can be named with the upload, and a mapping for another header is refused', async () => {
    const { id } = await importFile(principal, FILE)
    const draft = await draftMapping(principal, { id, spec: null })
    const { mapping } = await mapImport(principal, { id, name: 'Gateway', spec: answered(draft.spec) })
    await drain()
    expect(await importFile(principal, FILE, { mapping })).toMatchObject({ status: 'committed', duplicate: '2' })
    expect(await importFile(principal, 'a;b\n1;2\n', { mapping })).toMatchObject({
      status: 'failed',
      problem: { code: 'MISSING_COLUMNS' },
    })
    await expect(draftMapping(principal, { id: draft.spec.header.join(''), spec: null })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })
})
