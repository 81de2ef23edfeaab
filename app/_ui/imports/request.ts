/** What the screen asks of the API: one place for the header that marks our own pages and for reading a refusal. */
import type { ImportView } from '../../../lib/core/report/import-view'
import { t } from '../messages/en'

/** A refusal in words: what happened and what to do. */
export interface Refusal {
  readonly what: string
  readonly remedy: string | null
}

/** No HTML form can send it, so a write that carries it came from a page of this server. */
export const OWN_PAGE_HEADER = 'x-tokentab'

/** Reads RFC 9457 problem+json; any other text gives a plain sentence, never a raw stack. */
export function refusalOf(text: string): Refusal {
  const body = parsed(text)
  if (typeof body === 'object' && body !== null && 'detail' in body && typeof body.detail === 'string') {
    const remedy = 'remedy' in body && typeof body.remedy === 'string' ? body.remedy : null
    return { what: body.detail, remedy }
  }
  return { what: t.imports.unreadableReply, remedy: t.imports.networkRemedy }
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not JSON: a proxy's page, or a reply that was cut off. The caller says so in words.
    return null
  }
}

/** An import as the API sent it; null for anything else. The members were written by our own server. */
export function importViewOf(value: unknown): ImportView | null {
  if (typeof value !== 'object' || value === null) return null
  return 'id' in value && 'status' in value && 'rows_read' in value ? (value as ImportView) : null
}

export async function fetchImport(id: string): Promise<ImportView | null> {
  const reply = await fetch(`/api/v1/imports/${encodeURIComponent(id)}`, { headers: { accept: 'application/json' } })
  return reply.ok ? importViewOf(parsed(await reply.text())) : null
}

/** Null when it was undone, else why not. */
export async function undoImport(id: string): Promise<Refusal | null> {
  try {
    const reply = await fetch(`/api/v1/imports/${encodeURIComponent(id)}`, {
      method: 'DELETE',
      headers: { [OWN_PAGE_HEADER]: '1' },
    })
    return reply.ok ? null : refusalOf(await reply.text())
  } catch {
    // fetch rejects only when no reply came.
    return { what: t.imports.networkLost, remedy: t.imports.networkRemedy }
  }
}
