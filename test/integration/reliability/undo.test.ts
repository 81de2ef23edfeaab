import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Principal } from '../../../lib/server/auth/principal'
import { pool } from '../../../lib/server/db/pool'
import { getImportView } from '../../../lib/server/read/imports'
import { readSpend } from '../../../lib/server/read/spend'
import { undoImport } from '../../../lib/server/use-case/undo-import'
import { booksAsText } from '../../support/books'
import { commandLineOf, importFile, type RowFields, requireBalancedBooks, usageCsv } from '../../support/imports'
import { inEmptyWorkspace } from '../../support/scene'

let principal: Principal
inEmptyWorkspace((made) => {
  principal = made
})

const call = (id: string, project: string): RowFields => ({
  id,
  timestamp: '2026-10-01T00:00:00Z',
  project,
  input: 1_000,
  output: 1,
})
const undo = (id: string) => undoImport(principal, { id })

describe('P-5: undo hands rows over', () => {
  it('import A, import A again, undo the first: the rows are the second’s and the books are as if A came once', async () => {
    const file = usageCsv([call('a', 'search'), call('b', 'search'), call('b', 'search')])
    const first = await importFile(principal, file)
    const second = await importFile(principal, file)
    expect(second).toMatchObject({ accepted: '0', duplicate: '3' })
    await undo(first.id)
    await requireBalancedBooks(principal)
    expect(await getImportView(principal, { id: second.id })).toMatchObject({
      rows_read: '3',
      accepted: '2',
      duplicate: '1',
      cost: '0.00252',
      first_at: '2026-10-01T00:00:00Z',
    })
    expect((await readSpend(principal, { 'filter.import': second.id })).total).toMatchObject({ cost: '0.00252' })
    await undo(second.id)
    await requireBalancedBooks(principal)
    expect((await readSpend(principal, {})).rows).toEqual([])
    expect((await pool().query('SELECT 1 FROM usage_duplicate')).rows).toEqual([])
  })

  it('the row comes back as the later import told it, names included', async () => {
    const first = await importFile(principal, usageCsv([call('a', 'search'), call('only-here', 'search')]))
    await importFile(principal, usageCsv([call('x', 'chat'), call('a', 'chat')]))
    await undo(first.id)
    await requireBalancedBooks(principal)
    const { rows } = await readSpend(principal, { group_by: 'project' })
    expect(rows).toMatchObject([{ project: 'chat', requests: '2', cost: '0.00252' }])
  })

  it('a row that a later file restated is followed in the history too', async () => {
    const bucket = (input: number) =>
      usageCsv([{ timestamp: '2026-10-01T00:00:00Z', end: '2026-10-02T00:00:00Z', input, output: 1, requests: 3 }])
    const first = await importFile(principal, bucket(100))
    const same = await importFile(principal, bucket(100))
    const newer = await importFile(principal, bucket(300))
    await undo(first.id)
    await requireBalancedBooks(principal)
    await undo(newer.id)
    await requireBalancedBooks(principal)
    expect((await readSpend(principal, {})).total).toMatchObject({ tokens: { input: '100' } })
    expect(await getImportView(principal, { id: same.id })).toMatchObject({ accepted: '1', duplicate: '0' })
  })
})

describe('P-5: undo of billed cost', () => {
  it('hands lines over to the later export that told the same, also under one that restated them', async () => {
    const day = 1_785_542_400
    const cost = (amount: string) =>
      [
        'start_time,end_time,amount_value,amount_currency,quantity,quantity_unit,line_item,user_id,api_key_id,project_id,organization_id',
        `${day},${day + 86_400},${amount},usd,,,"gpt-5, input",,,,org-acme`,
        `${day},${day + 86_400},2,usd,,,"gpt-5, output",,,,org-acme`,
        '',
      ].join('\n')
    const counting = async () =>
      (
        await pool().query(
          `SELECT import_no, trim_scale(amount)::text AS amount FROM billed_cost WHERE replaced_by IS NULL ORDER BY 2`,
        )
      ).rows
    const first = await importFile(principal, cost('1'))
    const second = await importFile(principal, cost('1'))
    expect(second).toMatchObject({ accepted: '0', duplicate: '2' })
    const third = await importFile(principal, cost('3'))
    await undo(first.id)
    await requireBalancedBooks(principal)
    expect(await getImportView(principal, { id: second.id })).toMatchObject({
      accepted: '2',
      duplicate: '0',
      billed: { rows: '2', amounts: [{ currency: 'USD', amount: '3', rounding: '0' }] },
    })
    await undo(third.id)
    await requireBalancedBooks(principal)
    expect(await counting()).toEqual([
      { import_no: second.no, amount: '1' },
      { import_no: second.no, amount: '2' },
    ])
    await undo(second.id)
    await requireBalancedBooks(principal)
    expect(await counting()).toEqual([])
  })
})

/** A file of the property: some of eight calls, and buckets whose version grows with the file. */
interface File {
  readonly calls: readonly number[]
  readonly buckets: readonly number[]
  readonly version: number
  readonly project: string
}

const fileText = ({ calls, buckets, version, project }: File) =>
  usageCsv([
    ...calls.map((index) => call(`call-${index}`, project)),
    ...buckets.map(
      (day): RowFields => ({
        timestamp: `2026-10-0${day + 1}T00:00:00Z`,
        end: `2026-10-0${day + 2}T00:00:00Z`,
        input: 100 * version,
        output: 1,
        requests: 3,
      }),
    ),
  ])

const files = fc
  .array(
    fc.record({
      calls: fc.array(fc.nat(7), { minLength: 1, maxLength: 6 }),
      buckets: fc.uniqueArray(fc.nat(3), { maxLength: 3 }),
      grows: fc.boolean(),
      project: fc.constantFrom('search', 'chat'),
      isUndone: fc.boolean(),
    }),
    { minLength: 2, maxLength: 5 },
  )
  .map((all) => {
    let version = 1
    return all.map(({ grows, isUndone, ...rest }) => {
      if (grows) version += 1
      return { file: { ...rest, version }, isUndone }
    })
  })

describe('P-5 and P-6 hold: every undo leaves the books of a world without the import', () => {
  it('for any files, overlaps and restatements; twice is once; undoing all leaves nothing', async () => {
    let run = 0
    await fc.assert(
      fc.asyncProperty(files, fc.boolean(), async (all, backwards) => {
        run += 1
        principal = await commandLineOf(`undo-${run}`)
        const made: string[] = []
        for (const { file } of all) made.push((await importFile(principal, fileText(file))).id)
        const kept = made.filter((_id, index) => all[index]?.isUndone === false)
        const gone = made.filter((_id, index) => all[index]?.isUndone === true)
        for (const id of backwards ? gone.toReversed() : gone) await undo(id)
        for (const id of gone) await undo(id)
        const books = await booksAsText(principal, kept)
        const other = await commandLineOf(`never-${run}`)
        const fresh: string[] = []
        for (const { file, isUndone } of all) {
          if (!isUndone) fresh.push((await importFile(other, fileText(file))).id)
        }
        expect(books).toEqual(await booksAsText(other, fresh))
        // What was undone comes again as if for the first time.
        for (const { file, isUndone } of all) {
          if (!isUndone) continue
          kept.push((await importFile(principal, fileText(file))).id)
          fresh.push((await importFile(other, fileText(file))).id)
        }
        expect(await booksAsText(principal, kept)).toEqual(await booksAsText(other, fresh))
        for (const id of kept) await undo(id)
        expect(await booksAsText(principal, [...made, ...kept])).toEqual([])
      }),
      { numRuns: 12 },
    )
    await requireBalancedBooks(principal)
  })
})
