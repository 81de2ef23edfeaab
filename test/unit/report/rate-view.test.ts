import { describe, expect, it } from 'vitest'
import type { PriceEntry } from '../../../lib/core/price/entry'
import { listRateEntries, listRateModels } from '../../../lib/core/report/rate-view'

const NOW = Date.parse('2026-11-23T00:00:00Z')

function entry(id: string, more: Partial<PriceEntry>): PriceEntry {
  return {
    id,
    host: 'openai',
    model: 'gpt-5',
    meter: 'input',
    kind: 'rate',
    per: 1_000_000n,
    amount: '1.25',
    currency: 'USD',
    fromMs: Date.parse('2025-08-07T00:00:00Z'),
    toMs: null,
    conditions: {},
    book: 'list',
    priority: 0,
    sourceUrl: 'https://example.test/prices',
    checkedOn: '2026-11-20',
    confidence: 'provider',
    ...more,
  }
}

const everything = { text: '', host: null, limit: 100, nowMs: NOW }

describe('the price book on the screen', () => {
  it('shows the rate in force now, and says when others hold under conditions', () => {
    const past = entry('old', { amount: '2', toMs: Date.parse('2026-01-01T00:00:00Z') })
    const now = entry('new', { amount: '1.5', fromMs: Date.parse('2026-01-01T00:00:00Z') })
    const batch = entry('batch', { amount: '0.75', conditions: { serviceTier: ['batch'] } })
    const [model] = listRateModels([past, batch, now], everything).items
    expect(model?.input).toEqual({ amount: '1.5', per: '1000000', currency: 'USD', varies: true })
    expect(model?.output).toBeNull()
    expect(model?.entries).toBe(3)
  })

  it('prefers the contract’s price, as pricing does', () => {
    const [model] = listRateModels(
      [entry('list', {}), entry('ours', { book: 'contract', amount: '1' })],
      everything,
    ).items
    expect(model).toMatchObject({ contract: true, input: { amount: '1' } })
  })

  it('finds by words of host and model, and counts what the limit cut off', () => {
    const entries = ['gpt-5', 'gpt-5-mini', 'o3'].map((model) => entry(model, { model }))
    expect(listRateModels(entries, { ...everything, text: 'OPENAI mini' }).items.map((one) => one.model)).toEqual([
      'gpt-5-mini',
    ])
    expect(listRateModels(entries, { ...everything, limit: 1 })).toMatchObject({ matches: 3, models: 3 })
  })

  it('lists a model’s ledger with what is in force first', () => {
    const entries = [
      entry('future', { fromMs: Date.parse('2027-01-01T00:00:00Z') }),
      entry('past', { toMs: Date.parse('2026-01-01T00:00:00Z') }),
      entry('now', { conditions: { promptTokens: { gt: 200_000n } } }),
    ]
    const ledger = listRateEntries(entries, {
      host: 'openai',
      model: 'gpt-5',
      nowMs: NOW,
      authors: new Map(),
    })
    expect(ledger.map((one) => one.id)).toEqual(['now', 'future', 'past'])
    expect(ledger[0]?.conditions).toEqual({ promptTokens: { gt: '200000' } })
  })
})
