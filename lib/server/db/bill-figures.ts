/** The figures of a bill from what is stored: sums with the prices they used, corrections, adjustments. */
import 'server-only'
import { createHash } from 'node:crypto'
import { buildBill } from '../../core/report/bill'
import { canonicalText } from '../../core/report/bill-digest'
import type { BillFigures } from '../../core/report/bill-view'
import type { Period } from '../../core/time/instant'
import { sumBill, sumClosedBill } from './bill'
import { listAdjustments } from './bill-adjustment'
import { listCorrections } from './bill-correction'
import { withListPrices } from './bill-list-price'
import { billRowsOf } from './bill-rows'
import type { Queryable } from './pool'

export interface FiguresOf {
  readonly month: string
  readonly period: Period
  /**
   * The close whose figures are made anew: changes since then are left out. Null for the bill as it stands now, of a
   * month that is open.
   */
  readonly closedVersion: number | null
}

/** Call inside a transaction that sees one state. */
export async function billFigures(connection: Queryable, workspaceId: number, of: FiguresOf): Promise<BillFigures> {
  const { month, period, closedVersion } = of
  const sums =
    closedVersion === null
      ? await sumBill(connection, workspaceId, period)
      : await sumClosedBill(connection, workspaceId, { month, period, version: closedVersion })
  const carried = {
    side: 'month' as const,
    month,
    ...(closedVersion === null ? {} : { version: { is: 'before' as const, to: closedVersion } }),
  }
  return buildBill(month, {
    rows: await withListPrices(connection, await billRowsOf(connection, workspaceId, sums), period),
    corrections: await listCorrections(connection, workspaceId, { side: 'billed_in', month }),
    carried: await listCorrections(connection, workspaceId, carried),
    adjustments: await listAdjustments(connection, workspaceId, month),
  })
}

export interface BillText {
  readonly text: string
  /** SHA-256 of the text in UTF-8. */
  readonly digest: Buffer
}

export function frozenText(figures: BillFigures): BillText {
  const text = canonicalText(figures)
  return { text, digest: digestOf(text) }
}

export function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
