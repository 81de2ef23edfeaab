/** What only OpenAI's own answers tell, of all that have its form. */
import { textOrNull } from './build-record'
import type { JsonObject } from './json'

/** OpenAI gives no such id; xAI does, beside a fingerprint like OpenAI's. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-/

export function isSignedByOpenAi(body: JsonObject, id: string): boolean {
  const fingerprint = textOrNull(body.system_fingerprint) ?? ''
  return (/^fp_[0-9a-z]{6,12}$/.test(fingerprint) && !UUID.test(id)) || tellsTier(body, id)
}

/**
 * OpenAI tells the tier that served the call, never "auto". DeepSeek, Writer, vLLM, Ollama and Bedrock copy the key, under ids
 * that are a UUID, with or without the prefix, or a plain number.
 */
function tellsTier(body: JsonObject, id: string): boolean {
  const tier = textOrNull(body.service_tier)
  if (tier === null || tier === 'auto') return false
  return !/^(?:[a-z]+[-_])?(?:[0-9a-f]{8}-[0-9a-f]{4}-|\d+$)/.test(id)
}
