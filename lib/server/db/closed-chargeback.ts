/** Chargebacks of closed months as they were frozen with the bill. */
import 'server-only'
import { type ClosedChargeback, chargebackFault, closedChargebackText } from '../../core/report/closed-chargeback'
import { digestOf } from './bill-figures'
import type { Queryable } from './pool'

export async function insertClosedChargeback(
  connection: Queryable,
  workspaceId: number,
  of: { readonly month: string; readonly version: number },
  closed: ClosedChargeback,
): Promise<Buffer> {
  const text = closedChargebackText(closed)
  const digest = digestOf(text)
  await connection.query(
    'INSERT INTO closed_chargeback (workspace_id, month, version, document, sha256) VALUES ($1, $2, $3, $4, $5)',
    [workspaceId, of.month, of.version, text, digest],
  )
  return digest
}

/** Null for a month that was closed before chargebacks were frozen. */
export async function closedChargeback(
  connection: Queryable,
  workspaceId: number,
  of: { readonly month: string; readonly version: number },
): Promise<(ClosedChargeback & { readonly sha256: string }) | null> {
  const stored = await storedChargeback(connection, workspaceId, of)
  // Written by this product; the nightly comparison tells when it is not what was written.
  return stored === null
    ? null
    : { ...(JSON.parse(stored.document) as ClosedChargeback), sha256: stored.sha256.toString('hex') }
}

/** What the stored text says that does not fit its hash, its parts or its bill; null when all does or there is none. */
export async function closedChargebackFault(
  connection: Queryable,
  workspaceId: number,
  of: { readonly month: string; readonly version: number },
  bill: { readonly exact_total: string | null; readonly total: string | null },
): Promise<{ readonly what: string; readonly expected: string; readonly actual: string } | null> {
  const stored = await storedChargeback(connection, workspaceId, of)
  if (stored === null) return null
  const actual = digestOf(stored.document)
  if (!actual.equals(stored.sha256)) {
    const expected = stored.sha256.toString('hex')
    return { what: 'SHA-256 of the chargeback', expected, actual: actual.toString('hex') }
  }
  return chargebackFault(JSON.parse(stored.document) as ClosedChargeback, bill)
}

async function storedChargeback(
  connection: Queryable,
  workspaceId: number,
  { month, version }: { readonly month: string; readonly version: number },
): Promise<{ readonly document: string; readonly sha256: Buffer } | null> {
  const { rows } = await connection.query<{ document: string; sha256: Buffer }>(
    'SELECT document, sha256 FROM closed_chargeback WHERE workspace_id = $1 AND month = $2 AND version = $3',
    [workspaceId, month, version],
  )
  return rows[0] ?? null
}
