/** Where alerts are sent, and the sendings that are owed. */
import 'server-only'
import type { AlertRow } from './budget'
import type { Queryable } from './pool'

export const CHANNEL_KINDS = ['webhook', 'slack', 'email'] as const
export type ChannelKind = (typeof CHANNEL_KINDS)[number]

export interface ChannelRow {
  readonly id: string
  readonly kind: ChannelKind
  readonly shown: string
  readonly createdBy: string
  readonly createdAt: Date
  /** The last sending that was delivered, and what went wrong with the last that was not. */
  readonly deliveredAt: Date | null
  readonly problem: string | null
}

/** Those that are not removed, oldest first. */
export async function listChannels(connection: Queryable, workspaceId: number): Promise<ChannelRow[]> {
  const { rows } = await connection.query<ChannelRow>(
    `SELECT c.id, c.kind, c.shown, c.created_by AS "createdBy", c.created_at AS "createdAt",
       (SELECT max(d.delivered_at) FROM alert_delivery AS d WHERE d.workspace_id = $1 AND d.channel_id = c.id) AS "deliveredAt",
       (SELECT d.problem FROM alert_delivery AS d WHERE d.workspace_id = $1 AND d.channel_id = c.id
          AND d.delivered_at IS NULL ORDER BY d.alert_id DESC LIMIT 1) AS problem
     FROM alert_channel AS c WHERE c.workspace_id = $1 AND c.removed_at IS NULL ORDER BY c.created_at, c.id`,
    [workspaceId],
  )
  return rows
}

export interface SealedChannel {
  readonly id: string
  readonly kind: ChannelKind
  readonly shown: string
  readonly sealed: Buffer
}

export async function findChannel(
  connection: Queryable,
  workspaceId: number,
  id: string,
): Promise<SealedChannel | null> {
  const { rows } = await connection.query<SealedChannel>(
    'SELECT id, kind, shown, sealed FROM alert_channel WHERE workspace_id = $1 AND id = $2 AND removed_at IS NULL',
    [workspaceId, id],
  )
  return rows[0] ?? null
}

export async function insertChannel(
  connection: Queryable,
  workspaceId: number,
  channel: SealedChannel,
  actor: string,
): Promise<void> {
  await connection.query(
    'INSERT INTO alert_channel (workspace_id, id, kind, shown, sealed, created_by) VALUES ($1, $2, $3, $4, $5, $6)',
    [workspaceId, channel.id, channel.kind, channel.shown, channel.sealed, actor],
  )
}

/** Forgets the address and the secret; false when it is not there. */
export async function removeChannel(connection: Queryable, workspaceId: number, id: string): Promise<boolean> {
  const { rowCount } = await connection.query(
    `UPDATE alert_channel SET removed_at = now(), sealed = '' WHERE workspace_id = $1 AND id = $2 AND removed_at IS NULL`,
    [workspaceId, id],
  )
  return rowCount === 1
}

/** One sending an open channel, in the transaction of the alert. */
export async function oweDeliveries(connection: Queryable, workspaceId: number, alertId: string): Promise<void> {
  await connection.query(
    `INSERT INTO alert_delivery (workspace_id, alert_id, channel_id)
     SELECT $1, $2, id FROM alert_channel WHERE workspace_id = $1 AND removed_at IS NULL`,
    [workspaceId, alertId],
  )
}

export interface OwedDelivery {
  readonly workspaceId: number
  readonly workspaceName: string
  readonly attempts: number
  readonly alert: Omit<AlertRow, 'mark'>
  readonly channel: SealedChannel
}

/**
 * Takes sendings that are due, and moves each on to its next attempt before it is made: 1 minute, then 5, 30, 120 and 480.
 * A worker that dies in between leaves it to the next.
 */
export async function takeDueDeliveries(connection: Queryable, limit: number): Promise<OwedDelivery[]> {
  const { rows } = await connection.query<{
    workspaceId: number
    workspaceName: string
    attempts: number
    alert: Omit<OwedDelivery['alert'], 'at'>
    at: Date
    channel: Omit<SealedChannel, 'sealed'>
    sealed: Buffer
  }>(
    `WITH due AS (
       SELECT d.workspace_id, d.alert_id, d.channel_id FROM alert_delivery AS d
         JOIN alert_channel AS c ON c.workspace_id = d.workspace_id AND c.id = d.channel_id AND c.removed_at IS NULL
       WHERE d.delivered_at IS NULL AND d.given_up_at IS NULL AND d.due_at <= now()
       ORDER BY d.due_at LIMIT $1 FOR UPDATE OF d SKIP LOCKED),
     taken AS (
       UPDATE alert_delivery AS d SET attempts = d.attempts + 1,
         due_at = now() + (ARRAY[1, 5, 30, 120, 480])[least(d.attempts + 1, 5)] * interval '1 minute'
       FROM due WHERE d.workspace_id = due.workspace_id AND d.alert_id = due.alert_id AND d.channel_id = due.channel_id
       RETURNING d.workspace_id, d.alert_id, d.channel_id, d.attempts)
     SELECT t.workspace_id AS "workspaceId", w.name AS "workspaceName", t.attempts, a.at, c.sealed,
       json_build_object('id', a.id::text, 'budgetId', a.budget_id, 'month', a.month, 'kind', a.kind, 'detail', a.detail) AS alert,
       json_build_object('id', c.id, 'kind', c.kind, 'shown', c.shown) AS channel
     FROM taken AS t
       JOIN workspace AS w ON w.id = t.workspace_id
       JOIN budget_alert AS a ON a.workspace_id = t.workspace_id AND a.id = t.alert_id
       JOIN alert_channel AS c ON c.workspace_id = t.workspace_id AND c.id = t.channel_id`,
    [limit],
  )
  return rows.map(({ alert, at, channel, sealed, ...row }) => ({
    ...row,
    alert: { ...alert, at },
    channel: { ...channel, sealed },
  }))
}

/** @param problem null when it was delivered; otherwise why not, and whether that was the last attempt */
export async function noteDelivery(
  connection: Queryable,
  owed: OwedDelivery,
  problem: { readonly text: string; readonly isLast: boolean } | null,
): Promise<void> {
  await connection.query(
    `UPDATE alert_delivery SET problem = $4, delivered_at = CASE WHEN $4::text IS NULL THEN now() END,
       given_up_at = CASE WHEN $5 THEN now() END
     WHERE workspace_id = $1 AND alert_id = $2 AND channel_id = $3`,
    [owed.workspaceId, owed.alert.id, owed.channel.id, problem?.text ?? null, problem?.isLast ?? false],
  )
}
