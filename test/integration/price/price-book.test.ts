import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { priceUsage } from '../../../lib/core/price/price-usage'
import type { Principal } from '../../../lib/server/auth/principal'
import { pool } from '../../../lib/server/db/pool'
import {
  insertEntries,
  loadBook,
  priceEntriesByIds,
  syncPriceBook,
  syncShippedPriceBook,
} from '../../../lib/server/db/price-book'
import { listPrices, listPricesInput } from '../../../lib/server/read/list-prices'
import { addPrice, addPriceInput } from '../../../lib/server/use-case/add-price'
import { priceCalls } from '../../../lib/server/use-case/price-calls'
import { closeTestDatabase, openTestDatabase, resetDatabase } from '../../support/database'
import { block, fileOf, model, usage } from '../../unit/price/sample-book'

const gpt = (prices: unknown[], more: Record<string, unknown> = {}) => fileOf('openai', [model('gpt-5', prices, more)])
const night = {
  local_time: { utc_offset_minutes: 480, windows: [['09:00', '12:00']], weekdays: [1, 5], holiday_calendar: 'cn' },
}

const principal: Principal = {
  workspaceId: 1,
  workspaceName: 'Test',
  isSample: false,
  userId: null,
  actor: 'command line',
  role: 'admin',
  scopes: ['price'],
}

beforeAll(async () => {
  await openTestDatabase()
})
beforeEach(async () => {
  await resetDatabase()
})
afterAll(async () => {
  await closeTestDatabase()
})

describe('the ledger', () => {
  it('holds what the files say, once, and gives it back the same', async () => {
    const file = gpt([
      block({ input: '1.25', cache_read: '0.125', output: '10' }),
      block({ input: '0.000000001' }, { when: { service_tier: ['batch'], prompt_tokens: { gt: 200000 }, ...night } }),
    ])
    expect((await syncPriceBook([file])).entriesAdded).toBe(4)
    expect(await syncPriceBook([file])).toEqual({ entriesAdded: 0, entriesClosed: 0, namesAdded: 0, namesClosed: 0 })
    const book = await loadBook(1)
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
    expect([...book.entries].sort(byId)).toEqual([...file.entries].sort(byId))
    expect(await loadBook(1)).toBe(book)
  })

  it('is compared with the shipped files only when they are not the ones it has met', async () => {
    await syncShippedPriceBook()
    const met = await pool().query('SELECT digest FROM price_book_sync')
    expect(met.rows).toHaveLength(1)
    await pool().query('DELETE FROM price_entry')
    await syncShippedPriceBook()
    expect((await pool().query('SELECT 1 FROM price_entry')).rows).toHaveLength(0)
    await pool().query('DELETE FROM price_book_sync')
    await syncShippedPriceBook()
    expect((await pool().query('SELECT 1 FROM price_entry LIMIT 1')).rows).toHaveLength(1)
  })

  it('is not rewritten: a changed amount, a moved end and a reopened price are refused, and nothing of the file is taken', async () => {
    await syncPriceBook([gpt([block({ input: '1.25' })])])
    await expect(syncPriceBook([gpt([block({ input: '1.26', output: '10' })])])).rejects.toThrow(/append-only/)
    expect((await loadBook(1)).entries.length).toBe(1)
    expect((await syncPriceBook([gpt([block({ input: '1.25' }, { to: '2026-01-01' })])])).entriesClosed).toBe(1)
    await expect(syncPriceBook([gpt([block({ input: '1.25' }, { to: '2026-02-01' })])])).rejects.toThrow(
      /ended 2026-01-01/,
    )
    await expect(syncPriceBook([gpt([block({ input: '1.25' })])])).rejects.toThrow(/ended 2026-01-01/)
    await expect(
      syncPriceBook([
        fileOf('openai', [model('gpt-6', [block({ input: '1' })], { names: [{ name: 'gpt-5', kind: 'dated' }] })]),
      ]),
    ).rejects.toThrow(/means gpt-5/)
  })

  it('two processes that start at once write it once', async () => {
    const file = gpt([block({ input: '1.25', output: '10' })])
    const done = await Promise.all([syncPriceBook([file]), syncPriceBook([file])])
    expect(done.map((outcome) => outcome.entriesAdded).sort()).toEqual([0, 2])
  })

  it('a contract price is one workspace’s own and takes effect at the next load', async () => {
    const file = gpt([block({ input: '2' })])
    await syncPriceBook([file])
    const before = await loadBook(1)
    const [list] = file.entries
    if (list === undefined) throw new Error('no entry')
    await insertEntries(pool(), 1, [{ ...list, id: 'pr_contract', amount: '1.5', book: 'contract' }], 'test')
    const call = usage({ host: 'openai', model: 'gpt-5', quantities: { input: 1_000_000n } })
    const costs = await Promise.all([1, 2].map(async (workspace) => priceUsage(await loadBook(workspace), call)))
    expect(costs.map((charge) => charge.lines[0]?.entry.amount)).toEqual(['1.5', '2'])
    expect(before.entries.length).toBe(1)
    expect((await priceEntriesByIds(1, ['pr_contract', list.id])).size).toBe(2)
    expect((await priceEntriesByIds(2, ['pr_contract', list.id])).size).toBe(1)
  })
})

