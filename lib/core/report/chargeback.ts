/**
 * A month by who bears it. Each slice of usage goes to the cost centre of the first rule that matches it, whole: a record
 * with five tags that five rules name is still counted once. What no rule takes is visible as unallocated, and a sharing
 * rule may spread it. Every split gives its parts by largest remainder, so centres sum to the bill to the last digit,
 * exactly and in cents, and the lines of a statement to its centre.
 */
import { addUsd, allocate, roundToCents, sumUsd, type Usd, usdFromAtto, usdToText, ZERO_USD } from '../money/usd'
import type { InstantMs, Period } from '../time/instant'

export const RULE_DIMENSIONS = ['project', 'api_key', 'user', 'tag'] as const
export type RuleDimension = (typeof RULE_DIMENSIONS)[number]
export const SHARING_MODES = ['none', 'even', 'proportional'] as const
export type SharingMode = (typeof SHARING_MODES)[number]

export interface AllocationRule {
  readonly id: number
  readonly dimension: RuleDimension
  /** Name of the tag; null for the other dimensions. */
  readonly tag: string | null
  /** The value, or its beginning followed by "*". */
  readonly value: string
  readonly costCentreId: number
  /** UTC midnights, half-open; null is unbounded. */
  readonly fromMs: InstantMs | null
  readonly toMs: InstantMs | null
}

export interface CostCentre {
  readonly id: number
  readonly name: string
}

/** Sums of the usage of a part of the month in which the same rules hold. */
export interface CostSlice {
  /** Any instant of that part. */
  readonly atMs: InstantMs
  readonly project: string | null
  readonly apiKey: string | null
  readonly user: string | null
  /** Values of the tags that rules ask for; others may be absent. */
  readonly tags: Readonly<Record<string, string | null>>
  readonly host: string
  readonly model: string
  readonly cost: Usd
  readonly records: bigint
  readonly unpricedRequests: bigint
}

export interface ChargebackInput {
  readonly month: string
  readonly unfinished: boolean
  readonly slices: readonly CostSlice[]
  readonly centres: readonly CostCentre[]
  /** In the order in which they are asked. */
  readonly rules: readonly AllocationRule[]
  readonly sharing: SharingMode
  /** What the bill charges beside this usage: corrections, adjustments, and for a closed month what came too late for it. */
  readonly others: Usd
  /** What the bill has in other currencies; absent for none. */
  readonly otherCurrencies?: readonly { readonly currency: string; readonly exact_amount: string }[]
}

/** Exact decimal text in dollars, and whole cents that sum to the bill's. */
export interface ChargebackSum {
  readonly exact_amount: string
  readonly amount: string
}

export interface CostCentreSum extends ChargebackSum {
  readonly id: number
  readonly name: string
  /** Exact: taken by rules, and the centre's part of what is shared. */
  readonly direct: string
  readonly shared: string
  readonly records: string
  /** Calls without a rate that rules took: they are in no amount. */
  readonly unpriced_requests: string
}

export interface RuleView {
  readonly id: number
  readonly dimension: RuleDimension
  readonly tag: string | null
  readonly value: string
  readonly cost_centre: string
  /** "2026-09-01"; null is unbounded. */
  readonly from: string | null
  readonly to: string | null
  /** What it took this month, exact; a rule behind another may take nothing. */
  readonly exact_amount: string
  readonly in_force: boolean
}

export interface UnallocatedGroup {
  readonly project: string | null
  readonly api_key: string | null
  readonly exact_amount: string
  readonly unpriced_requests: string
}

