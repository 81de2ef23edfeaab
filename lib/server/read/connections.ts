/** Connections with the state of each of their days: `GET /api/v1/connections` and its screen. Keys are never read. */
import 'server-only'
import { z } from 'zod'
import type { ConnectionDayView, ConnectionKindView, ConnectionView } from '../../core/report/connection-view'
import { dayStates } from '../../core/source/pull/days'
import { PULL_KINDS } from '../../core/source/pull/pull-source'
import { pullSource } from '../../core/source/pull/sources'
import { isoOf } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { type ConnectionDayRow, type ConnectionRow, listConnectionDays, listConnections } from '../db/connection'
import { readConsistently } from '../db/transaction'
import { AppError } from '../errors'

export async function readConnections(principal: Principal): Promise<ConnectionView[]> {
  authorise(principal, 'connections.read')
  return await readConsistently(async (connection) => {
    const rows = await listConnections(connection, principal.workspaceId)
    const days = await listConnectionDays(connection, principal.workspaceId)
    return rows.map((row) =>
      viewOf(
        row,
        days.filter((day) => day.connectionId === row.id),
      ),
    )
  })
}

/** Throws NOT_FOUND. */
export async function readConnection(principal: Principal, input: { readonly id: string }): Promise<ConnectionView> {
  authorise(principal, 'connections.read')
  return await readConsistently(async (connection) => {
    const isId = z.uuid().safeParse(input.id).success
    const [row] = isId ? await listConnections(connection, principal.workspaceId, input.id) : []
    if (row === undefined) throw new AppError('NOT_FOUND', 'There is no such connection.')
    return viewOf(row, await listConnectionDays(connection, principal.workspaceId, input.id))
  })
}

/** Kinds of connections that can be made. */
export function listConnectionKinds(principal: Principal): ConnectionKindView[] {
  authorise(principal, 'connections.read')
  return PULL_KINDS.map((kind) => {
    const source = pullSource(kind)
    return {
      kind,
      title: source.title,
      layer: source.layer,
      base_url: source.baseUrl,
      key_hint: source.keyHint,
      key_url: source.keyUrl,
      reach_days: source.reachDays,
      documentation: source.documentation.url,
    }
  })
}

function viewOf(row: ConnectionRow, tried: readonly ConnectionDayRow[]): ConnectionView {
  const source = pullSource(row.kind)
  const byDay = new Map(tried.map((one) => [one.day, one]))
  const time = (at: Date | null) => (at === null ? null : isoOf(at.getTime()))
  const days = dayStates({
    source,
    nowMs: row.now.getTime(),
    fromDay: row.fromDay,
    tried: tried.map((one) => ({ ...one, pulledMs: one.pulledAt === null ? null : one.pulledAt.getTime() })),
  }).map(({ day, status, isOutOfReach }): ConnectionDayView => {
    const known = byDay.get(day)
    return {
      day,
      status,
      out_of_reach: isOutOfReach,
      import:
        known === undefined || known.importId === null || known.importNo === null
          ? null
          : { id: known.importId, no: known.importNo },
      rejected: known === undefined ? null : known.rejected,
      problem: status !== 'failed' || known === undefined || known.problem === null ? null : known.problem.message,
    }
  })
  const count = (status: ConnectionDayView['status']) => days.filter((one) => one.status === status).length
  const isPaused = row.pausedAt !== null
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    title: source.title,
    layer: source.layer,
    base_url: row.baseUrl,
    custom_address: row.baseUrl !== source.baseUrl,
    key: { set: true, last4: row.last4 },
    state: isPaused ? 'paused' : row.failingSince !== null ? 'failing' : row.lastGoodAt === null ? 'new' : 'good',
    from: row.fromDay,
    every_hours: row.everyHours,
    complete_to: row.cursor,
    last_good_at: time(row.lastGoodAt),
    failing_since: time(row.failingSince),
    problem: row.problem,
    next_at: isPaused ? null : time(row.nextAt),
    fetching: row.isFetching,
    import_no: row.importNo,
    counts: { complete: count('complete'), pending: count('pending'), failed: count('failed') },
    days,
    created_by: row.createdBy,
    created_at: isoOf(row.createdAt.getTime()),
  }
}
