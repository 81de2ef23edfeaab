/**
 * A host's invoice beside our own figures. The gap (invoice less ours) is split into named causes with amounts; what none
 * of them says is unexplained. Counts are compared before money: where both sides count, a difference of counts is priced
 * at our own price and only the rest is a difference of prices. Causes and the unexplained sum to the gap exactly.
 */
import { divideRounded } from '../money/decimal'
import { addUsd, subtractUsd, sumUsd, type Usd, usdFromAtto, ZERO_USD } from '../money/usd'

/** Usage of one model and meter on one day, as we priced it. */
export interface OurLine {
  readonly model: string
  readonly meter: string
  /** "2026-09-03", UTC. */
  readonly day: string
  readonly quantity: bigint
  readonly amount: Usd
}

export interface InvoiceLine {
  /** `usage` is compared with ours; the rest are what no usage explains. */
  readonly category: 'usage' | 'credit' | 'tax' | 'other'
  /** Null for a line that names none: it is about whatever no other line names. */
  readonly model: string | null
  readonly meter: string | null
  readonly day: string | null
  /** In the units of the meter; null when the line does not count. */
  readonly quantity: bigint | null
  readonly amount: Usd
  /** Half a unit of the last place the provider printed: what rounding may have moved. */
  readonly rounding: Usd
}

export interface ReconcileInput {
  readonly ours: readonly OurLine[]
  /** Models with usage that has no price here, and the calls of it. */
  readonly unpriced: ReadonlyMap<string, bigint>
  /** What finance entered on our bill for this host: credits, taxes. */
  readonly ourAdjustments: Usd
  readonly invoice: readonly InvoiceLine[]
  /** How much more or less we would have, were the provider's days those of another zone. */
  readonly zones: readonly { readonly zone: string; readonly difference: Usd }[]
  /** What failed calls cost at our prices; null when there are none. */
  readonly failed: { readonly calls: bigint; readonly amount: Usd } | null
  /**
   * By model, failed calls of which no log has the tokens: a host may have billed them all the same. A model without such calls
   * may be there with 0 of them.
   */
  readonly silent: ReadonlyMap<string, SilentCalls>
}

export interface SilentCalls {
  readonly calls: bigint
  /** All other calls of the model, whose average the silent ones are put at. */
  readonly others: bigint
}

export const GAP_CAUSES = [
  'credits_tax',
  'unpriced',
  'days_missing_here',
  'days_missing_there',
  'count',
  'price',
  'tier',
  'time_zone',
  'failed',
  'failed_billed',
  'rounding',
] as const
export type GapCauseKind = (typeof GAP_CAUSES)[number]

export interface GapCause {
  readonly kind: GapCauseKind
  /** Part of the gap: above zero the invoice is higher for it. */
  readonly amount: Usd
  readonly model: string | null
  readonly meter: string | null
  /** Ours and the invoice's, where both count. */
  readonly counts?: { readonly ours: bigint; readonly invoice: bigint }
  /** Dollars per million units, ours and as the invoice implies it. */
  readonly rates?: { readonly ours: Usd; readonly invoice: Usd }
  readonly days?: readonly string[]
  readonly calls?: bigint
  readonly zone?: string
}

export interface Reconciled {
  /** Priced usage and our adjustments. */
  readonly ours: Usd
  readonly invoice: Usd
  readonly gap: Usd
  /** Largest first. */
  readonly causes: readonly GapCause[]
  readonly unexplained: Usd
  /**
   * Where the invoice does not count: how much of the unexplained failed calls without tokens can be at most, were each
   * billed like the average of the model's other calls. In no cause, because nothing shows it.
   */
  readonly mayBeFailed: { readonly calls: bigint; readonly amount: Usd } | null
}

const MILLION = 1_000_000n
/** Half a cent: how near a guess must come to be told as a cause. */
const NEAR = usdFromAtto(5n * 10n ** 15n)

const abs = (amount: bigint) => (amount < 0n ? -amount : amount)
const total = (lines: readonly { readonly amount: Usd }[]) => sumUsd(lines.map((line) => line.amount))

