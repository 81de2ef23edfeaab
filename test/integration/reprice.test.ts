import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { RepriceResult } from '../../lib/core/report/reprice-view'
import { commandLinePrincipal } from '../../lib/server/auth/command-line'
import type { Principal } from '../../lib/server/auth/principal'
import { pool } from '../../lib/server/db/pool'
import { syncPriceBook } from '../../lib/server/db/price-book'
import { readCalls } from '../../lib/server/read/calls'
import { readRevisions } from '../../lib/server/read/revisions'
import { readSpend } from '../../lib/server/read/spend'
import { readUnpricedQueue } from '../../lib/server/read/unpriced'
import { addPrice, addPriceInput } from '../../lib/server/use-case/add-price'
import { createSample } from '../../lib/server/use-case/create-sample'
import { nameModel } from '../../lib/server/use-case/name-model'
import { reprice, undoReprice } from '../../lib/server/use-case/reprice'
import { undoImport } from '../../lib/server/use-case/undo-import'
import { useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase, resetDatabase } from '../support/database'
import { commandLineOf, drain, importFile, insertTestPrices, requireBalancedBooks, usageCsv } from '../support/imports'

const GOLDEN = join(dirname(fileURLToPath(import.meta.url)), '../golden')

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

const ALL_TIME = { from: '2015-01-01', to: '2027-01-01' }

function preview(period: { from: string; to: string } = ALL_TIME, filter = {}): Promise<RepriceResult> {
  return reprice(principal, { ...period, mode: 'preview', filter })
}

function apply(
  period: { from: string; to: string } = ALL_TIME,
  filter = {},
  reason = 'contract of October',
): Promise<RepriceResult> {
  return reprice(principal, { ...period, mode: 'apply', reason, filter })
}

/** Everything that is about usage, as text in a fixed order; sets by what they say, since ids may have gaps. */
const DUMP = `SELECT 'record ' || (to_jsonb(u) - 'price_set_id')::text || coalesce(s.lines::text, '') AS t
       FROM usage_record u LEFT JOIN price_set s ON s.workspace_id = u.workspace_id AND s.id = u.price_set_id
     UNION ALL SELECT 'history ' || (to_jsonb(u) - 'price_set_id')::text || coalesce(s.lines::text, '')
       FROM usage_restatement u LEFT JOIN price_set s ON s.workspace_id = u.workspace_id AND s.id = u.price_set_id
     UNION ALL SELECT 'hour ' || (to_jsonb(h) - 'price_set_id')::text || coalesce(s.lines::text, '')
       FROM usage_hour h LEFT JOIN price_set s ON s.workspace_id = h.workspace_id AND s.id = h.price_set_id
     UNION ALL SELECT 'day ' || to_jsonb(d)::text FROM usage_day d
     UNION ALL SELECT 'import ' || to_jsonb(i)::text FROM import i ORDER BY 1`

async function dump(): Promise<string> {
  const { rows } = await pool().query<{ t: string }>(DUMP)
  return rows.map((row) => row.t).join('\n')
}

/** Quick where there are many rows: counts and order-free sums of the hashes of whole rows. */
async function dumpDigest(): Promise<unknown> {
  const digest = (table: string) =>
    `SELECT '${table}' AS rows, count(*), sum(hashtextextended(t::text, 0)::numeric) AS digest FROM ${table} t`
  const { rows } = await pool().query(
    `${['usage_record', 'usage_restatement', 'usage_hour', 'usage_day', 'import'].map(digest).join(' UNION ALL ')}
     ORDER BY rows`,
  )
  return rows
}

/** The same without prices: what no re-pricing may touch. */
async function facts(): Promise<string> {
  const { rows } = await pool().query<{ t: string }>(
    `SELECT 'record ' || (to_jsonb(u) - 'price_set_id' - 'cost' - 'unpriced_code')::text AS t FROM usage_record u
     UNION ALL SELECT 'day ' || (to_jsonb(d) - 'cost' - 'unpriced_records' - 'unpriced_requests' - 'unpriced_tokens')::text
       FROM usage_day d ORDER BY 1`,
  )
  return rows.map((row) => row.t).join('\n')
}

