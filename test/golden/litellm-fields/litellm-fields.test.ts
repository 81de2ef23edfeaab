import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { conditionsOf, whenSchema } from '../../../lib/core/price/condition'
import { isMeter } from '../../../lib/core/usage/meter'
import { meaningOf, ratesOf } from '../../../prisma/price-book-tools/litellm'

const fields = readFileSync(join(import.meta.dirname, 'fields.txt'), 'utf8')
  .trim()
  .split('\n')

describe('every cost field of another catalogue is a row of the book', () => {
  it.each(fields)('%s', (field) => {
    const meaning = meaningOf(field)
    if (meaning === null) throw new Error(`${field} has no meaning`)
    expect(meaning.meter === '*' || isMeter(meaning.meter)).toBe(true)
    expect(() => conditionsOf(whenSchema.parse(meaning.when))).not.toThrow()
  })

  it('no two fields mean the same row, but for two spellings of a cached token and of processing in the US', () => {
    const rows = fields.map((field) => JSON.stringify(meaningOf(field)))
    const twice = fields.filter((_field, index) => rows.indexOf(rows[index] as string) !== index)
    expect(twice).toEqual(['input_cost_per_token_cache_hit', 'regional_processing_uplift_multiplier_us'])
  })
})

it('suffixes add up: a retention, a length and a tier', () => {
  expect(meaningOf('cache_creation_input_token_cost_above_1hr_above_200k_tokens')).toMatchObject({
    meter: 'cache_write_1h',
    when: { prompt_tokens: { gt: 200_000 } },
  })
  expect(meaningOf('output_cost_per_token_above_272k_tokens_priority')).toMatchObject({
    meter: 'output',
    when: { prompt_tokens: { gt: 272_000 }, service_tier: ['priority'] },
  })
  expect(meaningOf('output_cost_per_dream')).toBeNull()
})

it('amounts become short decimals per million, bands become bounds, and what nobody knows is named', () => {
  const { rates, unknown } = ratesOf({
    input_cost_per_token: 1.25e-6,
    tiered_pricing: [{ input_cost_per_token: 2.4e-6, range: [32_000, 128_000] }],
    search_context_cost_per_query: { search_context_size_low: 0.01 },
    output_cost_per_dream: 1,
    max_tokens: 5,
  })
  expect(rates.map(({ meter, amount, when }) => [meter, amount, when])).toEqual([
    ['input', '1.25', {}],
    ['input', '2.4', { prompt_tokens: { gt: 32_000, lte: 128_000 } }],
    ['web_search', '0.01', { context_size: ['low'] }],
  ])
  expect(unknown).toEqual(['output_cost_per_dream'])
})
