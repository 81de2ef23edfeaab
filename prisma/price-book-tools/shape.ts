/**
 * The shapes the price book tools work with: cards as a maintainer writes them, blocks as the book files hold them.
 * A card is one line of figures a host published: a span of time, the conditions it needs, its rates, where it was read.
 */

/** How sure a figure is: read at the host, taken from a maintained catalogue, or from somebody else's list. */
export type Confidence = 'provider' | 'catalogue' | 'third_party'

export interface LocalTime {
  readonly utc_offset_minutes: number
  readonly windows: readonly (readonly [string, string])[]
  readonly weekdays?: readonly number[]
  readonly holiday_calendar?: 'cn'
  readonly negate?: boolean
}

export interface When {
  readonly service_tier?: readonly string[]
  readonly prompt_tokens?: { readonly gt?: number; readonly gte?: number; readonly lt?: number; readonly lte?: number }
  readonly region?: readonly string[]
  readonly speed?: readonly string[]
  readonly mode?: readonly string[]
  readonly context_size?: readonly string[]
  readonly local_time?: LocalTime
}

export interface Evidence {
  readonly source?: string
  readonly checked?: string
  readonly confidence?: Confidence
  readonly note?: string
}

/** `span`: "2025-08-07..", "..2026-07-30" or "2026-07-09..2026-08-21"; instants may carry a time. UTC, end excluded. */
export interface Card extends Evidence {
  readonly span: string
  /** "input 1.25, cache_read 0.125, output 10"; "web_search 10 / 1000" names the units the amount is for. */
  readonly rates: string
  readonly when?: When
  /** Above 0 for the right price beside a wrong one, which stays in the book because nothing in it is ever edited. */
  readonly priority?: number
}

export interface Multiplier extends Evidence {
  readonly models: '*' | readonly string[]
  readonly span: string
  readonly when: When
  readonly factor: string
  readonly meters: readonly string[]
}

export interface CuratedModel {
  readonly model: string
  readonly publisher?: string
  /** A trailing "~" also accepts the name with a date; "name@from..to" holds only between two instants. */
  readonly names?: readonly string[]
  readonly context?: number
  readonly output?: number
  readonly released?: string
  readonly sameAs?: Readonly<Record<string, string>>
  readonly note?: string
  readonly cards: readonly Card[]
}

/** What a catalogue model lacks. */
export interface Beside {
  readonly names?: readonly string[]
  /** Meters billed at another meter's rate. */
  readonly sameAs?: Readonly<Record<string, string>>
  readonly cards?: readonly Card[]
}

export interface CuratedHost {
  readonly host: string
  readonly title: string
  readonly names: readonly string[]
  readonly currency?: string
  readonly prefixes?: readonly string[]
  readonly serviceTiers?: Readonly<Record<string, string | { readonly speed: string }>>
  readonly sameAs?: Readonly<Record<string, string>>
  readonly note?: string
  /** Evidence of cards that name none of their own. */
  readonly source: string
  readonly checked: string
  readonly confidence: Confidence
  /** Provider id in genai-prices whose other models are taken over, with the fee conditions of this host. */
  readonly catalogue?: string
  /** Catalogue models left out because another entry here is right, or because no price of this host is known. */
  readonly leaveOut?: readonly string[]
  /** By id of the catalogue model: what is put beside the catalogue's own figures. */
  readonly beside?: Readonly<Record<string, Beside>>
  /** Every name of a catalogue model may be followed by a date. */
  readonly datedNames?: boolean
  /** Cards of every model of the host that answers for tokens: what its tools cost. */
  readonly fees?: readonly Card[]
  /** Names of a catalogue model, where the host's ids follow a grammar the catalogue writes as substrings. */
  readonly catalogueNames?: (id: string) => readonly string[]
  readonly models: readonly CuratedModel[]
  readonly multipliers?: readonly Multiplier[]
}

export interface NameRow {
  name: string
  kind: 'exact' | 'dated'
  from?: string
  to?: string
}

export interface PriceBlock {
  from: string
  to: string | null
  when?: When
  priority?: number
  rates: Record<string, string>
  per?: Record<string, string>
  source: string
  checked_on: string
  confidence: Confidence
  note?: string
}

export interface ModelRow {
  model: string
  publisher: string
  names: NameRow[]
  context_tokens?: number
  max_output_tokens?: number
  released_on?: string
  same_as?: Record<string, string>
  note?: string
  prices: PriceBlock[]
}

export interface MultiplierRow {
  models: '*' | string[]
  from: string
  to: string | null
  when: When
  factor: string
  meters: string[]
  source: string
  checked_on: string
  confidence: Confidence
  note?: string
}

export interface BookFileJson {
  host: string
  title: string
  names: string[]
  currency: string
  prefixes?: string[]
  service_tiers?: Record<string, string | { speed: string }>
  same_as?: Record<string, string>
  note?: string
  models: ModelRow[]
  multipliers?: MultiplierRow[]
}

/** Stands for "since before our records": the first instant is not known. */
export const UNKNOWN_START = '2000-01-01T00:00:00Z'

export function instant(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return `${text}T00:00:00Z`
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}Z$/.test(text)) return `${text.slice(0, -1)}:00Z`
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(text)) return text
  throw new Error(`not an instant: ${text}`)
}

export function span(text: string): { from: string; to: string | null } {
  const [from, to, ...rest] = text.split('..')
  if (from === undefined || to === undefined || rest.length > 0) throw new Error(`not a span: ${text}`)
  return { from: from === '' ? UNKNOWN_START : instant(from), to: to === '' ? null : instant(to) }
}

export function rates(text: string): { rates: Record<string, string>; per: Record<string, string> } {
  const out: { rates: Record<string, string>; per: Record<string, string> } = { rates: {}, per: {} }
  for (const part of text.split(',')) {
    const match = /^\s*([a-z0-9_]+)\s+(\d+(?:\.\d{1,9})?)(?:\s*\/\s*(\d+))?\s*$/.exec(part)
    const [, meter, amount, per] = match ?? []
    if (meter === undefined || amount === undefined) throw new Error(`not a rate: ${part}`)
    if (meter in out.rates) throw new Error(`${meter} twice in ${text}`)
    out.rates[meter] = amount.includes('.') ? amount.replace(/\.?0+$/, '') : amount
    if (per !== undefined) out.per[meter] = per
  }
  return out
}

export function nameRow(text: string): NameRow {
  const at = /^(.*?)@(\d{4}-[^@]*\.\.[^@]*|\.\.\d{4}-[^@]*)$/.exec(text)
  const bare = at?.[1] ?? text
  const row: NameRow = bare.endsWith('~') ? { name: bare.slice(0, -1), kind: 'dated' } : { name: bare, kind: 'exact' }
  const [from, to] = at?.[2]?.split('..') ?? []
  if (from !== undefined && from !== '') row.from = instant(from)
  if (to !== undefined && to !== '') row.to = instant(to)
  return row
}
