/**
 * Claude Code analytics of Anthropic's Admin API: one record an actor, day and terminal, split by model. Costs are
 * estimates in cents. It repeats what the usage report holds, so it belongs to another source than that; usage under a
 * subscription is not billed by tokens and is marked so.
 */
import { formatScaled, parseScaled } from '../../money/decimal'
import { DAY_MS } from '../../time/instant'
import type { UsageRecord } from '../../usage/record'
import { buildRecord, sortedTags, textOrNull } from '../build-record'
import type { JsonDialect } from '../dialect'
import { bucketIdentity } from '../identity'
import { isObject, type JsonObject } from '../json'
import { type JsonReading, listAt, objectAt, openObjects } from '../json-rows'
import { countIn, currencyOf, estimatedAmountOf, plainText, stop } from '../value'

export const claudeCodeAnalytics: JsonDialect = {
  kind: 'json',
  id: 'claude-code-analytics',
  title: 'Claude Code analytics (Admin API)',
  recognisedBy: 'Records with actor and model_breakdown.',
  envelopes: ['data'],
  recognise: (value) => (isObject(value) && 'actor' in value && Array.isArray(value.model_breakdown) ? '1' : null),
  explode(value) {
    if (!isObject(value)) return [value]
    return listAt(value, 'model_breakdown').map((part) =>
      isObject(part) ? { ...value, model_breakdown: null, part } : part,
    )
  },
  open: (options) => openObjects(options, (record, reading) => [modelRecord(record, reading)]),
}

function modelRecord(record: JsonObject, { instants }: JsonReading): UsageRecord {
  const part = objectAt(record, 'part')
  const model = textOrNull(part?.model)
  if (model === null) return stop('MISSING_MODEL', 'model', 'The part names no model.', 'Export the analytics again.')
  const startMs = instants.require(record.date, 'date')
  const tokens = objectAt(part, 'tokens')
  const none = 0n
  const count = (name: string) => countIn(tokens?.[name], `tokens.${name}`) ?? none
  const actor = objectAt(record, 'actor')
  const key = textOrNull(actor?.api_key_name)
  // Of a person's address only the name before the @ is kept.
  const person = textOrNull(actor?.email_address)
  const terminal = textOrNull(record.terminal_type) ?? ''
  const cost = objectAt(part, 'estimated_cost')
  const cents = estimatedAmountOf(cost?.amount, 'estimated_cost.amount')
  const scaled = cents === null ? null : parseScaled(`${cents}e-2`, 18)
  return buildRecord({
    identity: bucketIdentity(
      'claude-code-analytics',
      String(startMs),
      person ?? key ?? '',
      terminal,
      plainText(record.is_remote),
      textOrNull(record.customer_type) ?? '',
      textOrNull(record.subscription_type) ?? '',
      model,
    ),
    startMs,
    endMs: startMs + DAY_MS,
    host: 'anthropic',
    model,
    apiKey: key,
    user: person === null ? null : (person.split('@')[0] as string),
    requests: null,
    quantities: {
      input: count('input'),
      cacheRead: count('cache_read'),
      cacheWrite5m: count('cache_creation'),
      cacheWrite1h: none,
      output: count('output'),
      reasoning: none,
      other: null,
    },
    reportedCost: scaled?.ok
      ? {
          amount: formatScaled(scaled.value, 18),
          currency: currencyOf(textOrNull(cost?.currency) ?? '', 'estimated_cost.currency', 'USD'),
          kind: 'estimated',
        }
      : null,
    tags: sortedTags([
      ['claude_code.customer', textOrNull(record.customer_type) ?? ''],
      ['claude_code.terminal', terminal],
    ]),
  })
}