/** What a chargeback says and, once the month is closed, never says otherwise. */
export interface ChargebackFigures extends ChargebackSum {
  readonly month: string
  readonly unfinished: boolean
  readonly currency: 'USD'
  readonly sharing: SharingMode
  /** Dearest first. */
  readonly centres: readonly CostCentreSum[]
  /** Exact: usage taken by no rule, before it is shared. */
  readonly unallocated: string
  /** Exact: corrections and adjustments of the bill, which no usage explains; shared with what is unallocated. */
  readonly others: string
  /** What is left of both after sharing: all of it where it is not shared. */
  readonly left: ChargebackSum & { readonly records: string; readonly unpriced_requests: string }
  /** What no rule took, dearest first. */
  readonly unallocated_groups: readonly UnallocatedGroup[]
  readonly rules: readonly RuleView[]
  /** What the bill has in other currencies: in none of these amounts, and borne by nobody here. */
  readonly other_currencies: readonly { readonly currency: string; readonly exact_amount: string }[]
}

export interface ChargebackView extends ChargebackFigures {
  /** The close it was frozen with: rules and sharing changed since are not in it. Null where it follows today's. */
  readonly frozen: { readonly version: number; readonly sha256: string } | null
}

export interface StatementLine extends ChargebackSum {
  readonly project: string | null
  readonly host: string
  readonly model: string
  readonly records: string
}

/** One centre's month: lines and its part of what is shared, which sum to what the chargeback says of it. */
export interface StatementView extends CostCentreSum {
  readonly month: string
  readonly unfinished: boolean
  readonly currency: 'USD'
  readonly sharing: SharingMode
  readonly lines: readonly StatementLine[]
  readonly shared_line: ChargebackSum | null
  /** The whole bill it is a part of. */
  readonly bill: ChargebackSum
}

const CENT = 10n ** 16n

/** The parts of a period in which the same rules hold, in order; together they are the period. */
export function ruleSegments(period: Period, rules: readonly AllocationRule[]): Period[] {
  const edges = rules
    .flatMap((rule) => [rule.fromMs, rule.toMs])
    .filter((ms): ms is InstantMs => ms !== null && ms > period.startMs && ms < period.endMs)
  const starts = [...new Set([period.startMs, ...edges])].sort((a, b) => a - b)
  return starts.map((startMs, index) => ({ startMs, endMs: starts[index + 1] ?? period.endMs }))
}

/** Tags that rules of the period ask for. */
export function tagsOfRules(rules: readonly AllocationRule[], period: Period): string[] {
  const inForce = rules.filter(
    (rule) => (rule.fromMs ?? -Infinity) < period.endMs && (rule.toMs ?? Infinity) > period.startMs,
  )
  return [...new Set(inForce.flatMap((rule) => (rule.tag === null ? [] : [rule.tag])))]
}

/** The first rule that holds then and matches; null when none does. */
export function ruleFor(rules: readonly AllocationRule[], slice: CostSlice): AllocationRule | null {
  return rules.find((rule) => isInForce(rule, slice.atMs) && matches(rule.value, valueIn(rule, slice))) ?? null
}

function isInForce(rule: AllocationRule, atMs: InstantMs): boolean {
  return (rule.fromMs === null || rule.fromMs <= atMs) && (rule.toMs === null || atMs < rule.toMs)
}

function valueIn(rule: AllocationRule, slice: CostSlice): string | null {
  if (rule.dimension === 'project') return slice.project
  if (rule.dimension === 'api_key') return slice.apiKey
  if (rule.dimension === 'user') return slice.user
  return rule.tag === null ? null : (slice.tags[rule.tag] ?? null)
}

function matches(pattern: string, value: string | null): boolean {
  if (value === null) return false
  return pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : value === pattern
}

interface Share {
  readonly centre: CostCentre
  readonly slices: readonly CostSlice[]
  readonly direct: Usd
  readonly shared: Usd
  readonly cents: Usd
}

interface Split {
  readonly shares: readonly Share[]
  readonly loose: readonly CostSlice[]
  readonly unallocated: Usd
  readonly left: Usd
  readonly leftCents: Usd
  readonly total: Usd
  readonly cents: Usd
  readonly byRule: ReadonlyMap<number, Usd>
}

const costOf = (slices: readonly CostSlice[]): Usd => sumUsd(slices.map((slice) => slice.cost))

