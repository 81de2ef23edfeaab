/** A month's usage beside the invoices of its hosts: `GET /api/v1/bills/2026-09/invoices` and its screen. */
import 'server-only'
import { billedFromText } from '../../core/money/billed'
import { divideRounded } from '../../core/money/decimal'
import {
  addUsd,
  subtractUsd,
  sumUsd,
  type Usd,
  usdFromAtto,
  usdFromText,
  usdToText,
  ZERO_USD,
} from '../../core/money/usd'
import { nameTargets, resolveHost } from '../../core/price/book'
import type { NameTarget, PriceBook } from '../../core/price/compiled'
import { modelIdentities } from '../../core/price/model-identity'
import { nearNames } from '../../core/price/near-names'
import { billedCount } from '../../core/report/billed-count'
import type { BilledLine } from '../../core/report/billed-view'
import type { InvoiceLine, ReconcileInput } from '../../core/report/reconcile'
import {
  compareHost,
  gapTrack,
  type ReconcileHostView,
  type ReconcileLineView,
  type ReconcileView,
} from '../../core/report/reconcile-view'
import { DAY_MS, monthPeriod } from '../../core/time/instant'
import { isMeter } from '../../core/usage/meter'
import { authorise, type Principal } from '../auth/principal'
import { billedLines } from '../db/billed-cost'
import { loadBook } from '../db/price-book'
import { gapTolerance, invoicedMonths, listInvoices, typedLines } from '../db/provider-invoice'
import { type FailedCalls, failedCalls, hostAdjustments, ourHosts, zoneDifferences } from '../db/reconcile'
import { readConsistently } from '../db/transaction'
import { AppError } from '../errors'

const TRACK_ROWS = 1_000
const TRACK_MONTHS = 12

/** An invoice typed in counts before a cost export of the same host. Throws NOT_FOUND for text that is no month. */
export async function readReconciliation(
  principal: Principal,
  input: { readonly month: string },
): Promise<ReconcileView> {
  authorise(principal, 'bills.read')
  const { workspaceId } = principal
  const { month } = input
  const period = monthPeriod(month)
  if (!period.ok) throw new AppError('NOT_FOUND', 'There is no such bill.', { remedy: 'Name a month like 2026-09.' })
  return await readConsistently(async (connection) => {
    const ours = await ourHosts(connection, workspaceId, period.value)
    const typed = await typedLines(connection, workspaceId, month)
    const exported = await billedLines(connection, workspaceId, period.value)
    const zones = await zoneDifferences(connection, workspaceId, period.value)
    const tolerance = await gapTolerance(connection, workspaceId)
    const adjustments = await hostAdjustments(connection, workspaceId, month)
    const invoiced = [...typed, ...exported]
    const failed = await failedCalls(connection, workspaceId, period.value, [
      ...new Set(invoiced.map((one) => one.host)),
    ])
    const past = await invoicedMonths(connection, workspaceId, TRACK_ROWS)
    const book = await loadBook(workspaceId, connection)
    const comparedOf = (host: string, side: ReconcileInput, source: 'typed' | 'cost_export') => {
      const identify = modelIdentities(book, host, period.value)
      const compared = compareHost(side, identify, source, tolerance)
      return { ...compared, ...toName(book, host, compared.lines) }
    }
    const hosts = pairsOf([...ours, ...invoiced]).map(({ host, currency }): ReconcileHostView => {
      const mine = ours.find((one) => one.host === host && one.currency === currency) ?? NOTHING_OF_OURS
      const inDollars = currency === DOLLARS
      const ourAdjustments = inDollars ? (adjustments.get(host) ?? ZERO_USD) : ZERO_USD
      const own = typed
        .filter((line) => line.host === host && line.currency === currency)
        .map((line) => ({ ...line, day: null }))
      const invoice =
        own.length > 0
          ? own
          : invoiceLinesOf(exported.filter((line) => line.host === host && line.currency === currency))
      const side = {
        ours: mine.lines,
        unpriced: mine.unpriced,
        ourAdjustments,
        invoice,
        zones: inDollars ? (zones.get(host) ?? []) : [],
        failed: inDollars ? (failed.get(host) ?? null) : null,
        silent: failed.get(host)?.silent ?? NOTHING_SILENT,
      }
      return {
        host,
        currency,
        unpriced_calls: [...mine.unpriced.values()].reduce((sum, calls) => sum + calls, 0n).toString(),
        ours: usdToText(addUsd(sumUsd(mine.lines.map((line) => line.amount)), ourAdjustments)),
        compared: invoice.length === 0 ? null : comparedOf(host, side, own.length > 0 ? 'typed' : 'cost_export'),
        track: inDollars ? gapTrack(past.filter((one) => one.host === host).slice(0, TRACK_MONTHS)) : null,
      }
    })
    return {
      month,
      tolerance: { amount: usdToText(tolerance.amount), per_myriad: tolerance.perMyriad },
      hosts: hosts.sort((a, b) => compareUsd(usdFromText(b.ours), usdFromText(a.ours)) || (a.host < b.host ? -1 : 1)),
      invoices: await listInvoices(connection, workspaceId, month),
      total: totalOf(hosts),
    }
  })
}

