/** OpenAI's Costs API: what was billed, by the day. The last days are still added to when they are over. */
import { HOUR_MS } from '../../time/instant'
import { openaiRequest, openaiStart, openaiUsage } from './openai-usage'
import { type PullSource, readBucketPage } from './pull-source'

export const openaiCosts: PullSource = {
  ...openaiUsage,
  kind: 'openai-costs',
  title: 'OpenAI costs',
  layer: 'billed',
  format: 'openai-costs-api',
  documentation: { url: 'https://platform.openai.com/docs/api-reference/usage/costs', checkedOn: '2026-11-28' },
  daysAtOnce: 31,
  settlesMs: 6 * HOUR_MS,
  names: ['line_item', 'organization_id', 'project_id', 'api_key_id', 'user_id'],
  requests: (window) => [openaiRequest('/organization/costs', window, '1d', ['project_id', 'line_item', 'api_key_id'])],
  readPage: (text, request, window) => readBucketPage(text, request, window, openaiStart),
}