export function reconcile(input: ReconcileInput): Reconciled {
  const ours = addUsd(total(input.ours), input.ourAdjustments)
  const invoice = total(input.invoice)
  const gap = subtractUsd(invoice, ours)
  const causes: GapCause[] = []
  const usage = input.invoice.filter((line) => line.category === 'usage')
  const beside = subtractUsd(total(input.invoice.filter((line) => line.category !== 'usage')), input.ourAdjustments)
  causes.push({ kind: 'credits_tax', amount: beside, model: null, meter: null })
  const named = new Set(usage.flatMap((line) => (line.model === null ? [] : [line.model])))
  for (const model of named) {
    const mine = input.ours.filter((line) => line.model === model)
    const theirs = usage.filter((line) => line.model === model)
    const known = { unpricedCalls: input.unpriced.get(model) ?? null, silent: input.silent.get(model) ?? null }
    causes.push(...compareModel(model, mine, theirs, known))
  }
  const unnamed = usage.filter((line) => line.model === null)
  const rest = input.ours.filter((line) => !named.has(line.model))
  if (unnamed.length === 0) causes.push(...notInvoiced(rest))
  else {
    const waiting = [...input.unpriced].filter(([model]) => !named.has(model)).map(([, calls]) => calls)
    const calls = waiting.length === 0 ? null : waiting.reduce((a, b) => a + b, 0n)
    causes.push(...compareGroup(null, null, rest, unnamed, { unpricedCalls: calls, silent: null }))
  }
  const found = causes.filter((cause) => cause.amount !== 0n)
  const bound = sumUsd(input.invoice.map((line) => line.rounding))
  const guessed = guess(input, found, subtractUsd(gap, total(found)), bound)
  return { ours, invoice, gap, ...guessed, mayBeFailed: mayBeFailed(input, usage, guessed.unexplained) }
}

function mayBeFailed(
  input: ReconcileInput,
  usage: readonly InvoiceLine[],
  unexplained: Usd,
): Reconciled['mayBeFailed'] {
  if (unexplained <= NEAR) return null
  let calls = 0n
  let most = 0n
  for (const [model, { calls: silent, others }] of input.silent) {
    const isCounted = usage.some((line) => line.model === model && line.meter !== null && line.quantity !== null)
    if (isCounted || others === 0n) continue
    calls += silent
    most += divideRounded(total(input.ours.filter((line) => line.model === model)) * silent, others, 'up')
  }
  return most <= 0n ? null : { calls, amount: usdFromAtto(most < unexplained ? most : unexplained) }
}

interface KnownOfModel {
  /** Null when every call has a price. */
  readonly unpricedCalls: bigint | null
  readonly silent: SilentCalls | null
}

function notInvoiced(lines: readonly OurLine[]): GapCause[] {
  return [...new Set(lines.map((line) => line.model))].map((model) => {
    const mine = lines.filter((line) => line.model === model)
    return { kind: 'days_missing_there', amount: negated(total(mine)), model, meter: null, days: daysOf(mine) }
  })
}

function compareModel(
  model: string,
  mine: readonly OurLine[],
  theirs: readonly InvoiceLine[],
  known: KnownOfModel,
): GapCause[] {
  const { unpricedCalls } = known
  if (mine.length === 0) {
    const kind = unpricedCalls === null ? 'days_missing_here' : 'unpriced'
    const days = daysOf(theirs)
    return [
      {
        kind,
        amount: total(theirs),
        model,
        meter: null,
        ...(unpricedCalls === null ? { days } : { calls: unpricedCalls }),
      },
    ]
  }
  if (theirs.some((line) => line.meter === null)) return compareGroup(model, null, mine, theirs, known)
  const meters = new Set([...mine.map((line) => line.meter), ...theirs.flatMap((line) => line.meter ?? [])])
  return [...meters].flatMap((meter) =>
    compareGroup(
      model,
      meter,
      mine.filter((line) => line.meter === meter),
      theirs.filter((line) => line.meter === meter),
      known,
    ),
  )
}

