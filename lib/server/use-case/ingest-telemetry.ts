/** Takes an OTLP export request: its model calls are committed when this returns, or nothing is. */
import 'server-only'
import { readOtlpRequest } from '../../core/source/otlp-request'
import { authorise, type Principal } from '../auth/principal'
import { pool } from '../db/pool'
import { keepAround, knownAround } from '../db/span-around'
import { AppError } from '../errors'
import { ingestRows } from './ingest-rows'

const MAX_MODEL_CALLS = 10_000
const SHOWN_REASONS = 3

export interface TelemetryInput {
  readonly signal: 'traces' | 'logs'
  readonly encoding: 'protobuf' | 'json'
  /** Without compression. */
  readonly body: Uint8Array
}

export interface TelemetryReply {
  /** Spans or log records of model calls that were refused; the others are stored. */
  readonly rejected: number
  /** Why, empty when none was. */
  readonly message: string
}

/** Throws INVALID_REQUEST for a body that is no such request, TOO_LARGE for too many calls, UNAVAILABLE to be sent again. */
export async function ingestTelemetry(principal: Principal, input: TelemetryInput): Promise<TelemetryReply> {
  authorise(principal, 'ingest.write')
  const nowMs = Date.now()
  const read = readOtlpRequest({ ...input, nowMs })
  if (!read.ok) {
    const { code, message, remedy } = read.error
    throw new AppError('INVALID_REQUEST', message, { reason: code, remedy })
  }
  const { workspaceId } = principal
  const known = await knownAround(pool(), workspaceId, read.value.spans)
  const { rows, around } = read.value.rows(known)
  if (rows.length === 0) {
    await keepAround(pool(), workspaceId, around)
    return { rejected: 0, message: '' }
  }
  if (rows.length > MAX_MODEL_CALLS) {
    throw new AppError('TOO_LARGE', `A request takes at most ${MAX_MODEL_CALLS} model calls. Nothing was kept.`, {
      remedy: 'Set send_batch_max_size of the collector’s batch processor to 8192.',
    })
  }
  const source = { name: 'OTLP', format: 'otlp-json' }
  const { rejected, errors } = await ingestRows(
    principal,
    { rows, bytes: input.body.byteLength, nowMs, source },
    { recall: async () => null, keep: (connection) => keepAround(connection, workspaceId, around) },
  )
  const shown = errors.slice(0, SHOWN_REASONS).map(({ index, message }) => `model call ${index + 1}: ${message}`)
  const more = errors.length > SHOWN_REASONS ? [`and ${errors.length - SHOWN_REASONS} more`] : []
  return { rejected, message: [...shown, ...more].join(' ') }
}
