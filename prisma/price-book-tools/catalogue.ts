/**
 * Reads the genai-prices catalogue (MIT, the Pydantic team) and turns its models into rows of the book. Numbers arrive
 * as JavaScript numbers whose shortest text is the decimal the catalogue wrote; a text longer than nine places is float
 * noise and is snapped when the neighbouring short decimal is the same number to eleven digits, else refused.
 */
import { findProvider } from '@pydantic/genai-prices'
import { type Confidence, instant, type NameRow, type PriceBlock, UNKNOWN_START, type When } from './shape'

type Provider = NonNullable<ReturnType<typeof findProvider>>
export type CatalogueModel = Provider['models'][number]
type Prices = Exclude<CatalogueModel['prices'], readonly unknown[]>
type Match = CatalogueModel['match']

export const CATALOGUE_CHECKED = '2026-11-23'

export function catalogueProvider(id: string): Provider {
  const provider = findProvider({ providerId: id })
  if (provider === undefined || provider.id !== id) throw new Error(`no provider ${id} in the catalogue`)
  return provider
}

export function catalogueSource(id: string): string {
  return `https://github.com/pydantic/genai-prices/blob/main/prices/providers/${id.replaceAll('-', '_')}.yml`
}

const METERS: Readonly<Record<string, readonly [meter: string, per?: string]>> = {
  input_mtok: ['input'],
  output_mtok: ['output'],
  cache_read_mtok: ['cache_read'],
  cache_write_mtok: ['cache_write_5m'],
  cache_write_1h_mtok: ['cache_write_1h'],
  input_audio_mtok: ['input_audio'],
  output_audio_mtok: ['output_audio'],
  cache_audio_read_mtok: ['cache_read_audio'],
  input_image_mtok: ['input_image'],
  cache_image_read_mtok: ['cache_read_image'],
  output_image_mtok: ['output_image'],
  input_video_mtok: ['input_video'],
  output_video_mtok: ['output_video'],
  output_citation_mtok: ['output_citation'],
  output_reasoning_mtok: ['reasoning'],
  web_searches_kcount: ['web_search', '1000'],
  storage_searches_kcount: ['file_search', '1000'],
  requests_kcount: ['requests', '1000'],
  audio_hours: ['audio_seconds', '3600'],
  input_audio_hours: ['input_audio_seconds', '3600'],
  input_document_kpages: ['pages', '1000'],
  input_annotated_document_kpages: ['annotated_pages', '1000'],
  input_text_messages_kcount: ['text_messages', '1000'],
}

/** Shortest decimal text of a catalogue number; null for one with more than nine places that is not float noise. */
export function decimalText(value: number): string | null {
  if (!Number.isFinite(value) || value < 0) throw new Error(`not a rate: ${value}`)
  const plain = (text: string) => {
    const [digits, exponent] = text.toLowerCase().split('e')
    if (exponent === undefined) return text
    const [whole = '', fraction = ''] = (digits ?? '').split('.')
    const shift = Number.parseInt(exponent, 10)
    if (shift >= 0) return `${whole}${fraction.padEnd(shift, '0')}`
    return `0.${'0'.repeat(-shift - 1)}${whole}${fraction}`
  }
  const text = plain(String(value))
  if ((text.split('.')[1] ?? '').length <= 9) return text
  const snapped = plain(String(Number(value.toPrecision(11))))
  if ((snapped.split('.')[1] ?? '').length <= 9) return snapped
  return null
}

type Rates = Map<number, Record<string, string>>

/** Rates by the prompt length they start above: 0 for the base card. */
function ratesByStart(prices: Prices): { byStart: Rates; per: Record<string, string> } {
  const byStart: Rates = new Map([[0, {}]])
  const per: Record<string, string> = {}
  const starts = new Set<number>()
  for (const value of Object.values(prices)) {
    if (value !== undefined && typeof value !== 'number') for (const tier of value.tiers) starts.add(tier.start)
  }
  for (const start of [...starts].sort((a, b) => a - b)) byStart.set(start, {})
  for (const [key, value] of Object.entries(prices)) {
    if (value === undefined) continue
    const meter = METERS[key]
    if (meter === undefined) throw new Error(`the catalogue has a new price key: ${key}`)
    if (meter[1] !== undefined) per[meter[0]] = meter[1]
    const base = typeof value === 'number' ? value : value.base
    for (const [start, rates] of byStart) {
      const tier = typeof value === 'number' ? undefined : [...value.tiers].reverse().find((one) => one.start <= start)
      // A meter without tiers keeps its base card at every length, unless it is a fee that no length changes.
      if (start > 0 && (typeof value === 'number' || start < (value.tiers[0]?.start ?? 0)) && meter[1] !== undefined)
        continue
      const text = decimalText(tier?.price ?? base)
      // A rate that somebody got by dividing is no rate: the meter stays unpriced.
      if (text !== null) rates[meter[0]] = text
    }
  }
  return { byStart, per }
}

