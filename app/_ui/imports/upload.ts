/**
 * One file to the server, in parts (tus): a part that is lost is sent again, and the same file chosen again after a reload
 * goes on where it stopped.
 */
import type { DetailedError, PreviousUpload, Upload } from 'tus-js-client'
import { t } from '../messages/en'
import { OWN_PAGE_HEADER, parsed, type Refusal, refusalOf } from './request'

/** Above this the file is not hashed in the browser: it would have to be in memory as a whole. */
const HASHED_BYTES_MAX = 256 * 1024 * 1024
const PART_BYTES = 8 * 1024 * 1024
const ENDPOINT = '/api/v1/uploads'
/** Between tries without any progress: a server that restarts or a network that is away for a quarter of an hour. */
const RETRY_MS = [0, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 30_000, 30_000, ...Array<number>(13).fill(60_000)]

export interface UploadHandlers {
  readonly onHashing: () => void
  /** The import exists on the server, under this id, and `sent` of its bytes are there. */
  readonly onSent: (bytes: number, id: string | null) => void
  /** The connection is lost; it goes on by itself. */
  readonly onWaiting: () => void
  readonly onAccepted: (id: string) => void
  readonly onRefused: (refusal: Refusal) => void
}

/** Uploads of this page that are under way: a second copy of the same file must not continue the first one's. */
const active = new Set<string>()

/** Returns the function that stops it and drops what arrived. Exactly one of onAccepted and onRefused is called, unless it is stopped. */
export function uploadFile(file: File, handlers: UploadHandlers): () => void {
  let stopped = false
  let upload: Upload | null = null
  const begin = async () => {
    const tus = await import('tus-js-client')
    handlers.onHashing()
    const sha256 = await digest(file)
    if (stopped) return
    const made = new tus.Upload(file, {
      endpoint: ENDPOINT,
      chunkSize: PART_BYTES,
      retryDelays: RETRY_MS,
      headers: { [OWN_PAGE_HEADER]: '1' },
      metadata: { filename: file.name, ...(sha256 === null ? {} : { sha256 }) },
      removeFingerprintOnSuccess: true,
      onUploadUrlAvailable: () => {
        if (made.url !== null) active.add(made.url)
        handlers.onSent(0, idOf(made.url))
      },
      onProgress: (sent) => handlers.onSent(sent, idOf(made.url)),
      onShouldRetry: (error) => {
        if (isFinal(error)) return false
        handlers.onWaiting()
        return true
      },
      onSuccess: () => {
        active.delete(made.url ?? '')
        const id = idOf(made.url)
        if (id === null) handlers.onRefused({ what: t.imports.unreadableReply, remedy: t.imports.networkRemedy })
        else handlers.onAccepted(id)
      },
      onError: (error) => {
        active.delete(made.url ?? '')
        handlers.onRefused(refusalFrom(error))
      },
    })
    upload = made
    const earlier = (await made.findPreviousUploads()).findLast((one) => !active.has(urlOf(one)))
    if (stopped) return
    if (earlier !== undefined) {
      active.add(urlOf(earlier))
      made.resumeFromPreviousUpload(earlier)
    }
    made.start()
  }
  begin().catch(() => handlers.onRefused({ what: t.imports.networkLost, remedy: t.imports.networkRemedy }))
  return () => {
    stopped = true
    active.delete(upload?.url ?? '')
    // What cannot be told now, the server forgets by itself after some days.
    upload?.abort(true).catch(() => undefined)
  }
}

const urlOf = (upload: PreviousUpload) => ('uploadUrl' in upload ? String(upload.uploadUrl) : '')

/** Of "/api/v1/uploads/ID", absolute or not. */
function idOf(url: string | null): string | null {
  return url === null ? null : (url.split('/').at(-1) ?? null)
}

/** The server understood and refused; trying again would bring the same answer. */
function isFinal(error: Error | DetailedError): boolean {
  const reply = 'originalResponse' in error ? error.originalResponse : null
  if (reply === null || reply === undefined) return false
  const status = reply.getStatus()
  if (status === 409 || status === 423 || status === 429) return false
  if (status < 500) return true
  const body = parsed(reply.getBody())
  return typeof body === 'object' && body !== null && 'code' in body && body.code === 'DISK_FULL'
}

function refusalFrom(error: Error | DetailedError): Refusal {
  const reply = 'originalResponse' in error ? error.originalResponse : null
  if (reply === null || reply === undefined) return { what: t.imports.networkLost, remedy: t.imports.networkRemedy }
  return refusalOf(reply.getBody())
}

/** Hex SHA-256 of the file; null where the browser or the size forbids it. The server compares it with what arrived. */
async function digest(file: File): Promise<string | null> {
  if (file.size > HASHED_BYTES_MAX || globalThis.crypto?.subtle === undefined) return null
  try {
    const hash = await crypto.subtle.digest('SHA-256', await file.arrayBuffer())
    return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  } catch {
    // The file changed or vanished while it was read; the upload itself will say so.
    return null
  }
}
