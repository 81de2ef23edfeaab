/** Connections to providers' APIs: made, changed, paused, pulled at once and removed. Their keys are never read back. */
import 'server-only'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { startOfDay } from '../../core/source/pull/days'
import { dayOf, PULL_KINDS, type PullSource } from '../../core/source/pull/pull-source'
import { pullSource } from '../../core/source/pull/sources'
import { DAY_MS, floorToDay, parseInstant } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { seal } from '../auth/seal'
import { writeAudit } from '../db/audit'
import {
  askForPull,
  type ConnectionRow,
  insertConnection,
  listConnections,
  removeConnection,
  updateConnection,
} from '../db/connection'
import { inTransaction, pool, type Queryable } from '../db/pool'
import { type LimitRule, takeAttempt } from '../db/rate-limit'
import { AppError } from '../errors'
import { whyRefused } from '../outbound'

/** Where the key of a connection is sealed for. */
export const keyPlace = (workspaceId: number, connectionId: string): string =>
  `connection ${workspaceId} ${connectionId}`

const MOST_CONNECTIONS = 50
/** How far back a new connection may begin. */
const FIRST_DAYS = 400
/** When nothing is said, it begins so many days back. */
const USUAL_DAYS = 30
const EVERY_HOURS = [1, 6, 24] as const
const PULLS: LimitRule = { name: 'pull-now', points: 6, windowSeconds: 3_600, blockSeconds: 600 }
const CHANGES: LimitRule = { name: 'connection-change', points: 60, windowSeconds: 3_600, blockSeconds: 600 }

const name = z.string().trim().min(1, 'must not be empty').max(100)
const key = z
  .string()
  .trim()
  .min(8, 'is too short for a key')
  .max(500)
  .regex(/^[\x21-\x7e]+$/, 'holds characters that no key has')
const baseUrl = z.string().trim().min(1).max(500)
const everyHours = z.union(EVERY_HOURS.map((hours) => z.literal(hours)))

export const addConnectionInput = z.strictObject({
  name,
  kind: z.enum(PULL_KINDS),
  /** Sent to the base address alone; never answered. */
  key,
  /** The provider's own unless said. */
  base_url: baseUrl.optional(),
  /** First day that is fetched, UTC: "2026-11-01". 30 days back unless said. */
  from: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, 'is a day like 2026-11-01')
    .optional(),
  /** How often the last days are fetched again. */
  every_hours: everyHours.optional(),
})

export const changeConnectionInput = z.strictObject({
  name: name.optional(),
  key: key.optional(),
  /** Another address needs the key again: the stored one is never sent anywhere but where it was entered for. */
  base_url: baseUrl.optional(),
  every_hours: everyHours.optional(),
  paused: z.boolean().optional(),
})

/** Throws UNPROCESSABLE for an address or day that cannot be, CONFLICT when there are too many. */
export async function addConnection(
  principal: Principal,
  input: z.output<typeof addConnectionInput>,
): Promise<{ readonly id: string }> {
  authorise(principal, 'connections.write')
  await limited(CHANGES, String(principal.workspaceId))
  const source = pullSource(input.kind)
  const address = input.base_url === undefined ? source.baseUrl : usableAddress(input.base_url)
  const id = randomUUID()
  const sealed = await seal(input.key, keyPlace(principal.workspaceId, id))
  await inTransaction(async (connection) => {
    if ((await listConnections(connection, principal.workspaceId)).length >= MOST_CONNECTIONS) {
      throw new AppError('CONFLICT', `A workspace has at most ${MOST_CONNECTIONS} connections.`, {
        reason: 'TOO_MANY_CONNECTIONS',
        remedy: 'Remove one that is no longer used.',
      })
    }
    await insertConnection(connection, principal.workspaceId, {
      id,
      name: input.name,
      kind: input.kind,
      baseUrl: address,
      sealed,
      last4: lastOf(input.key),
      fromDay: firstDay(source, input.from, Date.now()),
      everyHours: input.every_hours ?? 6,
      createdBy: principal.actor,
    })
    await writeAudit(connection, principal, 'connection.add', `${source.title} “${input.name}”`, {
      id,
      kind: input.kind,
      base_url: address,
    })
  })
  return { id }
}

