/**
 * What hosts billed in a month, beside what their usage costs by our prices: two tellings of the same spend, compared and never
 * added. Amounts are exact decimal text in their own currency.
 */
import { type Billed, billedFromText, billedToText } from '../money/billed'

/** Usage that a host billed, one row a host, day, line and currency. */
export interface BilledLine {
  readonly host: string
  /** Days of the line's half-open period, UTC; a month's line begins on its first. */
  readonly from: string
  readonly to: string
  /** As the provider names it; empty where the export was not grouped by line. */
  readonly line: string
  readonly model: string | null
  readonly meter: string | null
  readonly category: string
  readonly currency: string
  readonly amount: string
  /** Null where not given. */
  readonly quantity: string | null
  readonly unit: string | null
  /** How many amounts of the export it sums, and the most decimal places one of them has. */
  readonly amounts: number
  readonly places: number
}

/** One host and currency of the month. */
export interface BilledHost {
  readonly host: string
  readonly currency: string
  /** Lines of usage alone. */
  readonly billed: string
  /** Tax, credits, refunds, purchases and adjustments, each apart; those that are there. */
  readonly others: readonly { readonly category: string; readonly amount: string }[]
  /** Days of the month that billed usage covers. */
  readonly days: number
  /** Dollars that our prices make of the same days; null when nothing of it has a price or the bill is in another currency. */
  readonly computed: string | null
  /** Records of those days without a price: they are in no computed amount. */
  readonly unpriced_records: string
  /** billed − computed; null when there is no computed amount. */
  readonly difference: string | null
}

export interface BilledMonth {
  readonly month: string
  readonly hosts: readonly BilledHost[]
}

/** Computed cost of one host and day. */
export interface ComputedDay {
  readonly host: string
  readonly day: string
  readonly cost: string
  readonly records: string
  readonly unpriced_records: string
}

const DAY_MS = 86_400_000
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10)

/** Sets the two side by side, for the days that the bill covers. */
export function compareBilled(
  month: string,
  lines: readonly BilledLine[],
  computed: readonly ComputedDay[],
): BilledMonth {
  const groups = new Map<string, BilledLine[]>()
  for (const line of lines) {
    const key = JSON.stringify([line.host, line.currency])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [line])
    else group.push(line)
  }
  const hosts = [...groups.values()].map((group) => hostOf(month, group, computed))
  return { month, hosts: hosts.sort((a, b) => (a.host < b.host ? -1 : a.host > b.host ? 1 : 0)) }
}

function hostOf(month: string, lines: readonly BilledLine[], computed: readonly ComputedDay[]): BilledHost {
  const { host, currency } = lines[0] as BilledLine
  const usage = lines.filter((line) => line.category === 'usage')
  const billed = sum(usage.map((line) => line.amount))
  const covered = new Set(usage.flatMap(daysOf).filter((day) => day.startsWith(month)))
  const days = computed.filter((one) => one.host === host && covered.has(one.day))
  const isPriced = days.some((one) => one.records !== one.unpriced_records)
  const ours = currency === 'USD' && isPriced ? sum(days.map((one) => one.cost)) : null
  const categories = [...new Set(lines.map((line) => line.category))].filter((name) => name !== 'usage').sort()
  return {
    host,
    currency,
    billed: billedToText(billed),
    others: categories.map((category) => ({
      category,
      amount: billedToText(sum(lines.filter((line) => line.category === category).map((line) => line.amount))),
    })),
    days: covered.size,
    computed: ours === null ? null : billedToText(ours),
    unpriced_records: days.reduce((total, one) => total + BigInt(one.unpriced_records), 0n).toString(),
    difference: ours === null ? null : billedToText((billed - ours) as Billed),
  }
}

function daysOf(line: BilledLine): string[] {
  const days: string[] = []
  const endMs = Date.parse(`${line.to}T00:00:00Z`)
  for (let ms = Date.parse(`${line.from}T00:00:00Z`); ms < endMs; ms += DAY_MS) days.push(dayOf(ms))
  return days
}

function sum(amounts: readonly string[]): Billed {
  return amounts.reduce((total: bigint, amount) => total + billedFromText(amount), 0n) as Billed
}
