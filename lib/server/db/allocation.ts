/** Cost centres, the rules that lead to them, and how the rest is shared. */
import 'server-only'
import type { AllocationRule, CostCentre, RuleDimension, SharingMode } from '../../core/report/chargeback'
import type { Queryable } from './pool'

const ALLOCATION_LOCK = 711_007

/** Changes of one workspace's rules take turns, so that their order stays one. Ends with the transaction. */
export async function lockAllocation(connection: Queryable, workspaceId: number): Promise<void> {
  await connection.query('SELECT pg_advisory_xact_lock($1, $2)', [ALLOCATION_LOCK, workspaceId])
}

export async function listCostCentres(connection: Queryable, workspaceId: number): Promise<CostCentre[]> {
  const { rows } = await connection.query<{ id: number; name: string }>(
    'SELECT id, name FROM cost_centre WHERE workspace_id = $1 ORDER BY lower(name)',
    [workspaceId],
  )
  return rows
}

/** In the order in which they are asked. */
export async function listAllocationRules(connection: Queryable, workspaceId: number): Promise<AllocationRule[]> {
  const { rows } = await connection.query<{
    id: number
    dimension: RuleDimension
    tag: string | null
    value: string
    cost_centre_id: number
    from_day: string | null
    to_day: string | null
  }>(
    `SELECT id, dimension, tag, value, cost_centre_id, from_day::text, to_day::text
     FROM allocation_rule WHERE workspace_id = $1 ORDER BY position, id`,
    [workspaceId],
  )
  return rows.map((row) => ({
    id: row.id,
    dimension: row.dimension,
    tag: row.tag,
    value: row.value,
    costCentreId: row.cost_centre_id,
    fromMs: row.from_day === null ? null : Date.parse(`${row.from_day}T00:00:00Z`),
    toMs: row.to_day === null ? null : Date.parse(`${row.to_day}T00:00:00Z`),
  }))
}

/** How unallocated cost of a month is shared. */
export async function sharingOf(connection: Queryable, workspaceId: number, month: string): Promise<SharingMode> {
  const { rows } = await connection.query<{ mode: SharingMode }>(
    `SELECT mode FROM allocation_sharing WHERE workspace_id = $1 AND from_month <= $2 ORDER BY from_month DESC LIMIT 1`,
    [workspaceId, month],
  )
  return rows[0]?.mode ?? 'none'
}

/** The centre of that name whatever its case, made when there is none. */
export async function costCentreNamed(
  connection: Queryable,
  workspaceId: number,
  name: string,
  actor: string,
): Promise<number> {
  const known = 'SELECT id FROM cost_centre WHERE workspace_id = $1 AND lower(name) = lower($2)'
  const found = await connection.query<{ id: number }>(known, [workspaceId, name])
  if (found.rows[0] !== undefined) return found.rows[0].id
  const { rows } = await connection.query<{ id: number }>(
    'INSERT INTO cost_centre (workspace_id, name, created_by) VALUES ($1, $2, $3) RETURNING id',
    [workspaceId, name, actor],
  )
  if (rows[0] === undefined) throw new Error('an insert returned no row')
  return rows[0].id
}

export interface NewRule {
  readonly dimension: RuleDimension
  readonly tag: string | null
  readonly value: string
  readonly costCentreId: number
  /** "2026-09-01" or null. */
  readonly from: string | null
  readonly to: string | null
}

/** Behind all others. */
export async function insertRule(
  connection: Queryable,
  workspaceId: number,
  rule: NewRule,
  actor: string,
): Promise<number> {
  const { rows } = await connection.query<{ id: number }>(
    `INSERT INTO allocation_rule (workspace_id, position, dimension, tag, value, cost_centre_id, from_day, to_day, created_by)
     SELECT $1, coalesce(max(position), 0) + 1, $2, $3, $4, $5, $6, $7, $8 FROM allocation_rule WHERE workspace_id = $1
     RETURNING id`,
    [workspaceId, rule.dimension, rule.tag, rule.value, rule.costCentreId, rule.from, rule.to, actor],
  )
  if (rows[0] === undefined) throw new Error('an insert returned no row')
  return rows[0].id
}

/** False when the rule is not there. */
export async function endRule(connection: Queryable, workspaceId: number, id: number, day: string): Promise<boolean> {
  const { rowCount } = await connection.query(
    'UPDATE allocation_rule SET to_day = $3 WHERE workspace_id = $1 AND id = $2',
    [workspaceId, id, day],
  )
  return rowCount === 1
}

export async function deleteRule(connection: Queryable, workspaceId: number, id: number): Promise<boolean> {
  const { rowCount } = await connection.query('DELETE FROM allocation_rule WHERE workspace_id = $1 AND id = $2', [
    workspaceId,
    id,
  ])
  // A centre without a rule bears nothing and would only be a name in a list.
  await connection.query(
    `DELETE FROM cost_centre AS c WHERE workspace_id = $1 AND NOT EXISTS
       (SELECT 1 FROM allocation_rule AS r WHERE r.workspace_id = c.workspace_id AND r.cost_centre_id = c.id)`,
    [workspaceId],
  )
  return rowCount === 1
}

/** Writes the order of all rules. */
export async function orderRules(connection: Queryable, workspaceId: number, ids: readonly number[]): Promise<void> {
  await connection.query(
    `UPDATE allocation_rule AS r SET position = w.place FROM unnest($2::int[]) WITH ORDINALITY AS w (id, place)
     WHERE r.workspace_id = $1 AND r.id = w.id`,
    [workspaceId, ids],
  )
}

export async function setSharing(
  connection: Queryable,
  workspaceId: number,
  fromMonth: string,
  mode: SharingMode,
  actor: string,
): Promise<void> {
  await connection.query(
    `INSERT INTO allocation_sharing (workspace_id, from_month, mode, created_by) VALUES ($1, $2, $3, $4)
     ON CONFLICT (workspace_id, from_month) DO UPDATE SET mode = excluded.mode, created_by = excluded.created_by, created_at = now()`,
    [workspaceId, fromMonth, mode, actor],
  )
}
