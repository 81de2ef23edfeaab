/** Invoices of hosts as finance typed them in, and from which gap on a workspace wants to hear of it. */
import 'server-only'
import { type Usd, usdFromText, usdToText } from '../../core/money/usd'
import type { InvoiceLine } from '../../core/report/reconcile'
import type { GapTolerance, TypedInvoiceView } from '../../core/report/reconcile-view'
import { isoOf } from '../../core/time/instant'
import type { Queryable } from './pool'

export interface TypedLine extends Omit<InvoiceLine, 'day'> {
  readonly host: string
  readonly currency: string
}

const INVOICE_LOCK = 711_011

/**
 * The invoice of a host with this number that a month has already; null when there is none, and for the empty number. Until
 * the transaction ends nobody else of the workspace enters one, so that the same invoice sent twice at once is seen.
 */
export async function invoiceOfNumber(
  connection: Queryable,
  workspaceId: number,
  {
    month,
    host,
    number,
    currency,
  }: Pick<Parameters<typeof insertInvoice>[2], 'month' | 'host' | 'number' | 'currency'>,
): Promise<number | null> {
  if (number === '') return null
  await connection.query('SELECT pg_advisory_xact_lock($1, $2)', [INVOICE_LOCK, workspaceId])
  const { rows } = await connection.query<{ no: number }>(
    `SELECT no FROM provider_invoice
     WHERE workspace_id = $1 AND month = $2 AND host = $3 AND number = $4 AND currency = $5 AND removed_at IS NULL`,
    [workspaceId, month, host, number, currency],
  )
  return rows[0]?.no ?? null
}

export async function insertInvoice(
  connection: Queryable,
  workspaceId: number,
  invoice: {
    readonly month: string
    readonly host: string
    readonly number: string
    readonly currency: string
    readonly by: string
    readonly lines: readonly Omit<InvoiceLine, 'day'>[]
  },
): Promise<number> {
  const { rows } = await connection.query<{ no: number }>(
    `INSERT INTO provider_invoice (workspace_id, month, host, number, currency, created_by)
     VALUES ($1, $2, $3, $4, $5, $6) RETURNING no`,
    [workspaceId, invoice.month, invoice.host, invoice.number, invoice.currency, invoice.by],
  )
  const no = rows[0]?.no
  if (no === undefined) throw new Error('an invoice was not stored')
  const { lines } = invoice
  await connection.query(
    `INSERT INTO provider_invoice_line (workspace_id, invoice_no, line, category, model, meter, quantity, amount, rounding)
     SELECT $1, $2, place, category, model, meter, quantity, amount, rounding
     FROM unnest($3::text[], $4::text[], $5::text[], $6::numeric[], $7::numeric[], $8::numeric[]) WITH ORDINALITY
       AS l (category, model, meter, quantity, amount, rounding, place)`,
    [
      workspaceId,
      no,
      lines.map((line) => line.category),
      lines.map((line) => line.model),
      lines.map((line) => line.meter),
      lines.map((line) => line.quantity?.toString() ?? null),
      lines.map((line) => usdToText(line.amount)),
      lines.map((line) => usdToText(line.rounding)),
    ],
  )
  return no
}

/** False when there is no such invoice. */
export async function removeInvoice(
  connection: Queryable,
  workspaceId: number,
  month: string,
  no: number,
  by: string,
): Promise<boolean> {
  const { rowCount } = await connection.query(
    `UPDATE provider_invoice SET removed_at = now(), removed_by = $4
     WHERE workspace_id = $1 AND month = $2 AND no = $3 AND removed_at IS NULL`,
    [workspaceId, month, no, by],
  )
  return rowCount === 1
}

export async function listInvoices(
  connection: Queryable,
  workspaceId: number,
  month: string,
): Promise<TypedInvoiceView[]> {
  const { rows } = await connection.query<Omit<TypedInvoiceView, 'created_at'> & { created_at: Date }>(
    `SELECT i.no, i.host, i.number, i.currency, trim_scale(sum(l.amount))::text AS amount, count(*)::int AS lines,
       i.created_by, i.created_at
     FROM provider_invoice i JOIN provider_invoice_line l ON l.workspace_id = i.workspace_id AND l.invoice_no = i.no
     WHERE i.workspace_id = $1 AND i.month = $2 AND i.removed_at IS NULL
     GROUP BY i.workspace_id, i.no ORDER BY i.no`,
    [workspaceId, month],
  )
  return rows.map((row) => ({ ...row, created_at: isoOf(row.created_at.getTime()) }))
}

