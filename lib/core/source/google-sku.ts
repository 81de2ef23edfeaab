/** What Google's names of services and SKUs say of a line. */
import type { Meter } from '../usage/meter'

export interface GoogleSku {
  readonly host: string
  readonly isModelService: boolean
  readonly model: string | null
  readonly meter: Meter | null
  readonly serviceTier: string | null
}

const TOKENS =
  /^generate content (cached )?(input|output) token count (.+?)(?: (?:short|long))?(?: (?:input|output))?(?: (text|image|audio|video))?(?: (batch|flex|priority))?(?: caching)?$/i

/** Vertex AI: "Gemini 2.5 Flash GA Text Input - Predictions". */
const PREDICTIONS =
  /^(gemini .+?)(?: (?:ga|preview))?(?: thinking)?( cached| caching)? (text|image|audio|video) (input|output)\b.* - (?:(batch|flex|priority) )?predictions?$/i

export function skuOf(service: string, sku: string): GoogleSku {
  const isVertex = /vertex/i.test(service)
  const isModelService = isVertex || /gemini|generative language|generative ai/i.test(service)
  const host = isVertex ? 'vertex' : 'google'
  const match = TOKENS.exec(sku.trim())
  if (match !== null) {
    const [, cached, direction = '', name = '', modality, tier] = match
    return {
      host,
      isModelService,
      model: name.toLowerCase().replaceAll(' ', '-'),
      meter: meterOf(cached !== undefined, direction.toLowerCase(), modality?.toLowerCase()),
      serviceTier: tier === undefined ? 'standard' : tier.toLowerCase(),
    }
  }
  const predicted = PREDICTIONS.exec(sku.trim())
  if (predicted !== null) {
    const [, name = '', cached, modality = '', direction = '', tier] = predicted
    return {
      host,
      isModelService,
      model: name.toLowerCase().replaceAll(' ', '-'),
      meter: meterOf(cached !== undefined, direction.toLowerCase(), modality.toLowerCase()),
      serviceTier: tier === undefined ? 'standard' : tier.toLowerCase(),
    }
  }
  const meter: Meter | null = /grounding with google search/i.test(sku)
    ? 'grounding'
    : /cached content storage/i.test(sku)
      ? 'storage_token_hours'
      : null
  return { host, isModelService, model: null, meter, serviceTier: null }
}

const APART: Readonly<Record<string, readonly [cached: Meter, input: Meter, output: Meter]>> = {
  audio: ['cache_read_audio', 'input_audio', 'output_audio'],
  image: ['cache_read_image', 'input_image', 'output_image'],
  video: ['cache_read_video', 'input_video', 'output_video'],
}

function meterOf(cached: boolean, direction: string, modality: string | undefined): Meter {
  const apart = modality === undefined ? undefined : APART[modality]
  const place = cached ? 0 : direction === 'input' ? 1 : 2
  return (apart ?? (['cache_read', 'input', 'output'] as const))[place] as Meter
}
