/**
 * Which model a name means throughout a period, whoever wrote it: a log ("us.anthropic.claude-opus-4-6-v1:0"), a bill
 * ("Claude Opus 4.6", "Claude4.6Opus") or a person who typed an invoice. A name of the book decides as it does for prices. A
 * name that is none is compared with the names of the host in its bill's spelling: the same words and numbers, nothing added
 * and nothing left out. What then means no model, or several, keeps its name; it is never the nearest one.
 */
import type { Period } from '../time/instant'
import { nameTargets, resolveHost } from './book'
import type { CompiledHost, NameTarget, PriceBook } from './compiled'

export type ModelIdentity =
  | { readonly model: string }
  /** `unknown`: the book has no such name in the period. `several`: it has several models of this name. */
  | { readonly model: null; readonly reason: 'unknown' | 'several' }

export type IdentifyModel = (name: string) => ModelIdentity

const UNKNOWN: ModelIdentity = { model: null, reason: 'unknown' }
const SEVERAL: ModelIdentity = { model: null, reason: 'several' }
const ANY_MODEL = '*'

/** How a host's bills spell names beyond spaces, case and signs. */
interface BillSpelling {
  /** Words stand in any order: "Claude4.6Opus" and "Claude Opus 4.6" are on the same bill. */
  readonly anyOrder: boolean
  /** Names as the bill has them, in the words of the host's own. */
  readonly forms: (name: string) => readonly string[]
}

const PLAIN: BillSpelling = { anyOrder: false, forms: (name) => [name] }
const BILL_SPELLINGS: Readonly<Record<string, BillSpelling>> = {
  // "NovaLite" of a usage type is Nova Lite; the marketplace says which edition it sells.
  bedrock: {
    anyOrder: true,
    forms: (name) => {
      const bare = name.replace(/\s*\(amazon bedrock edition\)$/i, '')
      return [bare, bare.replace(/([a-z\d])(?=[A-Z])/g, '$1 ')]
    },
  },
  // "5.4 mini cd Inp Gl": a meter that begins with a number leaves "GPT" out.
  azure: { anyOrder: false, forms: (name) => [/^\d/.test(name) ? `gpt ${name}` : name] },
}

/** Remembers what it has found: made for one read, asked for each line. */
export function modelIdentities(book: PriceBook, hostName: string, period: Period): IdentifyModel {
  const host = resolveHost(book, hostName)
  if (host === null) return () => UNKNOWN
  const spelling = BILL_SPELLINGS[host.info.host] ?? PLAIN
  const found = new Map<string, ModelIdentity>()
  let index: SpeltNames | null = null
  return (name) => {
    const known = found.get(name)
    if (known !== undefined) return known
    let identity = identityOf(nameTargets(host, name), period)
    if (identity === UNKNOWN) {
      index ??= speltNames(host, spelling)
      identity = spelt(index, spelling, name, period)
    }
    found.set(name, identity)
    return identity
  }
}

function identityOf(targets: readonly NameTarget[], { startMs, endMs }: Period): ModelIdentity {
  const models = new Set<string>()
  for (const { model, fromMs, toMs } of targets) {
    const isInForce = fromMs < endMs && (toMs === null || (toMs > startMs && toMs > fromMs))
    if (isInForce && model !== ANY_MODEL) models.add(withoutEndpoint(model))
  }
  const [model, another] = models
  if (model === undefined) return UNKNOWN
  return another === undefined ? { model } : SEVERAL
}

/** The book prices a model apart at the endpoints that bill it differently; it is one model, and bills name it once. */
const withoutEndpoint = (model: string) => model.replace(/^(?:global|regional|us-gov)\.(?=[a-z-]+\.)/, '')

/** Names of a host by their spelling. */
interface SpeltNames {
  /** Whole; a date in it as it is written, and by its month and day. */
  readonly whole: Map<string, NameTarget[]>
  /** Names with a date, spelt without it. */
  readonly undated: Map<string, NameTarget[]>
  /** Names that any date may follow. */
  readonly anyDate: Map<string, NameTarget[]>
}

function speltNames(host: CompiledHost, spelling: BillSpelling): SpeltNames {
  const names: SpeltNames = { whole: new Map(), undated: new Map(), anyDate: new Map() }
  const add = (to: Map<string, NameTarget[]>, key: string, targets: readonly NameTarget[]) => {
    const before = to.get(key)
    if (before === undefined) to.set(key, [...targets])
    else before.push(...targets)
  }
  for (const [name, targets] of host.exact) {
    for (const form of withoutGeography(name)) {
      const { words, date } = wordsAndDate(form, spelling)
      add(names.whole, keyOf(words, date), targets)
      if (date === null) continue
      if (date.length > MONTH_AND_DAY) add(names.whole, keyOf(words, date.slice(-MONTH_AND_DAY)), targets)
      add(names.undated, words, targets)
    }
  }
  for (const [name, targets] of host.dated) {
    for (const form of withoutGeography(name)) add(names.anyDate, wordsAndDate(form, spelling).words, targets)
  }
  return names
}

/** "us.deepseek.r1" as "r1" and as "deepseek.r1": a bill leaves the geography out, and may say the publisher. */
function withoutGeography(name: string): string[] {
  const parts = name.slice(name.lastIndexOf('/') + 1).split('.')
  const begin = parts.findIndex((part, index) => index === parts.length - 1 || !/^[a-z-]+$/.test(part))
  return [begin, begin - 1].filter((at) => at >= 0).map((at) => parts.slice(at).join('.'))
}

function spelt(index: SpeltNames, spelling: BillSpelling, name: string, period: Period): ModelIdentity {
  for (const form of spelling.forms(name.trim())) {
    const { words, date } = wordsAndDate(form, spelling)
    if (words === '') continue
    const of = date === null ? index.undated : index.anyDate
    for (const targets of [index.whole.get(keyOf(words, date)), of.get(words)]) {
      const identity = targets === undefined ? UNKNOWN : identityOf(targets, period)
      if (identity !== UNKNOWN) return identity
    }
  }
  return UNKNOWN
}

const keyOf = (words: string, date: string | null) => (date === null ? words : `${words} #${date}`)

const MONTH_AND_DAY = 4
/** "2024-08-06", "20240806", and Azure's "0806". */
const DATE = /(?<!\d)(20\d\d-?)?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?=$|-v\d+$)/
/** Numbers apart from letters; "4-6" and "4.6" are one number; a sign that parts no words is one itself ("command-r+"). */
const WORD = /\d+(?:[-._ ]\d+)*|\p{L}+|[^\p{L}\d\s._:/()-]+/gu

function wordsAndDate(name: string, { anyOrder }: BillSpelling): { words: string; date: string | null } {
  // Amazon's ids end in the revision of a version, which no bill says.
  const lower = name.toLowerCase().replace(/(-v\d+):\d+$/, '$1')
  const found = DATE.exec(lower)
  const rest = found === null ? lower : `${lower.slice(0, found.index)} ${lower.slice(found.index + found[0].length)}`
  const words = (rest.match(WORD) ?? []).map((word) =>
    /^\d/.test(word) ? word.replace(/[-_ ]/g, '.').replace(/(?:\.0+)+$/, '') : word.replaceAll('+', 'plus'),
  )
  return {
    words: (anyOrder ? words.sort() : words).join(' '),
    /** Digits: year, month and day, or month and day. */
    date: found === null ? null : found[0].replaceAll('-', ''),
  }
}
