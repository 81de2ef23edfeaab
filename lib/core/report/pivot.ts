/**
 * Rows × columns × measure over a period: what the explore screen shows. A read supplies exact sums per cell (`PivotRow`);
 * totals are made from the same sums, so a ratio of a total is the ratio of its sums and never a mean of ratios.
 */
import { addUsd, divide, type Usd, usdToText, ZERO_USD } from '../money/usd'

export const PIVOT_DIMENSIONS = ['host', 'model', 'project', 'api_key', 'user'] as const
export type PivotDimension = (typeof PIVOT_DIMENSIONS)[number]
export const PIVOT_GROUPS = [...PIVOT_DIMENSIONS, 'month'] as const
export type PivotGroup = (typeof PIVOT_GROUPS)[number]

export const PIVOT_MEASURES = [
  'cost',
  'requests',
  'tokens',
  'input',
  'cache_read',
  'cache_write',
  'output',
  'cost_per_request',
  'cache_hit_rate',
  'rate_per_million',
] as const
export type PivotMeasure = (typeof PIVOT_MEASURES)[number]

/** How a value reads: decimal text of dollars, digits of a count, or hundredths of a percent as digits. */
export const MEASURE_UNIT: Readonly<Record<PivotMeasure, 'usd' | 'count' | 'myriad'>> = {
  cost: 'usd',
  requests: 'count',
  tokens: 'count',
  input: 'count',
  cache_read: 'count',
  cache_write: 'count',
  output: 'count',
  cost_per_request: 'usd',
  cache_hit_rate: 'myriad',
  rate_per_million: 'usd',
}

/** Measures whose cells add up to their total; the others are ratios. */
export const isAdditive = (measure: PivotMeasure): boolean =>
  measure !== 'cost_per_request' && measure !== 'cache_hit_rate' && measure !== 'rate_per_million'

export interface PivotSums {
  /** Of priced records. */
  readonly cost: Usd
  readonly records: bigint
  /** Calls of the records whose source counts them. */
  readonly requests: bigint
  readonly uncountedRecords: bigint
  readonly input: bigint
  readonly cacheRead: bigint
  readonly cacheWrite: bigint
  readonly output: bigint
  readonly unpricedRecords: bigint
  readonly unpricedRequests: bigint
  readonly unpricedTokens: bigint
}

export interface PivotRow {
  /** "2026-09" of a month, the value of a dimension, or null where records carry none. */
  readonly row: string | null
  /** Null also when nothing stands across. */
  readonly column: string | null
  readonly sums: PivotSums
}

export interface PivotValue {
  /** Null where it is unknown: nothing priced, calls not counted, or nothing to divide by. */
  readonly value: string | null
  /** True where some records of the cell are missing from the value: unpriced, or not counted by their source. */
  readonly partial: boolean
}

export interface PivotKey {
  readonly key: string | null
  /** True for the sum of all keys that are not shown. */
  readonly isOther: boolean
  /** How many keys it sums. */
  readonly keys: number
}

export interface PivotLine extends PivotKey {
  /** In the order of the columns; null where there is no record at all. */
  readonly cells: readonly (PivotValue | null)[]
  readonly total: PivotValue
}

export interface Pivot {
  readonly rows: PivotGroup
  /** Null when only the total stands across. */
  readonly columns: PivotGroup | null
  readonly measure: PivotMeasure
  /** Months ascending, other keys by their total, largest first; the sum of the rest last. */
  readonly columnKeys: readonly PivotKey[]
  readonly lines: readonly PivotLine[]
  readonly columnTotals: readonly (PivotValue | null)[]
  readonly total: PivotValue
  readonly records: string
  readonly unpricedRecords: string
}

/** What the explore screen shows. */
export interface Exploration {
  /** Costs in dollars. */
  readonly pivot: Pivot
  /** What usage priced in other currencies comes to, each in its own; it is in no cost of the pivot. */
  readonly otherCurrencies: readonly { readonly currency: string; readonly cost: string }[]
  /** Records without a price in any currency. */
  readonly unpricedRecords: string
}

export interface PivotInput {
  readonly rows: PivotGroup
  readonly columns: PivotGroup | null
  readonly measure: PivotMeasure
  readonly cells: readonly PivotRow[]
  /** Months of the period; each is a row or column of its own although nothing fell into it. */
  readonly months: readonly string[]
  /** Rows and columns shown apart before the rest is summed as one; null shows all. Months are never summed up. */
  readonly most: { readonly rows: number; readonly columns: number } | null
}

export function buildPivot(input: PivotInput): Pivot {
  const { measure, cells } = input
  const rowKeys = keysOf(input.rows, cells, (cell) => cell.row, input, input.most?.rows ?? null)
  const columnKeys =
    input.columns === null
      ? []
      : keysOf(input.columns, cells, (cell) => cell.column, input, input.most?.columns ?? null)
  const rowOf = places(rowKeys)
  const columnOf = places(columnKeys)
  const sums: (PivotSums | null)[][] = rowKeys.map(() => columnKeys.map(() => null))
  const rowSums: PivotSums[] = rowKeys.map(() => NOTHING)
  const columnSums: (PivotSums | null)[] = columnKeys.map(() => null)
  let all = NOTHING
  for (const cell of cells) {
    const row = rowOf(cell.row)
    const line = sums[row]
    const before = rowSums[row]
    if (line === undefined || before === undefined) throw new Error('a cell of no row')
    all = plus(all, cell.sums)
    rowSums[row] = plus(before, cell.sums)
    if (columnKeys.length === 0) continue
    const column = columnOf(cell.column)
    line[column] = plus(line[column] ?? NOTHING, cell.sums)
    columnSums[column] = plus(columnSums[column] ?? NOTHING, cell.sums)
  }
  const valueIn = (sum: PivotSums | null) => (sum === null ? null : measured(measure, sum))
  return {
    rows: input.rows,
    columns: input.columns,
    measure,
    columnKeys: columnKeys.map(shownKey),
    lines: rowKeys.map((key, row) => ({
      ...shownKey(key),
      cells: (sums[row] ?? []).map(valueIn),
      total: measured(measure, rowSums[row] ?? NOTHING),
    })),
    columnTotals: columnSums.map(valueIn),
    total: measured(measure, all),
    records: all.records.toString(),
    unpricedRecords: all.unpricedRecords.toString(),
  }
}

