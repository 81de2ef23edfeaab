/**
 * Models a person may have meant by a name the book does not have. Suggestions only: nothing is ever priced by likeness,
 * so a suggestion does nothing until somebody confirms it as a name of the book.
 */
import { resolveHost } from './book'
import type { CompiledHost, PriceBook } from './compiled'

export interface NearName {
  readonly host: string
  readonly model: string
  /** `same`: the same words, spelt or prefixed otherwise. `near`: most words are the same. `elsewhere`: the same words at another host. */
  readonly likeness: 'same' | 'near' | 'elsewhere'
}

const ANY_MODEL = '*'
/** Likeness in percent. */
const SAME = 100
const LEAST_LIKENESS = 60
/** Words that tell how a model is served or wrapped, not which one it is. */
const WEAK_WORDS = new Set(['latest', 'preview', 'instruct', 'chat', 'it', 'exp', 'v', 'free', 'online', 'turbo'])
const WEAK_WEIGHT = 1
const WORD_WEIGHT = 4
const NUMBER_WEIGHT = 6
const DATE_ENDING = /[-@:](\d{8}|\d{4}-\d{2}-\d{2})(-v\d+)?(:\d+)?$/
const REGION_AND_PUBLISHER = /^(?:[a-z]{2,6}\.)?[a-z][a-z0-9-]*\.(?=[a-z])/

/** The words of a name: publisher, region and date put aside, letters and digits apart ("gpt5-mini": gpt, 5, mini). */
export function wordsOf(name: string): readonly string[] {
  const last = name.trim().toLowerCase().split('/').at(-1) ?? ''
  const bare = last.replace(REGION_AND_PUBLISHER, '').replace(DATE_ENDING, '')
  return bare.match(/[a-z]+|\d+/g) ?? []
}

/** At most `limit` suggestions, the likeliest first; equal ones in the order of their names. */
export function nearNames(book: PriceBook, host: string, name: string, limit = 3): readonly NearName[] {
  const words = wordsOf(name)
  if (words.length === 0) return []
  const own = resolveHost(book, host)
  const found = own === null ? [] : likeAt(own, words)
  if (found.length === 0) {
    const joined = words.join('')
    for (const other of book.hosts.values()) {
      if (other === own) continue
      for (const model of other.models.keys()) {
        if (model !== ANY_MODEL && wordsOf(model).join('') === joined)
          found.push({ host: other.info.host, model, score: 0 })
      }
    }
  }
  return found
    .sort((a, b) => b.score - a.score || compare(a.model, b.model) || compare(a.host, b.host))
    .slice(0, limit)
    .map(({ host: at, model, score }) => ({
      host: at,
      model,
      likeness: score === 0 ? 'elsewhere' : score === SAME ? 'same' : 'near',
    }))
}

interface Scored {
  readonly host: string
  readonly model: string
  readonly score: number
}

function likeAt(host: CompiledHost, words: readonly string[]): Scored[] {
  const best = new Map<string, number>()
  const consider = (name: string, model: string) => {
    if (model === ANY_MODEL || !host.models.has(model)) return
    const score = likeness(words, wordsOf(name))
    if (score >= LEAST_LIKENESS && score > (best.get(model) ?? 0)) best.set(model, score)
  }
  for (const model of host.models.keys()) consider(model, model)
  for (const [name, targets] of host.exact) for (const target of targets) consider(name, target.model)
  return [...best].map(([model, score]) => ({ host: host.info.host, model, score }))
}

/** SAME for the same words; otherwise the weight of the words both have in that of all, in percent; 0 without a shared family word. */
function likeness(a: readonly string[], b: readonly string[]): number {
  if (a.join('') === b.join('')) return SAME
  const rest = [...b]
  let shared = 0
  let family = false
  for (const word of a) {
    const at = rest.indexOf(word)
    if (at === -1) continue
    rest.splice(at, 1)
    shared += weightOf(word)
    if (word.length > 1 && /[a-z]/.test(word) && !WEAK_WORDS.has(word)) family = true
  }
  const all = sum(a) + sum(b)
  return family && all > 0 ? Math.min(Math.floor((200 * shared) / all), SAME - 1) : 0
}

function sum(words: readonly string[]): number {
  return words.reduce((total, word) => total + weightOf(word), 0)
}

function weightOf(word: string): number {
  if (/^\d/.test(word)) return NUMBER_WEIGHT
  return WEAK_WORDS.has(word) ? WEAK_WEIGHT : WORD_WEIGHT
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