const someUsage = usageCsv([
  { id: 'a', timestamp: '2026-09-10T10:00:00Z', input: 1_000_000, output: 100_000, requests: 1, cost: '2.5' },
  { id: 'b', timestamp: '2026-10-10T10:00:00Z', input: 3_000_001, output: 7, requests: 2 },
  { id: 'c', timestamp: '2026-10-10T10:30:00Z', input: 1, output: 0, model: 'gpt-5-mini' },
  { id: 'd', timestamp: '2026-10-11T00:00:00Z', input: 500, output: 20, model: 'house-model', requests: 4 },
  {
    timestamp: '2026-10-12T00:00:00Z',
    end: '2026-10-13T00:00:00Z',
    input: 9_000_000,
    output: 1,
    requests: 55,
    project: 'search',
  },
])

const contract = (over: Readonly<Record<string, unknown>> = {}) =>
  addPrice(
    principal,
    addPriceInput.parse({
      host: 'openai',
      model: 'gpt-5',
      meter: 'input',
      amount: '1.01',
      effective_from: '2026-10-01T00:00:00Z',
      source: 'order form 2026-10',
      ...over,
    }),
  )

describe('re-pricing', () => {
  beforeEach(async () => {
    await insertTestPrices()
    await importFile(principal, someUsage)
  })

  it('with an unchanged book changes nothing and makes no revision', async () => {
    const before = await dump()
    expect((await preview()).total).toMatchObject({
      records: '5',
      records_changed: '0',
      difference: '0',
      unpriced: '1',
    })
    expect((await apply()).revision).toBeNull()
    expect(await dump()).toBe(before)
    expect(await readRevisions(principal)).toEqual({ rows: [], next: null })
  })

  it('answers before, after and difference per month and model, exactly, and a preview is what apply then does', async () => {
    await contract()
    const before = await dump()
    const said = await preview()
    expect(await dump()).toBe(before)
    expect(said.total).toEqual({
      records: '5',
      records_changed: '2',
      newly_priced: '0',
      newly_unpriced: '0',
      unpriced: '1',
      before: '17.2500815',
      after: '14.37008126',
      difference: '-2.88000024',
    })
    expect(said.lines.filter((line) => line.records_changed !== '0')).toEqual([
      expect.objectContaining({ month: '2026-10', host: 'openai', model: 'gpt-5', records: '2', records_changed: '2' }),
    ])
    const kept = await facts()
    const done = await apply()
    expect({ ...done, mode: 'preview', revision: null }).toEqual(said)
    expect(done.revision).not.toBeNull()
    expect(await facts()).toBe(kept)
    expect((await readSpend(principal, {})).total).toMatchObject({ cost: said.total.after, records: '5' })
    await requireBalancedBooks(principal)
  })

  it('P-7: twice is once', async () => {
    await contract()
    await apply()
    const once = await dump()
    const again = await apply()
    expect([again.revision, again.total.records_changed]).toEqual([null, '0'])
    expect(await dump()).toBe(once)
    expect((await readRevisions(principal)).rows).toHaveLength(1)
  })

  it('P-7: there and back is the identity', async () => {
    const before = await dump()
    await contract()
    const { revision } = await apply()
    expect(await dump()).not.toBe(before)
    expect(await undoReprice(principal, { id: revision?.id ?? '' })).toEqual({ records: '2' })
    expect(await dump()).toBe(before)
    await requireBalancedBooks(principal)
    expect(await undoReprice(principal, { id: revision?.id ?? '' })).toEqual({ records: '0' })
    expect((await readRevisions(principal)).rows[0]).toMatchObject({ undone_by: 'command line' })
  })

  it('prices what waited under a name somebody confirmed, and takes it back', async () => {
    const before = await dump()
    await nameModel(principal, { host: 'openai', name: 'House-Model', model: 'gpt-5' })
    const { revision, total } = await apply(ALL_TIME, { model: ['house-model'] })
    expect(total).toMatchObject({ records: '1', newly_priced: '1', unpriced: '0', before: '0', after: '0.000825' })
    await requireBalancedBooks(principal)
    await undoReprice(principal, { id: revision?.id ?? '' })
    expect(await dump()).toBe(before)
  })

  it('keeps to its period and filter', async () => {
    await contract()
    expect((await preview({ from: '2026-09', to: '2026-10' })).total).toMatchObject({
      records: '1',
      records_changed: '0',
    })
    expect((await preview({ from: '2026-10-12', to: '2026-10-13' })).total).toMatchObject({ records_changed: '1' })
    expect((await preview(ALL_TIME, { host: ['anthropic'] })).total.records).toBe('0')
    expect((await preview(ALL_TIME, { model: ['gpt-5-mini'] })).total).toMatchObject({ records: '1' })
  })

  it('refuses an apply without a reason, an empty period, and an undo under a later revision', async () => {
    await expect(reprice(principal, { ...ALL_TIME, mode: 'apply', filter: {} })).rejects.toMatchObject({
      reason: 'REASON_MISSING',
    })
    await expect(preview({ from: '2026-10-01', to: '2026-10-01' })).rejects.toMatchObject({ reason: 'PERIOD_EMPTY' })
    const start = await dump()
    await contract()
    const first = await apply()
    await contract({ amount: '0.5', priority: 1, effective_from: '2026-10-11T00:00:00Z' })
    const second = await apply()
    const idOf = (result: RepriceResult) => ({ id: result.revision?.id ?? '' })
    await expect(undoReprice(principal, idOf(first))).rejects.toMatchObject({ reason: 'LATER_REVISION' })
    await undoReprice(principal, idOf(second))
    await undoReprice(principal, idOf(first))
    expect(await dump()).toBe(start)
    await requireBalancedBooks(principal)
  })

  it('leaves other workspaces alone, and hides its revisions from them', async () => {
    const other = await commandLineOf('other')
    await importFile(other, someUsage)
    await contract()
    const costOf = async (who: Principal) => (await readSpend(who, {})).total.cost
    const before = await costOf(other)
    const { revision } = await apply()
    expect(await costOf(other)).toBe(before)
    expect((await readRevisions(other)).rows).toEqual([])
    await expect(undoReprice(other, { id: revision?.id ?? '' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(
      reprice({ ...other, role: 'engineer' }, { ...ALL_TIME, mode: 'preview', filter: {} }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  it('survives what imports do afterwards: an undone import stays gone, a restated bucket keeps its newer price', async () => {
    const bucket = (input: number) =>
      usageCsv([{ timestamp: '2026-10-20T00:00:00Z', end: '2026-10-21T00:00:00Z', input, output: 0, requests: 9 }])
    await importFile(principal, bucket(1_000))
    const start = await dump()
    await contract()
    const { revision } = await apply()
    const newer = await importFile(principal, bucket(2_000))
    expect(newer.restated).toBe('1')
    await undoReprice(principal, { id: revision?.id ?? '' })
    await requireBalancedBooks(principal)
    await undoImport(principal, { id: newer.id })
    await requireBalancedBooks(principal)
    const without = (text: string) =>
      text
        .split('\n')
        .filter((line) => !line.startsWith('import '))
        .join('\n')
    expect(without(await dump())).toBe(without(start))
  })

  it('writes one audit row for each change', async () => {
    await contract()
    const { revision } = await apply()
    await undoReprice(principal, { id: revision?.id ?? '' })
    const { rows } = await pool().query<{ action: string; reason: string | null }>(
      `SELECT action, detail ->> 'reason' AS reason FROM audit_log WHERE action LIKE 'price.reprice%' ORDER BY id`,
    )
    expect(rows).toEqual([
      { action: 'price.reprice', reason: 'contract of October' },
      { action: 'price.reprice_undo', reason: null },
    ])
  })
})

describe('whatever the records and the contract', () => {
  it('P-7: the preview is what apply does, facts and books hold, and undoing all is the identity', async () => {
    const usage = fc.record({
      day: fc.integer({ min: 1, max: 28 }),
      hour: fc.integer({ min: 0, max: 23 }),
      model: fc.constantFrom('gpt-5', 'gpt-5-mini', 'house-model'),
      bucket: fc.boolean(),
      input: fc.bigInt({ min: 0n, max: 10n ** 15n }),
      output: fc.bigInt({ min: 0n, max: 10n ** 9n }),
      reported: fc.boolean(),
    })
    const price = fc.record({
      model: fc.constantFrom('gpt-5', 'gpt-5-mini', 'house-model', '*'),
      amount: fc.integer({ min: 0, max: 999_999_999 }),
      day: fc.integer({ min: 1, max: 28 }),
      hour: fc.integer({ min: 0, max: 23 }),
    })
    const two = (value: number) => String(value).padStart(2, '0')
    await fc.assert(
      fc.asyncProperty(
        fc.array(usage, { minLength: 1, maxLength: 25 }),
        fc.uniqueArray(price, { minLength: 1, maxLength: 4, selector: (one) => one.model }),
        async (rows, prices) => {
          await resetDatabase()
          principal = await commandLineOf('acme')
          await insertTestPrices()
          await importFile(
            principal,
            usageCsv(
              rows.map(({ day, hour, model, bucket, input, output, reported }, index) => ({
                ...(bucket ? {} : { id: `call-${index}` }),
                timestamp: `2026-10-${two(day)}T${two(hour)}:00:00Z`,
                ...(bucket ? { end: `2026-10-${two(day)}T${two(hour)}:59:00Z`, project: `p${index}` } : {}),
                model,
                input: input.toString(),
                output: output.toString(),
                ...(reported ? { cost: '0.5' } : {}),
              })),
            ),
          )
          const start = await dump()
          const kept = await facts()
          const made: string[] = []
          for (const [index, one] of prices.entries()) {
            await contract({
              model: one.model,
              meter: one.model === '*' ? '*' : 'input',
              kind: one.model === '*' ? 'multiplier' : 'rate',
              amount: `0.${String(one.amount).padStart(9, '0')}`,
              effective_from: `2026-10-${two(one.day)}T${two(one.hour)}:30:00Z`,
              priority: index,
            })
            const said = await preview()
            const done = await apply()
            expect({ ...done, mode: 'preview', revision: null }).toEqual(said)
            expect((await apply()).revision).toBeNull()
            if (done.revision !== null) made.push(done.revision.id)
            expect(await facts()).toBe(kept)
            await requireBalancedBooks(principal)
          }
          for (const id of made.reverse()) await undoReprice(principal, { id })
          expect(await dump()).toBe(start)
          await requireBalancedBooks(principal)
        },
      ),
      { numRuns: 8 },
    )
  })
})

describe('what waits and what was reported', () => {
  beforeEach(async () => {
    await insertTestPrices()
  })

  it('the queue says how much waits, since when, why, and what may be meant; a confirmed name empties it', async () => {
    const row = { input: 500, output: 20, model: 'gpt5', requests: 4 }
    await importFile(
      principal,
      usageCsv([
        { id: 'a', timestamp: '2026-09-11T00:00:00Z', ...row },
        { id: 'b', timestamp: '2026-10-11T23:59:59Z', ...row },
      ]),
    )
    expect(await readUnpricedQueue(principal)).toEqual([
      {
        host: 'openai',
        model: 'gpt5',
        requests: '8',
        tokens: '1040',
        reason: 'MODEL_UNKNOWN',
        from: '2026-09-11',
        to: '2026-10-12',
        lastDay: '2026-10-11',
        suggestions: [
          { host: 'openai', model: 'gpt-5', likeness: 'same' },
          { host: 'openai', model: 'gpt-5-mini', likeness: 'near' },
        ],
      },
    ])
    await nameModel(principal, { host: 'openai', name: 'gpt5', model: 'gpt-5' })
    await expect(nameModel(principal, { host: 'openai', name: 'gpt5', model: 'gpt-5-mini' })).rejects.toMatchObject({
      reason: 'NAME_EXISTS',
    })
    await expect(nameModel(principal, { host: 'openai', name: 'x', model: 'nothing' })).rejects.toMatchObject({
      reason: 'MODEL_UNKNOWN',
    })
    expect(await readUnpricedQueue(principal)).toHaveLength(1)
    await apply()
    expect(await readUnpricedQueue(principal)).toEqual([])
  })

  it('a reported cost stands beside the computed one, with the difference only where both are about the same records', async () => {
    await importFile(principal, someUsage)
    const september = { from: '2026-09-01', to: '2026-10-01' }
    expect((await readSpend(principal, september)).total).toMatchObject({
      cost: '2.25',
      reported_cost: '2.5',
      reported_difference: '0.25',
    })
    expect((await readSpend(principal, {})).total).toMatchObject({ reported_cost: '2.5', reported_difference: null })
    const { items } = await readCalls(principal, { filter: september, cursor: null, limit: 10 })
    expect(items[0]).toMatchObject({ reported_cost: '2.5', reported_currency: 'USD', reported_difference: '0.25' })
  })
})

describe('what is stored with a record is all that its price needs', () => {
  beforeEach(async () => {
    await syncPriceBook()
  })

  it('re-pricing every golden file right after its import, with the shipped book, changes nothing', async () => {
    const files = readdirSync(GOLDEN)
      .map((name) => join(GOLDEN, name))
      .filter((folder) => statSync(folder).isDirectory())
      .flatMap((folder) =>
        readdirSync(folder)
          .filter((name) => /\.input\.[a-z]+$/.test(name))
          .map((name) => join(folder, name)),
      )
    expect(files.length).toBeGreaterThan(25)
    let committed = 0
    for (const file of files) {
      const view = await importFile(principal, readFileSync(file), { host: 'openai', timeZone: 'UTC' })
      if (view.status === 'committed' && view.accepted !== '0') committed += 1
      const { total } = await preview()
      expect([file, total.records_changed]).toEqual([file, '0'])
    }
    expect(committed).toBeGreaterThan(25)
    expect((await preview()).total.before).not.toBe('0')
  })

  it('tiers, regions, speeds, long prompts and further meters each meet the price they met at import', async () => {
    const columns =
      'id,timestamp,end_timestamp,host,model,service_tier,region,speed,context_tier,requests,input_tokens,cache_read_tokens,output_tokens,web_search'
    const rows = [
      'a,2026-10-01T00:00:00Z,,openai,gpt-5.4,,,,,1,1000,0,10,',
      'b,2026-10-01T00:00:00Z,,openai,gpt-5.4,batch,,,,1,1000,0,10,',
      // Cached input counts for the length of a prompt.
      'c,2026-10-01T00:00:00Z,,openai,gpt-5.4,,,,,1,1000,272000,10,',
      'd,2026-10-01T00:00:00Z,,openai,gpt-5.4,,eu,,,1,1000,0,10,',
      'e,2026-11-10T00:00:00Z,,anthropic,claude-fable-5-2,,,fast,,1,1000,0,10,',
      'f,2026-11-10T00:00:00Z,,anthropic,claude-fable-5-2,,us,,,1,1000,0,10,2',
      ',2026-10-02T00:00:00Z,2026-10-03T00:00:00Z,bedrock,anthropic.claude-sonnet-4-5-20250929,,,,>200000,7,900000,0,10,',
      ',2026-10-03T00:00:00Z,2026-10-04T00:00:00Z,bedrock,anthropic.claude-sonnet-4-5-20250929,,,,,7,900000,0,10,',
    ]
    const view = await importFile(principal, [columns, ...rows, ''].join('\n'))
    expect([view.accepted, view.unpriced]).toEqual(['8', '0'])
    const { rows: ways } = await pool().query<{ sets: string }>(
      'SELECT count(DISTINCT price_set_id) AS sets FROM usage_record',
    )
    expect(ways).toEqual([{ sets: '8' }])
    expect((await preview()).total).toMatchObject({ records: '8', records_changed: '0' })
  })

  it('the sample workspace keeps its prices, and there and back over fourteen months is the identity', async () => {
    await createSample(Date.UTC(2026, 10, 23, 12))
    await drain()
    principal = await commandLinePrincipal('northwind')
    expect((await preview()).total.records_changed).toBe('0')
    const { rows } = await pool().query<{ host: string }>(
      `SELECT value AS host FROM dimension WHERE workspace_id = $1 AND kind = 1 ORDER BY 1 LIMIT 1`,
      [principal.workspaceId],
    )
    const before = await dumpDigest()
    await addPrice(
      principal,
      addPriceInput.parse({
        host: rows[0]?.host ?? '',
        model: '*',
        meter: '*',
        kind: 'multiplier',
        amount: '0.88',
        effective_from: '2026-01-01T00:00:00Z',
        source: '12 % off, order form',
      }),
    )
    const said = await preview()
    expect(said.total.records_changed).not.toBe('0')
    const done = await apply()
    expect({ ...done, mode: 'preview', revision: null }).toEqual(said)
    await requireBalancedBooks(principal)
    await undoReprice(principal, { id: done.revision?.id ?? '' })
    expect(await dumpDigest()).toEqual(before)
    await requireBalancedBooks(principal)
  })
})
