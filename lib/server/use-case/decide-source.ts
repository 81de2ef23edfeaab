/**
 * Decides which source tells the calls of a host in a period: the records of the others are set aside, so that they stay
 * stored and shown and are in no sum. Reversing a decision counts them again. Both change records and sums in one
 * transaction; in closed months they make corrections.
 */
import 'server-only'
import { z } from 'zod'
import type { DecisionResult } from '../../core/report/source-decision-view'
import { monthPeriod, parseInstant } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { writeAudit } from '../db/audit'
import { takeUndoLock } from '../db/duplicate'
import type { Connection } from '../db/pool'
import { mergeDeltas, openDeltas } from '../db/rollup'
import { releaseSetAside, settleDecided } from '../db/set-aside'
import { type DecisionScope, decisionMeeting, insertDecision, markReversed } from '../db/source-decision'
import { inLongTransaction, readConsistently } from '../db/transaction'
import { tryLockImports } from '../db/workspace-lock'
import { AppError } from '../errors'
import { fault } from '../fault'
import { effectOf } from '../read/source-decisions'

export const decideSourceInput = z.strictObject({
  host: z.string().min(1).max(300),
  /** Half-open UTC: days or months, "2026-09" to "2026-10" is September. */
  from: z.string().max(10),
  to: z.string().max(10),
  /** As `GET /api/v1/imports/overlaps` names it. */
  source: z.string().min(1).max(100),
  mode: z.enum(['preview', 'apply']),
  reason: z.string().trim().max(1_000).optional(),
})

/**
 * A preview writes nothing. Throws UNPROCESSABLE without a reason, for an empty period or when the source tells nothing of
 * it; CONFLICT when a decision in force shares a day with the period, or an import is being written for too long.
 */
export async function decideSource(
  principal: Principal,
  input: z.output<typeof decideSourceInput>,
): Promise<DecisionResult> {
  authorise(principal, 'sources.decide')
  const { host, source, mode } = input
  const scope = { host, fromMs: dayOf('from', input.from), toMs: dayOf('to', input.to), source }
  if (scope.toMs <= scope.fromMs) {
    throw new AppError('UNPROCESSABLE', 'to is not after from.', { reason: 'PERIOD_EMPTY' })
  }
  if (mode === 'preview') {
    const effect = await readConsistently(async (connection) => await effectOf(connection, principal, scope), {
      unlimited: true,
    })
    return { ...effect, mode, no: null }
  }
  const reason = reasonOf(input.reason, 'A decision about the source needs a reason.')
  return await alone(principal, async (connection) => {
    const { workspaceId, actor } = principal
    await refuseMeeting(connection, workspaceId, scope)
    const effect = await effectOf(connection, principal, scope)
    if (!effect.sources.some((one) => one.source === source)) {
      throw new AppError('UNPROCESSABLE', `${source} tells nothing of ${host} in this period.`, {
        reason: 'SOURCE_TELLS_NOTHING',
        remedy: 'Choose a source that was imported; deciding for this one would leave nothing counted.',
      })
    }
    const no = await insertDecision(connection, workspaceId, { ...scope, reason, actor })
    const settled = await settleDecided(connection, workspaceId, { decision: no })
    await mergeDeltas(connection, workspaceId, { kind: 'source', no })
    await writeAudit(connection, principal, 'source.decide', `source decision #${no}`, {
      host,
      from: effect.from,
      to: effect.to,
      source,
      reason,
      set_aside: settled.setAside.toString(),
      before: effect.before,
      after: effect.after,
      difference: effect.difference,
    })
    await fault('source.before-commit')
    return { ...effect, mode, no }
  })
}

export const reverseDecisionInput = z.strictObject({ reason: z.string().trim().max(1_000).optional() })

/** Throws NOT_FOUND, and CONFLICT while an import is being written. Reversing twice is no fault. */
export async function reverseDecision(
  principal: Principal,
  input: z.output<typeof reverseDecisionInput> & { readonly no: string },
): Promise<{ readonly records: string }> {
  authorise(principal, 'sources.decide')
  if (!/^\d{1,9}$/.test(input.no)) throw new AppError('NOT_FOUND', 'There is no such decision.')
  const no = Number.parseInt(input.no, 10)
  const reason = reasonOf(input.reason, 'Reversing a decision needs a reason.')
  return await alone(principal, async (connection) => {
    const { workspaceId, actor } = principal
    const became = await markReversed(connection, workspaceId, { no, actor, reason })
    if (became === 'absent') throw new AppError('NOT_FOUND', 'There is no such decision.')
    if (became === 'already') return { records: '0' }
    const { counted } = await releaseSetAside(connection, workspaceId, no)
    await mergeDeltas(connection, workspaceId, { kind: 'source_undo', no })
    await writeAudit(connection, principal, 'source.reverse', `source decision #${no}`, {
      reason,
      records: counted.toString(),
    })
    await fault('source.before-commit')
    return { records: counted.toString() }
  })
}

/** No import, undo or ingest changes records meanwhile; those that come after see what was decided. */
async function alone<T>(principal: Principal, work: (connection: Connection) => Promise<T>): Promise<T> {
  return await inLongTransaction(async (connection) => {
    if (!(await tryLockImports(connection, principal.workspaceId))) {
      throw new AppError('CONFLICT', 'An import is being written right now; nothing was decided.', {
        reason: 'IMPORT_RUNNING',
        remedy: 'Try again when it is done, or cancel it.',
        retryAfterSeconds: 10,
      })
    }
    await takeUndoLock(connection, principal.workspaceId)
    await openDeltas(connection)
    return await work(connection)
  })
}

async function refuseMeeting(connection: Connection, workspaceId: number, scope: DecisionScope): Promise<void> {
  const meeting = await decisionMeeting(connection, workspaceId, scope)
  if (meeting === null) return
  throw new AppError(
    'CONFLICT',
    `Decision #${meeting.no} made ${meeting.source} authoritative for days of this period.`,
    {
      reason: 'ALREADY_DECIDED',
      remedy: `Reverse decision #${meeting.no} first, or choose a period that shares no day with it.`,
    },
  )
}

function reasonOf(text: string | undefined, missing: string): string {
  if (text !== undefined && text !== '') return text
  throw new AppError('UNPROCESSABLE', missing, {
    reason: 'REASON_MISSING',
    remedy: 'Say in "reason" why; the audit log keeps it.',
  })
}

function dayOf(name: 'from' | 'to', text: string): number {
  const month = monthPeriod(text)
  if (month.ok) return month.value.startMs
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? parseInstant(text, 'refuse') : null
  if (day?.ok === true) return day.value
  throw new AppError('INVALID_REQUEST', `${name} is a UTC day or month, like 2026-09-01 or 2026-09.`)
}