const DOLLARS = 'USD'
const NOTHING_SILENT: FailedCalls['silent'] = new Map()
const NOTHING_OF_OURS = { lines: [], unpriced: new Map<string, bigint>() }

/** Names of an invoice that a person may give to a model of the book: those that no row of the book takes. */
function toName(
  book: PriceBook,
  hostName: string,
  lines: readonly ReconcileLineView[],
): Pick<NonNullable<ReconcileHostView['compared']>, 'unnamed' | 'nameable'> {
  const host = resolveHost(book, hostName)
  const names = new Set(lines.flatMap((line) => (line.unresolved === null ? [] : line.invoice_models)))
  const free = [...names].filter((name) => host !== null && nameTargets(host, name).every(isWithdrawn))
  if (host === null || free.length === 0) return { unnamed: [], nameable: [] }
  const suggestionsOf = (name: string) =>
    nearNames(book, host.info.host, name).filter((near) => near.likeness !== 'elsewhere')
  return {
    unnamed: free.map((name) => ({ name, suggestions: suggestionsOf(name) })),
    nameable: [...host.models.keys()].sort(),
  }
}

/** It was taken back with an empty time: it never held. */
const isWithdrawn = ({ fromMs, toMs }: NameTarget) => toMs !== null && toMs <= fromMs

/** Each host and currency once. */
function pairsOf(
  of: readonly { readonly host: string; readonly currency: string }[],
): { readonly host: string; readonly currency: string }[] {
  const pairs = new Map(of.map(({ host, currency }) => [JSON.stringify([host, currency]), { host, currency }]))
  return [...pairs.values()]
}

/** Over the hosts that are compared in dollars; null when none is. */
function totalOf(hosts: readonly ReconcileHostView[]): ReconcileView['total'] {
  const compared = hosts.flatMap((host) =>
    host.compared === null || host.currency !== DOLLARS ? [] : [{ ours: host.ours, ...host.compared }],
  )
  if (compared.length === 0) return null
  const sum = (of: (one: (typeof compared)[number]) => string) => sumUsd(compared.map((one) => usdFromText(of(one))))
  const [ours, invoice] = [sum((one) => one.ours), sum((one) => one.invoice)]
  return {
    ours: usdToText(ours),
    invoice: usdToText(invoice),
    gap: usdToText(subtractUsd(invoice, ours)),
    unexplained: usdToText(sum((one) => one.unexplained)),
  }
}

const CATEGORY: Readonly<Record<string, InvoiceLine['category']>> = { usage: 'usage', tax: 'tax', credit: 'credit' }
/** Exports carry up to 60 decimal places, dollars here 18: what is cut off is far below any printed place. */
const PLACES_CUT = 10n ** 42n

/**
 * A host prints all of its amounts alike: what the one with the most places shows is what each was rounded to, and a line
 * that sums many of them may be off by as many halves.
 */
function invoiceLinesOf(lines: readonly BilledLine[]): InvoiceLine[] {
  const places = lines.reduce((most, line) => Math.max(most, line.places), CENT_PLACES)
  return lines.map((line) => ({ ...invoiceLineOf(line), rounding: halfUnits(places, BigInt(line.amounts)) }))
}

const CENT_PLACES = 2
const PLACES = 18

/** At least the last digit here, to which longer amounts were cut. */
function halfUnits(places: number, amounts: bigint): Usd {
  const half = places >= PLACES ? 1n : 10n ** BigInt(PLACES - places) / 2n
  return usdFromAtto(half * amounts)
}

function invoiceLineOf(line: BilledLine): Omit<InvoiceLine, 'rounding'> {
  const isDay = Date.parse(`${line.to}T00:00:00Z`) - Date.parse(`${line.from}T00:00:00Z`) === DAY_MS
  const meter = line.meter !== null && isMeter(line.meter) ? line.meter : null
  return {
    category: CATEGORY[line.category] ?? 'other',
    model: line.model,
    meter,
    day: isDay ? line.from : null,
    quantity: meter === null ? null : billedCount(line),
    amount: usdFromAtto(divideRounded(billedFromText(line.amount), PLACES_CUT, 'half_even')),
  }
}

function compareUsd(a: Usd, b: Usd): number {
  return a > b ? 1 : a < b ? -1 : 0
}
