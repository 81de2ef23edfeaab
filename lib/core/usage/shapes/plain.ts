/** Shapes that count few things: our own, Cohere's billed units, Ollama's evaluation counts. */
import { isMeter, type OtherMeter } from '../meter'
import { compatibleChat } from './openai'
import { normalised, type UsageShape } from './shape'

const CORE = new Set(['input', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'output', 'reasoning'])

/** Meter names with disjoint counts; `reasoning` is the part of `output` spent thinking. Unknown names are refused. */
export const canonical: UsageShape = (reader, usage) => {
  const others: [OtherMeter, bigint][] = []
  for (const name of Object.keys(usage)) {
    if (!isMeter(name)) {
      reader.fault(
        'METER_UNKNOWN',
        `"${name.slice(0, 60)}" is not a meter.`,
        'Use the meter names of the documentation.',
      )
    } else if (!CORE.has(name) && name !== 'requests') others.push([name as OtherMeter, reader.detail(usage, name)])
  }
  const leaves = {
    input: reader.detail(usage, 'input'),
    cacheRead: reader.detail(usage, 'cache_read'),
    cacheWrite5m: reader.detail(usage, 'cache_write_5m'),
    cacheWrite1h: reader.detail(usage, 'cache_write_1h'),
    output: reader.detail(usage, 'output'),
    reasoning: reader.detail(usage, 'reasoning'),
  }
  reader.rest(leaves.output, leaves.reasoning, 'reasoning is a part of output and cannot be more than it.')
  let promptTokens = leaves.input + leaves.cacheRead + leaves.cacheWrite5m + leaves.cacheWrite1h
  for (const [meter, count] of others) {
    if (/^(input|cache_read|cache_write)_(audio|image|video)$/.test(meter)) promptTokens += count
  }
  const requests = reader.count(usage, 'requests')
  return normalised(leaves, others, promptTokens, requests === null ? {} : { requests })
}

/** Cohere bills `billed_units`; `tokens` are what the model saw. */
export const cohereV2: UsageShape = (reader, usage) => {
  const billed = reader.object(usage, 'billed_units') ?? reader.object(reader.object(usage, 'meta'), 'billed_units')
  if (billed === null) reader.fault('USAGE_INCOMPLETE', 'The usage has no billed_units.')
  const input = reader.detail(billed, 'input_tokens')
  const seen = reader.count(reader.object(usage, 'tokens'), 'input_tokens')
  return normalised(
    {
      input,
      cacheRead: 0n,
      cacheWrite5m: 0n,
      cacheWrite1h: 0n,
      output: reader.detail(billed, 'output_tokens'),
      reasoning: 0n,
    },
    [
      ['search_units', reader.detail(billed, 'search_units')],
      ['classifications', reader.detail(billed, 'classifications')],
      ['input_image', reader.detail(billed, 'image_tokens')],
      ['input_images', reader.detail(billed, 'images')],
    ],
    seen === null ? input : seen,
  )
}

/** Ollama's own counts, or the OpenAI form its compatible endpoint gives. */
export const ollamaChat: UsageShape = (reader, usage, context) => {
  if (usage.prompt_tokens !== undefined) return compatibleChat(reader, usage, context)
  // A prompt served from its cache leaves prompt_eval_count out.
  const input = reader.detail(usage, 'prompt_eval_count')
  const output = reader.required(usage, 'eval_count')
  return normalised({ input, cacheRead: 0n, cacheWrite5m: 0n, cacheWrite1h: 0n, output, reasoning: 0n }, [], input)
}
