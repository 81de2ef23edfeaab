/** Keeps and drops models and accelerators that a workspace described itself. */
import 'server-only'
import { checkedCard, type OwnCard, ownCardSchema } from '../../core/simulate/own-card'
import { authorise, type Principal } from '../auth/principal'
import { writeAudit } from '../db/audit'
import { countOwnCards, deleteOwnCard, insertOwnCard } from '../db/own-card'
import { inTransaction } from '../db/pool'
import { AppError } from '../errors'

export const ownCardInput = ownCardSchema

const MOST_CARDS = 200

/** Throws UNPROCESSABLE for a card no estimate can be made with, CONFLICT for a name that is taken. */
export async function keepOwnCard(principal: Principal, input: OwnCard): Promise<{ readonly id: number }> {
  authorise(principal, 'reports.write')
  const checked = checkedCard(input)
  if (!checked.ok) {
    const { code, message, remedy } = checked.error
    throw new AppError('UNPROCESSABLE', message, { reason: code, remedy })
  }
  return await inTransaction(async (connection) => {
    if ((await countOwnCards(connection, principal.workspaceId)) >= MOST_CARDS) {
      throw new AppError('UNPROCESSABLE', `A workspace keeps at most ${MOST_CARDS} cards.`, {
        remedy: 'Remove one that is no longer needed.',
      })
    }
    const id = await insertOwnCard(connection, principal.workspaceId, input, principal.actor)
    if (id === null) {
      throw new AppError('CONFLICT', `There is a card named ${input.name} already.`, {
        remedy: 'Remove it first, or choose another name.',
      })
    }
    await writeAudit(connection, principal, 'card.keep', `${input.kind} ${input.name}`, { card: input.card })
    return { id }
  })
}

export async function dropOwnCard(principal: Principal, id: number): Promise<void> {
  authorise(principal, 'reports.write')
  await inTransaction(async (connection) => {
    const dropped = await deleteOwnCard(connection, principal.workspaceId, id)
    if (dropped === null) throw new AppError('NOT_FOUND', 'There is no such card.')
    await writeAudit(connection, principal, 'card.drop', `${dropped.kind} ${dropped.name}`, {})
  })
}
