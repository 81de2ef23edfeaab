/**
 * Usage events of Cursor's dashboard. The four counts are disjoint: input that was written to a cache, other input, input read from a
 * cache, output; where a total is told, they make it. Events have no id. What a plan includes is told with what it would cost, which
 * is an estimate; what is charged on demand is billed. Calls under one's own key are billed by whoever gave the key.
 */
import type { ReportedCost, UsageRecord } from '../usage/record'
import { buildRecord, promptOf, sortedTags, UNKNOWN_MODEL } from './build-record'
import type { ContentIdentities } from './identity'
import type { InstantReader } from './value'
import { stop } from './value'

export interface CursorEvent {
  readonly time: string
  readonly kind: string
  readonly model: string
  readonly user: string
  readonly maxMode: boolean
  readonly input: bigint | null
  readonly written: bigint | null
  readonly read: bigint | null
  readonly output: bigint | null
  readonly total: bigint | null
  /** Dollars; null where none is told. */
  readonly cost: string | null
}

interface Reading {
  readonly instants: InstantReader
  readonly contents: ContentIdentities
  readonly forcedHost: string | null
}

export function cursorRecord(event: CursorEvent, { instants, contents, forcedHost }: Reading): UsageRecord | null {
  const startMs = instants.require(event.time, 'Date')
  const counts = [event.input, event.written, event.read, event.output]
  const status = statusOf(event.kind)
  if (counts.every((count) => count === null)) {
    // What failed before it began counts nothing.
    if (status !== 'ok') return null
    return stop('NO_USAGE', 'Total Tokens', 'The event tells no tokens.', 'Export the events with their tokens.')
  }
  const none = 0n
  const [input, written, read, output] = counts.map((count) => count ?? none) as [bigint, bigint, bigint, bigint]
  const sum = input + written + read + output
  if (event.total !== null && event.total !== sum) {
    return stop(
      'INVALID_USAGE',
      'Total Tokens',
      `Total Tokens is ${event.total}, but its parts make ${sum}.`,
      'Export the events again.',
    )
  }
  const quantities = {
    input,
    cacheRead: read,
    cacheWrite5m: written,
    cacheWrite1h: none,
    output,
    reasoning: none,
    other: null,
  }
  const model = event.model === '' ? UNKNOWN_MODEL : event.model
  const isOwnKey = /api key/i.test(event.kind.replaceAll('_', ' '))
  return buildRecord({
    identity: contents.identity('cursor', String(startMs), model, [input, written, read, output].join(' ')),
    startMs,
    host: forcedHost ?? (isOwnKey ? 'unknown' : 'cursor'),
    model,
    user: event.user === '' ? null : event.user,
    requests: 1n,
    quantities,
    promptTokens: promptOf(quantities),
    status,
    reportedCost: costOf(event),
    tags: sortedTags([
      ['cursor.kind', event.kind],
      ['cursor.max_mode', event.maxMode ? 'yes' : ''],
    ]),
  })
}

function statusOf(kind: string): UsageRecord['status'] {
  if (/^(?:USAGE_EVENT_KIND_)?errored/i.test(kind)) return 'error'
  return /^(?:USAGE_EVENT_KIND_)?aborted/i.test(kind) ? 'cancelled' : 'ok'
}

function costOf({ kind, cost }: CursorEvent): ReportedCost | null {
  if (cost === null) return null
  const isCharged = /^(?:USAGE_EVENT_KIND_)?(?:on.demand|usage.based)/i.test(kind)
  return { amount: cost, currency: 'USD', kind: isCharged ? 'billed' : 'estimated' }
}
