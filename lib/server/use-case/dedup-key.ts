/** The key by which two rows are the same call, from the identity that the duplicate policy gives them. */
import 'server-only'
import { hash } from 'node:crypto'
import type { Identity, UsageRecord } from '../../core/usage/record'

type Identified = Pick<UsageRecord, 'host' | 'identity'>

/** Makes keys; identities of one file mostly differ in their last part alone, so the text before it is kept. */
export class DedupKeys {
  private known: Identified | null = null
  private knownText = ''

  /**
   * Length-prefixed, so that ("a-b","c") and ("a","b-c") differ; 128 bits of it are the key. As latin1 text, one character
   * a byte: asking the hash for a Buffer costs three times what the hashing does.
   */
  of(record: Identified): string {
    const { kind, parts } = record.identity
    // A record of an export of ours comes with the key it was stored under.
    if (kind === 'stored') return Buffer.from((parts[0] as string).replaceAll('-', ''), 'hex').toString('latin1')
    return hash('sha256', this.textOf(record), 'binary')
  }

  private textOf(record: Identified): string {
    const { host, identity } = record
    const last = identity.parts.length - 1
    if (this.known === null || this.known.host !== host || !differInLast(this.known.identity, identity)) {
      let text = `${identity.kind}:${host.length}:${host}`
      for (let place = 0; place < last; place += 1) text += `:${partText(identity, place)}`
      this.known = { host, identity }
      this.knownText = text
    }
    return last < 0 ? this.knownText : `${this.knownText}:${partText(identity, last)}`
  }
}

function partText({ parts }: Identity, place: number): string {
  const part = parts[place] as string
  return `${part.length}:${part}`
}

function differInLast(one: Identity, other: Identity): boolean {
  const { length } = one.parts
  if (one.kind !== other.kind || length !== other.parts.length) return false
  for (let place = 0; place < length - 1; place += 1) if (one.parts[place] !== other.parts[place]) return false
  return true
}