/** Days first, then counts, then money. What is left over is in no cause. */
function compareGroup(
  model: string | null,
  meter: string | null,
  allMine: readonly OurLine[],
  allTheirs: readonly InvoiceLine[],
  { unpricedCalls, silent }: KnownOfModel,
): GapCause[] {
  const causes: GapCause[] = []
  let mine = allMine
  let theirs = allTheirs
  if (theirs.length > 0 && theirs.every((line) => line.day !== null)) {
    const here = new Set(mine.map((line) => line.day))
    const there = new Set(theirs.map((line) => line.day))
    const onlyThere = theirs.filter((line) => line.day !== null && !here.has(line.day))
    const onlyHere = mine.filter((line) => !there.has(line.day))
    const at = { model, meter }
    causes.push({ kind: 'days_missing_here', amount: total(onlyThere), ...at, days: daysOf(onlyThere) })
    causes.push({ kind: 'days_missing_there', amount: negated(total(onlyHere)), ...at, days: daysOf(onlyHere) })
    theirs = theirs.filter((line) => line.day !== null && here.has(line.day))
    mine = mine.filter((line) => there.has(line.day))
  }
  const difference = subtractUsd(total(theirs), total(mine))
  const bound = sumUsd(theirs.map((line) => line.rounding))
  const at = { model, meter }
  const quantity = meter === null ? null : countOf(theirs)
  const ourQuantity = mine.reduce((sum, line) => sum + line.quantity, 0n)
  if (quantity !== null && (theirs.length > 0 || mine.length > 0)) {
    return [...causes, ...compareCounts(at, { mine: total(mine), ourQuantity, difference, quantity, bound, silent })]
  }
  if (difference === 0n) return causes
  if (abs(difference) <= bound) return [...causes, { kind: 'rounding', amount: difference, ...at }]
  if (unpricedCalls !== null && difference > 0n) {
    return [...causes, { kind: 'unpriced', amount: difference, ...at, calls: unpricedCalls }]
  }
  return causes
}

function compareCounts(
  at: { readonly model: string | null; readonly meter: string | null },
  {
    mine,
    ourQuantity,
    difference,
    quantity,
    bound,
    silent,
  }: {
    readonly mine: Usd
    readonly ourQuantity: bigint
    readonly difference: Usd
    readonly quantity: bigint
    readonly bound: Usd
    readonly silent: SilentCalls | null
  },
): GapCause[] {
  const counts = { ours: ourQuantity, invoice: quantity }
  if (ourQuantity === 0n || quantity === 0n) return [{ kind: 'count', amount: difference, ...at, counts }]
  const ofCount = usdFromAtto(divideRounded(mine * (quantity - ourQuantity), ourQuantity, 'half_even'))
  const ofPrice = subtractUsd(difference, ofCount)
  const rates = {
    ours: perMillion(mine, ourQuantity),
    invoice: perMillion(addUsd(mine, difference), quantity),
  }
  const failed = silentQuantity(silent, { ourQuantity, excess: quantity - ourQuantity })
  const ofFailed = usdFromAtto(divideRounded(mine * failed, ourQuantity, 'half_even'))
  const causes: GapCause[] = [{ kind: 'count', amount: subtractUsd(ofCount, ofFailed), ...at, counts }]
  if (silent !== null) causes.push({ kind: 'failed_billed', amount: ofFailed, ...at, calls: silent.calls })
  if (abs(ofPrice) <= bound) causes.push({ kind: 'rounding', amount: ofPrice, ...at })
  else causes.push({ kind: isTierFactor(rates) ? 'tier' : 'price', amount: ofPrice, ...at, counts, rates })
  return causes
}

/** What failed calls without tokens would count at the average of the others, and never more than the invoice counts beyond ours. */
function silentQuantity(
  silent: SilentCalls | null,
  { ourQuantity, excess }: { readonly ourQuantity: bigint; readonly excess: bigint },
): bigint {
  if (silent === null || silent.others === 0n || excess <= 0n) return 0n
  const estimate = (ourQuantity * silent.calls) / silent.others
  return estimate < excess ? estimate : excess
}