function splitOf(input: ChargebackInput): Split {
  const taken = new Map<number, CostSlice[]>(input.centres.map((centre) => [centre.id, []]))
  const byRule = new Map<number, Usd>()
  const loose: CostSlice[] = []
  for (const slice of input.slices) {
    const rule = ruleFor(input.rules, slice)
    const into = rule === null ? loose : taken.get(rule.costCentreId)
    if (into === undefined) throw new Error('a rule leads to a cost centre that is not there')
    into.push(slice)
    if (rule !== null) byRule.set(rule.id, usdFromAtto((byRule.get(rule.id) ?? ZERO_USD) + slice.cost))
  }
  // A centre that no rule of the month leads to has no part in what is shared either.
  const bearing = input.centres.filter((centre) => (taken.get(centre.id) ?? []).length > 0)
  const direct = bearing.map((centre) => costOf(taken.get(centre.id) ?? []))
  const unallocated = costOf(loose)
  const isShared = input.sharing !== 'none' && bearing.length > 0
  const pool = addUsd(unallocated, input.others)
  const shared = isShared ? allocate(pool, weightsOf(input.sharing, direct)) : direct.map(() => ZERO_USD)
  const left = isShared ? ZERO_USD : pool
  const total = addUsd(costOf(input.slices), input.others)
  const cents = roundToCents(total)
  const exact = [...direct.map((amount, index) => usdFromAtto(amount + (shared[index] ?? ZERO_USD))), left]
  const inCents = allocateCents(cents, exact)
  return {
    shares: bearing.map((centre, index) => ({
      centre,
      slices: taken.get(centre.id) ?? [],
      direct: direct[index] ?? ZERO_USD,
      shared: shared[index] ?? ZERO_USD,
      cents: inCents[index] ?? ZERO_USD,
    })),
    loose,
    unallocated,
    left,
    leftCents: inCents.at(-1) ?? ZERO_USD,
    total,
    cents,
    byRule,
  }
}

/** By what the centres bear already, and alike while they bear nothing. */
function weightsOf(mode: SharingMode, direct: readonly Usd[]): bigint[] {
  return mode === 'even' || direct.every((amount) => amount <= 0n) ? direct.map(() => 1n) : [...direct]
}

/**
 * Whole cents for exact parts of either sign, whose sum rounds to `whole`: they sum to it, and none is a cent or more from
 * its own amount. Each gets its cents rounded down, and those with the largest remainders a cent more.
 */
function allocateCents(whole: Usd, parts: readonly Usd[]): Usd[] {
  const down = parts.map((part) => (part - (((part % CENT) + CENT) % CENT)) / CENT)
  const missing = whole / CENT - down.reduce((sum, cents) => sum + cents, 0n)
  const byRemainder = parts
    .map((part, index) => ({ index, remainder: part - (down[index] as bigint) * CENT }))
    .sort((a, b) => descending(a.remainder, b.remainder) || a.index - b.index)
  const raised = new Set(byRemainder.slice(0, Number.parseInt(missing.toString(), 10)).map(({ index }) => index))
  return down.map((cents, index) => usdFromAtto((cents + (raised.has(index) ? 1n : 0n)) * CENT))
}

const countOf = (slices: readonly CostSlice[], of: (slice: CostSlice) => bigint): string =>
  slices.reduce((sum, slice) => sum + of(slice), 0n).toString()

function centreSum(share: Share): CostCentreSum {
  return {
    id: share.centre.id,
    name: share.centre.name,
    exact_amount: usdToText(usdFromAtto(share.direct + share.shared)),
    amount: usdToText(share.cents),
    direct: usdToText(share.direct),
    shared: usdToText(share.shared),
    records: countOf(share.slices, (slice) => slice.records),
    unpriced_requests: countOf(share.slices, (slice) => slice.unpricedRequests),
  }
}

