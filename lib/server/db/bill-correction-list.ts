/** Corrections as bills list them: those in dollars from their stored sums, others at the prices of their quantities. */
import 'server-only'
import { addUsd, usdFromText, ZERO_USD } from '../../core/money/usd'
import type { BillCorrection, DayAmount } from '../../core/report/bill-book'
import { currencyOf, inItsCurrency } from '../../core/report/bill-line'
import type { CorrectionCause } from '../../core/report/bill-view'
import { isoOf } from '../../core/time/instant'
import type { BillSums } from './bill'
import { BILL_SUMS } from './bill-correction'
import { billRowsOf } from './bill-rows'
import { dimensionValues } from './dimension'
import type { Queryable } from './pool'
import { COST_CURRENCY, foreignPriceSets } from './price-set'

/** What is said of a correction `s`, and where it is from. */
const NOTE = `coalesce(i.filename, p.reason, CASE s.cause WHEN 'source' THEN d.reason ELSE d.reversed_reason END) AS note,
       CASE s.cause WHEN 'import' THEN i.created_by WHEN 'import_undo' THEN i.undone_by
         WHEN 'reprice' THEN p.actor WHEN 'reprice_undo' THEN p.undone_by WHEN 'source' THEN d.actor ELSE d.reversed_by END AS actor`
const CAUSES = `LEFT JOIN import i ON s.cause IN ('import', 'import_undo') AND i.workspace_id = $1 AND i.no = s.cause_no
     LEFT JOIN price_revision p ON s.cause IN ('reprice', 'reprice_undo') AND p.workspace_id = $1 AND p.no = s.cause_no
     LEFT JOIN source_decision d ON s.cause IN ('source', 'source_undo') AND d.workspace_id = $1 AND d.no = s.cause_no`

interface CorrectionRow {
  readonly month: string
  readonly billed_in: string
  readonly cause: CorrectionCause
  readonly cause_no: number
  readonly note: string | null
  readonly actor: string | null
  readonly at: Date
  readonly host_id: number
  readonly model_id: number
  readonly records: string
  readonly unpriced_requests: string
  readonly cost: string
}

/** Corrections that one month bills, or that are of one month and billed by others. `version` narrows to one close. */
export interface CorrectionScope {
  readonly side: 'billed_in' | 'month'
  readonly month: string
  readonly version?: { readonly is: 'equal' | 'before'; readonly to: number }
}

/** One line a month, cause, host, model and currency; those that changed nothing in the end are left out. */
export async function listCorrections(
  connection: Queryable,
  workspaceId: number,
  scope: CorrectionScope,
): Promise<BillCorrection[]> {
  const foreign = await foreignPriceSets(connection, workspaceId)
  const dollars = await dollarCorrections(connection, workspaceId, scope, foreign)
  return foreign.length === 0
    ? dollars
    : [...dollars, ...(await foreignCorrections(connection, workspaceId, scope, foreign))]
}

/** Of records priced in dollars and of those without a price. */
async function dollarCorrections(
  connection: Queryable,
  workspaceId: number,
  scope: CorrectionScope,
  foreign: readonly number[],
): Promise<BillCorrection[]> {
  const { version } = scope
  const { rows } = await connection.query<CorrectionRow>(
    `SELECT s.*, ${NOTE}
     FROM (
       SELECT month, billed_in, cause, cause_no, host_id, model_id, max(at) AS at, sum(records)::text AS records,
         sum(unpriced_requests)::text AS unpriced_requests, trim_scale(sum(cost))::text AS cost
       FROM bill_correction
       WHERE workspace_id = $1 AND ${scope.side === 'month' ? 'month' : 'billed_in'} = $2 AND withdrawn_at IS NULL
         AND ($3::int IS NULL OR version ${version?.is === 'before' ? '<' : '='} $3) AND price_set_id <> ALL ($4::int[])
       GROUP BY month, billed_in, cause, cause_no, host_id, model_id
       HAVING sum(records) <> 0 OR sum(cost) <> 0 OR sum(unpriced_requests) <> 0
     ) s ${CAUSES}`,
    [workspaceId, scope.month, version?.to ?? null, foreign],
  )
  const names = await dimensionValues(
    connection,
    workspaceId,
    rows.flatMap((row) => [row.host_id, row.model_id]),
  )
  return rows.map((row) => ({
    ...saidOf(row),
    host: names.get(row.host_id) ?? '',
    model: names.get(row.model_id) ?? '',
    records: row.records,
    unpriced_requests: row.unpriced_requests,
    currency: COST_CURRENCY,
    exact: usdFromText(row.cost),
  }))
}

function saidOf(row: Pick<CorrectionRow, 'month' | 'billed_in' | 'cause' | 'cause_no' | 'note' | 'actor' | 'at'>) {
  const { month, billed_in, cause, cause_no } = row
  return {
    month,
    billed_in,
    cause,
    cause_no,
    note: row.note ?? '',
    actor: row.actor ?? '',
    at: isoOf(row.at.getTime()),
  }
}

type ForeignCorrection = BillSums & CorrectionRow & { readonly day: string }

/** Of records priced in other currencies: their quantities at those prices, and what each day of the usage has of it. */
async function foreignCorrections(
  connection: Queryable,
  workspaceId: number,
  scope: CorrectionScope,
  foreign: readonly number[],
): Promise<BillCorrection[]> {
  const { version } = scope
  const keys = 'month, billed_in, cause, cause_no, day, host_id, model_id, service_tier_id, price_set_id'
  const { rows: sums } = await connection.query<ForeignCorrection>(
    `SELECT s.*, ${NOTE} FROM (
       SELECT month, billed_in, cause, cause_no, to_char(day, 'YYYY-MM-DD') AS day, host_id, model_id, service_tier_id, price_set_id,
         max(at) AS at, ${BILL_SUMS.map((name) => `trim_scale(sum(${name})::numeric)::text AS ${name}`).join(', ')},
         nullif(sum_quantities(other_quantities), '{}') AS other_quantities
       FROM bill_correction
       WHERE workspace_id = $1 AND ${scope.side === 'month' ? 'month' : 'billed_in'} = $2 AND withdrawn_at IS NULL
         AND ($3::int IS NULL OR version ${version?.is === 'before' ? '<' : '='} $3) AND price_set_id = ANY ($4::int[])
       GROUP BY ${keys} ORDER BY ${keys}
     ) s ${CAUSES}`,
    [workspaceId, scope.month, version?.to ?? null, foreign],
  )
  const rows = await billRowsOf(connection, workspaceId, sums)
  const found = new Map<string, BillCorrection & { days: DayAmount[]; changed: bigint }>()
  rows.forEach((row, index) => {
    const sum = sums[index]
    if (sum === undefined) throw new Error('a row without its sums')
    const { cost: amount } = inItsCurrency(row)
    const currency = currencyOf(row)
    const key = JSON.stringify([sum.month, sum.billed_in, sum.cause, sum.cause_no, row.host, row.model, currency])
    const before = found.get(key)
    const records = (before === undefined ? 0n : BigInt(before.records)) + row.records
    found.set(key, {
      ...saidOf(sum),
      host: row.host,
      model: row.model,
      records: records.toString(),
      unpriced_requests: '0',
      currency,
      exact: before === undefined ? amount : addUsd(before.exact, amount),
      days: [...(before?.days ?? []), { day: sum.day, amount }],
      changed: records,
    })
  })
  return [...found.values()]
    .filter((one) => one.changed !== 0n || one.exact !== ZERO_USD)
    .map(({ changed: _changed, ...one }) => one)
}
