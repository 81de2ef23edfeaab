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
}

/** Bits of Statement.told. */
const TOLD = { lineItem: 1, project: 2, apiKey: 4, user: 8, organization: 16 } as const

export function openaiCostRecord(cells: OpenaiCostCells): CostRecord {
  const { lineItem, organization, project, apiKey, user } = cells
  let told = 0
  for (const [name, bit] of Object.entries(TOLD) as [keyof typeof TOLD, number][]) if (cells[name] !== '') told |= bit
  const item = lineOf(lineItem)
  return buildCost({
    statement: { issuer: 'openai', account: organization || null, form: 'openai-costs', told, whole: false },
    key: [lineItem, project, apiKey, user],
    startMs: cells.startMs,
    endMs: cells.endMs,
    host: 'openai',
    line: lineItem,
    model: item.model,
    meter: item.meter,
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
  'cache write input': 'cache_write_5m',
  output: 'output',
  'output tokens': 'output',
}
const MODALITIES: Readonly<Record<string, Readonly<Partial<Record<Meter, Meter>>>>> = {
  audio: { input: 'input_audio', cache_read: 'cache_read_audio', output: 'output_audio' },
  image: { input: 'input_image', cache_read: 'cache_read_image', output: 'output_image' },
  text: {},
}

/** "gpt-5-mini, cached input" names a model and a kind of token; "web search tool calls" a meter without a model. */
function lineOf(lineItem: string): { readonly model: string | null; readonly meter: Meter | null } {
  const text = lineItem.toLowerCase()
  const comma = text.lastIndexOf(',')
  if (comma < 0) {
    if (text.includes('web search')) return { model: null, meter: 'web_search' }
    if (text.includes('file search')) return { model: null, meter: 'file_search' }
    if (text.includes('code interpreter')) return { model: null, meter: 'code_execution' }
    return { model: null, meter: null }
  }
  const kind = text
    .slice(comma + 1)
    .trim()
    .replaceAll('_', ' ')
  const before = lineItem.slice(0, comma)
  const named = before.slice(before.lastIndexOf('|') + 1).trim()
  const modality = /^(.*\S)\s+(audio|image|text)$/i.exec(named)
  const meter = Object.hasOwn(KINDS, kind) ? (KINDS[kind] as Meter) : null
  const model = modality?.[1] ?? named
  if (modality === null || meter === null) return { model: named || null, meter }
  const apart = MODALITIES[(modality[2] as string).toLowerCase()]
  return { model, meter: apart?.[meter] ?? meter }
}
