/**
 * LiteLLM's days as JSON: rows of its daily tables, and its report of activity (`/user/daily/activity` and the like), whose
 * breakdowns by model, key and provider tell the same spend each: by model and key is read. What fields mean:
 * `litellm-daily-csv.ts`.
 */
import { textOrNull } from '../build-record'
import type { JsonDialect } from '../dialect'
import { isObject, type JsonObject } from '../json'
import { objectAt, openObjects } from '../json-rows'
import { countIn } from '../value'
import { dailyRecord } from './litellm-daily-csv'

export const litellmDailyJson: JsonDialect = {
  kind: 'json',
  id: 'litellm-daily-json',
  title: 'LiteLLM daily spend (JSON)',
  recognisedBy:
    'Objects with date, custom_llm_provider, api_requests and spend, or a date with metrics and a breakdown of models.',
  envelopes: ['data', 'results'],
  recognise(value) {
    if (!isObject(value)) return null
    if (['date', 'custom_llm_provider', 'api_requests', 'spend'].every((key) => key in value)) return '1'
    return isActivity(value) ? 'activity' : null
  },
  explode: (value) => (isObject(value) && isActivity(value) ? daysOf(value) : [value]),
  open: (options) =>
    openObjects(options, (row, { instants }) => [
      dailyRecord(
        { text: (name) => textOrNull(row[name]) ?? '', count: (name) => countIn(row[name], name) },
        instants,
        options,
      ),
    ]),
}

function isActivity(value: JsonObject): boolean {
  return 'date' in value && isObject(value.metrics) && objectAt(value, 'breakdown', 'models') !== null
}

/** A day's activity as rows of the daily table: one for every model and key. */
function daysOf(day: JsonObject): readonly JsonObject[] {
  const providers = Object.keys(objectAt(day, 'breakdown', 'providers') ?? {})
  // Which provider served which model is told only where there was one.
  const provider = providers.length === 1 ? (providers[0] as string) : null
  return Object.entries(objectAt(day, 'breakdown', 'models') ?? {}).flatMap(([model, told]) => {
    const slash = model.indexOf('/')
    const common = {
      date: day.date ?? null,
      model: slash > 0 ? model.slice(slash + 1) : model,
      custom_llm_provider: provider ?? (slash > 0 ? model.slice(0, slash) : ''),
    }
    const keys = Object.entries(objectAt(told, 'api_key_breakdown') ?? {})
    if (keys.length === 0) return [{ ...objectAt(told, 'metrics'), ...common }]
    return keys.map(([key, part]) => ({
      ...objectAt(part, 'metrics'),
      ...common,
      api_key: textOrNull(objectAt(part, 'metadata')?.key_alias) ?? key,
      team_id: objectAt(part, 'metadata')?.team_id ?? null,
    }))
  })
}
