/** The end of what a workspace has entered into the price book itself: a contract price, or a name somebody confirmed. */
import 'server-only'
import { z } from 'zod'
import { type InstantMs, isoOf, parseInstant } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { writeAudit } from '../db/audit'
import { endOwnName, endOwnPrice, lockOwnPrice } from '../db/own-prices'
import { inTransaction } from '../db/pool'
import { AppError } from '../errors'

export const endPriceInput = z.strictObject({
  /** First instant the price no longer holds; its own begin withdraws it altogether. */
  effective_to: z.string().max(40),
})

export interface EndedPrice {
  readonly id: string
  readonly host: string
  readonly model: string
  readonly meter: string
  readonly effective_from: string
  readonly effective_to: string
}

/**
 * An end may be set, or brought forward, never put off: what had ended stays ended. Records keep the price they have until
 * they are priced again. Throws NOT_FOUND for a price that is not the workspace's own, CONFLICT for a later end.
 */
export async function endPrice(
  principal: Principal,
  { id, effective_to }: { readonly id: string } & z.output<typeof endPriceInput>,
): Promise<EndedPrice> {
  authorise(principal, 'prices.write')
  const until = instantOf('effective_to', effective_to)
  return await inTransaction(async (connection) => {
    const price = await lockOwnPrice(connection, principal.workspaceId, id)
    if (price === null) {
      throw new AppError('NOT_FOUND', 'The workspace has entered no such price.', {
        remedy: 'A published price ends with a price update, not here.',
      })
    }
    if (until < price.fromMs) {
      throw new AppError('UNPROCESSABLE', `The price begins ${isoOf(price.fromMs)}, after that end.`, {
        reason: 'PRICE_INVALID',
        remedy: 'End it at its begin to withdraw it altogether.',
      })
    }
    if (price.toMs !== null && until > price.toMs) {
      throw new AppError('CONFLICT', `The price ends ${isoOf(price.toMs)} already.`, {
        reason: 'PRICE_ENDED',
        remedy: 'Enter a new price from then on.',
      })
    }
    await endOwnPrice(connection, principal.workspaceId, id, until)
    await writeAudit(connection, principal, 'price.end', `${price.host}/${price.model} ${price.meter}`, {
      id,
      effective_to: isoOf(until),
      before: price.toMs === null ? null : isoOf(price.toMs),
    })
    return {
      id,
      host: price.host,
      model: price.model,
      meter: price.meter,
      effective_from: isoOf(price.fromMs),
      effective_to: isoOf(until),
    }
  })
}

export const withdrawNameInput = z.strictObject({
  host: z.string().min(1).max(100),
  name: z.string().trim().min(1).max(300),
  /** First instant the name no longer holds; absent: it never held. */
  until: z.string().max(40).optional(),
})

/** Throws NOT_FOUND for a name the workspace has not confirmed or has withdrawn already. */
export async function withdrawName(
  principal: Principal,
  input: z.output<typeof withdrawNameInput>,
): Promise<{ readonly host: string; readonly name: string; readonly until: string | null }> {
  authorise(principal, 'prices.write')
  const host = input.host.toLowerCase()
  const name = input.name.toLowerCase()
  const until = input.until === undefined ? null : instantOf('until', input.until)
  await inTransaction(async (connection) => {
    if (!(await endOwnName(connection, principal.workspaceId, { host, name }, until))) {
      throw new AppError('NOT_FOUND', `Nobody here has confirmed the name "${name}" at ${host}.`)
    }
    await writeAudit(connection, principal, 'price.name.withdraw', `${host}/${name}`, {
      until: until === null ? null : isoOf(until),
    })
  })
  return { host, name, until: until === null ? null : isoOf(until) }
}

function instantOf(field: string, text: string): InstantMs {
  const parsed = parseInstant(text, 'utc')
  if (parsed.ok) return parsed.value
  throw new AppError('UNPROCESSABLE', `${field} is not an instant (RFC 3339 in UTC).`, { reason: 'PRICE_INVALID' })
}
