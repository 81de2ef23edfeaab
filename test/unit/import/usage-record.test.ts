import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { usdFromAtto } from '../../../lib/core/money/usd'
import { takeApart, UsdWords } from '../../../lib/core/money/words'
import { plainCountsOf } from '../../../lib/core/rollup/plain-counts'
import type { UsageRecord } from '../../../lib/core/usage/record'
import { CopyBuffers } from '../../../lib/server/db/copy'
import { DimensionIds } from '../../../lib/server/db/dimension'
import { RecordKeyFinder, type RecordRow, writeRecord } from '../../../lib/server/db/usage-record'

const count = fc.oneof(fc.bigInt(0n, 9_000n), fc.bigInt(0n, 2n ** 49n))
const nameOrNone = fc.option(
  fc.constantFrom('', 'a', 'b', 'user-1-2', 'user-2-1', 'user-11-2', 'north-user', 'south-user', 'müller'),
)
const record: fc.Arbitrary<UsageRecord> = fc.record({
  identity: fc.constant({ kind: 'provider_id' as const, parts: ['x', 'call-1'] }),
  startMs: fc.integer({ min: Date.UTC(2015, 0), max: Date.UTC(2026, 10) }),
  endMs: fc.constant(null),
  host: fc.constantFrom('openai', 'azure'),
  model: fc.constantFrom('gpt-5', 'gpt-6', 'o3'),
  project: nameOrNone,
  apiKey: nameOrNone,
  user: nameOrNone,
  region: nameOrNone,
  serviceTier: fc.constantFrom('standard', 'batch'),
  speed: fc.constant(null),
  requests: fc.bigInt(1n, 5n),
  quantities: fc.record({
    input: count,
    cacheRead: count,
    cacheWrite5m: count,
    cacheWrite1h: count,
    output: count,
    reasoning: count,
    other: fc.constant(null),
  }),
  promptTokens: fc.option(count),
  contextTier: fc.constant(null),
  status: fc.constantFrom('ok' as const, 'error' as const, 'cancelled' as const),
  latencyMs: fc.option(fc.integer({ min: 0, max: 90_000 })),
  reportedCost: fc.constant(null),
  tags: fc.constant([]),
})

function bytesOf(row: RecordRow): string {
  const out = new CopyBuffers()
  writeRecord(out, 7, 12, row)
  return Buffer.concat(out.body()).toString('hex')
}

describe('a row of usage_record', () => {
  it('is the same bytes whether its counts and its cost came as doubles and words or as big integers', () => {
    fc.assert(
      fc.property(record, fc.bigInt(0n, 2n ** 64n - 1n), fc.nat(), (one, cost, id) => {
        const words = new UsdWords()
        expect(takeApart(cost, words)).toBe(true)
        const keys = {
          host: id,
          model: 2,
          project: 3,
          apiKey: 4,
          user: 5,
          serviceTier: 6,
          region: 7,
          tagSet: 8,
          bucketSeconds: 0,
          contextBand: 17,
          priceSet: 9,
        }
        const row: RecordRow = {
          record: one,
          plain: plainCountsOf(one),
          cost: words,
          reportedUsd: null,
          reported: null,
          unpricedCode: 0,
          keys,
          dedupKey: Buffer.from(Array.from({ length: 32 }, (_byte, at) => (at * 37 + id) % 256)).toString('latin1'),
          line: id + 1,
          setAsideBy: null,
        }
        expect(bytesOf(row)).toBe(bytesOf({ ...row, plain: null, cost: usdFromAtto(cost) }))
      }),
    )
  })
})

describe('the ids of names', () => {
  it('are those of the names, however often and in whatever mixture they come', async () => {
    const connection = {
      // Every name gets the sum of its characters and its kind: the same wherever it is asked.
      async query(_sql: string, values: unknown) {
        const [, kinds, names] = values as [number, number[], string[]]
        return { rows: names.map((name, at) => ({ place: String(at + 1), id: idOf(kinds[at] as number, name) })) }
      },
    }
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { maxLength: 60 }),
        fc.option(fc.constant('fallback')),
        async (records, project) => {
          const ids = new DimensionIds(1)
          const finder = new RecordKeyFinder(ids, project)
          for (const one of records) {
            let keys = finder.find(one, 4)
            if (keys === null) {
              await ids.resolve(connection as never)
              keys = finder.find(one, 4)
            }
            expect(keys).toMatchObject({
              host: idOf(1, one.host),
              model: idOf(2, one.model),
              project: idOf(3, one.project ?? project),
              apiKey: idOf(4, one.apiKey),
              user: idOf(5, one.user),
              serviceTier: idOf(6, one.serviceTier),
              region: idOf(7, one.region),
              tagSet: 0,
              priceSet: 4,
            })
          }
        },
      ),
    )
  })
})

function idOf(kind: number, name: string | null): number {
  if (name === null) return 0
  return [...name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), kind) % 1_000_003
}
