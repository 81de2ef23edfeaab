/** Budgets: made and removed; and who has seen the alerts. */
import 'server-only'
import { z } from 'zod'
import { parseUsd } from '../../core/money/usd'
import { ANOMALY_SCOPES, BUDGET_SCOPES } from '../../core/report/budget'
import { authorise, type Principal } from '../auth/principal'
import { writeAudit } from '../db/audit'
import { insertBudget, listBudgets, markAlertsSeen, removeBudget } from '../db/budget'
import { inTransaction, pool } from '../db/pool'
import { AppError } from '../errors'

const name = z.string().trim().min(1).max(200)
const MOST_BUDGETS = 200

export const addBudgetInput = z
  .strictObject({
    name,
    scope: z.enum(BUDGET_SCOPES),
    tag: name.nullable().default(null),
    /** The project, cost centre or value of the tag; null for the workspace. */
    value: name.nullable().default(null),
    /** Dollars a month. */
    amount: z
      .union([z.int().positive(), z.string().regex(/^\d{1,12}(\.\d{1,9})?$/, 'is a decimal number of dollars')])
      .transform((value) => String(value)),
    /** Percent of the amount, each fired once a month. */
    thresholds: z.array(z.int().min(1).max(1_000)).max(10).default([80, 100]),
    on_forecast: z.boolean().default(true),
    on_anomaly: z.boolean().default(false),
  })
  .refine((one) => (one.scope === 'tag') === (one.tag !== null), 'a budget of a tag names the tag, others do not')
  .refine((one) => (one.scope === 'workspace') === (one.value === null), 'a budget names what it is of')
  .refine(
    (one) => !one.on_anomaly || ANOMALY_SCOPES.includes(one.scope),
    'unusual days are known of the workspace and of projects',
  )

export async function addBudget(
  principal: Principal,
  input: z.output<typeof addBudgetInput>,
): Promise<{ readonly id: number }> {
  authorise(principal, 'budgets.write')
  const amount = parseUsd(input.amount)
  if (!amount.ok || amount.value <= 0n) throw new AppError('UNPROCESSABLE', 'A budget is more than nothing.')
  const { workspaceId, actor } = principal
  return await inTransaction(async (connection) => {
    if ((await listBudgets(connection, workspaceId)).length >= MOST_BUDGETS) {
      throw new AppError('CONFLICT', `A workspace has at most ${MOST_BUDGETS} budgets.`, {
        remedy: 'Remove one that is no longer needed.',
      })
    }
    const id = await insertBudget(connection, workspaceId, {
      name: input.name,
      scope: input.scope,
      tag: input.tag,
      value: input.value,
      amount: amount.value,
      thresholds: [...new Set(input.thresholds)].sort((a, b) => a - b),
      onForecast: input.on_forecast,
      onAnomaly: input.on_anomaly,
      createdBy: actor,
    })
    await writeAudit(connection, principal, 'budget.add', `budget ${input.name}`, { id, ...input })
    return { id }
  })
}

/** An engineer may remove a budget of their own. */
export async function endBudget(principal: Principal, id: number): Promise<void> {
  await inTransaction(async (connection) => {
    authorise(principal, 'budgets.write')
    const budget = (await listBudgets(connection, principal.workspaceId)).find((one) => one.id === id)
    if (budget === undefined) throw new AppError('NOT_FOUND', 'There is no such budget.')
    authorise(principal, 'budgets.write', budget.createdBy)
    await removeBudget(connection, principal.workspaceId, id)
    await writeAudit(connection, principal, 'budget.remove', `budget ${budget.name}`, { id })
  })
}

/** For the person alone, so no part of the audit log. */
export async function seeAlerts(principal: Principal): Promise<void> {
  authorise(principal, 'account.self')
  if (principal.userId === null) return
  await markAlertsSeen(pool(), principal.workspaceId, principal.userId)
}