/** Throws NOT_FOUND, and UNPROCESSABLE with KEY_REQUIRED for another address without the key. */
export async function changeConnection(
  principal: Principal,
  id: string,
  input: z.output<typeof changeConnectionInput>,
): Promise<void> {
  authorise(principal, 'connections.write')
  await limited(CHANGES, String(principal.workspaceId))
  const place = keyPlace(principal.workspaceId, connectionId(id))
  const fresh = input.key === undefined ? null : { sealed: await seal(input.key, place), last4: lastOf(input.key) }
  await inTransaction(async (connection) => {
    const before = await found(connection, principal, id)
    const address = input.base_url === undefined ? before.baseUrl : usableAddress(input.base_url)
    if (address !== before.baseUrl && fresh === null) {
      throw new AppError('UNPROCESSABLE', 'Another address needs the key again.', {
        reason: 'KEY_REQUIRED',
        remedy: 'Enter the key together with the address: the stored key is not sent to a new place.',
      })
    }
    const after = {
      name: input.name ?? before.name,
      baseUrl: address,
      everyHours: input.every_hours ?? before.everyHours,
      isPaused: input.paused ?? before.pausedAt !== null,
    }
    await updateConnection(connection, principal.workspaceId, id, { ...after, key: fresh })
    await writeAudit(connection, principal, 'connection.change', `${pullSource(before.kind).title} “${before.name}”`, {
      id,
      ...(after.name === before.name ? {} : { name: after.name }),
      ...(address === before.baseUrl ? {} : { base_url: address }),
      ...(after.everyHours === before.everyHours ? {} : { every_hours: String(after.everyHours) }),
      ...(after.isPaused === (before.pausedAt !== null) ? {} : { paused: after.isPaused }),
      ...(fresh === null ? {} : { key: 'changed' }),
    })
  })
}

/** The key is forgotten; what was fetched stays until its imports are undone. Throws NOT_FOUND. */
export async function endConnection(principal: Principal, id: string): Promise<void> {
  authorise(principal, 'connections.write')
  await inTransaction(async (connection) => {
    const before = await found(connection, principal, id)
    await removeConnection(connection, principal.workspaceId, id)
    await writeAudit(connection, principal, 'connection.remove', `${pullSource(before.kind).title} “${before.name}”`, {
      id,
    })
  })
}

/** Throws NOT_FOUND, CONFLICT while it is paused, TOO_MANY_REQUESTS after six in an hour. */
export async function pullNow(principal: Principal, id: string): Promise<void> {
  authorise(principal, 'connections.write')
  const before = await found(pool(), principal, id)
  if (before.pausedAt !== null) throw paused()
  await limited(PULLS, `${principal.workspaceId} ${id}`)
  await inTransaction(async (connection) => {
    if (!(await askForPull(connection, principal.workspaceId, id))) throw paused()
    await writeAudit(connection, principal, 'connection.pull', `${pullSource(before.kind).title} “${before.name}”`, {
      id,
    })
  })
}

async function limited(rule: LimitRule, who: string): Promise<void> {
  const wait = await takeAttempt(rule, who)
  if (wait === 0) return
  throw new AppError('TOO_MANY_REQUESTS', 'That was asked for too often.', {
    reason: 'TOO_MANY_ATTEMPTS',
    remedy: 'Wait for the next pull: it comes by itself.',
    retryAfterSeconds: wait,
  })
}

/** As it is stored: without a slash at its end. */
function usableAddress(text: string): string {
  const refuse = (why: string) =>
    new AppError('UNPROCESSABLE', `Nothing can be fetched from this address. ${why}`, {
      reason: 'ADDRESS_REFUSED',
      remedy: 'An operator may open an address of the own network with TOKENTAB_OUTBOUND_ALLOW.',
    })
  const why = whyRefused(text)
  if (why !== null) throw refuse(why)
  if (text.includes('?')) throw refuse('It must end before the question mark.')
  return new URL(text).href.replace(/\/+$/, '')
}

/** The last four characters, of keys long enough to keep a secret all the same. */
const lastOf = (text: string): string => (text.length < 16 ? '' : text.slice(-4))

function firstDay(source: PullSource, day: string | undefined, nowMs: number): string {
  const today = floorToDay(nowMs)
  if (day === undefined) return dayOf(today - (source.reachDays ?? USUAL_DAYS) * DAY_MS)
  const refuse = (message: string) => new AppError('UNPROCESSABLE', message, { reason: 'DAY_REFUSED' })
  if (!parseInstant(day, 'utc').ok) throw refuse(`${day} is not a day.`)
  const startMs = startOfDay(day)
  if (startMs > today) throw refuse('The first day is not here yet.')
  const reach = source.reachDays ?? FIRST_DAYS
  if (startMs < today - reach * DAY_MS) throw refuse(`The first day may be at most ${reach} days back.`)
  return day
}

async function found(connection: Queryable, principal: Principal, id: string): Promise<ConnectionRow> {
  const [row] = await listConnections(connection, principal.workspaceId, connectionId(id))
  if (row === undefined) throw noConnection()
  return row
}

function connectionId(text: string): string {
  if (!z.uuid().safeParse(text).success) throw noConnection()
  return text
}

const noConnection = () => new AppError('NOT_FOUND', 'There is no such connection.')
const paused = () =>
  new AppError('CONFLICT', 'The connection is paused.', {
    reason: 'PAUSED',
    remedy: 'End the pause: it pulls at once.',
  })
