/** The queue of models without a price, each with names of the book it may have meant. */
import 'server-only'
import { nearNames } from '../../core/price/near-names'
import type { UnpricedModelView } from '../../core/report/unpriced-view'
import { DAY_MS, isoOf } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import type { PricedQuery } from '../db/bill'
import { type CurrencySum, otherCurrencySums } from '../db/other-currency'
import { pool } from '../db/pool'
import { loadBook } from '../db/price-book'
import { NO_FILTER } from '../db/spend'
import { unpricedModels } from '../db/unpriced'

const SHOWN = 100
/** Reasons that another name would settle; the others need a price. */
const NAME_IS_MISSING = new Set(['MODEL_UNKNOWN', 'HOST_UNKNOWN'])

const EVERY_MODEL: PricedQuery = {
  fromMs: null,
  toMs: null,
  filter: NO_FILTER,
  groups: [
    { kind: 'dimension', name: 'host' },
    { kind: 'dimension', name: 'model' },
  ],
}

export async function readUnpricedQueue(principal: Principal): Promise<readonly UnpricedModelView[]> {
  authorise(principal, 'usage.read')
  const rows = await unpricedModels(pool(), principal.workspaceId, SHOWN)
  if (rows.length === 0) return []
  const foreign = await otherCurrencySums(pool(), principal.workspaceId, EVERY_MODEL)
  const book = await loadBook(principal.workspaceId)
  const waiting = rows.flatMap((row) => {
    const priced = foreign.filter((one) => one.keys[0] === row.host && one.keys[1] === row.model)
    const less = (text: string, of: (one: CurrencySum) => bigint) =>
      priced.reduce((left, one) => left - of(one), BigInt(text))
    if (less(row.records, (one) => one.unpricedRecords) === 0n) return []
    const requests = less(row.requests, (one) => one.unpricedRequests).toString()
    return [{ ...row, requests, tokens: less(row.tokens, (one) => one.unpricedTokens).toString() }]
  })
  return waiting.map(({ host, model, requests, tokens, reason, firstDay, lastDay }) => ({
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
