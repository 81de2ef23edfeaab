import { describe, expect, test } from 'vitest'
import { sampleCompanyCsv } from '../../../lib/core/source/sample-company'

const options = { seed: 20261123, nowMs: Date.UTC(2026, 10, 23, 18, 30), months: 14 }

function table(): string[][] {
  return [...sampleCompanyCsv(options)]
    .join('')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
}

describe('the sample company', () => {
  const rows = table()

  test('is the same bytes for the same seed and clock', () => {
    expect([...sampleCompanyCsv(options)].join('')).toBe([...sampleCompanyCsv(options)].join(''))
  })

  test('has six projects, nine models on five hosts and fourteen months', () => {
    expect(new Set(rows.map((row) => row[5])).size).toBe(6)
    expect(new Set(rows.map((row) => row[3])).size).toBe(5)
    // Two models were replaced by their successors: nine at a time, eleven names over the whole time.
    expect(new Set(rows.map((row) => row[4])).size).toBe(11)
    expect(new Set(rows.map((row) => row[1]?.slice(0, 7))).size).toBe(14)
  })

  test('ends before the running hour and holds no row twice', () => {
    expect(rows.every((row) => Date.parse(row[1] as string) < Date.UTC(2026, 10, 23, 18))).toBe(true)
    const single = rows.map((row) => row[0]).filter((id) => id !== '')
    expect(new Set(single).size).toBe(single.length)
  })

  test('has a launch spike in June 2026', () => {
    const calls = (day: string) =>
      rows
        .filter((row) => row[6] === 'search-prod' && row[1]?.startsWith(day))
        .reduce((sum, row) => sum + BigInt(row[9] as string), 0n)
    expect(calls('2026-06-10') > 2n * calls('2026-06-03')).toBe(true)
  })
})
