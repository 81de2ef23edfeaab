/** OTLP/HTTP around the use-case: encodings of the request and of its reply. */
import 'server-only'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { encodePartialSuccess } from '../../core/source/otlp-protobuf'
import { AppError } from '../errors'
import { readBytes } from './body'
import { json } from './problem'

const MAX_BYTES = 10 * 1024 ** 2
const MAX_INFLATED_BYTES = 32 * 1024 ** 2
const PROTOBUF = 'application/x-protobuf'

export interface OtlpBody {
  readonly encoding: 'protobuf' | 'json'
  readonly body: Uint8Array
}

/** Throws UNSUPPORTED_TYPE for another type or compression, TOO_LARGE over the limits, INVALID_REQUEST for broken gzip. */
export async function readOtlpBody(request: Request): Promise<OtlpBody> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== PROTOBUF && type !== 'application/json') {
    throw new AppError('UNSUPPORTED_TYPE', `The body must be ${PROTOBUF} or application/json.`, {
      remedy: 'Set the exporter’s protocol to http/protobuf or http/json.',
    })
  }
  const encoding = type === PROTOBUF ? 'protobuf' : 'json'
  const compression = request.headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity'
  if (compression !== 'identity' && compression !== 'gzip') {
    throw new AppError('UNSUPPORTED_TYPE', 'The body may be compressed by gzip only.', {
      remedy: 'Set the exporter’s compression to gzip or none.',
    })
  }
  const sent = await readBytes(request, MAX_BYTES)
  return { encoding, body: compression === 'gzip' ? await inflated(sent) : sent }
}

async function inflated(bytes: Uint8Array): Promise<Uint8Array> {
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: MAX_INFLATED_BYTES })
  } catch (cause) {
    const { code } = cause as { code?: unknown }
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      throw new AppError('TOO_LARGE', `The body unpacks to more than ${MAX_INFLATED_BYTES} bytes. Nothing was kept.`, {
        reason: 'DECOMPRESSED_TOO_LARGE',
        remedy: 'Send smaller batches.',
      })
    }
    if (typeof code !== 'string' || !code.startsWith('Z_')) throw cause
    throw new AppError('INVALID_REQUEST', 'The body is not valid gzip.', { reason: 'BROKEN_ARCHIVE' })
  }
}

/** The reply of an export, in the encoding of its request. `rejectedName` is the JSON name of the rejected count. */
export function otlpReply(
  encoding: OtlpBody['encoding'],
  rejectedName: 'rejectedSpans' | 'rejectedLogRecords',
  { rejected, message }: { readonly rejected: number; readonly message: string },
): Response {
  if (encoding === 'protobuf') {
    const bytes = new Uint8Array(encodePartialSuccess(rejected, message))
    return new Response(bytes, { headers: { 'content-type': PROTOBUF } })
  }
  // An int64 is a string in OTLP/JSON.
  const partialSuccess = { [rejectedName]: String(rejected), errorMessage: message }
  return json(rejected === 0 ? {} : { partialSuccess })
}
