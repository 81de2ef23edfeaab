/** Reconciliation as the API and the screen hold it: money is decimal text in the host's currency, counts are digit strings. */
import { divideRounded } from '../money/decimal'
import { subtractUsd, sumUsd, type Usd, usdToText } from '../money/usd'
import type { IdentifyModel } from '../price/model-identity'
import type { NearName } from '../price/near-names'
import { type GapCause, type GapCauseKind, type ReconcileInput, reconcile } from './reconcile'
import { type NamedInput, type ReconciledModel, underOneName } from './reconcile-names'

export interface GapTolerance {
  /** Dollars, or units of the currency that is compared. */
  readonly amount: Usd
  /** Hundredths of a percent of the invoice. */
  readonly perMyriad: number
}

export interface GapCauseView {
  readonly kind: GapCauseKind
  readonly amount: string
  readonly model: string | null
  /** The model as our usage names it; empty where no usage does. */
  readonly usage_models: readonly string[]
  readonly unresolved: ReconciledModel['unresolved']
  readonly meter: string | null
  readonly counts: { readonly ours: string; readonly invoice: string } | null
  readonly rates: { readonly ours: string; readonly invoice: string } | null
  readonly days: readonly string[]
  readonly calls: string | null
  readonly zone: string | null
}

/** One model and meter, counts before money; null where a side does not say. */
export interface ReconcileLineView {
  /** The book's id, or the name as it is told where it means no single model of the book. */
  readonly model: string | null
  readonly usage_models: readonly string[]
  readonly invoice_models: readonly string[]
  readonly unresolved: ReconciledModel['unresolved']
  readonly meter: string | null
  readonly our_quantity: string | null
  readonly invoice_quantity: string | null
  readonly ours: string
  readonly invoice: string
  readonly gap: string
}

/** `matched`: the gap is within the tolerance. `explained`: what no cause names is. `open`: neither. */
export type GapStatus = 'matched' | 'explained' | 'open'

export interface ReconcileHostView {
  readonly host: string
  /** Of every amount; a host with usage or invoices in two currencies is there twice. */
  readonly currency: string
  /** Of what has a price; `unpriced_calls` are in no amount. */
  readonly ours: string
  readonly unpriced_calls: string
  /** Null where no invoice is known; then nothing is compared. */
  readonly compared: {
    readonly source: 'typed' | 'cost_export'
    readonly invoice: string
    readonly gap: string
    readonly status: GapStatus
    readonly causes: readonly GapCauseView[]
    readonly unexplained: string
    /** How much of the unexplained failed calls without tokens in our log can be at most; null where nothing says so. */
    readonly may_be_failed: { readonly calls: string; readonly at_most: string } | null
    readonly lines: readonly ReconcileLineView[]
    /** Names of the invoice that mean no single model of the book, each with what it may mean. A person decides. */
    readonly unnamed: readonly UnnamedModelView[]
    /** Models of the book that a name may be given to; empty when there is none to name. */
    readonly nameable: readonly string[]
  } | null
  readonly track: GapTrack | null
}

export interface UnnamedModelView {
  readonly name: string
  readonly suggestions: readonly NearName[]
}

/** How near a host's invoices were to ours so far. */
export interface GapTrack {
  readonly months: number
  /** Mean of gap ÷ invoice, both without sign, in thousandths of a percent, rounded up. */
  readonly average_per_100k: number
}

export interface TypedInvoiceView {
  readonly no: number
  readonly host: string
  readonly number: string
  readonly currency: string
  readonly amount: string
  readonly lines: number
  readonly created_by: string
  readonly created_at: string
}

export interface ReconcileView {
  readonly month: string
  readonly tolerance: { readonly amount: string; readonly per_myriad: number }
  readonly hosts: readonly ReconcileHostView[]
  readonly invoices: readonly TypedInvoiceView[]
  /** Over the hosts compared in dollars. */
  readonly total: {
    readonly ours: string
    readonly invoice: string
    readonly gap: string
    readonly unexplained: string
  } | null
}

