/**
 * xAI's fees beside tokens: its usage object counts the tools that its servers ran (https://docs.x.ai/developers/pricing and
 * https://docs.x.ai/developers/tools/tool-usage-details, checked 2026-11-29).
 */
import type { OtherMeter } from '../meter'
import type { UsageObject, UsageReader } from './usage-reader'

/** Calls to remote MCP servers are not here: they cost their tokens alone. */
const CALLS: readonly (readonly [key: string, meter: OtherMeter])[] = [
  ['web_search_calls', 'web_search'],
  ['code_interpreter_calls', 'code_execution'],
  ['file_search_calls', 'file_search'],
  ['document_search_calls', 'attachment_search'],
  ['image_generation_calls', 'images'],
]

export function xaiTools(reader: UsageReader, usage: UsageObject): readonly (readonly [OtherMeter, bigint])[] {
  const details = reader.object(usage, 'server_side_tool_usage_details')
  // Live Search billed each source; the tools that followed it bill their calls, whatever sources those read.
  if (details === null) return [['search_sources', reader.detail(usage, 'num_sources_used')]]
  const posts = reader.count(details, 'x_posts_fetched')
  const profiles = reader.count(details, 'x_users_fetched')
  const searchesX: readonly (readonly [OtherMeter, bigint])[] =
    posts === null && profiles === null
      ? [['x_search', reader.detail(details, 'x_search_calls')]]
      : [
          ['x_posts', posts === null ? 0n : posts],
          ['x_profiles', profiles === null ? 0n : profiles],
        ]
  return [...CALLS.map(([key, meter]) => [meter, reader.detail(details, key)] as const), ...searchesX]
}
