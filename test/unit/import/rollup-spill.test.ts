import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { COUNT } from '../../../lib/core/rollup/sum-table'
import { RollupFold, spillFold } from '../../../lib/server/db/rollup-fold'
import { RollupSpill } from '../../../lib/server/db/rollup-spill'
import type { RecordRow } from '../../../lib/server/db/usage-record'
import { SpillFile } from '../../../lib/server/spill-file'

const HOUR_MS = 3_600_000
/** Where an instant of the database begins to count. */
const HOURS_TO_2000 = 262_968

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tokentab-spill-'))
  process.env.TOKENTAB_DATA_DIR = directory
})
afterAll(() => {
  delete process.env.TOKENTAB_DATA_DIR
  rmSync(directory, { recursive: true, force: true })
})

interface Call {
  readonly hour: number
  readonly project: number
}

function rowOf({ hour, project }: Call): RecordRow {
  const keys = { host: 1, model: 1, project, apiKey: 1, user: 1, serviceTier: 1, region: 1, contextBand: 0 }
  const plain = { input: 5, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 1, reasoning: 0, requests: 1 }
  const record = { startMs: hour * HOUR_MS + 1, status: 'ok', quantities: { other: null } }
  return { record, plain, cost: null, reportedUsd: null, keys: { ...keys, bucketSeconds: 0, priceSet: 1 } } as never
}

function foldOf(calls: readonly Call[]): RollupFold {
  const fold = new RollupFold()
  for (const call of calls) fold.add(rowOf(call))
  return fold
}

/** Time, project and records of each row of COPY bytes; `timeBytes` is the width of the time. */
function written(pieces: Iterable<Uint8Array>, timeBytes: 4 | 8): [time: number, project: number, records: number][] {
  const bytes = Buffer.concat([...pieces])
  const rows: [number, number, number][] = []
  for (let at = 0; at < bytes.length; ) {
    const fields: Buffer[] = []
    const count = bytes.readInt16BE(at)
    at += 2
    for (let place = 0; place < count; place += 1) {
      const length = Math.max(0, bytes.readInt32BE(at))
      fields.push(bytes.subarray(at + 4, at + 4 + length))
      at += 4 + length
    }
    const field = (place: number) => fields[place] as Buffer
    const time =
      timeBytes === 8
        ? Number(field(1).readBigInt64BE()) / 1_000 / HOUR_MS + HOURS_TO_2000
        : field(1).readInt32BE() + HOURS_TO_2000 / 24
    rows.push([time, field(4).readInt32BE(), Number(field(timeBytes === 8 ? 11 : 8).readBigInt64BE())])
  }
  return rows
}

function held(table: RollupFold['hours']): [number, number, number][] {
  return Array.from({ length: table.size }, (_row, index) => [
    table.keyOf(index, 0),
    table.keyOf(index, 3),
    Number(table.countOf(index, COUNT.records)),
  ])
}

function summed(rows: readonly (readonly [number, number, number])[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const [time, project, records] of rows) {
    const key = `${time} ${project}`
    sums[key] = (sums[key] ?? 0) + records
  }
  return sums
}

function spilled(batches: readonly (readonly Call[])[]) {
  const file = new SpillFile()
  const spill = new RollupSpill(file)
  let fold = new RollupFold()
  for (const batch of batches) {
    const hours = batch.map(({ hour }) => hour)
    spill.meets(Math.min(...hours), Math.max(...hours))
    fold.merge(foldOf(batch))
    fold = spillFold(spill, 7, fold)
  }
  const result = {
    overlaps: spill.overlaps,
    hours: [...written(spill.hours(), 8), ...held(fold.hours)],
    days: [...written(spill.days(), 4), ...held(fold.days)],
  }
  file.close()
  return result
}

// Five days, so that most batches meet hours of earlier ones.
const call = fc.record({ hour: fc.integer({ min: 490_000, max: 490_120 }), project: fc.integer({ min: 1, max: 3 }) })
const batches = fc.array(fc.array(call, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 8 })

describe('what an import spills of its sums', () => {
  it('and what it keeps are the sums of all its records, and hold no key twice unless it says so', () => {
    fc.assert(
      fc.property(batches, fc.constantFrom('as it is', 'ascending', 'descending'), (given, order) => {
        const sign = order === 'ascending' ? 1 : -1
        const calls = given.flat().sort((a, b) => (order === 'as it is' ? 0 : sign * (a.hour - b.hour)))
        let at = 0
        const ordered = given.map(({ length }) => {
          at += length
          return calls.slice(at - length, at)
        })
        const { overlaps, hours, days } = spilled(ordered)
        const whole = foldOf(calls)
        expect(summed(hours)).toEqual(summed(held(whole.hours)))
        expect(summed(days)).toEqual(summed(held(whole.days)))
        if (order !== 'as it is') expect(overlaps).toBe(false)
        if (overlaps) return
        expect(hours).toHaveLength(whole.hours.size)
        expect(days).toHaveLength(whole.days.size)
      }),
      { numRuns: 150 },
    )
  })
})