export function buildChargeback(input: ChargebackInput, period: Period): ChargebackFigures {
  const split = splitOf(input)
  const names = new Map(input.centres.map((centre) => [centre.id, centre.name]))
  const size = (share: Share) => share.direct + share.shared
  return {
    month: input.month,
    unfinished: input.unfinished,
    currency: 'USD',
    sharing: input.sharing,
    exact_amount: usdToText(split.total),
    amount: usdToText(split.cents),
    centres: [...split.shares].sort((a, b) => descending(size(a), size(b))).map(centreSum),
    unallocated: usdToText(split.unallocated),
    others: usdToText(input.others),
    left: {
      exact_amount: usdToText(split.left),
      amount: usdToText(split.leftCents),
      records: countOf(split.loose, (slice) => slice.records),
      unpriced_requests: countOf(split.loose, (slice) => slice.unpricedRequests),
    },
    unallocated_groups: groupsOf(split.loose),
    other_currencies: input.otherCurrencies ?? [],
    rules: input.rules.map((rule) => ({
      id: rule.id,
      dimension: rule.dimension,
      tag: rule.tag,
      value: rule.value,
      cost_centre: names.get(rule.costCentreId) ?? '',
      from: dayOf(rule.fromMs),
      to: dayOf(rule.toMs),
      exact_amount: usdToText(split.byRule.get(rule.id) ?? ZERO_USD),
      in_force: (rule.fromMs ?? period.startMs) < period.endMs && (rule.toMs ?? period.endMs) > period.startMs,
    })),
  }
}

const dayOf = (ms: InstantMs | null): string | null => (ms === null ? null : new Date(ms).toISOString().slice(0, 10))
const descending = (a: bigint, b: bigint): number => (a === b ? 0 : a > b ? -1 : 1)

function groupsOf(slices: readonly CostSlice[]): UnallocatedGroup[] {
  const groups = grouped(slices, (slice) => JSON.stringify([slice.project, slice.apiKey]))
  return groups
    .map((group) => ({ group, cost: costOf(group) }))
    .sort((a, b) => descending(a.cost, b.cost))
    .map(({ group, cost }) => ({
      project: group[0]?.project ?? null,
      api_key: group[0]?.apiKey ?? null,
      exact_amount: usdToText(cost),
      unpriced_requests: countOf(group, (slice) => slice.unpricedRequests),
    }))
}

function grouped(slices: readonly CostSlice[], keyOf: (slice: CostSlice) => string): CostSlice[][] {
  const groups = new Map<string, CostSlice[]>()
  for (const slice of slices) {
    const group = groups.get(keyOf(slice))
    if (group === undefined) groups.set(keyOf(slice), [slice])
    else group.push(slice)
  }
  return [...groups.values()]
}

/** With what the whole bill has in other currencies, which no statement bears. */
export interface MonthStatementView extends StatementView {
  readonly other_currencies: ChargebackFigures['other_currencies']
}

/** Null when the centre bears nothing this month. */
export function buildStatement(input: ChargebackInput, costCentreId: number): StatementView | null {
  const split = splitOf(input)
  const share = split.shares.find((one) => one.centre.id === costCentreId)
  if (share === undefined) return null
  const groups = grouped(share.slices, (slice) => JSON.stringify([slice.project, slice.host, slice.model]))
    .map((group) => ({ group, cost: costOf(group) }))
    .sort((a, b) => descending(a.cost, b.cost))
  const cents = allocateCents(share.cents, [...groups.map(({ cost }) => cost), share.shared])
  const isShared = input.sharing !== 'none'
  return {
    ...centreSum(share),
    month: input.month,
    unfinished: input.unfinished,
    currency: 'USD',
    sharing: input.sharing,
    lines: groups.map(({ group, cost }, index) => ({
      project: group[0]?.project ?? null,
      host: group[0]?.host ?? '',
      model: group[0]?.model ?? '',
      records: countOf(group, (slice) => slice.records),
      exact_amount: usdToText(cost),
      amount: usdToText(cents[index] ?? ZERO_USD),
    })),
    shared_line: isShared
      ? { exact_amount: usdToText(share.shared), amount: usdToText(cents.at(-1) ?? ZERO_USD) }
      : null,
    bill: { exact_amount: usdToText(split.total), amount: usdToText(split.cents) },
  }
}