/** Dollars per million units, to 9 decimal places, for people to compare with a price list. */
function perMillion(amount: Usd, quantity: bigint): Usd {
  return usdFromAtto(divideRounded(amount * MILLION, quantity * 10n ** 9n, 'half_up') * 10n ** 9n)
}

/** Half or double is a batch or priority tier, a tenth more is a region: the usual factors of hosts, within a part in 2,000. */
const TIER_FACTORS: readonly (readonly [bigint, bigint])[] = [
  [1n, 2n],
  [2n, 1n],
  [11n, 10n],
  [10n, 11n],
]

function isTierFactor({ ours, invoice }: { readonly ours: Usd; readonly invoice: Usd }): boolean {
  return TIER_FACTORS.some(([up, down]) => abs(invoice * down - ours * up) * 2_000n <= abs(ours * up))
}

/** Tries what would explain the rest as a whole: another zone's days, failed calls, rounding. */
function guess(
  input: ReconcileInput,
  found: readonly GapCause[],
  rest: Usd,
  bound: Usd,
): Pick<Reconciled, 'causes' | 'unexplained'> {
  const isCount = ({ kind }: GapCause) => kind === 'count' || kind === 'failed_billed'
  let causes = [...found]
  let unexplained = rest
  const near = bound > NEAR ? bound : NEAR
  const counts = total(causes.filter(isCount))
  const shifted = addUsd(counts, unexplained)
  const zone = input.zones.find(
    ({ difference }) => abs(difference) > near && abs(subtractUsd(shifted, difference)) <= near,
  )
  if (zone !== undefined) {
    causes = causes.filter((cause) => !isCount(cause))
    causes.push({ kind: 'time_zone', amount: zone.difference, model: null, meter: null, zone: zone.zone })
    unexplained = subtractUsd(shifted, zone.difference)
  }
  const { failed } = input
  if (failed !== null && failed.amount !== 0n) {
    // Where both sides count, what was not billed shows as fewer tokens on the invoice.
    const counted = addUsd(total(causes.filter(isCount)), unexplained)
    const isCounted = counted !== unexplained && abs(addUsd(counted, failed.amount)) <= near
    if (isCounted) {
      causes = causes.filter((cause) => !isCount(cause))
      unexplained = counted
    }
    if (isCounted || abs(addUsd(unexplained, failed.amount)) <= near) {
      causes.push({ kind: 'failed', amount: negated(failed.amount), model: null, meter: null, calls: failed.calls })
      unexplained = addUsd(unexplained, failed.amount)
    }
  }
  if (unexplained !== 0n && abs(unexplained) <= bound) {
    causes.push({ kind: 'rounding', amount: unexplained, model: null, meter: null })
    unexplained = ZERO_USD
  }
  return { causes: gathered(causes), unexplained }
}

/** Roundings are one cause, whichever line they are of; the rest stay apart. Largest first. */
function gathered(causes: readonly GapCause[]): GapCause[] {
  const rounding = total(causes.filter((cause) => cause.kind === 'rounding'))
  return [
    ...causes.filter((cause) => cause.kind !== 'rounding'),
    { kind: 'rounding' as const, amount: rounding, model: null, meter: null },
  ]
    .filter((cause) => cause.amount !== 0n)
    .sort((a, b) => (abs(a.amount) === abs(b.amount) ? 0 : abs(a.amount) > abs(b.amount) ? -1 : 1))
}

/** Null when some line does not count. */
function countOf(lines: readonly InvoiceLine[]): bigint | null {
  let sum = 0n
  for (const line of lines) {
    if (line.quantity === null) return null
    sum += line.quantity
  }
  return sum
}

function daysOf(lines: readonly { readonly day: string | null }[]): string[] {
  return [...new Set(lines.flatMap((line) => (line.day === null ? [] : [line.day])))].sort()
}

const negated = (amount: Usd) => subtractUsd(ZERO_USD, amount)
