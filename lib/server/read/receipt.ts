/** The savings receipt of a report: the calls made since the switch, at the new place and at the former ones. */
import 'server-only'
import { sumUsd, type Usd, usdFromText, ZERO_USD } from '../../core/money/usd'
import { formerPlaces, type Receipt, receiptOf, type SwitchedMonth } from '../../core/report/savings-receipt'
import type { Switch } from '../../core/report/what-if-report'
import { forHours } from '../../core/simulate/fleet/ownership'
import { type ScenarioInput, scenarioSchema } from '../../core/simulate/scenario'
import type { Simulation } from '../../core/simulate/simulation'
import { HOUR_MS, type InstantMs, isoOf } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { pool } from '../db/pool'
import type { StoredReport } from '../db/report'
import { usageSpan } from '../db/used-pairs'
import { runSimulation } from './run-simulation'

/**
 * Null while nothing was switched or no hour has passed since. The calls of the question's own projects, keys and tags
 * that now run on the new host and model are priced there as they were made, and once more at each former place; the
 * answers' lengths are taken as they are now.
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
  const places = formerPlaces(content)
  if (places.length === 0) return { months: [], realised: '0', promised: '0' }
  const answers: Simulation[] = []
  for (const place of places) {
    const scenario = scenarioSchema.parse({
      baseline: {
        from: isoOf(fromMs),
        to: isoOf(toMs),
        filter: selectionNow(content.asked.scenario, switched),
      },
      moves: [{ target: { kind: 'hosted', host: place.host, model: place.model } }],
      // The calls were made: neither lengths nor hits are guessed.
      assumptions: { output_ratio: '1', input_ratio: '1', cache_kept: '1' },
    })
    answers.push(await runSimulation(principal, scenario))
  }
  const [first] = answers
  if (first === undefined) return null
  const fleet = switched.monthly_cost === null ? null : usdFromText(switched.monthly_cost)
  const months: SwitchedMonth[] = first.months.map(({ month, baseline }) => ({
    month,
    paid: fleet === null ? baseline : sumUsd([baseline, fleetIn(fleet, month, fromMs, toMs)]),
    formerly: answers.map((answer) => {
      const there = answer.months.find((one) => one.month === month)
      return there === undefined ? ZERO_USD : there.target.likely
    }),
  }))
  return receiptOf(content, months)
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
