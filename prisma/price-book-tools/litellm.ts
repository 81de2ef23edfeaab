/**
 * What LiteLLM's price catalogue calls its fields, said in the terms of the book: a meter, the units an amount is for and
 * the conditions it holds under. The names are a grammar — a base, then a length class, a retention, a size, a tier — so
 * there is one row a base and one rule a suffix. The catalogue has no dates: its figures are of the day it was read.
 * Fields as of the catalogue's version of 2026-08-06.
 */
import type { Meter } from '../../lib/core/usage/meter'
import { decimalText } from './catalogue'
import type { When } from './shape'

/** Tokens are priced for a million, everything else for one. */
const MILLION = 1_000_000

export interface FieldMeaning {
  readonly kind: 'rate' | 'multiplier'
  readonly meter: Meter | '*'
  /** Units the book's amount is for; the catalogue's amounts are for one. */
  readonly per: number
  /** Databricks states its own units beside dollars. */
  readonly currency: 'USD' | 'DBU'
  readonly when: When
}

const BASES: Readonly<Record<string, Meter>> = {
  input_cost_per_token: 'input',
  input_cost_per_token_cache_hit: 'cache_read',
  output_cost_per_token: 'output',
  output_cost_per_reasoning_token: 'reasoning',
  cache_read_input_token_cost: 'cache_read',
  cache_creation_input_token_cost: 'cache_write_5m',
  input_cost_per_audio_token: 'input_audio',
  output_cost_per_audio_token: 'output_audio',
  cache_read_input_audio_token_cost: 'cache_read_audio',
  cache_creation_input_audio_token_cost: 'cache_write_audio',
  input_cost_per_image_token: 'input_image',
  output_cost_per_image_token: 'output_image',
  cache_read_input_image_token_cost: 'cache_read_image',
  input_cost_per_video_token: 'input_video',
  output_cost_per_video_token: 'output_video',
  citation_cost_per_token: 'output_citation',
  input_dbu_cost_per_token: 'input',
  output_dbu_cost_per_token: 'output',
  input_cost_per_character: 'input_characters',
  output_cost_per_character: 'output_characters',
  input_cost_per_image: 'input_images',
  output_cost_per_image: 'images',
  input_cost_per_pixel: 'input_pixels',
  output_cost_per_pixel: 'pixels',
  input_cost_per_audio_per_second: 'input_audio_seconds',
  input_cost_per_video_per_second: 'input_video_seconds',
  output_cost_per_video_per_second: 'video_seconds',
  input_cost_per_second: 'audio_seconds',
  output_cost_per_second: 'compute_seconds',
  input_cost_per_query: 'search_units',
  input_cost_per_request: 'requests',
  ocr_cost_per_page: 'pages',
  annotation_cost_per_page: 'annotated_pages',
  ocr_cost_per_credit: 'credits',
  code_interpreter_cost_per_session: 'code_execution',
}

const SUFFIXES: readonly [RegExp, (found: string) => When | 'cache_write_1h'][] = [
  [/_batch(?:es)?$/, () => ({ service_tier: ['batch'] })],
  [/_(flex|priority)$/, (tier) => ({ service_tier: [tier] })],
  // "over 200,000", as the catalogue's own reader takes it; xAI's "and more" is its host's operator.
  [/_above_(\d+)k_tokens$/, (thousands) => ({ prompt_tokens: { gt: Number.parseInt(thousands, 10) * 1_000 } })],
  [/_above_(1)hr$/, () => 'cache_write_1h'],
  [/_above_(\d+s)_interval$/, (length) => ({ mode: [`over ${length}`] })],
  [/_(\d{3,4}p|\d?[24]k|512|1024|1536)$/, (size) => ({ mode: [size] })],
]

/** Null for a field whose meaning is not known: it must be shown, never dropped. */
export function meaningOf(field: string): FieldMeaning | null {
  const uplift = /^regional_(?:processing|endpoint)_uplift_multiplier(?:_(\w+))?$/.exec(field)
  if (uplift !== null) {
    return { kind: 'multiplier', meter: '*', per: 1, currency: 'USD', when: { region: [uplift[1] ?? 'regional'] } }
  }
  const search = /^search_context_cost_per_query\.search_context_size_(\w+)$/.exec(field)
  if (search?.[1] !== undefined) {
    return { kind: 'rate', meter: 'web_search', per: 1, currency: 'USD', when: { context_size: [search[1]] } }
  }
  const special = /^provider_specific_entry\.(fast|us)$/.exec(field)
  if (special !== null) {
    const when = special[1] === 'fast' ? { speed: ['fast'] } : { region: ['us'] }
    return { kind: 'multiplier', meter: '*', per: 1, currency: 'USD', when }
  }
  let base = field
  let when: When = {}
  let retention: 'cache_write_1h' | null = null
  for (;;) {
    const meter = BASES[base]
    if (meter !== undefined) {
      const isToken = /token/.test(base)
      return {
        kind: 'rate',
        meter: retention ?? meter,
        per: isToken ? MILLION : 1,
        currency: base.includes('_dbu_') ? 'DBU' : 'USD',
        when,
      }
    }
    const suffix = SUFFIXES.find(([pattern]) => pattern.test(base))
    if (suffix === undefined) return null
    const found = suffix[0].exec(base)
    const meaning = suffix[1](found?.[1] ?? '')
    if (meaning === 'cache_write_1h') retention = meaning
    else when = { ...meaning, ...when }
    base = base.replace(suffix[0], '')
  }
}

export interface LitellmRate extends FieldMeaning {
  readonly field: string
  /** Decimal text for `per` units; null when the figure is noise that no short decimal explains. */
  readonly amount: string | null
}

type Json = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Every figure of one entry of the catalogue, and the cost fields nobody knows. */
export function ratesOf(entry: Json): { readonly rates: readonly LitellmRate[]; readonly unknown: readonly string[] } {
  const rates: LitellmRate[] = []
  const unknown: string[] = []
  const take = (field: string, value: unknown, more: When = {}) => {
    if (typeof value !== 'number') return
    const meaning = meaningOf(field)
    if (meaning === null) unknown.push(field)
    else rates.push({ field, ...meaning, when: { ...meaning.when, ...more }, amount: decimalText(value * meaning.per) })
  }
  for (const [field, value] of Object.entries(entry)) {
    if (isCostField(field)) take(field, value)
    if (isObject(value) && /^(search_context_cost_per_query|provider_specific_entry)$/.test(field)) {
      for (const [name, amount] of Object.entries(value)) take(`${field}.${name}`, amount)
    }
    if (field === 'tiered_pricing' && Array.isArray(value)) {
      for (const band of value) if (isObject(band)) takeBand(band, take)
    }
  }
  return { rates, unknown }
}

/** Alibaba's bands: over the lower end, up to and with the upper one, the whole request. */
function takeBand(band: Json, take: (field: string, value: unknown, more: When) => void): void {
  const [from, to] = Array.isArray(band.range) ? band.range : []
  const when: When = {
    prompt_tokens: {
      ...(typeof from === 'number' && from > 0 ? { gt: from } : {}),
      ...(typeof to === 'number' ? { lte: to } : {}),
    },
  }
  for (const [field, value] of Object.entries(band)) if (isCostField(field)) take(field, value, when)
}

function isCostField(field: string): boolean {
  return /cost|uplift/.test(field)
}
