/** Rules that lead cost to cost centres: added behind the others, moved, ended on a day or removed; and how the rest is shared. */
import 'server-only'
import { z } from 'zod'
import { RULE_DIMENSIONS, SHARING_MODES } from '../../core/report/chargeback'
import { monthPeriod, parseInstant } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import {
  costCentreNamed,
  deleteRule,
  endRule,
  insertRule,
  listAllocationRules,
  lockAllocation,
  orderRules,
  setSharing,
} from '../db/allocation'
import { writeAudit } from '../db/audit'
import { inTransaction } from '../db/pool'
import { AppError } from '../errors'

const day = z
  .string()
  .refine((text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && parseInstant(text, 'utc').ok, 'is a day like 2026-09-01')
const name = z.string().trim().min(1).max(200)

export const addRuleInput = z
  .strictObject({
    dimension: z.enum(RULE_DIMENSIONS),
    tag: name.nullable().default(null),
    /** Exact, or its beginning followed by "*". */
    value: name,
    cost_centre: name,
    /** UTC days, half-open; null is unbounded. */
    from: day.nullable().default(null),
    to: day.nullable().default(null),
  })
  .refine((rule) => (rule.dimension === 'tag') === (rule.tag !== null), 'a rule by tag names the tag, others do not')
  .refine((rule) => rule.from === null || rule.to === null || rule.from < rule.to, 'the end is after the begin')

/** A rule already there with the same value and span is never reached, so it is refused. */
export async function addAllocationRule(
  principal: Principal,
  input: z.output<typeof addRuleInput>,
): Promise<{ readonly id: number }> {
  authorise(principal, 'allocation.write')
  const { workspaceId } = principal
  return await inTransaction(async (connection) => {
    await lockAllocation(connection, workspaceId)
    const msOf = (text: string | null) => (text === null ? null : Date.parse(`${text}T00:00:00Z`))
    const hidden = (await listAllocationRules(connection, workspaceId)).some(
      (rule) =>
        rule.dimension === input.dimension &&
        rule.tag === input.tag &&
        rule.value === input.value &&
        (rule.fromMs ?? -Infinity) <= (msOf(input.from) ?? -Infinity) &&
        (rule.toMs ?? Infinity) >= (msOf(input.to) ?? Infinity),
    )
    if (hidden) {
      throw new AppError('CONFLICT', 'A rule for the same value stands before it, so this one would take nothing.', {
        reason: 'RULE_HIDDEN',
        remedy: 'End or remove the other rule first.',
      })
    }
    const costCentreId = await costCentreNamed(connection, workspaceId, input.cost_centre, principal.actor)
    const id = await insertRule(connection, workspaceId, { ...input, costCentreId }, principal.actor)
    await writeAudit(connection, principal, 'allocation.add_rule', `allocation rule ${id}`, input)
    return { id }
  })
}

export const changeRuleInput = z.union([
  z.strictObject({ move: z.enum(['up', 'down']) }),
  /** First day on which it no longer holds. */
  z.strictObject({ to: day }),
])

export async function changeAllocationRule(
  principal: Principal,
  id: number,
  input: z.output<typeof changeRuleInput>,
): Promise<void> {
  authorise(principal, 'allocation.write')
  const { workspaceId } = principal
  await inTransaction(async (connection) => {
    await lockAllocation(connection, workspaceId)
    const rules = await listAllocationRules(connection, workspaceId)
    const place = rules.findIndex((rule) => rule.id === id)
    const rule = rules[place]
    if (rule === undefined) throw new AppError('NOT_FOUND', 'There is no such rule.')
    if ('to' in input) {
      if (rule.fromMs !== null && Date.parse(`${input.to}T00:00:00Z`) <= rule.fromMs) {
        throw new AppError('UNPROCESSABLE', 'A rule ends after it begins.', { remedy: 'Remove it instead.' })
      }
      await endRule(connection, workspaceId, id, input.to)
      await writeAudit(connection, principal, 'allocation.end_rule', `allocation rule ${id}`, input)
      return
    }
    const ids = rules.map((one) => one.id)
    const other = place + (input.move === 'up' ? -1 : 1)
    const neighbour = ids[other]
    if (neighbour === undefined) return
    ids[place] = neighbour
    ids[other] = id
    await orderRules(connection, workspaceId, ids)
    await writeAudit(connection, principal, 'allocation.move_rule', `allocation rule ${id}`, input)
  })
}

export async function removeAllocationRule(principal: Principal, id: number): Promise<void> {
  authorise(principal, 'allocation.write')
  await inTransaction(async (connection) => {
    await lockAllocation(connection, principal.workspaceId)
    if (!(await deleteRule(connection, principal.workspaceId, id))) {
      throw new AppError('NOT_FOUND', 'There is no such rule.')
    }
    await writeAudit(connection, principal, 'allocation.remove_rule', `allocation rule ${id}`)
  })
}

export const shareInput = z.strictObject({
  mode: z.enum(SHARING_MODES),
  /** It holds from this month on. */
  from_month: z.string().refine((text) => monthPeriod(text).ok, 'is a month like 2026-09'),
})

export async function shareUnallocated(principal: Principal, input: z.output<typeof shareInput>): Promise<void> {
  authorise(principal, 'allocation.write')
  await inTransaction(async (connection) => {
    await lockAllocation(connection, principal.workspaceId)
    await setSharing(connection, principal.workspaceId, input.from_month, input.mode, principal.actor)
    await writeAudit(connection, principal, 'allocation.share', `from ${input.from_month}`, input)
  })
}
