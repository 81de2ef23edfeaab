/** Models and accelerators that the workspace described itself. */
import 'server-only'
import { authorise, type Principal } from '../auth/principal'
import { ownCards } from '../db/own-card'
import { pool } from '../db/pool'

export interface OwnCardView {
  readonly id: number
  readonly kind: 'model' | 'gpu'
  readonly name: string
  readonly card: Readonly<Record<string, unknown>>
  readonly by: string
  readonly at: string
}

export async function readOwnCards(principal: Principal): Promise<OwnCardView[]> {
  authorise(principal, 'simulate.run')
  const stored = await ownCards(pool(), principal.workspaceId)
  return stored.map(({ id, kind, name, card, by, at }) => ({ id, kind, name, card, by, at: at.toISOString() }))
}
