/**
 * Both sides of a reconciliation under one name for each model. Logs and bills name the same model otherwise, and are
 * compared by what the names mean; a name that means no single model is compared as it is told. No amount changes.
 */
import type { IdentifyModel, ModelIdentity } from '../price/model-identity'
import type { OurLine, ReconcileInput, SilentCalls } from './reconcile'

/** A model of a reconciliation and the names it goes by there. */
export interface ReconciledModel {
  /** The book's id, or the name as it is told. */
  readonly name: string
  /** As our usage tells it, sorted. */
  readonly ours: readonly string[]
  /** As the invoice tells it, sorted. */
  readonly invoice: readonly string[]
  /** Why the name means no single model; null for a model of the book. */
  readonly unresolved: 'unknown' | 'several' | null
}

export interface NamedInput {
  /** Its models are keys of `models`. */
  readonly input: ReconcileInput
  readonly models: ReadonlyMap<string, ReconciledModel>
}

export function underOneName(told: ReconcileInput, identify: IdentifyModel): NamedInput {
  const sides = new Map<
    string,
    { name: string; unresolved: ReconciledModel['unresolved']; ours: string[]; invoice: string[] }
  >()
  const keyOf = (name: string, side: 'ours' | 'invoice'): string => {
    const identity = identify(name)
    const key = keyOfModel(name, identity)
    const unresolved = identity.model === null ? identity.reason : null
    const known = sides.get(key) ?? { name: identity.model ?? name, unresolved, ours: [], invoice: [] }
    if (!known[side].includes(name)) known[side].push(name)
    sides.set(key, known)
    return key
  }
  const ours = told.ours.map((line): OurLine => ({ ...line, model: keyOf(line.model, 'ours') }))
  const unpriced = new Map<string, bigint>()
  for (const [name, calls] of told.unpriced) {
    const key = keyOf(name, 'ours')
    const before = unpriced.get(key)
    unpriced.set(key, before === undefined ? calls : before + calls)
  }
  const invoice = told.invoice.map((line) => ({
    ...line,
    model: line.model === null ? null : keyOf(line.model, 'invoice'),
  }))
  const models = new Map(
    [...sides].map(([key, side]) => [key, { ...side, ours: side.ours.sort(), invoice: side.invoice.sort() }]),
  )
  const silent = silentCalls(told.silent, (name) => keyOf(name, 'ours'))
  return { input: { ...told, ours, unpriced, silent, invoice }, models }
}

/** Of each model with calls that no log has the tokens of; all calls of its other names are among its others. */
function silentCalls(
  told: ReconcileInput['silent'],
  keyOf: (name: string) => string,
): ReadonlyMap<string, SilentCalls> {
  const sums = new Map<string, SilentCalls>()
  for (const [name, { calls, others }] of told) {
    const key = keyOf(name)
    const before = sums.get(key) ?? NO_CALLS
    sums.set(key, { calls: before.calls + calls, others: before.others + others })
  }
  return new Map([...sums].filter(([, { calls }]) => calls > 0n))
}

const NO_CALLS: SilentCalls = { calls: 0n, others: 0n }

/** A name as it is told is another key than the model of this id: the two may mean different models for a time. */
function keyOfModel(name: string, { model }: ModelIdentity): string {
  return model === null ? `told ${name}` : `model ${model}`
}
