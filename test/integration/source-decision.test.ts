import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Principal } from '../../lib/server/auth/principal'
import { pool } from '../../lib/server/db/pool'
import { readBill } from '../../lib/server/read/bill'
import { readCalls } from '../../lib/server/read/calls'
import { checkBooks } from '../../lib/server/read/check-books'
import { getImportView } from '../../lib/server/read/imports'
import { readOverlaps } from '../../lib/server/read/overlaps'
import { readSourceDecisions } from '../../lib/server/read/source-decisions'
import { readSpend } from '../../lib/server/read/spend'
import { addPrice, addPriceInput } from '../../lib/server/use-case/add-price'
import { closeMonth } from '../../lib/server/use-case/close-month'
import { decideSource, reverseDecision } from '../../lib/server/use-case/decide-source'
import { ingestUsage } from '../../lib/server/use-case/ingest-usage'
import { reprice, undoReprice } from '../../lib/server/use-case/reprice'
import { undoImport } from '../../lib/server/use-case/undo-import'
import { useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase, resetDatabase } from '../support/database'
import {
  commandLineOf,
  drain,
  importFile,
  insertTestPrices,
  type RowFields,
  requireBalancedBooks,
  upload,
  usageCsv,
} from '../support/imports'

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

const SEPTEMBER = 1_788_220_800
/** The provider's own export: a million gpt-5 tokens, 1.25 dollars, on each day of September from 0. */
const openaiUsage = (days: readonly number[]) =>
  [
    'start_time,end_time,project_id,num_model_requests,user_id,api_key_id,model,batch,service_tier,input_tokens,output_tokens,input_cached_tokens,input_uncached_tokens',
    ...days.map(
      (day) =>
        `${SEPTEMBER + day * 86_400},${SEPTEMBER + (day + 1) * 86_400},,3,,,gpt-5,False,default,1000000,0,0,1000000`,
    ),
    '',
  ].join('\n')
const call = (id: string, day: number, input = 500_000): RowFields => ({
  id,
  timestamp: new Date((SEPTEMBER + day * 86_400 + 36_000) * 1000).toISOString(),
  model: 'gpt-5',
  input,
  output: 0,
})
/** The same calls by another source that names them by the same ids. */
const asJsonl = (rows: readonly RowFields[]) =>
  rows
    .map(({ id, timestamp, model, input }) =>
      JSON.stringify({ id, timestamp, provider: 'openai', model, usage: { input: String(input), output: '0' } }),
    )
    .concat('')
    .join('\n')
const decide = (source: string, from = '2026-09', to = '2026-10') =>
  decideSource(principal, { host: 'openai', from, to, source, mode: 'apply', reason: 'the invoice is by this one' })
const reverse = (no: number | null) => reverseDecision(principal, { no: String(no), reason: 'it was wrong' })
const total = async () => (await readSpend(principal, {})).total
const undo = (id: string) => undoImport(principal, { id })
const LOG = 'tokentab-csv'

