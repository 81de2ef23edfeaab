/** Rows of LiteLLM's daily tables as JSON. What they mean: `litellm-daily-csv.ts`. */
import { textOrNull } from '../build-record'
import type { JsonDialect } from '../dialect'
import { isObject } from '../json'
import { openObjects } from '../json-rows'
import { countIn } from '../value'
import { dailyRecord } from './litellm-daily-csv'

export const litellmDailyJson: JsonDialect = {
  kind: 'json',
  id: 'litellm-daily-json',
  title: 'LiteLLM daily spend (JSON)',
  recognisedBy: 'Objects with date, custom_llm_provider, api_requests and spend.',
  envelopes: ['data'],
  recognise: (value) =>
    isObject(value) && ['date', 'custom_llm_provider', 'api_requests', 'spend'].every((key) => key in value)
      ? '1'
      : null,
  open: (options) =>
    openObjects(options, (row, { instants }) => [
      dailyRecord(
        { text: (name) => textOrNull(row[name]) ?? '', count: (name) => countIn(row[name], name) },
        instants,
        options,
      ),
    ]),
}