/** A host's side by side. `identify` says what a name of either side means. */
export function compareHost(
  told: ReconcileInput,
  identify: IdentifyModel,
  source: 'typed' | 'cost_export',
  tolerance: GapTolerance,
): Omit<NonNullable<ReconcileHostView['compared']>, 'unnamed' | 'nameable'> {
  const named = underOneName(told, identify)
  const { input, models } = named
  const { invoice, gap, causes, unexplained, mayBeFailed } = reconcile(input)
  const within = (amount: Usd) => {
    const size = magnitude(amount)
    return size <= tolerance.amount || size * 10_000n <= magnitude(invoice) * BigInt(tolerance.perMyriad)
  }
  return {
    source,
    invoice: usdToText(invoice),
    gap: usdToText(gap),
    status: within(gap) ? 'matched' : within(unexplained) ? 'explained' : 'open',
    causes: causes.map((cause) => causeView(cause, models)),
    unexplained: usdToText(unexplained),
    may_be_failed:
      mayBeFailed === null ? null : { calls: mayBeFailed.calls.toString(), at_most: usdToText(mayBeFailed.amount) },
    lines: linesOf(named),
  }
}

function causeView(cause: GapCause, models: NamedInput['models']): GapCauseView {
  const { kind, amount, meter, counts, rates, days, calls, zone } = cause
  const model = modelOf(cause.model, models)
  return {
    kind,
    amount: usdToText(amount),
    model: model?.name ?? null,
    usage_models: model?.ours ?? [],
    unresolved: model?.unresolved ?? null,
    meter,
    counts: counts === undefined ? null : { ours: counts.ours.toString(), invoice: counts.invoice.toString() },
    rates: rates === undefined ? null : { ours: usdToText(rates.ours), invoice: usdToText(rates.invoice) },
    days: days ?? [],
    calls: calls?.toString() ?? null,
    zone: zone ?? null,
  }
}

/** By model, and by meter where the invoice tells them apart for the model. */
function linesOf({ input, models }: NamedInput): ReconcileLineView[] {
  const usage = input.invoice.filter((line) => line.category === 'usage')
  const named = new Set(usage.flatMap((line) => (line.model === null ? [] : [line.model])))
  const byMeter = new Set([...named].filter((model) => usage.every((one) => one.model !== model || one.meter !== null)))
  const hasRest = usage.some((line) => line.model === null)
  const keyOf = (model: string | null, meter: string | null): string => {
    const place = model !== null && (named.has(model) || !hasRest) ? model : null
    return JSON.stringify([place, place !== null && byMeter.has(place) ? meter : null])
  }
  const keys = new Set([...usage, ...input.ours].map((line) => keyOf(line.model, line.meter)))
  return [...keys].sort().map((key) => {
    const [place, meter] = JSON.parse(key) as [string | null, string | null]
    const model = modelOf(place, models)
    const mine = input.ours.filter((line) => keyOf(line.model, line.meter) === key)
    const theirs = usage.filter((line) => keyOf(line.model, line.meter) === key)
    const ours = sumUsd(mine.map((line) => line.amount))
    const invoice = sumUsd(theirs.map((line) => line.amount))
    const counted = meter !== null && theirs.every((line) => line.quantity !== null)
    return {
      model: model?.name ?? null,
      usage_models: model?.ours ?? [],
      invoice_models: model?.invoice ?? [],
      unresolved: model?.unresolved ?? null,
      meter,
      our_quantity: meter === null ? null : mine.reduce((sum, line) => sum + line.quantity, 0n).toString(),
      invoice_quantity: counted
        ? theirs.reduce((sum, line) => sum + (line.quantity === null ? 0n : line.quantity), 0n).toString()
        : null,
      ours: usdToText(ours),
      invoice: usdToText(invoice),
      gap: usdToText(subtractUsd(invoice, ours)),
    }
  })
}

function modelOf(key: string | null, models: NamedInput['models']): ReconciledModel | null {
  if (key === null) return null
  const model = models.get(key)
  if (model === undefined) throw new Error(`no model ${key} among those compared`)
  return model
}

/** Null without a month that has an invoice above zero. */
export function gapTrack(months: readonly { readonly ours: Usd; readonly invoice: Usd }[]): GapTrack | null {
  const shares = months.flatMap(({ ours, invoice }) =>
    invoice === 0n ? [] : [(magnitude(subtractUsd(invoice, ours)) * 100_000n) / magnitude(invoice)],
  )
  if (shares.length === 0) return null
  const mean = divideRounded(
    shares.reduce((a, b) => a + b, 0n),
    BigInt(shares.length),
    'up',
  )
  return { months: shares.length, average_per_100k: Number.parseInt(mean.toString(), 10) }
}

const magnitude = (amount: bigint) => (amount < 0n ? -amount : amount)
