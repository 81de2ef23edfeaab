import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { sha256Hex } from '../../../lib/core/price/digest'
import type { PriceEntry } from '../../../lib/core/price/entry'
import { shippedBook } from '../../support/price-book'

const pinned = join(dirname(fileURLToPath(import.meta.url)), 'closed-entries.json')
const closed = digests(shippedBook().book.entries.filter((entry) => entry.toMs !== null))
const known = JSON.parse(readFileSync(pinned, 'utf8')) as Record<string, string>

describe('the shipped price book is append-only', () => {
  it('a closed price never changes and never disappears', () => {
    expect(Object.keys(known).filter((id) => closed[id] !== known[id])).toEqual([])
  })

  it('every closed price is pinned', () => {
    const unpinned = Object.keys(closed).filter((id) => known[id] === undefined)
    if (process.env.PIN_CLOSED_PRICES === '1')
      writeFileSync(pinned, `${JSON.stringify({ ...known, ...closed }, null, 2)}\n`)
    else expect(unpinned, 'pin newly closed prices: PIN_CLOSED_PRICES=1 npm run test:golden').toEqual([])
  })
})

/** Id to a digest of everything else about the entry. */
function digests(entries: readonly PriceEntry[]): Record<string, string> {
  const sorted = [...entries].sort((a, b) => (a.id < b.id ? -1 : 1))
  return Object.fromEntries(sorted.map((entry) => [entry.id, sha256Hex(JSON.stringify(entry, plain)).slice(0, 16)]))
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}
