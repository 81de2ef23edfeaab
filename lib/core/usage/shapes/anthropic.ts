/**
 * Anthropic's messages: input excludes what was read from or written to a cache; output includes thinking.
 * `iterations` repeats the same totals, or was billed beside them (`source/message-iterations.ts`): it is not added.
 */
import { normalised, type UsageShape } from './shape'

export const anthropicMessages: UsageShape = (reader, usage) => {
  const input = reader.required(usage, 'input_tokens')
  const output = reader.required(usage, 'output_tokens')
  const cacheRead = reader.detail(usage, 'cache_read_input_tokens')
  const breakdown = reader.object(usage, 'cache_creation')
  const short = reader.detail(breakdown, 'ephemeral_5m_input_tokens')
  const long = reader.detail(breakdown, 'ephemeral_1h_input_tokens')
  const stated = reader.count(usage, 'cache_creation_input_tokens')
  const written = stated === null ? short + long : stated
  // A breakdown smaller than its total leaves a remainder, which is billed as the default 5-minute write.
  const remainder = reader.rest(written, short + long, 'cache_creation is more than cache_creation_input_tokens.')
  const reasoning = reader.detail(reader.object(usage, 'output_tokens_details'), 'thinking_tokens', 'reasoning_tokens')
  reader.rest(output, reasoning, 'thinking_tokens is more than output_tokens.')
  const tools = reader.object(usage, 'server_tool_use')
  const geo = reader.text(usage, 'inference_geo')
  return normalised(
    { input, cacheRead, cacheWrite5m: short + remainder, cacheWrite1h: long, output, reasoning },
    [
      ['web_search', reader.detail(tools, 'web_search_requests')],
      ['web_fetch', reader.detail(tools, 'web_fetch_requests')],
      ['code_execution', reader.detail(tools, 'code_execution_requests')],
    ],
    input + cacheRead + written,
    {
      serviceTier: reader.text(usage, 'service_tier'),
      speed: reader.text(usage, 'speed'),
      region: geo === 'not_available' ? null : geo,
    },
  )
}
