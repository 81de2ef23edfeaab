/**
 * Anthropic's usage report for the Messages API by the hour. Speed is asked for, because fast calls have prices of their
 * own; that grouping needs the beta header.
 */
import { HOUR_MS, type InstantMs, isoOf, type Period, parseInstant } from '../../time/instant'
import type { JsonObject } from '../json'
import { bucketsOf, type PullRequest, type PullSource, readBucketPage } from './pull-source'

const GROUPS = ['api_key_id', 'workspace_id', 'model', 'service_tier', 'context_window', 'inference_geo', 'speed']

export const anthropicUsage: PullSource = {
  kind: 'anthropic-usage',
  title: 'Anthropic usage',
  layer: 'usage',
  format: 'anthropic-usage-api',
  baseUrl: 'https://api.anthropic.com/v1',
  keyHint: 'sk-ant-admin…',
  keyUrl: 'https://platform.claude.com/settings/admin-keys',
  documentation: {
    url: 'https://platform.claude.com/docs/en/api/admin/usage_report/retrieve_messages',
    checkedOn: '2026-11-28',
  },
  daysAtOnce: 7,
  reachDays: null,
  tellsToday: true,
  settlesMs: HOUR_MS,
  names: [...GROUPS, 'account_id', 'service_account_id'],
  headers: (key) => ({
    'x-api-key': key,
    'anthropic-version': '2023-06-01',
    'anthropic-beta': 'fast-mode-2026-02-01',
  }),
  requests: (window) => [anthropicRequest('/organizations/usage_report/messages', window, '1h', GROUPS)],
  readPage: (text, request, window) => readBucketPage(text, request, window, anthropicStart),
}

const WIDTHS = { '1h': HOUR_MS, '1d': 24 * HOUR_MS } as const

export function anthropicRequest(
  path: string,
  window: Period,
  width: keyof typeof WIDTHS,
  groups: readonly string[],
): PullRequest {
  return {
    path,
    query: [
      ['starting_at', isoOf(window.startMs)],
      ['ending_at', isoOf(window.endMs)],
      ['bucket_width', width],
      ...groups.map((group) => ['group_by[]', group] as const),
      ['limit', bucketsOf(window, WIDTHS[width])],
    ],
    pageParameter: 'page',
  }
}

export function anthropicStart({ starting_at: start }: JsonObject): InstantMs | null {
  const read = typeof start === 'string' ? parseInstant(start, 'refuse') : null
  return read?.ok === true ? read.value : null
}
