/** Compares budgets with what was spent, fires what is due once, and sends what is owed. The worker runs it, nobody asks. */
import 'server-only'
import { usdFromText } from '../../core/money/usd'
import { dueAlerts } from '../../core/report/budget'
import { shiftMonth } from '../../core/report/period-choice'
import { monthOf } from '../../core/time/instant'
import { sendAlert } from '../alert-sender'
import { noteDelivery, type OwedDelivery, oweDeliveries, takeDueDeliveries } from '../db/alert-channel'
import { fireAlert, listBudgets, noteChecked, workspacesToCheck } from '../db/budget'
import { inTransaction, pool } from '../db/pool'
import { readConsistently } from '../db/transaction'
import { log } from '../log'
import type { Sent } from '../outbound'
import { budgetFacts } from '../read/budget-facts'

const DELIVERIES_AT_ONCE = 20
const MOST_ATTEMPTS = 6

/** Every workspace whose usage, prices, rules or budgets changed, and each once a day. Answers how many alerts fired. */
export async function checkBudgets(nowMs: number): Promise<number> {
  let fired = 0
  for (const { workspaceId, version } of await workspacesToCheck(pool())) {
    fired += await checkWorkspace(workspaceId, version, nowMs)
  }
  return fired
}

/** The running month and the one before: what arrives late may still pass a threshold of a month that is over. */
async function checkWorkspace(workspaceId: number, version: string, nowMs: number): Promise<number> {
  const current = monthOf(nowMs)
  const facts = await readConsistently(async (connection) => {
    const budgets = await listBudgets(connection, workspaceId)
    const of = async (month: string) => await budgetFacts(connection, workspaceId, { budgets, month, nowMs })
    return [...(await of(shiftMonth(current, -1))), ...(await of(current))]
  })
  const fired = await inTransaction(async (connection) => {
    let count = 0
    for (const { budget, month, spent, forecast, anomalies } of facts) {
      if (month < budget.sinceMonth) continue
      const known = forecast === null ? null : usdFromText(forecast.forecast)
      for (const alert of dueAlerts(budget, { month, spent, forecast: known, anomalies })) {
        const id = await fireAlert(connection, workspaceId, budget.id, alert)
        if (id === null) continue
        await oweDeliveries(connection, workspaceId, id)
        count += 1
      }
    }
    await noteChecked(connection, workspaceId, version)
    return count
  })
  if (fired > 0) log().info({ workspace: workspaceId, alerts: fired }, 'budget alerts fired')
  return fired
}

/** Sends what is due; answers how many were delivered. */
export async function deliverAlerts(): Promise<number> {
  const taken = await takeDueDeliveries(pool(), DELIVERIES_AT_ONCE)
  const outcomes = await Promise.all(taken.map(deliverOne))
  return outcomes.filter((isDelivered) => isDelivered).length
}

async function deliverOne(owed: OwedDelivery): Promise<boolean> {
  const workspace = { id: owed.workspaceId, name: owed.workspaceName }
  // A channel that cannot be opened any more must not keep the others from theirs.
  const sent = await sendAlert(workspace, owed.channel, owed.alert).catch((error: unknown): Sent => {
    log().error({ err: error, channel: owed.channel.id }, 'an alert channel cannot be used')
    return { ok: false, problem: 'This channel cannot be opened with the secret of this server: add it anew.' }
  })
  const isLast = owed.attempts >= MOST_ATTEMPTS
  await noteDelivery(pool(), owed, sent.ok ? null : { text: sent.problem, isLast })
  if (!sent.ok) {
    log().warn(
      { channel: owed.channel.id, attempt: owed.attempts, problem: sent.problem },
      'an alert was not delivered',
    )
  }
  return sent.ok
}