describe('pricing calls', () => {
  it('fails no call for another’s fault and adds up what is priced', async () => {
    await syncPriceBook([gpt([block({ input: '1.25', cache_read: '0.125', output: '10' })])])
    const good = {
      provider: 'openai',
      model: 'gpt-5',
      api: 'openai.chat',
      timestamp: '2026-07-15T12:00:00Z',
      service_tier: 'standard',
      region: null,
      usage: { prompt_tokens: 7083, completion_tokens: 2408, prompt_tokens_details: { cached_tokens: 1000 } },
    }
    const { charges, total } = await priceCalls(principal, {
      calls: [good, { ...good, model: 'gpt-99' }, { ...good, usage: { prompt_tokens: -1 } }, 7],
    })
    expect(charges.map((charge) => [charge.status, charge.cost])).toEqual([
      ['priced', '0.03180875'],
      ['unpriced', null],
      ['invalid_usage', null],
      ['invalid_usage', null],
    ])
    expect(total).toBe('0.03180875')
    const lines = charges.flatMap((charge) => charge.lines as Record<string, unknown>[])
    expect(lines[0]).toMatchObject({
      meter: 'input',
      quantity: '6083',
      unit_price: '1.25',
      per: '1000000',
      multiplier: '1',
      amount: '0.00760375',
      effective_from: '2025-01-01T00:00:00Z',
    })
  })

  it('is refused without the scope', async () => {
    const calls = { calls: [] as unknown[] }
    await expect(priceCalls({ ...principal, scopes: ['read'] }, calls)).rejects.toThrow(/may not do that/)
  })
})

describe('a contract price', () => {
  const contract = addPriceInput.parse({
    host: 'OpenAI',
    model: 'GPT-5',
    meter: 'input',
    amount: '1',
    effective_from: '2026-01-01T00:00:00Z',
    source: 'order form 2026-01',
  })
  const finance: Principal = { ...principal, role: 'finance', scopes: null }

  it('is appended with an audit row, found by the list, and beats the list price from its first instant', async () => {
    await syncPriceBook([gpt([block({ input: '2' })])])
    const entry = await addPrice(finance, contract)
    const call = usage({ host: 'openai', model: 'gpt-5', quantities: { input: 1_000_000n } })
    const book = await loadBook(1)
    expect(priceUsage(book, { ...call, startMs: Date.UTC(2026, 0, 1) - 1 }).lines[0]?.entry.amount).toBe('2')
    expect(priceUsage(book, { ...call, startMs: Date.UTC(2026, 0, 1) }).lines[0]?.entry.id).toBe(entry.id)
    const audit = await pool().query('SELECT actor, action, subject FROM audit_log')
    expect(audit.rows).toEqual([{ actor: 'command line', action: 'price.add', subject: 'openai/gpt-5 input' }])
    const page = await listPrices(finance, listPricesInput.parse({ book: 'contract', host: 'openai' }))
    expect(page.prices.map((price) => price.id)).toEqual([entry.id])
  })

  it('is refused when it exists, ties or is not the caller’s to set', async () => {
    await syncPriceBook([gpt([block({ input: '2' })])])
    await addPrice(finance, contract)
    await expect(addPrice(finance, { ...contract, amount: '3' })).rejects.toMatchObject({ reason: 'PRICE_EXISTS' })
    const later = { ...contract, effective_from: '2026-02-01T00:00:00Z' }
    await expect(addPrice(finance, later)).rejects.toMatchObject({ reason: 'PRICE_TIE' })
    await addPrice(finance, { ...later, priority: 1 })
    await expect(addPrice({ ...finance, role: 'engineer' }, later)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  it('the list pages by cursor without a gap or a repeat', async () => {
    const models = Array.from({ length: 7 }, (_, index) => model(`m${index}`, [block({ input: '1', output: '2' })]))
    await syncPriceBook([fileOf('acme', models)])
    const seen: unknown[] = []
    let cursor: string | undefined
    do {
      const page = await listPrices(
        finance,
        listPricesInput.parse({ limit: '3', ...(cursor === undefined ? {} : { cursor }) }),
      )
      seen.push(...page.prices.map((price) => price.id))
      cursor = page.next_cursor ?? undefined
    } while (cursor !== undefined)
    expect(seen.length).toBe(14)
    expect(new Set(seen).size).toBe(14)
  })
})
