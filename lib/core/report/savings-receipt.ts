/**
 * After the switch: what was promised and what came, month by month, on the calls really made. Money is exact but for
 * stated divisions.
 */
import { divide, roundToCents, subtractUsd, sumUsd, type Usd, usdFromText, usdToText } from '../money/usd'
import type { FrozenReport } from './what-if-report'

/** A model that calls were moved away from, with its part of the calls moved. */
export interface FormerPlace {
  readonly host: string
  readonly model: string
  /** Calls moved in the report. */
  readonly weight: bigint
}

const MOST_FORMER = 5

/** Where the moved calls came from, the five with most calls. */
export function formerPlaces(report: FrozenReport): FormerPlace[] {
  // A fleet's answer does not list what it replaces; the host beside it was asked about the same calls.
  const own = report.asked.answer.moved
  return (own.length > 0 || report.other === null ? own : report.other.answer.moved)
    .map((line) => ({ host: line.host, model: line.model, weight: BigInt(line.requests) }))
    .filter((place) => place.weight > 0n)
    .sort((a, b) => (a.weight > b.weight ? -1 : a.weight < b.weight ? 1 : 0))
    .slice(0, MOST_FORMER)
}

/** Today's cost of the moved calls in the report, and what was promised to be saved on them. */
export function promiseOf(report: FrozenReport): { readonly before: Usd; readonly saving: Usd } {
  const { answer } = report.asked
  const stays = answer.lines.find((line) => line.name === 'stays')
  const before = subtractUsd(usdFromText(answer.baseline_cost), usdFromText(stays === undefined ? '0' : stays.amount))
  return { before, saving: usdFromText(answer.saving.likely) }
}

/** One month of calls that now run in the new place. */
export interface SwitchedMonth {
  readonly month: string
  /** What these calls cost now, fleet included. */
  readonly paid: Usd
  /** What they would have cost in each former place, in the order of the places. */
  readonly formerly: readonly Usd[]
}

export interface ReceiptMonth {
  readonly month: string
  readonly paid: string
  /** The same calls at the former places, weighted by the calls moved in the report. */
  readonly without: string
  readonly realised: string
  /** The promised share of `without`. */
  readonly promised: string
}

export interface Receipt {
  readonly months: readonly ReceiptMonth[]
  readonly realised: string
  readonly promised: string
}

export function receiptOf(report: FrozenReport, months: readonly SwitchedMonth[]): Receipt {
  const weights = formerPlaces(report).map((place) => place.weight)
  const all = weights.reduce((sum, weight) => sum + weight, 0n)
  const promise = promiseOf(report)
  const lines = months.map((one) => {
    const without =
      all === 0n
        ? sumUsd(one.formerly)
        : sumUsd(
            one.formerly.map((cost, i) =>
              divide(cost, { numerator: weights[i] ?? 0n, denominator: all, mode: 'half_even' }),
            ),
          )
    const promised =
      promise.before <= 0n
        ? usdFromText('0')
        : divide(without, { numerator: promise.saving, denominator: promise.before, mode: 'half_even' })
    return { ...one, without, realised: subtractUsd(without, one.paid), promised }
  })
  return {
    months: lines.map((line) => ({
      month: line.month,
      paid: usdToText(line.paid),
      without: usdToText(line.without),
      realised: usdToText(line.realised),
      promised: usdToText(line.promised),
    })),
    realised: usdToText(sumUsd(lines.map((line) => line.realised))),
    promised: usdToText(sumUsd(lines.map((line) => line.promised))),
  }
}

/** Where the calls of this report would be after its switch, and what its fleet would cost a month; a form begins with it. */
export function suggestedSwitch(report: FrozenReport): {
  readonly host: string
  readonly model: string
  readonly monthly_cost: string | null
} {
  const target = report.asked.scenario.moves[0]?.target
  if (target === undefined || target.kind === 'hosted') {
    return { host: target?.host ?? '', model: target?.model ?? '', monthly_cost: null }
  }
  const { fleet, lines } = report.asked.answer
  const own = lines.filter((line) => line.name === 'gpus' || line.name === 'staff')
  const monthly = roundToCents(sumUsd(own.map((line) => usdFromText(line.per_month))))
  return {
    host: fleet?.engine === 'llama.cpp' ? 'ollama' : 'vllm',
    model: fleet?.model ?? '',
    monthly_cost: usdToText(monthly),
  }
}
