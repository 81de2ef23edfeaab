import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nearNames, wordsOf } from '../../../lib/core/price/near-names'
import { selectPrices } from '../../../lib/core/price/select'
import { shippedBook } from '../../support/price-book'

const { book } = shippedBook()

describe('names near those of the book', () => {
  it('publisher, region and date are not words of a model, and letters and digits are words apart', () => {
    expect(wordsOf('us.anthropic.claude-opus-4-6-20260205-v1:0')).toEqual(['claude', 'opus', '4', '6'])
    expect(wordsOf('openai/gpt5-Mini')).toEqual(['gpt', '5', 'mini'])
    expect(wordsOf('qwen2.5-coder')).toEqual(['qwen', '2', '5', 'coder'])
  })

  it('the same words in another spelling come first', () => {
    expect(nearNames(book, 'openai', 'gpt5-mini')[0]).toEqual({ host: 'openai', model: 'gpt-5-mini', likeness: 'same' })
    expect(nearNames(book, 'openai', 'acme/GPT_5')[0]).toEqual({ host: 'openai', model: 'gpt-5', likeness: 'same' })
  })

  it('a name with an ending of its own is near the model it begins with', () => {
    expect(nearNames(book, 'openai', 'gpt-5-mini-eu-canary').map((near) => near.model)).toContain('gpt-5-mini')
  })

  it('where the host has nothing alike, the same words at other hosts are shown', () => {
    const found = nearNames(book, 'unknown', 'gpt-5')
    expect(found.length).toBeGreaterThan(0)
    for (const near of found) expect(near.likeness).toBe('elsewhere')
  })

  it('a name of one’s own is near nothing', () => {
    expect(nearNames(book, 'openai', 'support-router-v2')).toEqual([])
    expect(nearNames(book, 'openai', '')).toEqual([])
    expect(nearNames(book, 'openai', '5')).toEqual([])
  })

  it('a suggestion never prices: whatever is near, an unknown name stays unpriced', () => {
    const usage = {
      host: 'openai',
      model: 'gpt5-mini',
      startMs: Date.UTC(2026, 8, 1),
      serviceTier: 'standard',
      region: null,
      speed: null,
      promptTokens: 10n,
      contextTier: null,
      requests: 1n,
      quantities: {
        input: 10n,
        cacheRead: 0n,
        cacheWrite5m: 0n,
        cacheWrite1h: 0n,
        output: 1n,
        reasoning: 0n,
        other: null,
      },
    }
    expect(nearNames(book, usage.host, usage.model)).not.toEqual([])
    expect(selectPrices(book, usage).problem?.code).toBe('MODEL_UNKNOWN')
  })

  it('any text gives at most the limit, only models the book prices, and the same answer twice', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.integer({ min: 0, max: 4 }), (name, limit) => {
        const found = nearNames(book, 'openai', name, limit)
        expect(found.length).toBeLessThanOrEqual(limit)
        for (const near of found) expect(book.hosts.get(near.host)?.models.has(near.model)).toBe(true)
        expect(nearNames(book, 'openai', name, limit)).toEqual(found)
      }),
      { numRuns: 60 },
    )
  })
})