/** Thresholds such as 271999 mean "from 272000 on". */
function promptCondition(start: number): NonNullable<When['prompt_tokens']> {
  return start % 1000 === 999 ? { gte: start + 1 } : { gt: start }
}

/** Price blocks of a catalogue model; none when its price object is empty, which means unknown and never free. */
export function catalogueBlocks(model: CatalogueModel, source: string, confidence: Confidence): PriceBlock[] {
  const rows = Array.isArray(model.prices) ? model.prices : [{ prices: model.prices as Prices }]
  const dated = rows.filter((row) => row.constraint === undefined || row.constraint.type === 'start_date')
  if (dated.length !== rows.length) throw new Error(`${model.id}: write its hours by hand`)
  const starts = dated.map((row) =>
    row.constraint?.type === 'start_date' ? instant(row.constraint.start_date) : UNKNOWN_START,
  )
  return dated.flatMap((row, index): PriceBlock[] => {
    const { byStart, per } = ratesByStart(row.prices)
    const evidence = { source, checked_on: CATALOGUE_CHECKED, confidence }
    const range = { from: starts[index] ?? UNKNOWN_START, to: starts[index + 1] ?? null }
    return [...byStart].flatMap(([start, rates]): PriceBlock[] => {
      if (Object.keys(rates).length === 0) return []
      const perHere = Object.fromEntries(Object.entries(per).filter(([meter]) => meter in rates))
      return [
        {
          ...range,
          ...(start === 0 ? {} : { when: { prompt_tokens: promptCondition(start) } }),
          rates,
          ...(Object.keys(perHere).length === 0 ? {} : { per: perHere }),
          ...evidence,
        },
      ]
    })
  })
}

const DATE_TAIL = /^(.*)(?:-\\d\{8\}|-\\d\{4\}-\\d\{2\}-\\d\{2\})\$$/

/**
 * Names a match rule states outright. `equals` is a name; `starts_with` and a date pattern become a name with a date
 * tail; `contains`, `ends_with` and any other pattern only lend their words when they read like a whole model id, so a
 * longer unknown id never takes a price by accident.
 */
export function catalogueNames(model: CatalogueModel): NameRow[] {
  const rows = new Map<string, NameRow['kind']>()
  const add = (name: string, kind: NameRow['kind']) => {
    const bare = name.replace(/@$/, '')
    // The first digits of a date, or of a snapshot, are no name.
    const cut = kind === 'dated' && /-4-20\d\d$|^ft:gpt-4-0$/.test(bare)
    if (cut || !/^[a-z0-9@]/i.test(bare) || /[.\-:/_]$/.test(bare)) return
    if (rows.get(bare) !== 'dated') rows.set(bare, kind)
  }
  const walk = (match: Match): void => {
    if ('or' in match) match.or.forEach(walk)
    else if ('and' in match) {
      const start = match.and.find((one) => 'starts_with' in one)
      if (start !== undefined) walk(start)
    } else if ('equals' in match) add(match.equals, 'exact')
    else if ('starts_with' in match) add(match.starts_with, 'dated')
    else if ('contains' in match) add(match.contains, 'dated')
    else if ('ends_with' in match) add(match.ends_with, 'dated')
    else {
      const tail = DATE_TAIL.exec(match.regex)?.[1]
      if (tail?.startsWith('^')) add(tail.slice(1).replaceAll('\\.', '.').replaceAll('\\/', '/'), 'dated')
    }
  }
  walk(model.match)
  // The id itself, unless it is only a label that no caller sends.
  const open = JSON.stringify(model.match).includes('"starts_with"')
  if (!/^regional\./.test(model.id)) add(model.id, open ? 'dated' : 'exact')
  return [...rows].map(([name, kind]) => ({ name, kind }))
}

export function importedFromReseller(model: CatalogueModel): boolean {
  return /imported from openrouter/i.test(model.price_comments ?? '')
}