export async function typedLines(connection: Queryable, workspaceId: number, month: string): Promise<TypedLine[]> {
  const { rows } = await connection.query<{
    host: string
    currency: string
    category: InvoiceLine['category']
    model: string | null
    meter: string | null
    quantity: string | null
    amount: string
    rounding: string
  }>(
    `SELECT i.host, i.currency, l.category, l.model, l.meter, l.quantity::text, trim_scale(l.amount)::text AS amount,
       trim_scale(l.rounding)::text AS rounding
     FROM provider_invoice i JOIN provider_invoice_line l ON l.workspace_id = i.workspace_id AND l.invoice_no = i.no
     WHERE i.workspace_id = $1 AND i.month = $2 AND i.removed_at IS NULL ORDER BY i.no, l.line`,
    [workspaceId, month],
  )
  return rows.map((row) => ({
    ...row,
    quantity: row.quantity === null ? null : BigInt(row.quantity),
    amount: usdFromText(row.amount),
    rounding: usdFromText(row.rounding),
  }))
}

const USUAL_TOLERANCE: GapTolerance = { amount: usdFromText('0.05'), perMyriad: 10 }

/** What the workspace set itself; null when it set none. */
export async function ownTolerance(connection: Queryable, workspaceId: number): Promise<GapTolerance | null> {
  const { rows } = await connection.query<{ amount: string; per_myriad: number }>(
    'SELECT trim_scale(amount)::text AS amount, per_myriad FROM gap_tolerance WHERE workspace_id = $1',
    [workspaceId],
  )
  const row = rows[0]
  return row === undefined ? null : { amount: usdFromText(row.amount), perMyriad: row.per_myriad }
}

export async function gapTolerance(connection: Queryable, workspaceId: number): Promise<GapTolerance> {
  return (await ownTolerance(connection, workspaceId)) ?? USUAL_TOLERANCE
}

export async function setTolerance(
  connection: Queryable,
  workspaceId: number,
  amount: Usd,
  perMyriad: number,
): Promise<void> {
  await connection.query(
    `INSERT INTO gap_tolerance (workspace_id, amount, per_myriad) VALUES ($1, $2, $3)
     ON CONFLICT (workspace_id) DO UPDATE SET amount = $2, per_myriad = $3`,
    [workspaceId, usdToText(amount), perMyriad],
  )
}

/** Sums of a host and month that were invoiced in dollars, typed before exported, beside our own; newest first. */
export async function invoicedMonths(
  connection: Queryable,
  workspaceId: number,
  most: number,
): Promise<{ readonly host: string; readonly month: string; readonly invoice: Usd; readonly ours: Usd }[]> {
  const { rows } = await connection.query<{ host: string; month: string; invoice: string; ours: string }>(
    `WITH typed AS (
       SELECT i.host, i.month, sum(l.amount) AS amount
       FROM provider_invoice i JOIN provider_invoice_line l ON l.workspace_id = i.workspace_id AND l.invoice_no = i.no
       WHERE i.workspace_id = $1 AND i.removed_at IS NULL AND i.currency = 'USD' GROUP BY 1, 2
     ), exported AS (
       SELECT host, to_char(ts AT TIME ZONE 'UTC', 'YYYY-MM') AS month, round(sum(amount), 18) AS amount
       FROM billed_cost WHERE workspace_id = $1 AND replaced_by IS NULL AND is_model_service AND currency = 'USD' GROUP BY 1, 2
     ), invoiced AS (
       SELECT * FROM typed UNION ALL
       SELECT * FROM exported e WHERE NOT EXISTS (SELECT 1 FROM typed t WHERE t.host = e.host AND t.month = e.month)
     ), adjusted AS (
       SELECT host, month, sum(amount) AS amount FROM bill_adjustment
       WHERE workspace_id = $1 AND removed_at IS NULL AND host IS NOT NULL GROUP BY 1, 2
     )
     SELECT i.host, i.month, trim_scale(i.amount)::text AS invoice,
       trim_scale(coalesce(a.amount, 0) + coalesce((SELECT sum(u.cost) FROM usage_day u
         JOIN dimension d ON d.workspace_id = u.workspace_id AND d.kind = 1 AND d.id = u.host_id
         WHERE u.workspace_id = $1 AND d.value = i.host AND u.day >= (i.month || '-01')::date
           AND u.day < (i.month || '-01')::date + interval '1 month'), 0))::text AS ours
     FROM invoiced i LEFT JOIN adjusted a USING (host, month) ORDER BY i.month DESC LIMIT $2`,
    [workspaceId, most],
  )
  return rows.map((row) => ({ ...row, invoice: usdFromText(row.invoice), ours: usdFromText(row.ours) }))
}
