/**
 * OpenAI's Usage API by the hour: one list for each kind of work. Grouped by every dimension that names a record, so that
 * a bucket is the same one whichever way it comes. Bytes of vector stores are left to the costs: they are no usage by call.
 */
import { HOUR_MS, type InstantMs, type Period } from '../../time/instant'
import type { JsonObject } from '../json'
import { bucketsOf, type PullRequest, type PullSource, readBucketPage } from './pull-source'

const PLAIN = ['project_id', 'user_id', 'api_key_id', 'model']
const LISTS: readonly (readonly [name: string, groups: readonly string[]])[] = [
  ['completions', [...PLAIN, 'batch', 'service_tier']],
  ['embeddings', PLAIN],
  ['moderations', PLAIN],
  ['images', [...PLAIN, 'source', 'size']],
  ['audio_speeches', PLAIN],
  ['audio_transcriptions', PLAIN],
  ['code_interpreter_sessions', ['project_id']],
  ['file_search_calls', ['project_id', 'user_id', 'api_key_id']],
  ['web_search_calls', PLAIN],
]

export const openaiUsage: PullSource = {
  kind: 'openai-usage',
  title: 'OpenAI usage',
  layer: 'usage',
  format: 'openai-usage-api',
  baseUrl: 'https://api.openai.com/v1',
  keyHint: 'sk-admin-…',
  keyUrl: 'https://platform.openai.com/settings/organization/admin-keys',
  documentation: { url: 'https://platform.openai.com/docs/api-reference/usage', checkedOn: '2026-11-28' },
  daysAtOnce: 7,
  reachDays: null,
  tellsToday: true,
  settlesMs: HOUR_MS,
  names: ['object', ...PLAIN, 'batch', 'service_tier', 'source', 'size'],
  headers: (key) => ({ authorization: `Bearer ${key}` }),
  requests: (window) =>
    LISTS.map(([name, groups]) => openaiRequest(`/organization/usage/${name}`, window, '1h', groups)),
  readPage: (text, request, window) => readBucketPage(text, request, window, openaiStart),
}

const WIDTHS = { '1h': HOUR_MS, '1d': 24 * HOUR_MS } as const

export function openaiRequest(
  path: string,
  window: Period,
  width: keyof typeof WIDTHS,
  groups: readonly string[],
): PullRequest {
  return {
    path,
    query: [
      ['start_time', String(window.startMs / 1_000)],
      ['end_time', String(window.endMs / 1_000)],
      ['bucket_width', width],
      ...groups.map((group) => ['group_by[]', group] as const),
      ['limit', bucketsOf(window, WIDTHS[width])],
    ],
    pageParameter: 'page',
  }
}

/** Seconds since 1970, whole. */
export function openaiStart({ start_time: start }: JsonObject): InstantMs | null {
  return typeof start === 'number' && Number.isSafeInteger(start) ? start * 1_000 : null
}
