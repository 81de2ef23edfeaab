/** A workspace's own name for a model of the book, confirmed by a person: appended and dated, never guessed. */
import 'server-only'
import { z } from 'zod'
import { resolveHost } from '../../core/price/book'
import type { ModelAlias } from '../../core/price/entry'
import { isoOf, parseInstant } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { writeAudit } from '../db/audit'
import { inTransaction, type Queryable } from '../db/pool'
import { insertAlias, loadBook } from '../db/price-book'
import { AppError } from '../errors'

/** Names without a begin hold for all records: the instant before any record can be. */
const ALWAYS_MS = 0
const MOST_WITHDRAWALS = 100

export const nameModelInput = z.strictObject({
  host: z.string().min(1).max(100),
  /** As the records say it. */
  name: z.string().trim().min(1).max(300),
  /** A model id of the book at this host. */
  model: z.string().trim().min(1).max(300),
  /** First instant the name holds; absent is all time. */
  from: z.string().max(40).optional(),
})

export interface NamedModel {
  readonly host: string
  readonly name: string
  readonly model: string
  readonly from: string | null
}

/** Throws UNPROCESSABLE for a host or model the book does not price, CONFLICT for a name that means a model already. */
export async function nameModel(principal: Principal, input: z.output<typeof nameModelInput>): Promise<NamedModel> {
  authorise(principal, 'prices.write')
  const book = await loadBook(principal.workspaceId)
  const host = resolveHost(book, input.host)
  const model = input.model.toLowerCase()
  if (host === null || !host.models.has(model)) {
    throw new AppError('UNPROCESSABLE', `The price book has no model "${model}" at ${input.host}.`, {
      reason: 'MODEL_UNKNOWN',
      remedy: 'Choose a model of the same host, or add a price under this name.',
    })
  }
  const name = input.name.toLowerCase()
  const fromMs = input.from === undefined ? ALWAYS_MS : instantOf(input.from)
  // A name withdrawn with an empty time never held, however often.
  const taken = host.exact.get(name)?.find((one) => one.toMs === null || one.toMs > Math.max(fromMs, one.fromMs))
  if (taken !== undefined) {
    throw new AppError('CONFLICT', `The name "${name}" at ${host.info.host} means ${taken.model} already.`, {
      reason: 'NAME_EXISTS',
      remedy: 'Add a dated price for the time that is missing.',
    })
  }
  const alias: ModelAlias = { host: host.info.host, pattern: name, kind: 'exact', model, fromMs, toMs: null }
  const from = fromMs === ALWAYS_MS ? null : isoOf(fromMs)
  await inTransaction(async (connection) => {
    if (!(await insertFirstFree(connection, principal, alias))) {
      throw new AppError('CONFLICT', `The name "${name}" exists already with the same begin.`, {
        reason: 'NAME_EXISTS',
      })
    }
    await writeAudit(connection, principal, 'price.name', `${alias.host}/${name}`, { model, from })
  })
  return { host: alias.host, name, model, from }
}

/**
 * A begin identifies a row for ever, also of a name that was withdrawn: a name confirmed anew begins as many milliseconds
 * later as it was withdrawn before.
 */
async function insertFirstFree(connection: Queryable, principal: Principal, alias: ModelAlias): Promise<boolean> {
  for (let later = 0; later < MOST_WITHDRAWALS; later += 1) {
    const shifted = { ...alias, fromMs: alias.fromMs + later }
    if (await insertAlias(connection, principal.workspaceId, shifted, principal.actor)) return true
  }
  return false
}

function instantOf(text: string): number {
  const parsed = parseInstant(text, 'utc')
  if (parsed.ok) return parsed.value
  throw new AppError('UNPROCESSABLE', 'from is not an instant (RFC 3339 in UTC).', { reason: 'NAME_INVALID' })
}
