/** A month by cost centre: `GET /api/v1/bills/2026-09/chargeback`, its statements and their screens. */
import 'server-only'
import { z } from 'zod'
import { subtractUsd, sumUsd, type Usd, usdFromText, ZERO_USD } from '../../core/money/usd'
import type { BillFigures } from '../../core/report/bill-view'
import {
  buildChargeback,
  buildStatement,
  type ChargebackInput,
  type ChargebackView,
  type CostSlice,
  ruleSegments,
  type StatementView,
  tagsOfRules,
} from '../../core/report/chargeback'
import { chargebackCsv, statementCsv } from '../../core/report/chargeback-csv'
import { type InstantMs, monthOf, monthPeriod, type Period } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { listAllocationRules, listCostCentres, sharingOf } from '../db/allocation'
import { billedFigures } from '../db/billed-figures'
import type { Queryable } from '../db/pool'
import { NO_FILTER, type SpendGroupBy, type SpendSums, sumSpend } from '../db/spend'
import { readConsistently } from '../db/transaction'
import { AppError } from '../errors'

export const chargebackQuery = z.strictObject({ format: z.enum(['json', 'csv']).default('json') })

interface Month {
  readonly input: ChargebackInput
  readonly period: Period
}

/** Throws NOT_FOUND for text that is no month. */
export async function readChargeback(principal: Principal, input: { readonly month: string }): Promise<ChargebackView> {
  const month = await readMonth(principal, input.month)
  return buildChargeback(month.input, month.period)
}

export async function readChargebackCsv(principal: Principal, input: { readonly month: string }): Promise<string> {
  const month = await readMonth(principal, input.month)
  const view = buildChargeback(month.input, month.period)
  const statements = view.centres.flatMap((centre) => {
    const statement = buildStatement(month.input, centre.id)
    return statement === null ? [] : [statement]
  })
  return chargebackCsv(view, statements)
}

/** Throws NOT_FOUND for a centre that bears nothing this month. */
export async function readStatement(
  principal: Principal,
  input: { readonly month: string; readonly costCentreId: number },
): Promise<StatementView> {
  const month = await readMonth(principal, input.month)
  const statement = buildStatement(month.input, input.costCentreId)
  if (statement === null) throw new AppError('NOT_FOUND', 'There is no statement of this cost centre for this month.')
  return statement
}

export async function readStatementCsv(
  principal: Principal,
  input: { readonly month: string; readonly costCentreId: number },
): Promise<string> {
  return statementCsv(await readStatement(principal, input))
}

async function readMonth(principal: Principal, month: string): Promise<Month> {
  authorise(principal, 'bills.read')
  const period = monthPeriod(month)
  if (!period.ok) throw new AppError('NOT_FOUND', 'There is no such bill.', { remedy: 'Name a month like 2026-09.' })
  const of = { month, period: period.value, nowMs: Date.now() }
  const input = await readConsistently(
    async (connection) => await chargebackInput(connection, principal.workspaceId, of),
  )
  return { input, period: period.value }
}

/** Call inside a transaction that sees one state. */
export async function chargebackInput(
  connection: Queryable,
  workspaceId: number,
  of: { readonly month: string; readonly period: Period; readonly nowMs: InstantMs },
): Promise<ChargebackInput> {
  const { month, period, nowMs } = of
  const rules = await listAllocationRules(connection, workspaceId)
  const tags = tagsOfRules(rules, period)
  const slices: CostSlice[] = []
  for (const segment of ruleSegments(period, rules)) {
    slices.push(...(await slicesOf(connection, workspaceId, segment, tags)))
  }
  return {
    month,
    unfinished: month >= monthOf(nowMs),
    slices,
    centres: await listCostCentres(connection, workspaceId),
    rules,
    sharing: await sharingOf(connection, workspaceId, month),
    others: othersOf(await billedFigures(connection, workspaceId, { month, period }), slices),
  }
}

/** The bill less the usage that is led to cost centres; nothing where the bill has no amount. */
function othersOf({ exact_total }: BillFigures, slices: readonly CostSlice[]): Usd {
  const usage = sumUsd(slices.map((slice) => slice.cost))
  return exact_total === null ? ZERO_USD : subtractUsd(usdFromText(exact_total), usage)
}

async function slicesOf(
  connection: Queryable,
  workspaceId: number,
  segment: Period,
  tags: readonly string[],
): Promise<CostSlice[]> {
  const groups: SpendGroupBy[] = [
    ...(['project', 'api_key', 'user', 'host', 'model'] as const).map((name) => ({ kind: 'dimension', name }) as const),
    ...tags.map((name) => ({ kind: 'tag', name }) as const),
  ]
  const rows = await sumSpend(connection, workspaceId, {
    fromMs: segment.startMs,
    toMs: segment.endMs,
    groups,
    filter: NO_FILTER,
    offset: 0,
    limit: null,
  })
  return rows.map((row) => sliceOf(row, segment.startMs, tags))
}

function sliceOf(row: SpendSums, atMs: InstantMs, tags: readonly string[]): CostSlice {
  const [project = null, apiKey = null, user = null, host, model, ...values] = row.keys
  return {
    atMs,
    project,
    apiKey,
    user,
    tags: Object.fromEntries(tags.map((name, index) => [name, values[index] ?? null])),
    host: host ?? '',
    model: model ?? '',
    cost: usdFromText(row.cost),
    records: BigInt(row.records),
    unpricedRequests: BigInt(row.unpricedRequests),
  }
}
