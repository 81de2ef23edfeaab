/** What the screens of sign-in and settings ask of the server. */
import { t } from '../messages/en'

/** `code` is the closed code of a refusal; empty when no reply could be read. */
export type Reply =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly why: string; readonly code: string }

function readBody(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    // Not JSON: a proxy's page, or a reply that was cut off.
    return null
  }
}

/** Sends JSON from our own page. A refusal comes back as one sentence: what happened and what to do. */
export async function ask(method: 'POST' | 'PATCH' | 'DELETE', path: string, body: object = {}): Promise<Reply> {
  let reply: Response
  let text: string
  try {
    reply = await fetch(path, {
      method,
      headers: { 'content-type': 'application/json', 'x-tokentab': '1' },
      body: JSON.stringify(body),
    })
    text = await reply.text()
  } catch {
    // Rejects only when no reply came, or not the whole of one: what was asked may have been done all the same.
    return { ok: false, why: t.account.networkLost, code: '' }
  }
  const value = readBody(text)
  if (value === null) return { ok: false, why: t.account.unreadable, code: '' }
  if (reply.ok) return { ok: true, body: value }
  const said = [value.detail, value.remedy].filter((part) => typeof part === 'string')
  return {
    ok: false,
    why: said.length === 0 ? t.account.unreadable : said.join(' '),
    code: typeof value.code === 'string' ? value.code : '',
  }
}

/** The text of one member of a reply; empty when it is not there. */
export function textOf(body: unknown, name: string): string {
  const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined
  return typeof value === 'string' ? value : ''
}

/** The number in one member of a reply; null when it is not there. */
export function numberOf(body: unknown, name: string): number | null {
  const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined
  return typeof value === 'number' ? value : null
}
