/** Prices calls without storing anything. */
import 'server-only'
import { z } from 'zod'
import { addUsd, usdToText, ZERO_USD } from '../../core/money/usd'
import { type PricedCall, priceCall, pricedCallToJson } from '../../core/price/price-call'
import { authorise, type Principal } from '../auth/principal'
import { loadBook } from '../db/price-book'
import { inTurns } from '../in-turns'

export const MAX_CALLS = 10_000

/** Only the envelope: what is wrong with one call is said in its charge and fails no other. */
export const priceCallsInput = z.strictObject({ calls: z.array(z.unknown()).min(1).max(MAX_CALLS) })

export interface PricedCalls {
  readonly charges: readonly Readonly<Record<string, unknown>>[]
  /** Sum of what is priced, in the one currency of the charges; null when they are in several. */
  readonly total: string | null
}

export async function priceCalls(principal: Principal, input: z.output<typeof priceCallsInput>): Promise<PricedCalls> {
  authorise(principal, 'price.use')
  const book = await loadBook(principal.workspaceId)
  const nowMs = Date.now()
  const priced = await inTurns(input.calls, (call) => priceCall(book, call, nowMs))
  return { charges: priced.map(pricedCallToJson), total: totalOf(priced) }
}

function totalOf(priced: readonly PricedCall[]): string | null {
  const currencies = new Set(priced.flatMap((charge) => (charge.currency === null ? [] : [charge.currency])))
  if (currencies.size > 1) return null
  return usdToText(priced.reduce((sum, charge) => (charge.cost === null ? sum : addUsd(sum, charge.cost)), ZERO_USD))
}
