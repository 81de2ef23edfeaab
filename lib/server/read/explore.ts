/** Usage of whole months as rows × columns × measure: the explore screen and its CSV. */
import 'server-only'
import { z } from 'zod'
import { usdFromText, usdToText } from '../../core/money/usd'
import type { PeriodChoice } from '../../core/report/period-choice'
import {
  buildPivot,
  type Exploration,
  PIVOT_DIMENSIONS,
  PIVOT_GROUPS,
  PIVOT_MEASURES,
  type Pivot,
  type PivotDimension,
  type PivotGroup,
  type PivotMeasure,
} from '../../core/report/pivot'
import { pivotCsv } from '../../core/report/pivot-csv'
import { authorise, type Principal } from '../auth/principal'
import { otherCurrencySums } from '../db/other-currency'
import { pool, type Queryable } from '../db/pool'
import { NO_FILTER, type SpendFilter, type SpendGroupBy, type SpendSums, sumSpend } from '../db/spend'
import { readConsistently } from '../db/transaction'
import { AppError } from '../errors'

/** What a screen shows apart; a file holds every row and column. */
const SHOWN = { rows: 50, columns: 12 }
/** Cells of one answer, so that a hostile choice (keys × users of years) cannot fill the memory. */
const MAX_CELLS = 200_000

export interface ExploreInput {
  readonly choice: PeriodChoice
  readonly rows: PivotGroup
  /** Null, or the same as the rows: only the total stands across. */
  readonly columns: PivotGroup | null
  readonly measure: PivotMeasure
  /** One value a dimension; empty text means records that carry none. */
  readonly filters: Readonly<Partial<Record<PivotDimension, string>>>
}

const name = z.string().max(500).optional()
export const exploreQuery = z.strictObject({
  period: z.string().max(20).optional(),
  rows: z.enum(PIVOT_GROUPS).optional(),
  columns: z.enum([...PIVOT_GROUPS, 'none']).optional(),
  measure: z.enum(PIVOT_MEASURES).optional(),
  host: name,
  model: name,
  project: name,
  api_key: name,
  user: name,
})

/** What the parameters of an address mean; a word that is none of the choices is its default. */
export function exploreInput(
  choice: PeriodChoice,
  params: Readonly<Partial<Record<string, string | undefined>>>,
): ExploreInput {
  const columns = PIVOT_GROUPS.find((group) => group === params.columns)
  const filters: Partial<Record<PivotDimension, string>> = {}
  for (const dimension of PIVOT_DIMENSIONS) {
    const value = params[dimension]
    if (value !== undefined) filters[dimension] = value
  }
  return {
    choice,
    rows: PIVOT_GROUPS.find((group) => group === params.rows) ?? 'model',
    columns: columns ?? (params.columns === undefined ? 'month' : null),
    measure: PIVOT_MEASURES.find((measure) => measure === params.measure) ?? 'cost',
    filters,
  }
}

export async function readExplore(principal: Principal, input: ExploreInput): Promise<Exploration> {
  authorise(principal, 'usage.read')
  return await readConsistently(async (connection) => {
    const pivot = await pivotOf(connection, principal.workspaceId, input, SHOWN)
    const others = await otherCurrencySums(connection, principal.workspaceId, {
      fromMs: input.choice.period.startMs,
      toMs: input.choice.period.endMs,
      groups: [],
      filter: filterOf(input),
    })
    return {
      pivot,
      otherCurrencies: others.map(({ currency, amount }) => ({ currency, cost: usdToText(amount) })),
      unpricedRecords: others
        .reduce((left, one) => left - one.unpricedRecords, BigInt(pivot.unpricedRecords))
        .toString(),
    }
  })
}

/** The same with every row and column apart. */
export async function readExploreCsv(principal: Principal, input: ExploreInput): Promise<string> {
  authorise(principal, 'usage.read')
  return pivotCsv(await pivotOf(pool(), principal.workspaceId, input, null))
}

/** Throws TOO_LARGE when there are more cells than one answer may hold. */
async function pivotOf(
  connection: Queryable,
  workspaceId: number,
  input: ExploreInput,
  most: typeof SHOWN | null,
): Promise<Pivot> {
  const columns = input.columns === input.rows ? null : input.columns
  const groups = [input.rows, ...(columns === null ? [] : [columns])].map(groupOf)
  const found = await sumSpend(connection, workspaceId, {
    fromMs: input.choice.period.startMs,
    toMs: input.choice.period.endMs,
    groups,
    filter: filterOf(input),
    offset: 0,
    limit: MAX_CELLS + 1,
  })
  if (found.length > MAX_CELLS) {
    throw new AppError(
      'TOO_LARGE',
      `This table has more than ${MAX_CELLS} cells. Choose a shorter period or add a filter.`,
    )
  }
  return buildPivot({
    rows: input.rows,
    columns,
    measure: input.measure,
    months: input.choice.months,
    most,
    cells: found.map((sums) => ({
      row: sums.keys[0] ?? null,
      column: columns === null ? null : (sums.keys[1] ?? null),
      sums: pivotSums(sums),
    })),
  })
}

function filterOf({ filters }: ExploreInput): SpendFilter {
  return {
    ...NO_FILTER,
    dimensions: PIVOT_DIMENSIONS.flatMap((dimension) => {
      const value = filters[dimension]
      return value === undefined ? [] : [{ name: dimension, values: [value] }]
    }),
  }
}

const groupOf = (group: PivotGroup): SpendGroupBy =>
  group === 'month' ? { kind: 'time', unit: 'month' } : { kind: 'dimension', name: group }

function pivotSums(sums: SpendSums) {
  return {
    cost: usdFromText(sums.cost),
    records: BigInt(sums.records),
    requests: BigInt(sums.requests),
    uncountedRecords: BigInt(sums.uncountedRecords),
    input: BigInt(sums.input),
    cacheRead: BigInt(sums.cacheRead),
    cacheWrite: BigInt(sums.cacheWrite5m) + BigInt(sums.cacheWrite1h),
    output: BigInt(sums.output),
    unpricedRecords: BigInt(sums.unpricedRecords),
    unpricedRequests: BigInt(sums.unpricedRequests),
    unpricedTokens: BigInt(sums.unpricedTokens),
  }
}
