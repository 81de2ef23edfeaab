import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildHost } from '../../../prisma/price-book-tools/assemble'
import { decimalText } from '../../../prisma/price-book-tools/catalogue'
import { CURATED } from '../../../prisma/price-book-tools/curated/hosts'
import { nameRow, rates, span } from '../../../prisma/price-book-tools/shape'
import { bookFileText } from '../../../prisma/price-book-tools/write'

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'prisma', 'price-book')

describe('the price book files', () => {
  it('are what the tools write from the curated cards and the pinned catalogue, byte for byte', () => {
    const differing = CURATED.filter(
      (curated) => readFileSync(join(FOLDER, `${curated.host}.json`), 'utf8') !== bookFileText(buildHost(curated)),
    )
    expect(differing.map((curated) => curated.host)).toEqual([])
  })

  it('are one for each curated host and no other', () => {
    const names = readdirSync(FOLDER).filter((name) => name.endsWith('.json'))
    expect(names.sort()).toEqual(CURATED.map((curated) => `${curated.host}.json`).sort())
  })
})

describe('a catalogue number', () => {
  it.each([
    [2.5, '2.5'],
    [0.0000001, '0.0000001'],
    [1e-9, '0.000000001'],
    [120, '120'],
    [0.18000000000000002, '0.18'],
    [2.9999999999999996, '3'],
    [0.08333333333333333, null],
    [1e-10, null],
  ])('%s becomes %s: noise is snapped, a quotient is refused', (value, text) => {
    expect(decimalText(value)).toBe(text)
  })
  it('is never negative or infinite', () => {
    expect(() => decimalText(-1)).toThrow()
    expect(() => decimalText(Number.POSITIVE_INFINITY)).toThrow()
  })
})

describe('a card', () => {
  it('is read strictly', () => {
    expect(rates('input 1.50, web_search 10 / 1000')).toEqual({
      rates: { input: '1.5', web_search: '10' },
      per: { web_search: '1000' },
    })
    expect(() => rates('input 1.0000000001')).toThrow()
    expect(() => rates('input 1, input 2')).toThrow()
    expect(span('..2026-07-30')).toEqual({ from: '2000-01-01T00:00:00Z', to: '2026-07-30T00:00:00Z' })
    expect(() => span('2026-07-30')).toThrow()
    expect(nameRow('deepseek-chat@2025-09-29..2026-04-24')).toEqual({
      name: 'deepseek-chat',
      kind: 'exact',
      from: '2025-09-29T00:00:00Z',
      to: '2026-04-24T00:00:00Z',
    })
    expect(nameRow('claude-sonnet-4@20250514')).toEqual({ name: 'claude-sonnet-4@20250514', kind: 'exact' })
    expect(nameRow('gpt-5~')).toEqual({ name: 'gpt-5', kind: 'dated' })
  })
})
