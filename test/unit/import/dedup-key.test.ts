import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Identity } from '../../../lib/core/usage/record'
import { DedupKeys } from '../../../lib/server/use-case/dedup-key'

const hex = (latin1: string) => Buffer.from(latin1, 'latin1').toString('hex').slice(0, 32)

function plainly(host: string, { kind, parts }: Identity): string {
  const text = [kind, ...[host, ...parts].flatMap((part) => [String(part.length), part])].join(':')
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

describe('the key of a row', () => {
  it('is the one that was stored before: changing it would count imported files twice', () => {
    const keys = new DedupKeys()
    const of = (host: string, kind: Identity['kind'], ...parts: string[]) =>
      hex(keys.of({ host, identity: { kind, parts } }))
    expect(of('openai', 'provider_id', 'tokentab', 'openai', 'abc-1')).toBe('922017b730b7a55e5c57135a19c329ce')
    expect(of('openai', 'provider_id', 'tokentab', 'openai', 'äbc-2')).toBe('2cdb237d6a95d535d76b60a15fc3b17f')
    expect(of('anthropic', 'content', 'x', '')).toBe('795b0b41f43ca6f7abc219dc9bbd2d12')
  })

  it('depends on its own row alone, whatever rows came before', () => {
    const text = fc.constantFrom('', 'a', 'a:1', 'openai', '6:openai', 'ä', '😀')
    const identified = fc.record({
      host: text,
      identity: fc.record({
        kind: fc.constantFrom('provider_id' as const, 'bucket' as const, 'content' as const),
        parts: fc.array(text, { maxLength: 4 }),
      }),
    })
    fc.assert(
      fc.property(fc.array(identified, { maxLength: 30 }), (rows) => {
        const keys = new DedupKeys()
        for (const row of rows) expect(hex(keys.of(row))).toBe(plainly(row.host, row.identity))
      }),
    )
  })

  it('is the stored one of a record that comes back in an export of our own', () => {
    const stored = '922017b7-30b7-a55e-5c57-135a19c329ce'
    expect(hex(new DedupKeys().of({ host: 'openai', identity: { kind: 'stored', parts: [stored] } }))).toBe(
      '922017b730b7a55e5c57135a19c329ce',
    )
  })
})
