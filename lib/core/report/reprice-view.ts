/** What a re-pricing changes or changed, per month and model: before, after and the difference, exact. */
import { addUsd, subtractUsd, type Usd, usdToText, ZERO_USD } from '../money/usd'

export interface RepricedRecord {
  /** "2026-09", by UTC. */
  readonly month: string
  readonly host: string
  readonly model: string
  /** Null is unpriced. */
  readonly before: Usd | null
  readonly after: Usd | null
  readonly changed: boolean
}

export interface RepriceSums {
  readonly records: bigint
  readonly changed: bigint
  readonly newlyPriced: bigint
  readonly newlyUnpriced: bigint
  /** Records without a price afterwards: they are in neither sum. */
  readonly unpriced: bigint
  readonly before: Usd
  readonly after: Usd
}

const NOTHING: RepriceSums = {
  records: 0n,
  changed: 0n,
  newlyPriced: 0n,
  newlyUnpriced: 0n,
  unpriced: 0n,
  before: ZERO_USD,
  after: ZERO_USD,
}

interface Group {
  readonly month: string
  readonly host: string
  readonly model: string
  sums: RepriceSums
}

export class RepriceFold {
  private readonly groups = new Map<string, Group>()
  total: RepriceSums = NOTHING
  private changedAside = false

  /** True when the price of any record changes, also of one that is in no sum. */
  get changesAny(): boolean {
    return this.changedAside || this.total.changed > 0n
  }

  /** A record that a decision about the authoritative source sets aside is in no sum. */
  noteSetAside(changed: boolean): void {
    this.changedAside ||= changed
  }

  add(record: RepricedRecord): void {
    const { month, host, model } = record
    const key = JSON.stringify([month, host, model])
    let group = this.groups.get(key)
    if (group === undefined) {
      group = { month, host, model, sums: NOTHING }
      this.groups.set(key, group)
    }
    group.sums = added(group.sums, record)
    this.total = added(this.total, record)
  }

  /** By month, then host, then model. */
  lines(): readonly Group[] {
    return [...this.groups.values()].sort(
      (a, b) => compare(a.month, b.month) || compare(a.host, b.host) || compare(a.model, b.model),
    )
  }
}

function added(sums: RepriceSums, { before, after, changed }: RepricedRecord): RepriceSums {
  const one = (is: boolean) => (is ? 1n : 0n)
  return {
    records: sums.records + 1n,
    changed: sums.changed + one(changed),
    newlyPriced: sums.newlyPriced + one(before === null && after !== null),
    newlyUnpriced: sums.newlyUnpriced + one(before !== null && after === null),
    unpriced: sums.unpriced + one(after === null),
    before: before === null ? sums.before : addUsd(sums.before, before),
    after: after === null ? sums.after : addUsd(sums.after, after),
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** As the API and the screen read it: counts and dollars as text. */
export interface RepriceFigures {
  readonly records: string
  readonly records_changed: string
  readonly newly_priced: string
  readonly newly_unpriced: string
  readonly unpriced: string
  readonly before: string
  readonly after: string
  /** after − before */
  readonly difference: string
}

export interface RepriceLine extends RepriceFigures {
  readonly month: string
  readonly host: string
  readonly model: string
}

export interface RepriceResult {
  readonly mode: 'preview' | 'apply'
  readonly from: string
  readonly to: string
  /** Null for a preview, and when no price differed. */
  readonly revision: { readonly id: string; readonly no: number } | null
  readonly total: RepriceFigures
  readonly lines: readonly RepriceLine[]
}

export function repriceResult(
  fold: RepriceFold,
  said: Pick<RepriceResult, 'mode' | 'from' | 'to' | 'revision'>,
): RepriceResult {
  return {
    ...said,
    total: figuresOf(fold.total),
    lines: fold.lines().map(({ month, host, model, sums }) => ({ month, host, model, ...figuresOf(sums) })),
  }
}

function figuresOf(sums: RepriceSums): RepriceFigures {
  return {
    records: sums.records.toString(),
    records_changed: sums.changed.toString(),
    newly_priced: sums.newlyPriced.toString(),
    newly_unpriced: sums.newlyUnpriced.toString(),
    unpriced: sums.unpriced.toString(),
    before: usdToText(sums.before),
    after: usdToText(sums.after),
    difference: usdToText(subtractUsd(sums.after, sums.before)),
  }
}

/** A re-pricing that was applied, as its list shows it. */
export interface RevisionView {
  readonly id: string
  readonly no: number
  /** Period of the records looked at, half-open. */
  readonly from: string
  readonly to: string
  readonly filter: { readonly host?: readonly string[]; readonly model?: readonly string[] }
  readonly reason: string
  readonly actor: string
  readonly at: string
  readonly records_changed: string
  readonly newly_priced: string
  readonly before: string
  readonly after: string
  readonly difference: string
  readonly undone_at: string | null
  readonly undone_by: string | null
}
