/**
 * The cheapest place for each model and project among many targets: what each would cost there at the hours it runs, or
 * where it is. Targets that a project's rule refuses are left out, and what that gives away is counted.
 */
import { addUsd, type Usd, ZERO_USD } from '../../money/usd'
import type { PriceBook } from '../../price/compiled'
import type { InstantMs } from '../../time/instant'
import type { OtherMeter } from '../../usage/meter'
import { type ProjectRules, refusalOf, ruleOf } from '../quality/project-rule'
import type { ScenarioAssumptions } from '../scenario'
import { changesTo, escalationShare } from '../token-change'
import { ONE } from './ratio'
import { replayHours, targetName } from './replay-hours'
import { type HostedTarget, priceClassOf, soldSpan } from './target-price'
import type { UsageSlice } from './usage-slice'

export interface MixChoice {
  readonly target: HostedTarget
  readonly low: Usd
  readonly likely: Usd
  readonly high: Usd
}

export interface MixLine {
  readonly host: string
  readonly model: string
  readonly project: string | null
  readonly requests: bigint
  readonly before: Usd
  /** Null: it is cheapest where it is. */
  readonly choice: MixChoice | null
  /** What would be saved on top without the project's rule, and which part of the rule stands against it. */
  readonly forgone: {
    readonly reason: 'data_residency' | 'quality_floor'
    readonly saving: Usd
    readonly target: string
  } | null
}

interface Unit {
  readonly host: string
  readonly model: string
  readonly project: string | null
  requests: bigint
  before: Usd
  best: MixChoice | null
  refused: { readonly reason: 'data_residency' | 'quality_floor'; readonly likely: Usd; readonly target: string } | null
}

/** Yields after each target, so that who asks can let others in: thousands of projects take a target a tenth of a second. */
export function* cheapestMix(
  slices: readonly UsageSlice[],
  targets: readonly HostedTarget[],
  rules: ProjectRules,
  book: PriceBook,
  assumptions: ScenarioAssumptions,
): Generator<void, MixLine[]> {
  const units = new Map<string, Unit>()
  const escalation = escalationShare(assumptions)
  const priced = slices.filter((slice) => slice.cost !== null)
  for (const slice of priced) {
    const unit = units.get(unitKey(slice)) ?? newUnit(slice)
    units.set(unitKey(slice), unit)
    unit.requests += slice.requests
    unit.before = addUsd(unit.before, slice.cost as Usd)
  }
  for (const target of targets) {
    const move = { share: ONE, select: {}, target, changesFor: changesTo(target, assumptions), escalation }
    for (const line of replayHours(alike(priced, book, target), [move], book, false).lines) {
      const unit = units.get(unitKey(line))
      if (unit === undefined) continue
      // What the target cannot take stays at today's cost.
      const stays = unit.before - line.before
      const choice: MixChoice = {
        target,
        low: (stays + line.low) as Usd,
        likely: (stays + line.after) as Usd,
        high: (stays + line.high) as Usd,
      }
      if (choice.likely >= unit.before) continue
      const refusal = refusalOf(ruleOf(rules, unit.project), unit, target)
      if (refusal === null) {
        if (unit.best === null || choice.likely < unit.best.likely) unit.best = choice
      } else if (unit.refused === null || choice.likely < unit.refused.likely) {
        unit.refused = { reason: refusal, likely: choice.likely, target: targetName(target) }
      }
    }
    yield
  }
  return [...units.values()]
    .map(({ best, refused, ...unit }) => {
      const cost = best === null ? unit.before : best.likely
      return {
        ...unit,
        choice: best,
        forgone:
          refused === null || refused.likely >= cost
            ? null
            : { reason: refused.reason, saving: (cost - refused.likely) as Usd, target: refused.target },
      }
    })
    .sort((a, b) => (a.before < b.before ? 1 : a.before > b.before ? -1 : 0))
}

function newUnit({ host, model, project }: UsageSlice): Unit {
  return { host, model, project, requests: 0n, before: ZERO_USD, best: null, refused: null }
}

function unitKey({ host, model, project }: Pick<UsageSlice, 'host' | 'model' | 'project'>): string {
  return `${host}\n${model}\n${project ?? ''}`
}

/** Slices whose hours have the same prices on the target as one: far fewer to price. */
function alike(slices: readonly UsageSlice[], book: PriceBook, target: HostedTarget): UsageSlice[] {
  const sold = soldSpan(book, target)
  const classes = new Map<InstantMs, string>()
  const sums = new Map<string, UsageSlice>()
  for (const slice of slices) {
    let priceClass = classes.get(slice.atMs)
    if (priceClass === undefined) {
      priceClass = priceClassOf(book, target, slice.atMs, sold)
      classes.set(slice.atMs, priceClass)
    }
    // A bucket of days is priced hour by hour, so it stays by itself.
    const place = slice.grainSeconds > 3600 ? slice.atMs : 0
    // Calls with tools or images may be refused where others are not.
    const plain = slice.quantities.other === null
    const key = `${unitKey(slice)}\n${slice.contextBand}\n${slice.serviceTier}\n${place}\n${priceClass}\n${plain}`
    const known = sums.get(key)
    sums.set(key, known === undefined ? slice : together(known, slice))
  }
  return [...sums.values()]
}

function together(a: UsageSlice, b: UsageSlice): UsageSlice {
  return {
    ...a,
    records: a.records + b.records,
    requests: a.requests + b.requests,
    cost: addUsd(a.cost as Usd, b.cost as Usd),
    quantities: {
      input: a.quantities.input + b.quantities.input,
      cacheRead: a.quantities.cacheRead + b.quantities.cacheRead,
      cacheWrite5m: a.quantities.cacheWrite5m + b.quantities.cacheWrite5m,
      cacheWrite1h: a.quantities.cacheWrite1h + b.quantities.cacheWrite1h,
      output: a.quantities.output + b.quantities.output,
      reasoning: a.quantities.reasoning + b.quantities.reasoning,
      other: bothOf(a.quantities.other, b.quantities.other),
    },
  }
}

function bothOf(
  a: ReadonlyMap<OtherMeter, bigint> | null,
  b: ReadonlyMap<OtherMeter, bigint> | null,
): ReadonlyMap<OtherMeter, bigint> | null {
  if (a === null || b === null) return a ?? b
  const sums = new Map(a)
  for (const [meter, quantity] of b) {
    const known = sums.get(meter)
    sums.set(meter, known === undefined ? quantity : known + quantity)
  }
  return sums
}