interface Key {
  readonly key: string | null
  readonly isOther: boolean
  readonly members: readonly (string | null)[]
}

const shownKey = ({ key, isOther, members }: Key): PivotKey => ({ key, isOther, keys: members.length })

function keysOf(
  group: PivotGroup,
  cells: readonly PivotRow[],
  pick: (cell: PivotRow) => string | null,
  input: PivotInput,
  most: number | null,
): Key[] {
  const single = (key: string | null): Key => ({ key, isOther: false, members: [key] })
  if (group === 'month') return input.months.map(single)
  const sums = new Map<string | null, PivotSums>()
  for (const cell of cells) sums.set(pick(cell), plus(sums.get(pick(cell)) ?? NOTHING, cell.sums))
  const ranked = [...sums]
    .map(([key, sum]) => ({ key, size: sizeOf(input.measure, sum) }))
    .sort((a, b) => (a.size === b.size ? compareKeys(a.key, b.key) : a.size > b.size ? -1 : 1))
    .map(({ key }) => key)
  // One key more takes no more room than a line that sums one.
  if (most === null || ranked.length <= most + 1) return ranked.map(single)
  return [...ranked.slice(0, most).map(single), { key: null, isOther: true, members: ranked.slice(most) }]
}

function places(keys: readonly Key[]): (key: string | null) => number {
  const found = new Map(keys.flatMap((key, place) => key.members.map((member) => [member, place] as const)))
  return (key) => {
    const place = found.get(key)
    if (place === undefined) throw new Error(`not a key of the pivot: ${String(key)}`)
    return place
  }
}

/** Order of rows: by the measure where it adds up, by cost where it is a ratio; tokens decide between what has no cost. */
function sizeOf(measure: PivotMeasure, sums: PivotSums): bigint {
  if (measure === 'requests') return sums.requests
  if (measure === 'input') return sums.input
  if (measure === 'cache_read') return sums.cacheRead
  if (measure === 'cache_write') return sums.cacheWrite
  if (measure === 'output') return sums.output
  return measure === 'tokens' ? tokensOf(sums) : sums.cost
}

const tokensOf = (sums: PivotSums) => sums.input + sums.cacheRead + sums.cacheWrite + sums.output

function measured(measure: PivotMeasure, sums: PivotSums): PivotValue {
  const uncounted = sums.uncountedRecords > 0n
  const unpriced = sums.unpricedRecords > 0n
  const known = (value: bigint) => ({ value: value.toString(), partial: false })
  switch (measure) {
    case 'cost':
      return sums.records > 0n && sums.records === sums.unpricedRecords
        ? { value: null, partial: true }
        : { value: usdToText(sums.cost), partial: unpriced }
    case 'requests':
      return sums.records > 0n && sums.records === sums.uncountedRecords
        ? { value: null, partial: true }
        : { value: sums.requests.toString(), partial: uncounted }
    case 'tokens':
      return known(tokensOf(sums))
    case 'input':
      return known(sums.input)
    case 'cache_read':
      return known(sums.cacheRead)
    case 'cache_write':
      return known(sums.cacheWrite)
    case 'output':
      return known(sums.output)
    case 'cost_per_request':
      // Cost of records that count no calls cannot be told apart here, so a mixture has no such figure.
      return { value: uncounted ? null : per(sums.cost, sums.requests - sums.unpricedRequests, 1n), partial: unpriced }
    case 'rate_per_million':
      return { value: per(sums.cost, tokensOf(sums) - sums.unpricedTokens, 1_000_000n), partial: unpriced }
    case 'cache_hit_rate': {
      const prompt = sums.input + sums.cacheRead + sums.cacheWrite
      return { value: prompt === 0n ? null : ((sums.cacheRead * 10_000n) / prompt).toString(), partial: false }
    }
  }
}

/** A quotient for people, to 10⁻¹⁸ dollar. */
function per(cost: Usd, count: bigint, times: bigint): string | null {
  if (count <= 0n) return null
  return usdToText(divide(cost, { numerator: times, denominator: count, mode: 'half_up' }))
}

const NOTHING: PivotSums = {
  cost: ZERO_USD,
  records: 0n,
  requests: 0n,
  uncountedRecords: 0n,
  input: 0n,
  cacheRead: 0n,
  cacheWrite: 0n,
  output: 0n,
  unpricedRecords: 0n,
  unpricedRequests: 0n,
  unpricedTokens: 0n,
}

function plus(a: PivotSums, b: PivotSums): PivotSums {
  return {
    cost: addUsd(a.cost, b.cost),
    records: a.records + b.records,
    requests: a.requests + b.requests,
    uncountedRecords: a.uncountedRecords + b.uncountedRecords,
    input: a.input + b.input,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
    output: a.output + b.output,
    unpricedRecords: a.unpricedRecords + b.unpricedRecords,
    unpricedRequests: a.unpricedRequests + b.unpricedRequests,
    unpricedTokens: a.unpricedTokens + b.unpricedTokens,
  }
}

/** Names in byte order, none last. */
function compareKeys(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  return a < b ? -1 : a > b ? 1 : 0
}
