/** What Google's names of services and SKUs say of a line. */
import type { Meter } from '../usage/meter'

export interface GoogleSku {
  readonly host: string
  readonly isModelService: boolean
  readonly model: string | null
  readonly meter: Meter | null
  readonly serviceTier: string | null
}

/** "Generate content cached input token count gemini 2.5 flash input short text", "GenerateContent audio input token count for …". */
const COUNTED = /^(?:bidi)?(?:generate|embed) ?content ((?:\w+ )*?)token count (?:for )?(.+)$/
/** Vertex AI: "Gemini 3.5 Flash Global Text Output (Thinking On) - Batch Predictions", "Gemini 2.5 Flash GA Input Text Caching (Long)". */
const PREDICTED = /^(gemini .+?)(?: - (?:(batch|flex|priority) )?predictions?)?$/

export function skuOf(service: string, sku: string): GoogleSku {
  const isVertex = /vertex/i.test(service)
  const isModelService = isVertex || /gemini|generative language|generative ai/i.test(service)
  const host = isVertex ? 'vertex' : 'google'
  const text = sku
    .toLowerCase()
    .replace(/ *\([^)]*\)/g, '')
    // Some are written with underscores, in part or altogether.
    .replaceAll('_', ' ')
    .trim()
  const counted = COUNTED.exec(text)
  const said = counted === null ? predictedOf(text) : countedOf(counted[1] as string, counted[2] as string)
  if (said !== null) {
    const { name, direction, modality, cached, tier } = said
    return {
      host,
      isModelService,
      model: name.replaceAll(' ', '-'),
      meter: meterOf(cached && direction === 'input', direction, modality),
      serviceTier: tier ?? 'standard',
    }
  }
  const meter: Meter | null = /grounding with google search/i.test(sku)
    ? 'grounding'
    : /cached content storage/i.test(sku)
      ? 'storage_token_hours'
      : null
  return { host, isModelService, model: null, meter, serviceTier: null }
}

interface Said {
  readonly name: string
  readonly direction: string
  readonly modality: string | undefined
  readonly cached: boolean
  readonly tier: string | undefined
}

/** What is counted stands before "token count", the model after it, with what it was asked in. */
function countedOf(before: string, after: string): Said | null {
  const words = before.trim().split(' ')
  const direction = words.find((word) => DIRECTION.test(word))
  if (direction === undefined || !words.every((word) => QUALIFIER.test(word))) return null
  const modality = words.find((word) => MODALITY.test(word))
  const rest = withoutQualifiers(after.split(' '), modality)
  return { ...rest, direction, cached: rest.cached || words.includes('cached') }
}

function predictedOf(text: string): Said | null {
  const [, name = '', tier] = PREDICTED.exec(text) ?? []
  const rest = withoutQualifiers(
    name.split(' ').filter((word) => !STAGE.test(word)),
    undefined,
  )
  const { direction, modality, cached } = rest
  if (direction === undefined || modality === undefined) return null
  // Without “Predictions”, “Image” may as well be of the model's name as of what is counted; “Text” is not.
  if (!cached && modality !== 'text' && !text.includes(' - ')) return null
  return { ...rest, direction, tier: rest.tier ?? tier }
}

const DIRECTION = /^(?:input|output)$/
const MODALITY = /^(?:text|image|audio|video)$/
const TIER = /^(?:batch|flex|priority)$/
const CACHED = /^(?:cached|caching)$/
const QUALIFIER =
  /^(?:input|output|text|image|audio|video|batch|flex|priority|cached|caching|short|long|thinking|non-thinking)$/
/** Vertex AI says them of every SKU. The Gemini API has models named “preview”. */
const STAGE = /^(?:ga|preview|global)$/

/**
 * A model's name without the words behind it that qualify what was counted. A second modality is part of the name ("gemini 3 pro
 * image text").
 */
function withoutQualifiers(
  words: string[],
  modality: string | undefined,
): Omit<Said, 'direction'> & { direction?: string } {
  const found: { direction?: string; modality: string | undefined; cached: boolean; tier: string | undefined } = {
    modality,
    cached: false,
    tier: undefined,
  }
  while (words.length > 1) {
    const word = words[words.length - 1] as string
    if (!QUALIFIER.test(word) || (MODALITY.test(word) && found.modality !== undefined)) break
    if (MODALITY.test(word)) found.modality = word
    else if (DIRECTION.test(word)) found.direction ??= word
    else if (TIER.test(word)) found.tier ??= word
    else if (CACHED.test(word)) found.cached = true
    words.pop()
  }
  return { ...found, name: words.join(' ') }
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
