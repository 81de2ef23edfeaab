/** What the mapping step asks of the API. */
import type { MappingDraft } from '../../../lib/core/source/mapping/draft'
import type { MappingSpec } from '../../../lib/core/source/mapping/spec'
import { t } from '../messages/en'
import { OWN_PAGE_HEADER, parsed, type Refusal, refusalOf } from './request'

type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal }

/** What a mapping makes of the file's first rows. */
export async function previewMapping(importId: string, spec: MappingSpec): Promise<Answer<MappingDraft>> {
  return await send<MappingDraft>('POST', importId, { spec }, 'questions')
}

/** Saves the mapping; the import goes on when it waited for one. */
export async function applyMapping(
  importId: string,
  name: string,
  spec: MappingSpec,
): Promise<Answer<{ readonly queued: boolean }>> {
  return await send<{ readonly queued: boolean }>('PUT', importId, { name, spec }, 'queued')
}

/** The reply was written by our own server; `member` tells it from a proxy's page. */
async function send<T>(method: 'POST' | 'PUT', importId: string, body: object, member: string): Promise<Answer<T>> {
  let text: string
  let isFine: boolean
  try {
    const reply = await fetch(`/api/v1/imports/${encodeURIComponent(importId)}/mapping`, {
      method,
      headers: { 'content-type': 'application/json', [OWN_PAGE_HEADER]: '1' },
      body: JSON.stringify(body),
    })
    isFine = reply.ok
    text = await reply.text()
  } catch {
    // fetch rejects only when no reply came.
    return { ok: false, refusal: { what: t.imports.networkLost, remedy: t.imports.networkRemedy } }
  }
  const value = parsed(text)
  if (isFine && typeof value === 'object' && value !== null && member in value) return { ok: true, value: value as T }
  return { ok: false, refusal: refusalOf(text) }
}
