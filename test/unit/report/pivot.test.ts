import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { usdFromText, usdToText } from '@/lib/core/money/usd'
import { buildPivot, type PivotInput, type PivotMeasure, type PivotRow, type PivotSums } from '@/lib/core/report/pivot'
import { pivotCsv } from '@/lib/core/report/pivot-csv'

const sums = (part: Partial<PivotSums> & { readonly usd?: string }): PivotSums => ({
  cost: usdFromText(part.usd ?? '0'),
  records: part.records ?? 1n,
  requests: part.requests ?? 1n,
  uncountedRecords: part.uncountedRecords ?? 0n,
  input: part.input ?? 0n,
  cacheRead: part.cacheRead ?? 0n,
  cacheWrite: part.cacheWrite ?? 0n,
  output: part.output ?? 0n,
  unpricedRecords: part.unpricedRecords ?? 0n,
  unpricedRequests: part.unpricedRequests ?? 0n,
  unpricedTokens: part.unpricedTokens ?? 0n,
})

const MONTHS = ['2026-09', '2026-10']
const pivot = (cells: readonly PivotRow[], change: Partial<PivotInput> = {}) =>
  buildPivot({ rows: 'model', columns: 'month', measure: 'cost', months: MONTHS, most: null, cells, ...change })

const CELLS: readonly PivotRow[] = [
  {
    row: 'gpt-5',
    column: '2026-09',
    sums: sums({ usd: '1.5', input: 100n, cacheRead: 300n, output: 10n, requests: 3n }),
  },
  {
    row: 'gpt-5',
    column: '2026-10',
    sums: sums({ usd: '0.5', input: 300n, cacheRead: 100n, output: 10n, requests: 1n }),
  },
  {
    row: 'atlas',
    column: '2026-10',
    sums: sums({ unpricedRecords: 1n, unpricedRequests: 1n, unpricedTokens: 7n, input: 7n }),
  },
  {
    row: null,
    column: '2026-09',
    sums: sums({ usd: '9', records: 2n, uncountedRecords: 2n, requests: 0n, output: 5n }),
  },
]

describe('a pivot', () => {
  it('orders rows by their total, names what is unknown and keeps empty cells apart from zero', () => {
    const view = pivot(CELLS)
    expect(view.lines.map((line) => [line.key, line.total.value, line.total.partial])).toEqual([
      [null, '9', false],
      ['gpt-5', '2', false],
      ['atlas', null, true],
    ])
    expect(view.columnKeys.map((column) => column.key)).toEqual(MONTHS)
    expect(view.lines[2]?.cells).toEqual([null, { value: null, partial: true }])
    expect(view.columnTotals).toEqual([
      { value: '10.5', partial: false },
      { value: '0.5', partial: true },
    ])
    expect(view.total).toEqual({ value: '11', partial: true })
    expect(view.unpricedRecords).toBe('1')
  })

  it('makes a ratio of a total from its sums, not from the ratios of its cells', () => {
    const line = (measure: PivotMeasure) => pivot(CELLS, { measure }).lines.find((one) => one.key === 'gpt-5')
    expect(line('cache_hit_rate')?.cells.map((cell) => cell?.value)).toEqual(['7500', '2500'])
    expect(line('cache_hit_rate')?.total.value).toBe('5000')
    expect(line('cost_per_request')?.cells.map((cell) => cell?.value)).toEqual(['0.5', '0.5'])
    expect(line('rate_per_million')?.total.value).toBe('2439.024390243902439024')
  })

  it('says unknown where calls are not counted, nothing is priced or nothing is there to divide by', () => {
    const of = (key: string | null, measure: PivotMeasure) =>
      pivot(CELLS, { measure }).lines.find((one) => one.key === key)?.total
    expect(of(null, 'requests')).toEqual({ value: null, partial: true })
    expect(of(null, 'cost_per_request')).toEqual({ value: null, partial: false })
    expect(of(null, 'cache_hit_rate')).toEqual({ value: null, partial: false })
    expect(of('atlas', 'rate_per_million')).toEqual({ value: null, partial: true })
    expect(of('atlas', 'tokens')).toEqual({ value: '7', partial: false })
  })

  it('sums what it does not show as one line, and a file shows all of it', () => {
    const many = Array.from({ length: 9 }, (_, index): PivotRow => {
      return { row: `m${index}`, column: '2026-10', sums: sums({ usd: `${index + 1}` }) }
    })
    const view = pivot(many, { most: { rows: 3, columns: 12 } })
    expect(view.lines.map((line) => [line.key, line.isOther, line.keys, line.total.value])).toEqual([
      ['m8', false, 1, '9'],
      ['m7', false, 1, '8'],
      ['m6', false, 1, '7'],
      [null, true, 6, '21'],
    ])
    expect(pivot(many.slice(0, 4), { most: { rows: 3, columns: 12 } }).lines).toHaveLength(4)
    const csv = pivotCsv(pivot([...many, { row: '=1+1', column: '2026-09', sums: sums({ usd: '0.25' }) }]))
    expect(csv.split('\r\n')).toHaveLength(13)
    expect(csv).toContain(`"'=1+1",0.25,,0.25\r\n`)
    expect(csv).toMatch(/"total",0\.25,45,45\.25\r\n$/)
  })

  it('stands without columns', () => {
    const view = pivot(
      CELLS.map((cell) => ({ ...cell, column: null })),
      { columns: null },
    )
    expect(view.columnKeys).toEqual([])
    expect(view.lines.map((line) => line.total.value)).toEqual(['9', '2', null])
  })

  it('P-11: groups and none sum to the whole along both sides, whatever is summed up', () => {
    const cell = fc.record({
      row: fc.constantFrom('a', 'b', 'c', 'd', 'e', null),
      column: fc.constantFrom(...MONTHS),
      cents: fc.bigInt({ min: 0n, max: 10n ** 24n }),
    })
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 30 }), fc.integer({ min: 1, max: 6 }), (cells, most) => {
        const view = pivot(
          cells.map(({ row, column, cents }) => ({
            row,
            column,
            sums: { ...sums({}), cost: cents as PivotSums['cost'] },
          })),
          { most: { rows: most, columns: 12 } },
        )
        const total = (values: readonly ({ value: string | null } | null)[]) =>
          usdToText(
            values.reduce((sum, one) => (sum + usdFromText(one?.value ?? '0')) as PivotSums['cost'], usdFromText('0')),
          )
        const whole = usdToText(cells.reduce((sum, one) => (sum + one.cents) as PivotSums['cost'], usdFromText('0')))
        expect(view.total.value).toBe(whole)
        expect(total(view.lines.map((line) => line.total))).toBe(whole)
        expect(total(view.columnTotals)).toBe(whole)
        for (const line of view.lines) expect(total(line.cells)).toBe(line.total.value)
      }),
    )
  })
})
