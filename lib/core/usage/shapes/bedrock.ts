/** Amazon Bedrock: input excludes what was read from or written to a cache. */
import { normalised, type UsageShape } from './shape'
import type { UsageObject, UsageReader } from './usage-reader'

export const bedrockConverse: UsageShape = (reader, usage) => {
  const input = reader.required(usage, 'inputTokens', 'inputTokenCount')
  const output = reader.required(usage, 'outputTokens', 'outputTokenCount')
  const cacheRead = reader.detail(usage, 'cacheReadInputTokens', 'cacheReadInputTokenCount')
  const { short, long } = writes(reader, usage)
  const total = reader.count(usage, 'totalTokens')
  const sum = input + output
  if (total !== null && total !== sum && total !== sum + cacheRead + short + long) {
    reader.fault('TOTAL_MISMATCH', `totalTokens is ${total}, but its parts make ${sum + cacheRead + short + long}.`)
  }
  return normalised(
    { input, cacheRead, cacheWrite5m: short, cacheWrite1h: long, output, reasoning: 0n },
    [],
    input + cacheRead + short + long,
    { serviceTier: reader.text(usage, 'serviceTier') },
  )
}

/** `cacheDetails` lists writes by how long they live; what it does not list is written for 5 minutes. */
function writes(reader: UsageReader, usage: UsageObject): { short: bigint; long: bigint } {
  const details = usage.cacheDetails
  let short = 0n
  let long = 0n
  if (Array.isArray(details)) {
    for (const item of details as unknown[]) {
      if (typeof item !== 'object' || item === null) {
        reader.fault('USAGE_MALFORMED', 'cacheDetails is not a list of {ttl, inputTokens}.')
        continue
      }
      const count = reader.detail(item as UsageObject, 'inputTokens')
      if ((item as UsageObject).ttl === '1h') long += count
      else short += count
    }
  }
  const stated = reader.count(usage, 'cacheWriteInputTokens', 'cacheWriteInputTokenCount')
  const total = stated === null ? short + long : stated
  return { short: short + reader.rest(total, short + long, 'cacheDetails is more than cacheWriteInputTokens.'), long }
}

export const bedrockEmbeddings: UsageShape = (reader, usage) => {
  const input = reader.required(usage, 'inputTextTokenCount', 'inputTokenCount', 'inputTokens', 'input_tokens')
  return normalised({ input, cacheRead: 0n, cacheWrite5m: 0n, cacheWrite1h: 0n, output: 0n, reasoning: 0n }, [], input)
}
