/** OpenRouter's activity: one day at a time, of the last 30 that are over. A list without pages. */
import { err, ok } from '../../result'
import { HOUR_MS } from '../../time/instant'
import { isObject } from '../json'
import { listAt } from '../json-rows'
import { dayOf, type PulledRecord, type PullSource, parsePage } from './pull-source'

export const openrouterActivity: PullSource = {
  kind: 'openrouter-activity',
  title: 'OpenRouter activity',
  layer: 'usage',
  format: 'openrouter-api',
  baseUrl: 'https://openrouter.ai/api/v1',
  keyHint: 'sk-or-v1-…',
  keyUrl: 'https://openrouter.ai/settings/management-keys',
  documentation: {
    url: 'https://openrouter.ai/docs/api/api-reference/analytics/get-user-activity-grouped-by-endpoint',
    checkedOn: '2026-11-28',
  },
  daysAtOnce: 1,
  reachDays: 30,
  tellsToday: false,
  settlesMs: HOUR_MS,
  names: ['date', 'model', 'model_permaslug', 'endpoint_id', 'workspace_id'],
  headers: (key) => ({ authorization: `Bearer ${key}` }),
  requests: (window) => [{ path: '/activity', query: [['date', dayOf(window.startMs)]], pageParameter: null }],
  readPage(text, _request, window) {
    const page = parsePage(text)
    if (!page.ok) return page
    const wanted = dayOf(window.startMs)
    const records: PulledRecord[] = []
    for (const [index, row] of listAt(page.value.value, 'data').entries()) {
      const date = isObject(row) && typeof row.date === 'string' ? row.date.slice(0, 10) : null
      if (date === null) return err('A row of the answer has no date.')
      if (date !== wanted) continue
      const text = page.value.texts[index] as string
      records.push({ key: `${wanted} ${index}`, day: wanted, text, isEmpty: false })
    }
    return ok({ records, next: null })
  },
}
