/** What OpenAI's cost export and its Costs API have in common: line items, and how a day's costs were grouped. */
import type { CostRecord } from '../usage/cost-record'
import type { Meter } from '../usage/meter'
import { billedAmountOf, billedCurrencyOf, buildCost, decimalOf } from './build-cost'

/** Cells of one line, as text or as JSON gives them. */
export interface OpenaiCostCells {
  readonly startMs: number
  readonly endMs: number
  readonly amount: unknown
  readonly currency: unknown
  readonly quantity: unknown
  readonly unit: string
  readonly lineItem: string
  readonly organization: string
  readonly project: string
  readonly apiKey: string
  readonly user: string
  /** The export of 2024, whose lines have names of their own: the same days by a later one are the same money. */
  readonly early?: true
}

/** Bits of Statement.told. */
const TOLD = { lineItem: 1, project: 2, apiKey: 4, user: 8, organization: 16 } as const

export function openaiCostRecord(cells: OpenaiCostCells): CostRecord {
  const { lineItem, organization, project, apiKey, user } = cells
  let told = 0
  for (const [name, bit] of Object.entries(TOLD) as [keyof typeof TOLD, number][]) if (cells[name] !== '') told |= bit
  const early = cells.early === true
  const item = early ? earlyLineOf(lineItem) : lineOf(lineItem)
  const form = early ? 'openai-costs-2024' : 'openai-costs'
  return buildCost({
    statement: { issuer: 'openai', account: organization || null, form, told, whole: false },
    key: [lineItem, project, apiKey, user],
    startMs: cells.startMs,
    endMs: cells.endMs,
    host: 'openai',
    line: lineItem,
    model: item.model,
    meter: item.meter,
    serviceTier: item.serviceTier,
    project: project || null,
    apiKey: apiKey || null,
    user: user || null,
    amount: billedAmountOf(cells.amount, 'amount_value'),
    currency: billedCurrencyOf(cells.currency, 'amount_currency'),
    quantity: decimalOf(cells.quantity, 'quantity'),
    unit: cells.unit || null,
  })
}

const KINDS: Readonly<Record<string, Meter>> = {
  input: 'input',
  'input tokens': 'input',
  'cached input': 'cache_read',
  'cached input tokens': 'cache_read',
  'cache write': 'cache_write_5m',
  'cache writes': 'cache_write_5m',
  'cache write input': 'cache_write_5m',
  output: 'output',
  'output tokens': 'output',
}
const MODALITIES: Readonly<Record<string, Readonly<Partial<Record<Meter, Meter>>>>> = {
  audio: { input: 'input_audio', cache_read: 'cache_read_audio', output: 'output_audio' },
  image: { input: 'input_image', cache_read: 'cache_read_image', output: 'output_image' },
  text: {},
}

const TIERS = new Set(['batch', 'flex', 'priority'])

interface Line {
  readonly model: string | null
  readonly meter: Meter | null
  readonly serviceTier: string | null
}

/**
 * "gpt-5-mini, cached input, long context" names a model and a kind of token, "gpt-realtime audio, input" and "gpt-realtime, audio
 * input" say the modality, "web search tool calls" names a meter without a model.
 */
function lineOf(lineItem: string): Line {
  const [first = '', ...rest] = lineItem.split(',').map((part) => part.trim())
  if (rest.length === 0) return { model: null, meter: toolOf(lineItem.toLowerCase()), serviceTier: null }
  const said = rest.map((part) => part.toLowerCase().replaceAll('_', ' '))
  const serviceTier = said.find((part) => TIERS.has(part)) ?? null
  const named = first.slice(first.lastIndexOf('|') + 1).trim()
  for (const part of said) {
    const words = part.split(' ')
    const kind = words.filter((word) => !Object.hasOwn(MODALITIES, word)).join(' ')
    if (!Object.hasOwn(KINDS, kind)) continue
    const meter = KINDS[kind] as Meter
    const atEnd = /^(.*\S)\s+(audio|image|text)$/i.exec(named)
    const modality = words.find((word) => Object.hasOwn(MODALITIES, word)) ?? atEnd?.[2]?.toLowerCase()
    const apart = modality === undefined ? undefined : MODALITIES[modality]
    return { model: (atEnd?.[1] ?? named) || null, meter: apart?.[meter] ?? meter, serviceTier }
  }
  return { model: named || null, meter: null, serviceTier }
}

/** "GPT-4o mini", "Fine-tuning models": models by the names they are sold under, or a kind of them. */
function earlyLineOf(name: string): Line {
  return {
    model: /^(?:gpt|chatgpt|o\d)/i.test(name) ? name : null,
    meter: toolOf(name.toLowerCase()),
    serviceTier: null,
  }
}

function toolOf(text: string): Meter | null {
  if (text.includes('web search')) return 'web_search'
  if (text.includes('file search')) return 'file_search'
  return text.includes('code interpreter') ? 'code_execution' : null
}
