/** What a month's bill says: as it was closed, or as it stands. */
import 'server-only'
import type { BillFigures } from '../../core/report/bill-view'
import type { Period } from '../../core/time/instant'
import { billFigures } from './bill-figures'
import { billingMonth, closedBill } from './bill-month'
import type { Queryable } from './pool'

/** Call inside a transaction that sees one state. */
export async function billedFigures(
  connection: Queryable,
  workspaceId: number,
  of: { readonly month: string; readonly period: Period },
): Promise<BillFigures> {
  const state = await billingMonth(connection, workspaceId, of.month)
  const frozen = state.status === 'closed' ? await closedBill(connection, workspaceId, of.month, state.version) : null
  return frozen?.figures ?? (await billFigures(connection, workspaceId, { ...of, closedVersion: null }))
}
