/** Cards that a workspace described itself. */
import 'server-only'
import type { OwnCard } from '../../core/simulate/own-card'
import type { Queryable } from './pool'

export type StoredCard = OwnCard & { readonly id: number; readonly by: string; readonly at: Date }

export async function ownCards(connection: Queryable, workspaceId: number): Promise<StoredCard[]> {
  const { rows } = await connection.query<StoredCard>(
    `SELECT id, kind, name, card, created_by AS by, created_at AS at FROM own_card
     WHERE workspace_id = $1 ORDER BY kind, lower(name)`,
    [workspaceId],
  )
  return rows
}

/** Null when the name is taken. */
export async function insertOwnCard(
  connection: Queryable,
  workspaceId: number,
  card: OwnCard,
  by: string,
): Promise<number | null> {
  const { rows } = await connection.query<{ id: number }>(
    `INSERT INTO own_card (workspace_id, kind, name, card, created_by) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (workspace_id, kind, lower(name)) DO NOTHING RETURNING id`,
    [workspaceId, card.kind, card.name, JSON.stringify(card.card), by],
  )
  return rows[0]?.id ?? null
}

/** Null when there is none. */
export async function deleteOwnCard(
  connection: Queryable,
  workspaceId: number,
  id: number,
): Promise<{ readonly kind: string; readonly name: string } | null> {
  const { rows } = await connection.query<{ kind: string; name: string }>(
    'DELETE FROM own_card WHERE workspace_id = $1 AND id = $2 RETURNING kind, name',
    [workspaceId, id],
  )
  return rows[0] ?? null
}

export async function countOwnCards(connection: Queryable, workspaceId: number): Promise<number> {
  const { rows } = await connection.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM own_card WHERE workspace_id = $1',
    [workspaceId],
  )
  return rows[0]?.count ?? 0
}
