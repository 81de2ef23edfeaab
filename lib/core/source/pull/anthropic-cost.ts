/** Anthropic's cost report: what was billed, by the day. Priority Tier cost is never in it. */
import { HOUR_MS } from '../../time/instant'
import { anthropicRequest, anthropicStart, anthropicUsage } from './anthropic-usage'
import { type PullSource, readBucketPage } from './pull-source'

export const anthropicCost: PullSource = {
  ...anthropicUsage,
  kind: 'anthropic-cost',
  title: 'Anthropic cost',
  layer: 'billed',
  format: 'anthropic-cost-api',
  documentation: {
    url: 'https://docs.claude.com/en/api/admin-api/usage-cost/get-cost-report',
    checkedOn: '2026-11-28',
  },
  daysAtOnce: 31,
  settlesMs: 6 * HOUR_MS,
  names: [
    'description',
    'workspace_id',
    'cost_type',
    'model',
    'context_window',
    'token_type',
    'service_tier',
    'inference_geo',
    'speed',
  ],
  headers: (key) => ({ 'x-api-key': key, 'anthropic-version': '2023-06-01' }),
  requests: (window) => [anthropicRequest('/organizations/cost_report', window, '1d', ['workspace_id', 'description'])],
  readPage: (text, request, window) => readBucketPage(text, request, window, anthropicStart),
}
