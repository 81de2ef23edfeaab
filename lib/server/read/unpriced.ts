/** The queue of models without a price, each with names of the book it may have meant. */
import 'server-only'
import { nearNames } from '../../core/price/near-names'
import type { UnpricedModelView } from '../../core/report/unpriced-view'
import { DAY_MS, isoOf } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { pool } from '../db/pool'
import { loadBook } from '../db/price-book'
import { unpricedModels } from '../db/unpriced'

const SHOWN = 100
/** Reasons that another name would settle; the others need a price. */
const NAME_IS_MISSING = new Set(['MODEL_UNKNOWN', 'HOST_UNKNOWN'])

export async function readUnpricedQueue(principal: Principal): Promise<readonly UnpricedModelView[]> {
  authorise(principal, 'usage.read')
  const rows = await unpricedModels(pool(), principal.workspaceId, SHOWN)
  if (rows.length === 0) return []
  const book = await loadBook(principal.workspaceId)
  return rows.map(({ host, model, requests, tokens, reason, firstDay, lastDay }) => ({
    host,
    model,
    requests,
    tokens,
    reason,
    from: firstDay,
    to: isoOf(Date.parse(`${lastDay}T00:00:00Z`) + DAY_MS).slice(0, 10),
    lastDay,
    suggestions: NAME_IS_MISSING.has(reason) ? nearNames(book, host, model) : [],
  }))
}
