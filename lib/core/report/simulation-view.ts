/** The public form of a what-if's answer: money as decimal text, counts as digits. The API sends it and the screen draws it. */
import { addUsd, type Usd, usdToText } from '../money/usd'
import type { MonthComparison, MovedLine, Spread } from '../simulate/replay/replay-hours'
import { type FleetSummary, perMonth, type Simulation, savingOf } from '../simulate/simulation'
import { isoOf } from '../time/instant'

const spread = (s: Spread) => ({ low: usdToText(s.low), likely: usdToText(s.likely), high: usdToText(s.high) })
const month = (m: MonthComparison) => ({
  month: m.month,
  baseline_cost: usdToText(m.baseline),
  target_cost: spread(m.target),
  saving: usdToText(savingOf(m.baseline, m.target).likely),
})

/** Part of a sum as text with four decimals, rounded down. */
function shareText(part: Usd, whole: Usd): string {
  if (whole <= 0n) return '0'
  const tenThousandths = (part * 10_000n) / whole
  return `${tenThousandths / 10_000n}.${String(tenThousandths % 10_000n).padStart(4, '0')}`
}

/** Lines of one model and target as one, whatever the project; dearest first. */
function byModel(lines: readonly MovedLine[]): MovedLine[] {
  const sums = new Map<string, MovedLine>()
  for (const line of lines) {
    const key = JSON.stringify([line.host, line.model, line.target])
    const known = sums.get(key)
    sums.set(
      key,
      known === undefined
        ? { ...line, project: null }
        : {
            ...known,
            requests: known.requests + line.requests,
            before: addUsd(known.before, line.before),
            low: addUsd(known.low, line.low),
            after: addUsd(known.after, line.after),
            high: addUsd(known.high, line.high),
          },
    )
  }
  return [...sums.values()].sort((a, b) => (a.before < b.before ? 1 : a.before > b.before ? -1 : 0))
}

function fleetView(fleet: FleetSummary) {
  const text = (amount: Usd | null) => (amount === null ? null : usdToText(amount))
  return {
    ...fleet,
    gpu_hours: fleet.gpu_hours.toString(),
    monthly_cost: usdToText(fleet.monthly_cost),
    cost_per_million_output: text(fleet.cost_per_million_output),
    cost_per_million_tokens: text(fleet.cost_per_million_tokens),
    cost_per_million_output_full: text(fleet.cost_per_million_output_full),
    cost_per_million_tokens_full: text(fleet.cost_per_million_tokens_full),
    cost_at_utilisation: fleet.cost_at_utilisation.map((at) => ({
      utilisation: at.utilisation,
      cost_per_million_output: usdToText(at.output),
      cost_per_million_tokens: usdToText(at.tokens),
    })),
    idle_cost: usdToText(fleet.idle_cost),
    idle_cost_per_month: usdToText(fleet.idle_cost_per_month),
  }
}

/** A sum over another as text with four decimals, either sign; null over nothing. */
function ratioText(part: Usd, whole: Usd): string | null {
  if (whole <= 0n) return null
  const size = part < 0n ? -part : part
  const tenThousandths = (size * 10_000n + whole / 2n) / whole
  const text = `${tenThousandths / 10_000n}.${String(tenThousandths % 10_000n).padStart(4, '0')}`
  return part < 0n && tenThousandths > 0n ? `-${text}` : text
}

export function publicSimulation(simulation: Simulation) {
  const { period, baseline, target, fleet, breakEven } = simulation
  const saving = savingOf(baseline, target)
  const monthly = (s: Spread) =>
    spread({ low: perMonth(s.low, period), likely: perMonth(s.likely, period), high: perMonth(s.high, period) })
  return {
    kind: simulation.kind,
    from: isoOf(period.startMs),
    to: isoOf(period.endMs),
    currency: 'USD',
    baseline_cost: usdToText(baseline),
    target_cost: spread(target),
    saving: spread(saving),
    /** The likely saving over today's cost, and over the cost then. */
    saving_share: ratioText(saving.likely, baseline),
    saving_over_target: ratioText(saving.likely, target.likely),
    per_month: {
      baseline_cost: usdToText(perMonth(baseline, period)),
      target_cost: monthly(target),
      saving: monthly(saving),
    },
    months: simulation.months.map(month),
    hours: {
      unit: 'output tokens per second',
      average_week: simulation.hours.demand,
      served: simulation.hours.served,
      capacity: simulation.hours.capacity,
      dear: simulation.hours.dearHours,
    },
    lines: simulation.lines.map((line) => ({
      name: line.name,
      detail: line.detail,
      amount: usdToText(line.amount),
      per_month: usdToText(perMonth(line.amount, period)),
    })),
    moved: byModel(simulation.moved).map((line) => ({
      host: line.host,
      model: line.model,
      target: line.target,
      requests: line.requests.toString(),
      before: usdToText(line.before),
      after: usdToText(line.after),
    })),
    cannot_move: simulation.cannotMove.map((line) => ({
      reason: line.reason,
      records: line.records.toString(),
      requests: line.requests.toString(),
      cost: line.cost === null ? null : usdToText(line.cost),
    })),
    fleet: fleet === null ? null : fleetView(fleet),
    fleets: simulation.fleets.map(fleetView),
    break_even:
      breakEven === null
        ? null
        : {
            output_tokens_per_month: breakEven.outputTokensPerMonth,
            requests_per_month: breakEven.requestsPerMonth,
            requests_per_hour: breakEven.requestsPerHour,
            replicas: breakEven.replicas,
            utilisation: breakEven.utilisation,
            volume_over_today: breakEven.volumeOverToday,
            growth_per_month: breakEven.growthPerMonth,
            month: breakEven.breakEvenMonth,
            discounted_saving_36_months: usdToText(breakEven.discountedSaving),
            discounted_payback_months: breakEven.discountedPaybackMonths,
          },
    off_peak_saving_per_month:
      simulation.offPeakSaving === null ? null : usdToText(perMonth(simulation.offPeakSaving, period)),
    off_peak: simulation.offPeakBatches.map((batch) => ({
      project: batch.project,
      service_tier: batch.serviceTier,
      from_hour_utc: batch.fromHour,
      to_hour_utc: batch.toHour,
      start_hour_utc: batch.startHour,
      saving_per_month: usdToText(perMonth(batch.saving, period)),
    })),
    frontier: simulation.frontier.map((step) => ({
      host: step.host,
      model: step.model,
      project: step.project,
      target: step.target,
      before: usdToText(step.before),
      saving: usdToText(step.saving),
      moved_so_far: usdToText(step.movedBefore),
      share_so_far: shareText(step.movedBefore, baseline),
      saving_so_far: usdToText(step.savingSoFar),
      saving_per_month_so_far: usdToText(perMonth(step.savingSoFar, period)),
    })),
    payback_months: simulation.paybackMonths,
    chance_of_saving: simulation.chanceOfSaving,
    tornado: simulation.tornado.map((bar) => ({
      factor: bar.factor,
      low: bar.low,
      high: bar.high,
      cost_at_low: usdToText(perMonth(bar.costAtLow, period)),
      cost_at_high: usdToText(perMonth(bar.costAtHigh, period)),
    })),
    assumptions: simulation.assumptions,
    notes: simulation.notes,
  }
}

export type SimulationView = ReturnType<typeof publicSimulation>
