/**
 * The price book as screens show it: models with the rates in force now, and one model's whole ledger. Amounts are
 * decimal text per `per` units; nothing is converted, so what is shown is what was entered.
 */
import type { PriceConditions, PriceEntry } from '../price/entry'
import { type InstantMs, isoOf } from '../time/instant'
import type { Meter } from '../usage/meter'

export interface RateAmount {
  readonly amount: string
  readonly per: string
  readonly currency: string
  /** Other rates of the meter hold under conditions (tier, prompt length, hour). */
  readonly varies: boolean
}

/** One model at one host, with its unconditional rates of now; null where a meter has none. */
export interface RateModelView {
  readonly host: string
  readonly model: string
  readonly input: RateAmount | null
  readonly cacheRead: RateAmount | null
  readonly output: RateAmount | null
  readonly entries: number
  /** Latest date any of its figures was checked, YYYY-MM-DD. */
  readonly checkedOn: string
  /** True when a price of the workspace's own contract is in force. */
  readonly contract: boolean
}

export interface RateModelPage {
  readonly items: readonly RateModelView[]
  /** How many match in all. */
  readonly matches: number
  readonly models: number
  readonly hosts: readonly string[]
}

export interface RateEntryView {
  readonly id: string
  readonly meter: string
  readonly kind: 'rate' | 'multiplier'
  readonly amount: string
  readonly per: string
  readonly currency: string
  readonly from: string
  readonly to: string | null
  /** In force at the instant asked for. */
  readonly inForce: boolean
  readonly conditions: RateConditionView
  readonly book: 'list' | 'contract'
  readonly sourceUrl: string
  readonly checkedOn: string
  readonly confidence: PriceEntry['confidence']
  /** Who entered it; null when that is not known. */
  readonly enteredBy: string | null
}

/** Conditions with counts as digit strings; the hours are local minutes of the day at a fixed offset. */
export interface RateConditionView extends Omit<PriceConditions, 'promptTokens'> {
  readonly promptTokens?: { readonly gt?: string; readonly gte?: string; readonly lte?: string; readonly lt?: string }
}

const isInForce = (entry: PriceEntry, nowMs: InstantMs) =>
  entry.fromMs <= nowMs && (entry.toMs === null || nowMs < entry.toMs)

/** Words of the query must all occur in "host model"; an empty query matches all. Sorted by host, then model. */
export function listRateModels(
  entries: readonly PriceEntry[],
  query: { readonly text: string; readonly host: string | null; readonly limit: number; readonly nowMs: InstantMs },
): RateModelPage {
  const groups = new Map<string, PriceEntry[]>()
  for (const entry of entries) {
    // Withdrawn: it never held.
    if (entry.toMs === entry.fromMs) continue
    const key = `${entry.host}\u0000${entry.model}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [entry])
    else group.push(entry)
  }
  const words = query.text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const matching = [...groups.values()]
    .filter(([first]) => {
      if (first === undefined || (query.host !== null && first.host !== query.host)) return false
      const name = `${first.host} ${first.model}`.toLowerCase()
      return words.every((word) => name.includes(word))
    })
    .sort(([a], [b]) => {
      if (a === undefined || b === undefined) return 0
      return a.host === b.host ? compare(a.model, b.model) : compare(a.host, b.host)
    })
  return {
    items: matching.slice(0, query.limit).flatMap((group) => summaryOf(group, query.nowMs)),
    matches: matching.length,
    models: groups.size,
    hosts: [...new Set(entries.map((entry) => entry.host))].sort(compare),
  }
}

function summaryOf(group: readonly PriceEntry[], nowMs: InstantMs): RateModelView[] {
  const first = group[0]
  if (first === undefined) return []
  const current = group.filter((entry) => isInForce(entry, nowMs))
  return [
    {
      host: first.host,
      model: first.model,
      input: amountOf(current, 'input'),
      cacheRead: amountOf(current, 'cache_read'),
      output: amountOf(current, 'output'),
      entries: group.length,
      checkedOn:
        group
          .map((entry) => entry.checkedOn)
          .sort(compare)
          .at(-1) ?? first.checkedOn,
      contract: current.some((entry) => entry.book === 'contract'),
    },
  ]
}

function amountOf(current: readonly PriceEntry[], meter: Meter): RateAmount | null {
  const rates = current.filter((entry) => entry.kind === 'rate' && entry.meter === meter)
  const plain = rates
    .filter((entry) => Object.keys(entry.conditions).length === 0)
    .sort((a, b) => (a.book === b.book ? b.priority - a.priority : a.book === 'contract' ? -1 : 1))[0]
  const shown = plain ?? rates[0]
  if (shown === undefined) return null
  return { amount: shown.amount, per: shown.per.toString(), currency: shown.currency, varies: rates.length > 1 }
}

/** A name somebody of the workspace confirmed for a model; `from` null is all time before. */
export interface NameView {
  readonly host: string
  readonly name: string
  readonly model: string
  readonly from: string | null
  readonly until: string | null
  readonly confirmed_by: string
  readonly confirmed_at: string
}

/** One model's ledger: in force first, then newest first; empty when there is no such model. Withdrawn prices never held. */
export function listRateEntries(
  entries: readonly PriceEntry[],
  asked: {
    readonly host: string
    readonly model: string
    readonly nowMs: InstantMs
    /** Who entered a price, by its id. */
    readonly authors: ReadonlyMap<string, string>
  },
): RateEntryView[] {
  const { nowMs } = asked
  return entries
    .filter((entry) => entry.host === asked.host && entry.model === asked.model && entry.toMs !== entry.fromMs)
    .sort((a, b) => {
      const byForce = (isInForce(a, nowMs) ? 0 : 1) - (isInForce(b, nowMs) ? 0 : 1)
      if (byForce !== 0) return byForce
      if (a.fromMs !== b.fromMs) return b.fromMs - a.fromMs
      return compare(a.meter, b.meter)
    })
    .map((entry) => ({
      id: entry.id,
      meter: entry.meter,
      kind: entry.kind,
      amount: entry.amount,
      per: entry.per.toString(),
      currency: entry.currency,
      from: isoOf(entry.fromMs),
      to: entry.toMs === null ? null : isoOf(entry.toMs),
      inForce: isInForce(entry, nowMs),
      conditions: conditionView(entry.conditions),
      book: entry.book,
      sourceUrl: entry.sourceUrl,
      checkedOn: entry.checkedOn,
      confidence: entry.confidence,
      enteredBy: asked.authors.get(entry.id) ?? null,
    }))
}

/** The conditions with counts as text, for JSON and screens. */
export function conditionView({ promptTokens, ...rest }: PriceConditions): RateConditionView {
  if (promptTokens === undefined) return rest
  const { gt, gte, lte, lt } = promptTokens
  return {
    ...rest,
    promptTokens: {
      ...(gt === undefined ? {} : { gt: gt.toString() }),
      ...(gte === undefined ? {} : { gte: gte.toString() }),
      ...(lte === undefined ? {} : { lte: lte.toString() }),
      ...(lt === undefined ? {} : { lt: lt.toString() }),
    },
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
