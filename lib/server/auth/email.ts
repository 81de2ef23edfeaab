/** E-mail addresses as names of accounts. */
import 'server-only'
import { z } from 'zod'

const shape = z.email().max(254)

/**
 * The one spelling under which an address is stored and looked up: trimmed and lower case. Null when it is not a plain
 * ASCII address: look-alike characters (a full-width ＠, a Cyrillic а) must never name somebody else's account.
 */
export function normaliseEmail(text: string): string | null {
  const candidate = text.trim().toLowerCase()
  return shape.safeParse(candidate).success ? candidate : null
}
