/** The savings receipt of a report: the calls made since the switch, at the new place and at the former ones. */
import 'server-only'
import { addUsd, sumUsd, type Usd, usdFromText, ZERO_USD } from '../../core/money/usd'
import {
  type FormerGroup,
  formerCost,
  formerGroups,
  type Receipt,
  receiptOf,
  type SwitchedMonth,
} from '../../core/report/savings-receipt'
import type { Switch } from '../../core/report/what-if-report'
import { forHours } from '../../core/simulate/fleet/ownership'
import { type ScenarioInput, scenarioSchema } from '../../core/simulate/scenario'
import type { Simulation } from '../../core/simulate/simulation'
import { HOUR_MS, type InstantMs, isoOf } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { pool } from '../db/pool'
import type { StoredReport } from '../db/report'
import { usageSpan, usedPairs } from '../db/used-pairs'
import { runSimulation } from './run-simulation'

/**
 * Null while nothing was switched or no hour has passed since. The calls of the question's own projects, keys and tags
 * that now run on the new host and model are priced there as they were made, and once more where their project's calls were
 * before, by the tokens each model had of it; the answers' lengths are taken as they are now.
 */
export async function readReceipt(
  principal: Principal,
  report: StoredReport,
  nowMs: InstantMs,
): Promise<Receipt | null> {
  authorise(principal, 'reports.read')
  const { switched, content } = report
  const span = await usageSpan(pool(), principal.workspaceId)
  if (switched === null || span === null) return null
  const fromMs = Date.parse(`${switched.on}T00:00:00Z`)
  const toMs = Math.min(span.endMs, nowMs)
  if (toMs - fromMs < HOUR_MS) return null
  const groups = formerGroups(content).filter((group) => group.places.length > 0)
  if (groups.length === 0) return { months: [], realised: '0', promised: '0' }
  const period = { startMs: fromMs, endMs: toMs }
  const present = (await usedPairs(pool(), principal.workspaceId, period))
    .filter((pair) => pair.host === switched.host && pair.model === switched.model)
    .map((pair) => pair.project)
  const asked = selectionNow(content.asked.scenario, switched)
  const paid = new Map<string, Usd>()
  const without = new Map<string, Usd>()
  for (const { projects, names } of groupsNow(groups, present, asked.project)) {
    const answers: Simulation[] = []
    for (const place of projects.places) {
      const scenario = scenarioSchema.parse({
        baseline: { from: isoOf(fromMs), to: isoOf(toMs), filter: { ...asked, project: names } },
        moves: [{ target: { kind: 'hosted', host: place.host, model: place.model } }],
        // The calls were made: neither lengths nor hits are guessed.
        assumptions: { output_ratio: '1', input_ratio: '1', cache_kept: '1' },
      })
      answers.push(await runSimulation(principal, scenario))
    }
    for (const { month, baseline } of answers[0]?.months ?? []) {
      const there = answers.map((answer) => answer.months.find((one) => one.month === month)?.target.likely ?? ZERO_USD)
      addTo(paid, month, baseline)
      addTo(without, month, formerCost(projects.places, there))
    }
  }
  const fleet = switched.monthly_cost === null ? null : usdFromText(switched.monthly_cost)
  const months: SwitchedMonth[] = [...paid]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([month, calls]) => ({
      month,
      paid: fleet === null ? calls : sumUsd([calls, fleetIn(fleet, month, fromMs, toMs)]),
      without: without.get(month) ?? ZERO_USD,
    }))
  return receiptOf(content, months)
}

/** The projects of each group that have calls now; those of no group are the last one's. */
function groupsNow(groups: readonly FormerGroup[], present: readonly string[], asked: unknown) {
  const allowed = [...new Set(present)].filter((name) => !Array.isArray(asked) || asked.includes(name))
  const taken = new Set(groups.flatMap((group) => group.projects ?? []))
  return groups
    .map((group) => ({
      projects: group,
      names: allowed.filter((name) => (group.projects === null ? !taken.has(name) : group.projects.includes(name))),
    }))
    .filter(({ names }) => names.length > 0)
}

function addTo(sums: Map<string, Usd>, month: string, amount: Usd): void {
  sums.set(month, addUsd(sums.get(month) ?? ZERO_USD, amount))
}

/** The fleet's monthly cost for the hours of this month since the switch. */
function fleetIn(monthly: Usd, month: string, fromMs: InstantMs, toMs: InstantMs): Usd {
  const start = Math.max(fromMs, Date.parse(`${month}-01T00:00:00Z`))
  const next = new Date(Date.parse(`${month}-01T00:00:00Z`))
  next.setUTCMonth(next.getUTCMonth() + 1)
  const hours = Math.max(0, Math.round((Math.min(toMs, next.getTime()) - start) / HOUR_MS))
  return forHours(monthly, BigInt(hours))
}

/** The question's own selection, without where the calls were, and with where they are. */
function selectionNow(scenario: ScenarioInput, switched: Switch): Record<string, unknown> {
  const { host: _host, model: _model, ...rest } = { ...scenario.baseline.filter, ...scenario.moves[0]?.select }
  return { ...rest, host: [switched.host], model: [switched.model] }
}
