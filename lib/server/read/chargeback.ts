/** A month by cost centre: `GET /api/v1/bills/2026-09/chargeback`, its statements and their screens. */
import 'server-only'
import { z } from 'zod'
import { subtractUsd, sumUsd, type Usd, usdFromText, ZERO_USD } from '../../core/money/usd'
import type { BillFigures } from '../../core/report/bill-view'
import {
  type ChargebackInput,
  type ChargebackView,
  type CostSlice,
  type MonthStatementView,
  ruleSegments,
  type StatementView,
  tagsOfRules,
} from '../../core/report/chargeback'
import { chargebackCsv, statementCsv } from '../../core/report/chargeback-csv'
import { closedChargebackOf } from '../../core/report/closed-chargeback'
import { type InstantMs, monthOf, type Period } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { listAllocationRules, listCostCentres, sharingOf } from '../db/allocation'
import { billingMonth } from '../db/bill-month'
import { billedFigures } from '../db/billed-figures'
import { closedChargeback } from '../db/closed-chargeback'
import { otherCurrencySums } from '../db/other-currency'
import type { Queryable } from '../db/pool'
import { NO_FILTER, type SpendGroupBy, type SpendSums, sumSpend } from '../db/spend'
import { readConsistently } from '../db/transaction'
import { AppError } from '../errors'
import { billPeriod } from './bill'

export const chargebackQuery = z.strictObject({ format: z.enum(['json', 'csv']).default('json') })

/** Throws NOT_FOUND for text that is no month. */
export async function readChargeback(principal: Principal, input: { readonly month: string }): Promise<ChargebackView> {
  return (await readMonth(principal, input.month)).chargeback
}

export async function readChargebackCsv(principal: Principal, input: { readonly month: string }): Promise<string> {
  const { chargeback, statements } = await readMonth(principal, input.month)
  return chargebackCsv(chargeback, statements)
}

/** Throws NOT_FOUND for a centre that bears nothing this month. */
export async function readStatement(
  principal: Principal,
  input: { readonly month: string; readonly costCentreId: number },
): Promise<MonthStatementView> {
  const { statements, chargeback } = await readMonth(principal, input.month)
  const statement = statements.find((one) => one.id === input.costCentreId)
  if (statement === undefined) {
    throw new AppError('NOT_FOUND', 'There is no statement of this cost centre for this month.')
  }
  return { ...statement, other_currencies: chargeback.other_currencies }
}

export async function readStatementCsv(
  principal: Principal,
  input: { readonly month: string; readonly costCentreId: number },
): Promise<string> {
  return statementCsv(await readStatement(principal, input))
}

async function readMonth(principal: Principal, month: string): Promise<MonthChargeback> {
  authorise(principal, 'bills.read')
  const period = billPeriod(month)
  return await readConsistently(
    async (connection) => await chargebackOf(connection, principal.workspaceId, { month, period, nowMs: Date.now() }),
  )
}

export interface MonthChargeback {
  readonly chargeback: ChargebackView
  readonly statements: readonly StatementView[]
}

interface ChargebackOf {
  readonly month: string
  readonly period: Period
  readonly nowMs: InstantMs
}

/** As it was frozen with the bill of a closed month, else by the rules as they are. Call inside a transaction that sees one state. */
export async function chargebackOf(
  connection: Queryable,
  workspaceId: number,
  of: ChargebackOf,
): Promise<MonthChargeback> {
  const { month, period } = of
  const { status, version } = await billingMonth(connection, workspaceId, month)
  const closed = status === 'closed' ? await closedChargeback(connection, workspaceId, { month, version }) : null
  if (closed !== null) {
    const { chargeback, statements, sha256 } = closed
    return { chargeback: { ...chargeback, frozen: { version, sha256 } }, statements }
  }
  const figures = await billedFigures(connection, workspaceId, { month, period })
  const live = closedChargebackOf(await chargebackInput(connection, workspaceId, of, figures), period)
  return { chargeback: { ...live.chargeback, frozen: null }, statements: live.statements }
}

/** Call inside a transaction that sees one state. */
export async function chargebackInput(
  connection: Queryable,
  workspaceId: number,
  of: ChargebackOf,
  figures: BillFigures,
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
    others: othersOf(figures, slices),
    otherCurrencies: figures.other_currencies.map(({ currency, exact_total }) => ({
      currency,
      exact_amount: exact_total,
    })),
  }
}

/** The bill less the usage that is led to cost centres; nothing where the bill has no amount. */
function othersOf({ exact_total }: BillFigures, slices: readonly CostSlice[]): Usd {
  const usage = sumUsd(slices.map((slice) => slice.cost))
  return exact_total === null ? ZERO_USD : subtractUsd(usdFromText(exact_total), usage)
}

const NO_CALLS = 0n

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
  const foreign = await otherCurrencySums(connection, workspaceId, {
    fromMs: segment.startMs,
    toMs: segment.endMs,
    groups,
    filter: NO_FILTER,
  })
  // What is priced in another currency is not without a price.
  const elsewhere = new Map<string, bigint>()
  for (const { keys, unpricedRequests } of foreign) {
    const key = JSON.stringify(keys)
    elsewhere.set(key, (elsewhere.get(key) ?? NO_CALLS) + unpricedRequests)
  }
  return rows.map((row) => {
    const slice = sliceOf(row, segment.startMs, tags)
    const priced = elsewhere.get(JSON.stringify(row.keys))
    return priced === undefined ? slice : { ...slice, unpricedRequests: slice.unpricedRequests - priced }
  })
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
