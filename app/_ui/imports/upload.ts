/** One file to the server: raw body by XMLHttpRequest, because only it tells how many bytes of an upload are gone. */
import { t } from '../messages/en'
import { OWN_PAGE_HEADER, parsed, type Refusal, refusalOf } from './request'

/** Above this the file is not hashed in the browser: it would have to be in memory as a whole. */
const HASHED_BYTES_MAX = 256 * 1024 * 1024

export interface UploadHandlers {
  readonly onHashing: () => void
  readonly onSent: (bytes: number) => void
  readonly onAccepted: (id: string) => void
  readonly onRefused: (refusal: Refusal) => void
}

/** Returns the function that stops it. Exactly one of onAccepted and onRefused is called, unless it is stopped. */
export function uploadFile(file: File, handlers: UploadHandlers): () => void {
  const request = new XMLHttpRequest()
  let stopped = false
  const send = (sha256: string | null) => {
    if (stopped) return
    const query = new URLSearchParams({ filename: file.name })
    if (sha256 !== null) query.set('sha256', sha256)
    request.open('POST', `/api/v1/imports?${query}`)
    request.setRequestHeader(OWN_PAGE_HEADER, '1')
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.upload.onprogress = (event) => handlers.onSent(event.loaded)
    request.onload = () => {
      const body = parsed(request.responseText)
      const id = typeof body === 'object' && body !== null && 'id' in body ? body.id : null
      if (request.status < 300 && typeof id === 'string') handlers.onAccepted(id)
      else handlers.onRefused(refusalOf(request.responseText))
    }
    request.onerror = () => handlers.onRefused({ what: t.imports.networkLost, remedy: t.imports.networkRemedy })
    request.send(file)
  }
  handlers.onHashing()
  digest(file).then(send)
  return () => {
    stopped = true
    request.abort()
  }
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
