/**
 * The analytics log of aider (`--analytics-log`): one event a message, with the model as LiteLLM names it. The prompt includes what was
 * cached, and the cached part is not told: a price computed from it is an upper bound. `cost` is LiteLLM's estimate in dollars, zero where
 * it knows no price.
 */
import { buildRecord, sortedTags, textOrNull, UNKNOWN_MODEL } from '../build-record'
import type { JsonDialect } from '../dialect'
import { isObject, type JsonObject } from '../json'
import { objectAt, openObjects } from '../json-rows'
import { liteLlmHost } from '../litellm'
import { usageOf } from '../response'
import { estimatedAmountOf } from '../value'

export const aiderJsonl: JsonDialect = {
  kind: 'json',
  id: 'aider-jsonl',
  title: 'aider analytics log',
  recognisedBy: 'Events named message_send whose properties have prompt_tokens.',
  envelopes: [],
  recognise: (value) => (sentIn(value) === null ? null : '1'),
  open: (options) =>
    openObjects(options, (event, { instants, contents }) => {
      const sent = sentIn(event)
      if (sent === null) return []
      const model = textOrNull(sent.main_model) ?? UNKNOWN_MODEL
      const { quantities, promptTokens, requests } = usageOf('any.chat', countsOf(sent), model)
      const startMs = instants.require(event.time, 'time')
      const cost = estimatedAmountOf(sent.cost ?? null, 'cost')
      const provider = model.includes('/') ? model.slice(0, model.indexOf('/')) : ''
      return [
        buildRecord({
          identity: contents.identity('aider', String(startMs), model, `${quantities.input} ${quantities.output}`),
          startMs,
          host: options.host ?? liteLlmHost(provider),
          model,
          requests,
          quantities,
          promptTokens,
          reportedCost: cost === null || cost === '0' ? null : { amount: cost, currency: 'USD', kind: 'estimated' },
          tags: sortedTags([['aider.edit_format', textOrNull(sent.edit_format) ?? '']]),
        }),
      ]
    }),
}

function sentIn(event: unknown): JsonObject | null {
  if (!isObject(event) || event.event !== 'message_send' || !('time' in event)) return null
  const sent = objectAt(event, 'properties')
  return sent !== null && 'prompt_tokens' in sent ? sent : null
}

function countsOf({ prompt_tokens, completion_tokens, total_tokens }: JsonObject): JsonObject {
  return {
    prompt_tokens: prompt_tokens ?? null,
    completion_tokens: completion_tokens ?? null,
    total_tokens: total_tokens ?? null,
  }
}