describe('one source is authoritative for a host and period', () => {
  it('the preview shows both sides and changes nothing; the decision sets the other aside and the notice disappears', async () => {
    await importFile(principal, openaiUsage([0, 1]))
    const log = await importFile(principal, usageCsv([call('a', 0), call('b', 1), call('c', 2)]))
    expect(await readOverlaps(principal)).toHaveLength(1)
    const preview = await decideSource(principal, {
      host: 'openai',
      from: '2026-09-01',
      to: '2026-09-03',
      source: 'openai',
      mode: 'preview',
    })
    expect(preview).toMatchObject({
      no: null,
      matched: '0',
      days_without: '0',
      before: '3.75',
      after: '2.5',
      difference: '-1.25',
      set_aside: '2',
      closed_months: [],
      sources: [
        { source: 'openai', records: '2', requests: '6', cost: '2.5', counted: '2' },
        { source: LOG, records: '2', cost: '1.25', counted: '2' },
      ],
    })
    expect(await total()).toMatchObject({ records: '5', cost: '4.375' })
    const { no } = await decide('openai', '2026-09-01', '2026-09-03')
    await requireBalancedBooks(principal)
    expect(await total()).toMatchObject({ records: '3', cost: '3.125' })
    expect((await readBill(principal, { month: '2026-09' })).exact_total).toBe('3.125')
    expect(await readOverlaps(principal)).toEqual([])
    expect(await getImportView(principal, { id: log.id })).toMatchObject({ accepted: '3', set_aside: '2' })
    const page = await readCalls(principal, {
      filter: { from: '2026-09-01T00:00:00Z', to: '2026-10-01T00:00:00Z' },
      cursor: null,
    })
    expect(page.items.map((one) => one.set_aside_by)).toEqual([null, no, null, no, null])
    expect(page.total).toMatchObject({ records: '3', cost: '3.125', unpriced_records: '0', set_aside_records: '2' })
    await reverse(no)
    await requireBalancedBooks(principal)
    expect(await total()).toMatchObject({ records: '5', cost: '4.375' })
    expect((await readSourceDecisions(principal)).rows).toMatchObject([
      { no, source: 'openai', actor: 'command line', reversed_by: 'command line', reversed_reason: 'it was wrong' },
    ])
    expect(await reverse(no)).toEqual({ records: '0' })
  })

  it('is refused without a reason, for a source that tells nothing, or where it is decided already', async () => {
    await importFile(principal, openaiUsage([0]))
    await expect(
      decideSource(principal, { host: 'openai', from: '2026-09', to: '2026-10', source: 'openai', mode: 'apply' }),
    ).rejects.toMatchObject({ reason: 'REASON_MISSING' })
    await expect(decide('helicone')).rejects.toMatchObject({ reason: 'SOURCE_TELLS_NOTHING' })
    await expect(decide('openai', '2026-10', '2026-09')).rejects.toMatchObject({ reason: 'PERIOD_EMPTY' })
    await decide('openai')
    await expect(decide('openai', '2026-09-30', '2026-11')).rejects.toMatchObject({ reason: 'ALREADY_DECIDED' })
    await expect(reverseDecision(principal, { no: '99', reason: 'x' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('what another source sends later, by file or by the API, is set aside in the transaction that stores it', async () => {
    await importFile(principal, openaiUsage([0, 1]))
    await decide('openai')
    const late = await importFile(principal, usageCsv([call('late', 0), call('outside', 40)]))
    expect(late).toMatchObject({ accepted: '2', set_aside: '1' })
    const body = Buffer.from(asJsonl([call('api', 1)]))
    expect(await ingestUsage(principal, { body, idempotencyKey: null })).toMatchObject({ accepted: 1 })
    await requireBalancedBooks(principal)
    expect(await total()).toMatchObject({ records: '3', cost: '3.125' })
    // Of the authoritative source it counts.
    await importFile(principal, openaiUsage([0, 1, 2]))
    await requireBalancedBooks(principal)
    expect(await total()).toMatchObject({ records: '4', cost: '4.375' })
    // Re-import is a no-op for records set aside too.
    expect(await importFile(principal, usageCsv([call('late', 0), call('outside', 40)]))).toMatchObject({
      accepted: '0',
      duplicate: '2',
    })
    await requireBalancedBooks(principal)
  })

  it('a call that the authoritative source tells too counts, whichever brought it first, until that one is undone', async () => {
    const rows = [call('a', 0), call('b', 1)]
    await importFile(principal, usageCsv([...rows, call('log-only', 2)]))
    await importFile(principal, asJsonl([call('json-only', 3)]))
    await decide('tokentab-jsonl')
    expect(await total()).toMatchObject({ records: '1' })
    const json = await importFile(principal, asJsonl(rows))
    expect(json).toMatchObject({ accepted: '0', duplicate: '2' })
    await requireBalancedBooks(principal)
    expect(await total()).toMatchObject({ records: '3' })
    await undo(json.id)
    await requireBalancedBooks(principal)
    expect(await total()).toMatchObject({ records: '1' })
  })

  it('a bucket of the authoritative source counts when another source restates it, once or told twice before', async () => {
    const row = (day: number, input: number): RowFields => ({
      timestamp: new Date((SEPTEMBER + day * 86_400) * 1000).toISOString(),
      end: new Date((SEPTEMBER + (day + 1) * 86_400) * 1000).toISOString(),
      input,
      output: 0,
      requests: 1,
    })
    const json = (day: number, input: number) =>
      JSON.stringify({
        timestamp: row(day, input).timestamp,
        end_timestamp: row(day, input).end,
        provider: 'openai',
        model: 'gpt-5',
        requests: 1,
        usage: { input: String(input), output: '0' },
      })
    await importFile(principal, `${json(0, 100)}\n${json(1, 100)}\n`)
    await importFile(principal, `${json(1, 100)}\n`)
    await decide('tokentab-jsonl')
    const newer = await importFile(principal, usageCsv([row(0, 300), row(1, 300)]))
    expect(newer).toMatchObject({ accepted: '2', restated: '2', set_aside: '0' })
    await requireBalancedBooks(principal)
    expect(await total()).toMatchObject({ records: '2', tokens: { input: '600' } })
  })

  it('A-65: in a closed month the decision and its reversal are corrections in the open one', async () => {
    await importFile(principal, openaiUsage([0]))
    await importFile(principal, usageCsv([call('a', 0), call('b', 31)]))
    const finance: Principal = { ...principal, role: 'finance', userId: null, actor: 'finance' }
    await closeMonth(finance, { month: '2026-09' })
    const { no, closed_months } = await decide('openai')
    expect(closed_months).toEqual(['2026-09'])
    await requireBalancedBooks(principal)
    const october = await readBill(principal, { month: '2026-10' })
    expect(october.corrections).toMatchObject([
      { month: '2026-09', cause: 'source', cause_no: no, records: '-1', exact_amount: '-0.625', actor: 'command line' },
    ])
    expect((await readBill(principal, { month: '2026-09' })).exact_total).toBe('1.875')
    await reverse(no)
    await requireBalancedBooks(principal)
    const after = await readBill(principal, { month: '2026-10' })
    expect(after.corrections.map((one) => [one.cause, one.records])).toEqual([
      ['source', '-1'],
      ['source_undo', '1'],
    ])
  })

  it('P-7: re-pricing keeps records set aside up to date and out of its sums', async () => {
    await importFile(principal, openaiUsage([0]))
    await importFile(principal, usageCsv([call('a', 0)]))
    const { no } = await decide('openai')
    await addPrice(
      principal,
      addPriceInput.parse({
        host: 'openai',
        model: 'gpt-5',
        meter: 'input',
        amount: '2.5',
        effective_from: '2026-09-01T00:00:00Z',
        source: 'order form',
      }),
    )
    const scope = { from: '2026-09', to: '2026-10', filter: {} }
    const done = await reprice(principal, { ...scope, mode: 'apply', reason: 'twice the price' })
    expect(done.total).toMatchObject({ records: '1', records_changed: '1', before: '1.25', after: '2.5' })
    await requireBalancedBooks(principal)
    await reverse(no)
    await requireBalancedBooks(principal)
    expect(await total()).toMatchObject({ cost: '3.75' })
    await undoReprice(principal, { id: done.revision?.id ?? '' })
    await requireBalancedBooks(principal)
    expect(await total()).toMatchObject({ cost: '1.875' })
  })

  it('deciding while imports commit leaves nothing between the two', async () => {
    await importFile(principal, openaiUsage([0, 1, 2]))
    for (let round = 0; round < 4; round += 1) {
      await upload(principal, usageCsv(Array.from({ length: 200 }, (_row, at) => call(`${round}-${at}`, at % 3))))
      const body = Buffer.from(asJsonl([call(`api-${round}`, 0)]))
      const [decided] = await Promise.all([
        decide('openai'),
        drain(),
        ingestUsage(principal, { body, idempotencyKey: null }),
      ])
      await requireBalancedBooks(principal)
      expect(await total()).toMatchObject({ records: '3' })
      if (round < 3) await reverse(decided.no)
    }
  })

  it('I11: a record that counts against a decision is found', async () => {
    await importFile(principal, openaiUsage([0]))
    await importFile(principal, usageCsv([call('a', 0)]))
    await decide('openai')
    await pool().query('UPDATE usage_record SET set_aside_by = NULL')
    const rules = new Set((await checkBooks(principal, { all: true, files: true })).map(({ rule }) => rule))
    expect(rules).toEqual(new Set(['I2', 'I11']))
  })
})

type Step =
  | { readonly do: 'import'; readonly as: 'csv' | 'jsonl'; readonly ids: readonly number[] }
  | { readonly do: 'undo'; readonly which: number }
  | { readonly do: 'decide'; readonly as: 'csv' | 'jsonl'; readonly day: number }
  | { readonly do: 'reverse'; readonly which: number }

const source = fc.constantFrom('csv' as const, 'jsonl' as const)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('import' as const),
      as: source,
      ids: fc.uniqueArray(fc.nat(8), { minLength: 1, maxLength: 6 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('undo' as const), which: fc.nat(5) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('decide' as const), as: source, day: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reverse' as const), which: fc.nat(3) }) },
)

describe('P-2, P-3, P-5 with decisions between sources', () => {
  it('in any order of imports, undos, decisions and reversals the books count what the decisions say', async () => {
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 9 }), async (steps) => {
        run += 1
        principal = await commandLineOf(`run-${run}`)
        const imports: { id: string; as: string; ids: readonly number[]; undone: boolean }[] = []
        const decisions: { no: number; as: string; day: number; reversed: boolean }[] = []
        for (const one of steps) {
          if (one.do === 'import') {
            const rows = one.ids.map((id) => call(`id-${id}`, id % 3, 1_000 + id))
            const { id } = await importFile(principal, one.as === 'csv' ? usageCsv(rows) : asJsonl(rows))
            imports.push({ id, as: one.as, ids: one.ids, undone: false })
          } else if (one.do === 'undo') {
            const which = imports[one.which]
            if (which === undefined) continue
            await undo(which.id)
            which.undone = true
          } else if (one.do === 'decide') {
            const days = [`2026-09-0${one.day + 1}`, `2026-09-0${one.day + 2}`] as const
            const { no } = await decide(`tokentab-${one.as}`, ...days).catch(() => ({ no: null }))
            if (no !== null) decisions.push({ no, as: one.as, day: one.day, reversed: false })
          } else {
            const which = decisions[one.which]
            if (which === undefined) continue
            await reverse(which.no)
            which.reversed = true
          }
          const wanted = new Map<number, boolean>()
          for (const { as, ids, undone } of imports) {
            if (undone) continue
            for (const id of ids) {
              const decision = decisions.find(({ day, reversed }) => day === id % 3 && !reversed)
              wanted.set(id, wanted.get(id) === true || decision === undefined || decision.as === as)
            }
          }
          const counted = [...wanted].filter(([, counts]) => counts).map(([id]) => id)
          const { records, tokens } = (await total()) as unknown as { records: string; tokens: { input: string } }
          expect({ records, input: tokens.input }).toEqual({
            records: String(counted.length),
            input: String(counted.reduce((sum, id) => sum + 1_000 + id, 0)),
          })
        }
        await requireBalancedBooks(principal)
      }),
      { numRuns: 12 },
    )
  })
})
