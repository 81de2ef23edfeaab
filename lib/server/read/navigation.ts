/** What the frame of every screen shows of the data: names to go to, and how many models have no rate. */
import 'server-only'
import { parsePeriodChoice } from '../../core/report/period-choice'
import type { InstantMs } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { countUnseenAlerts } from '../db/budget'
import { type CurrencySum, otherCurrencySums } from '../db/other-currency'
import { pool } from '../db/pool'
import { NO_FILTER, type SpendGroupBy, type SpendSums, sumSpend } from '../db/spend'

export interface Navigation {
  /** Names used in the last twelve months, those with most records first. */
  readonly models: readonly string[]
  readonly hosts: readonly string[]
  readonly projects: readonly string[]
  /** Months that have a bill, newest first. */
  readonly months: readonly string[]
  readonly unpricedModels: number
  /** Budget alerts this person has not seen. */
  readonly unseenAlerts: number
}

const NAMES_MAX = 200
const MODELS: readonly SpendGroupBy[] = [
  { kind: 'dimension', name: 'host' },
  { kind: 'dimension', name: 'model' },
]
const PROJECTS: readonly SpendGroupBy[] = [
  { kind: 'time', unit: 'month' },
  { kind: 'dimension', name: 'project' },
]

export async function readNavigation(principal: Principal, input: { readonly nowMs: InstantMs }): Promise<Navigation> {
  authorise(principal, 'usage.read')
  const { period } = parsePeriodChoice('12m', input.nowMs)
  const rows = await sumSpend(pool(), principal.workspaceId, {
    fromMs: period.startMs,
    toMs: period.endMs,
    groups: MODELS,
    filter: NO_FILTER,
    offset: 0,
    limit: null,
  })
  const foreign = await otherCurrencySums(pool(), principal.workspaceId, {
    fromMs: period.startMs,
    toMs: period.endMs,
    groups: MODELS,
    filter: NO_FILTER,
  })
  const byProject = await sumSpend(pool(), principal.workspaceId, {
    fromMs: period.startMs,
    toMs: period.endMs,
    groups: PROJECTS,
    filter: NO_FILTER,
    offset: 0,
    limit: null,
  })
  return {
    hosts: namesOf(rows, 0),
    models: namesOf(rows, 1),
    projects: namesOf(byProject, 1),
    months: namesOf(byProject, 0).sort().reverse(),
    unpricedModels: rows.filter((row) => isUnpriced(row, foreign)).length,
    unseenAlerts:
      principal.userId === null ? 0 : await countUnseenAlerts(pool(), principal.workspaceId, principal.userId),
  }
}

/** Names of one group, those with most records first. */
function namesOf(rows: readonly SpendSums[], place: number): string[] {
  const byRecords = [...rows].sort((a, b) => {
    const difference = BigInt(b.records) - BigInt(a.records)
    return difference > 0n ? 1 : difference < 0n ? -1 : 0
  })
  const names = byRecords.flatMap((row) => (typeof row.keys[place] === 'string' ? [row.keys[place]] : []))
  return [...new Set(names)].slice(0, NAMES_MAX)
}

/** Some record has no price in any currency. */
function isUnpriced(row: SpendSums, foreign: readonly CurrencySum[]): boolean {
  const elsewhere = foreign.filter((one) => one.keys[0] === row.keys[0] && one.keys[1] === row.keys[1])
  return elsewhere.reduce((left, one) => left - one.unpricedRecords, BigInt(row.unpricedRecords)) !== 0n
}
