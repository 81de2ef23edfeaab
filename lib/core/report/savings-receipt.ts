/**
 * After the switch: what was promised and what came, month by month, on the calls really made. Money is exact but for
 * stated divisions.
 */
import { divide, roundToCents, subtractUsd, sumUsd, type Usd, usdFromAtto, usdFromText, usdToText } from '../money/usd'
import type { FrozenReport } from './what-if-report'

/** A model that calls were moved away from. */
export interface FormerPlace {
  readonly host: string
  readonly model: string
  /** Tokens moved in the report; calls in reports that do not tell tokens. */
  readonly weight: bigint
}

/** Projects whose calls came from the same places in the same parts. */
export interface FormerGroup {
  /** Names, empty for calls without one; null: every project that no other group has. */
  readonly projects: readonly string[] | null
  readonly places: readonly FormerPlace[]
}

const MOST_PLACES = 12

/**
 * Where the moved calls came from: a group for each project's own mix, and one with the mix of all for projects that were
 * not there yet. A project that used one model is priced at it alone, however the volumes of the projects have changed.
 */
export function formerGroups(report: FrozenReport): FormerGroup[] {
  const { former } = report
  if (former === undefined || former.length === 0) return [{ projects: null, places: placesByCalls(report) }]
  const byProject = new Map<string, FormerPlace[]>()
  const all = new Map<string, FormerPlace>()
  for (const { project, host, model, tokens } of former) {
    const place = { host, model, weight: BigInt(tokens) }
    byProject.set(project ?? '', [...(byProject.get(project ?? '') ?? []), place])
    const key = JSON.stringify([host, model])
    all.set(key, { ...place, weight: place.weight + (all.get(key)?.weight ?? 0n) })
  }
  const groups = new Map<string, { projects: string[]; places: FormerPlace[] }>()
  for (const [project, places] of byProject) {
    // One place is one place, whatever its weight.
    const key = JSON.stringify(
      places.map(({ host, model, weight }) => [host, model, places.length === 1 ? '1' : String(weight)]),
    )
    const group = groups.get(key) ?? { projects: [], places: places.slice(0, MOST_PLACES) }
    group.projects.push(project)
    groups.set(key, group)
  }
  const whole = [...all.values()].sort((a, b) => (a.weight > b.weight ? -1 : 1)).slice(0, MOST_PLACES)
  return [...groups.values(), { projects: null, places: whole }]
}

/** A fleet's answer does not list what it replaces; the host beside it was asked about the same calls. */
function placesByCalls(report: FrozenReport): FormerPlace[] {
  const own = report.asked.answer.moved
  return (own.length > 0 || report.other === null ? own : report.other.answer.moved)
    .map((line) => ({ host: line.host, model: line.model, weight: BigInt(line.requests) }))
    .filter((place) => place.weight > 0n)
    .sort((a, b) => (a.weight > b.weight ? -1 : a.weight < b.weight ? 1 : 0))
    .slice(0, MOST_PLACES)
}

/** What a group's calls would have cost: at each place, by its part of the group's tokens. */
export function formerCost(places: readonly FormerPlace[], atPlaces: readonly Usd[]): Usd {
  const all = places.reduce((sum, place) => sum + place.weight, 0n)
  const [only] = atPlaces
  if (all === 0n || (atPlaces.length === 1 && only !== undefined)) return sumUsd(atPlaces)
  const weighted = atPlaces.reduce((sum, cost, i) => sum + cost * (places[i]?.weight ?? 0n), 0n)
  return divide(usdFromAtto(weighted), { numerator: 1n, denominator: all, mode: 'half_even' })
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
  /** What they would have cost at their former places. */
  readonly without: Usd
}

export interface ReceiptMonth {
  readonly month: string
  readonly paid: string
  /** The same calls at the former places of their projects. */
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
  const promise = promiseOf(report)
  const lines = months.map((one) => {
    const { without } = one
    const promised =
      promise.before <= 0n
        ? usdFromText('0')
        : divide(without, { numerator: promise.saving, denominator: promise.before, mode: 'half_even' })
    return { ...one, realised: subtractUsd(without, one.paid), promised }
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
  const own = lines.filter((line) => line.name === 'gpus' || line.name === 'staff' || line.name === 'storage')
  const monthly = roundToCents(sumUsd(own.map((line) => usdFromText(line.per_month))))
  return {
    host: fleet?.engine === 'llama.cpp' ? 'ollama' : 'vllm',
    model: fleet?.model ?? '',
    monthly_cost: usdToText(monthly),
  }
}
