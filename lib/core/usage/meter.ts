/**
 * Meters: what a host counts and bills. Quantities of one record are disjoint: a token is in exactly one meter,
 * except `reasoning`, which is the part of `output` spent thinking and is billed apart only where a price entry says so.
 */

/** Token classes every dialect fills. `input` is uncached text input; `output` includes reasoning. */
export const CORE_METERS = ['input', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'output', 'reasoning'] as const

/** Further meters, kept apart from the core classes because most calls have none of them. Units in the name or comment. */
export const OTHER_METERS = [
  'input_audio', // tokens
  'input_image', // tokens
  'input_video', // tokens
  'cache_read_audio', // tokens
  'cache_read_image', // tokens
  'cache_read_video', // tokens
  'cache_write_audio', // tokens
  'cache_write_image', // tokens
  'output_audio', // tokens
  'output_image', // tokens
  'output_video', // tokens
  'output_citation', // tokens
  'requests', // calls, where a host bills the call itself
  'web_search', // searches
  'web_fetch', // fetches
  'file_search', // calls
  'code_execution', // sessions or calls, as the host counts
  'grounding', // grounded prompts
  'storage_search', // searches
  'attachment_search', // calls
  'x_search', // calls
  'x_posts', // posts fetched
  'x_profiles', // profiles fetched
  'search_sources', // sources read, where a host bills these and not the search
  'input_audio_seconds',
  'output_audio_seconds',
  'audio_seconds',
  'video_seconds',
  'input_video_seconds',
  'images',
  'input_images',
  'pixels',
  'input_pixels',
  'pages',
  'annotated_pages',
  'characters',
  'input_characters',
  'output_characters',
  'search_units',
  'classifications',
  'storage_token_hours',
  'text_messages',
  'compute_seconds',
  'credits', // units a host sells in advance and counts itself
] as const

export type CoreMeter = (typeof CORE_METERS)[number]
export type OtherMeter = (typeof OTHER_METERS)[number]
export type Meter = CoreMeter | OtherMeter

const ALL = new Set<string>([...CORE_METERS, ...OTHER_METERS])

export function isMeter(name: string): name is Meter {
  return ALL.has(name)
}

/** Meters whose unit is a token: what "tokens" means in coverage and on screens. */
export function isTokenMeter(meter: Meter): boolean {
  return (
    meter === 'input' ||
    meter === 'output' ||
    /^(input|output)_(audio|image|video|citation)$/.test(meter) ||
    (meter.startsWith('cache_') && !meter.endsWith('_seconds'))
  )
}
