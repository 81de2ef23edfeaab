import { findProvider } from '@pydantic/genai-prices'
import { describe, expect, it } from 'vitest'
import { decimalText } from '../../../prisma/price-book-tools/catalogue'
import { DEVIATIONS, LEFT_OUT } from '../../../prisma/price-book-tools/deviations'
import { rateOf } from './book'

/** A Monday noon, outside DeepSeek's peak. */
const AT = '2026-11-23T12:00:00Z'

const METERS: Readonly<Record<string, string>> = {
  input_mtok: 'input',
  output_mtok: 'output',
  cache_read_mtok: 'cache_read',
  cache_write_mtok: 'cache_write_5m',
  cache_write_1h_mtok: 'cache_write_1h',
  input_audio_mtok: 'input_audio',
  output_audio_mtok: 'output_audio',
  cache_audio_read_mtok: 'cache_read_audio',
  input_image_mtok: 'input_image',
  cache_image_read_mtok: 'cache_read_image',
  output_image_mtok: 'output_image',
  input_video_mtok: 'input_video',
  output_video_mtok: 'output_video',
  requests_kcount: 'requests',
  web_searches_kcount: 'web_search',
  storage_searches_kcount: 'file_search',
  input_document_kpages: 'pages',
  input_annotated_document_kpages: 'annotated_pages',
}

/** Catalogue provider to the hosts that take it over. */
const PROVIDERS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  'anthropic arcee avian aws azure baseten cerebras cloudflare cohere cursor deepseek doubleword fireworks github-copilot google groq huggingface_cerebras huggingface_fireworks-ai huggingface_groq huggingface_hyperbolic huggingface_nebius huggingface_novita huggingface_nscale huggingface_ovhcloud huggingface_publicai huggingface_sambanova huggingface_together minimax mistral modal moonshotai novita openai openrouter ovhcloud perplexity quicksilverpro together typesafe voyageai x-ai zai zhipuai'
    .split(' ')
    .map((id) => [
      id,
      {
        aws: ['bedrock'],
        google: ['google', 'vertex'],
        moonshotai: ['moonshot'],
        voyageai: ['voyage'],
        'x-ai': ['xai'],
      }[id] ?? [id.replace('_', '-')],
    ]),
)

type Provider = NonNullable<ReturnType<typeof findProvider>>
type Model = Provider['models'][number]

function pricesNow(model: Model) {
  if (!Array.isArray(model.prices)) return model.prices
  const holding = model.prices.filter(
    (row) =>
      row.constraint === undefined ||
      (row.constraint.type === 'start_date' && Date.parse(row.constraint.start_date) <= Date.parse(AT)),
  )
  return holding.at(-1)?.prices ?? {}
}

function differences(host: string, model: Model): string[] {
  const name = model.id.replace(/^regional\./, '')
  return Object.entries(pricesNow(model)).flatMap(([key, value]) => {
    const meter = METERS[key]
    if (meter === undefined || value === undefined) return []
    const cards: [bigint, number][] =
      typeof value === 'number'
        ? [[1n, value]]
        : [[1n, value.base], ...value.tiers.map((tier): [bigint, number] => [BigInt(tier.start + 1), tier.price])]
    return cards.flatMap(([prompt, price]) => {
      const text = String(price)
      const got = rateOf({ host, model: name, at: AT, meter, prompt })
      return got === text && decimalText(price) === text ? [] : [`${meter} at ${prompt} tokens: ${text}, book ${got}`]
    })
  })
}

describe('the catalogue and the book', () => {
  const found = new Map<string, string[]>()
  for (const [id, hosts] of Object.entries(PROVIDERS)) {
    for (const model of findProvider({ providerId: id })?.models ?? []) {
      for (const host of hosts) {
        const lines = differences(host, model)
        if (lines.length > 0) found.set(`${host}/${model.id}`, lines)
      }
    }
  }

  it('differ only where a reason is written down', () => {
    const unexplained = [...found].filter(
      ([key]) => DEVIATIONS[key] === undefined && !LEFT_OUT.some(({ pattern }) => pattern.test(key)),
    )
    expect(unexplained).toEqual([])
  })

  it('do differ where a reason is written down', () => {
    expect(Object.keys(DEVIATIONS).filter((key) => !found.has(key))).toEqual([])
  })
})
