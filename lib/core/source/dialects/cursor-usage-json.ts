/**
 * Usage events as Cursor's Admin API (`/teams/filtered-usage-events`) and the service behind its dashboard answer them. What they mean:
 * `../cursor.ts`. Costs are in cents.
 */
import { formatScaled, parseScaled } from '../../money/decimal'
import { textOrNull } from '../build-record'
import { cursorRecord } from '../cursor'
import type { JsonDialect } from '../dialect'
import { isObject, type JsonValue } from '../json'
import { objectAt, openObjects } from '../json-rows'
import { countIn, estimatedAmountOf } from '../value'

export const cursorUsageJson: JsonDialect = {
  kind: 'json',
  id: 'cursor-usage-json',
  title: 'Cursor usage events (API)',
  recognisedBy:
    'Objects with timestamp, model and tokenUsage {inputTokens, cacheWriteTokens, cacheReadTokens, outputTokens}.',
  envelopes: ['usageEvents', 'usageEventsDisplay'],
  recognise(value) {
    if (!isObject(value) || !('timestamp' in value) || !('model' in value)) return null
    const usage = objectAt(value, 'tokenUsage')
    const isOfCursor = ['kind', 'chargedCents', 'isTokenBasedCall', 'requestsCosts'].some((key) => key in value)
    return usage !== null && 'inputTokens' in usage && 'outputTokens' in usage && isOfCursor ? '1' : null
  },
  open: (options) =>
    openObjects(options, (event, { instants, contents }) => {
      const usage = objectAt(event, 'tokenUsage')
      const count = (name: string) => countIn(usage?.[name], `tokenUsage.${name}`)
      const kind = textOrNull(event.kind) ?? ''
      const record = cursorRecord(
        {
          time: textOrNull(event.timestamp) ?? '',
          kind,
          model: textOrNull(event.model) ?? '',
          user: textOrNull(event.userEmail) ?? '',
          maxMode: event.maxMode === true,
          input: count('inputTokens'),
          written: count('cacheWriteTokens'),
          read: count('cacheReadTokens'),
          output: count('outputTokens'),
          total: null,
          cost: dollarsOf(event.chargedCents ?? null) ?? dollarsOf(usage?.totalCents ?? null),
        },
        { instants, contents, forcedHost: options.host },
      )
      return record === null ? [] : [record]
    }),
}

function dollarsOf(value: JsonValue): string | null {
  const cents = estimatedAmountOf(value, 'chargedCents')
  const scaled = cents === null ? null : parseScaled(`${cents}e-2`, 20)
  return scaled?.ok ? formatScaled(scaled.value, 20) : null
}
