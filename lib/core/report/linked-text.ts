/** A text that names web addresses among its words, cut so that each address can be followed. */

export interface TextPart {
  readonly text: string
  /** The whole address, where the part is one; `text` is then its host, its first names and its last ones. */
  readonly href: string | null
}

const ADDRESS = /https?:\/\/\S+/g
/** What ends a sentence or a list, not the address before it. */
const AFTER = /[;,.:)]+$/
const LONG = 56

export function linkedText(text: string): TextPart[] {
  const parts: TextPart[] = []
  let end = 0
  for (const match of text.matchAll(ADDRESS)) {
    const href = match[0].replace(AFTER, '')
    if (match.index > end) parts.push({ text: text.slice(end, match.index), href: null })
    parts.push({ text: shortAddress(href), href })
    end = match.index + href.length
  }
  if (end < text.length) parts.push({ text: text.slice(end), href: null })
  return parts
}

/** "https://github.com/owner/name/blob/744d01…/a/b/README.md" is "github.com/owner/name/…/b/README.md". */
function shortAddress(href: string): string {
  const bare = href.replace(/^https?:\/\/(www\.)?/, '').replace(/\/$/, '')
  const names = bare.split('/')
  if (bare.length <= LONG || names.length < 6) return bare
  return [...names.slice(0, 3), '…', ...names.slice(-2)].join('/')
}
