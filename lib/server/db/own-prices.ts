/** What a workspace has entered into the ledger itself: who entered it, and its end. */
import 'server-only'
import type { InstantMs } from '../../core/time/instant'
import { isoOf } from '../../core/time/instant'
import { pool, type Queryable } from './pool'

/** Who entered each price of one model, by id: an account or token of the workspace, or the name of a price file. */
export async function authorsOfPrices(
  workspaceId: number,
  model: { readonly host: string; readonly model: string },
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await pool().query<{ id: string; created_by: string }>(
    'SELECT id, created_by FROM price_entry WHERE workspace_id = ANY ($1::int[]) AND host = $2 AND model = $3',
    [[0, workspaceId], model.host, model.model],
  )
  return new Map(rows.map((row) => [row.id, row.created_by]))
}

const OWN_PRICES_LOCK = 711_009

/** Held until the transaction ends: prices entered at once take turns, so that each is compared with those before it. */
export async function lockOwnPrices(connection: Queryable, workspaceId: number): Promise<void> {
  await connection.query('SELECT pg_advisory_xact_lock($1, $2)', [OWN_PRICES_LOCK, workspaceId])
}

export interface OwnPrice {
  readonly id: string
  readonly host: string
  readonly model: string
  readonly meter: string
  readonly fromMs: InstantMs
  readonly toMs: InstantMs | null
}

/** One price of the workspace's own, locked until the transaction ends; null for another's and for the published book's. */
export async function lockOwnPrice(connection: Queryable, workspaceId: number, id: string): Promise<OwnPrice | null> {
  const { rows } = await connection.query<{
    host: string
    model: string
    meter: string
    effective_from: Date
    effective_to: Date | null
  }>(
    'SELECT host, model, meter, effective_from, effective_to FROM price_entry WHERE workspace_id = $1 AND id = $2 FOR UPDATE',
    [workspaceId, id],
  )
  const row = rows[0]
  if (row === undefined) return null
  return {
    id,
    host: row.host,
    model: row.model,
    meter: row.meter,
    fromMs: row.effective_from.getTime(),
    toMs: row.effective_to?.getTime() ?? null,
  }
}

export async function endOwnPrice(connection: Queryable, workspaceId: number, id: string, until: InstantMs) {
  await connection.query('UPDATE price_entry SET effective_to = $3 WHERE workspace_id = $1 AND id = $2', [
    workspaceId,
    id,
    isoOf(until),
  ])
}

export interface OwnName {
  readonly host: string
  readonly name: string
  readonly model: string
  readonly fromMs: InstantMs
  readonly toMs: InstantMs | null
  readonly createdBy: string
  readonly createdAtMs: InstantMs
}

/** Names the workspace's people confirmed, newest first; those withdrawn with an empty time are left out. */
export async function ownNames(workspaceId: number): Promise<readonly OwnName[]> {
  const { rows } = await pool().query<{
    host: string
    pattern: string
    model: string
    effective_from: Date
    effective_to: Date | null
    created_by: string
    created_at: Date
  }>(
    `SELECT host, pattern, model, effective_from, effective_to, created_by, created_at FROM model_alias
     WHERE workspace_id = $1 AND (effective_to IS NULL OR effective_to > effective_from)
     ORDER BY created_at DESC, host, pattern`,
    [workspaceId],
  )
  return rows.map((row) => ({
    host: row.host,
    name: row.pattern,
    model: row.model,
    fromMs: row.effective_from.getTime(),
    toMs: row.effective_to?.getTime() ?? null,
    createdBy: row.created_by,
    createdAtMs: row.created_at.getTime(),
  }))
}

/** Ends a name that holds openly; false when the workspace has none such. `until` null ends it at its begin: it never held. */
export async function endOwnName(
  connection: Queryable,
  workspaceId: number,
  name: { readonly host: string; readonly name: string },
  until: InstantMs | null,
): Promise<boolean> {
  const { rowCount } = await connection.query(
    `UPDATE model_alias SET effective_to = greatest(effective_from, coalesce($4::timestamptz, effective_from))
     WHERE workspace_id = $1 AND host = $2 AND pattern = $3 AND effective_to IS NULL`,
    [workspaceId, name.host, name.name, until === null ? null : isoOf(until)],
  )
  return rowCount !== null && rowCount > 0
}
