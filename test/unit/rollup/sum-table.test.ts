import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Usd, usdFromAtto } from '../../../lib/core/money/usd'
import { takeApart, UsdWords } from '../../../lib/core/money/words'
import { plainCountsOf } from '../../../lib/core/rollup/plain-counts'
import { COUNT, type PricedRecord, SumTable } from '../../../lib/core/rollup/sum-table'
import type { UsageRecord } from '../../../lib/core/usage/record'

function record(fields: { input: bigint; output: bigint; requests: bigint | null; searches: bigint }): UsageRecord {
  return {
    identity: { kind: 'provider_id', parts: ['x'] },
    startMs: 0,
    endMs: null,
    host: 'openai',
    model: 'gpt-5',
    project: null,
    apiKey: null,
    user: null,
    region: null,
    serviceTier: 'standard',
    speed: null,
    requests: fields.requests,
    quantities: {
      input: fields.input,
      cacheRead: 0n,
      cacheWrite5m: 0n,
      cacheWrite1h: 0n,
      output: fields.output,
      reasoning: 0n,
      other: fields.searches === 0n ? null : new Map([['web_search', fields.searches]]),
    },
    promptTokens: null,
    contextTier: null,
    status: 'ok',
    latencyMs: null,
    reportedCost: null,
    tags: [],
  }
}

/** As the importer gives it: in words where it fits. */
function costOf(atto: bigint): Usd | UsdWords {
  const words = new UsdWords()
  return takeApart(atto, words) ? words : usdFromAtto(atto)
}

function exact(cost: PricedRecord['cost']): bigint {
  return cost === null ? 0n : typeof cost === 'bigint' ? cost : (BigInt(cost.high) << 32n) + BigInt(cost.low)
}

interface Entry {
  readonly key: readonly number[]
  readonly priced: PricedRecord
}

const count = fc.oneof(fc.bigInt(0n, 1_000n), fc.bigInt(2n ** 51n, 2n ** 63n - 1n))
const entry: fc.Arbitrary<Entry> = fc
  .record({
    key: fc.tuple(fc.integer({ min: -3, max: 400_000 }), fc.integer({ min: 0, max: 2 })),
    input: count,
    output: count,
    requests: fc.option(count),
    searches: fc.bigInt(0n, 3n),
    cost: fc.option(fc.oneof(fc.bigInt(0n, 2n ** 64n - 1n), fc.bigInt(0n, 10n ** 30n))),
    reported: fc.option(fc.bigInt(-(10n ** 20n), 10n ** 20n)),
  })
  .map((one) => ({
    key: one.key,
    priced: {
      record: record(one),
      plain: plainCountsOf(record(one)),
      cost: one.cost === null ? null : costOf(one.cost),
      reportedUsd: one.reported === null ? null : usdFromAtto(one.reported),
    },
  }))

function tableOf(entries: readonly Entry[]): SumTable {
  const table = new SumTable(2)
  for (const { key, priced } of entries) {
    table.key.set(key)
    table.add(table.row(), priced)
  }
  return table
}

/** Rows as text by key, whatever the order they came in. */
function told(table: SumTable): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: table.size }, (_row, index) => [
      `${table.keyOf(index, 0)}/${table.keyOf(index, 1)}`,
      [
        ...Object.values(COUNT).map((field) => table.countOf(index, field)),
        table.costOf(index),
        table.reportedOf(index),
        table.otherOf(index)?.get('web_search') ?? 'none',
      ].join(' '),
    ]),
  )
}

describe('SumTable', () => {
  it('sums exactly beyond 2^53', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 60 }), (entries) => {
        const table = tableOf(entries)
        for (let index = 0; index < table.size; index += 1) {
          const own = entries.filter(({ key }) => key[0] === table.keyOf(index, 0) && key[1] === table.keyOf(index, 1))
          const sum = (pick: (priced: PricedRecord) => bigint) =>
            own.reduce((all, { priced }) => all + pick(priced), 0n)
          expect(table.countOf(index, COUNT.records)).toBe(BigInt(own.length))
          expect(table.countOf(index, COUNT.input)).toBe(sum(({ record: { quantities } }) => quantities.input))
          expect(table.countOf(index, COUNT.unpricedTokens)).toBe(
            sum(({ cost, record: { quantities } }) => (cost === null ? quantities.input + quantities.output : 0n)),
          )
          expect(table.costOf(index)).toBe(sum(({ cost }) => exact(cost)))
          const reported = own.flatMap(({ priced }) => (priced.reportedUsd === null ? [] : [priced.reportedUsd]))
          expect(table.reportedOf(index)).toBe(reported.length === 0 ? null : reported.reduce((a, b) => a + b, 0n))
        }
      }),
    )
  })

  it('does not depend on the order of the records nor on how they were split', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 60 }), fc.nat(60), (entries, cut) => {
        const whole = told(tableOf(entries))
        const halves = tableOf(entries.slice(cut))
        halves.merge(tableOf(entries.slice(0, cut)))
        expect(told(halves)).toEqual(whole)
        expect(told(tableOf([...entries].reverse()))).toEqual(whole)
      }),
    )
  })

  it('keeps thousands of keys apart', () => {
    const table = new SumTable(2)
    const one = record({ input: 1n, output: 0n, requests: 1n, searches: 0n })
    const priced = {
      record: one,
      plain: plainCountsOf(one),
      cost: null,
      reportedUsd: null,
    }
    for (let round = 0; round < 2; round += 1) {
      for (let key = 0; key < 20_000; key += 1) {
        table.key[0] = key
        table.key[1] = key % 7
        table.add(table.row(), priced)
      }
    }
    expect(table.size).toBe(20_000)
    expect(table.countOf(19_999, COUNT.records)).toBe(2n)
  })
})
