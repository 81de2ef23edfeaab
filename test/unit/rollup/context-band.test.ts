import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contextBandOf, readContextBand } from '../../../lib/core/rollup/context-band'
import type { UsageRecord } from '../../../lib/core/usage/record'

function call(promptTokens: bigint | null, output: bigint, contextTier: string | null = null): UsageRecord {
  return { promptTokens, contextTier, quantities: { output } } as UsageRecord
}

describe('the context band', () => {
  it('holds the prompt and the total between its bounds, both inclusive', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 3_000_000n), fc.bigInt(0n, 500_000n), (prompt, output) => {
        const band = contextBandOf(call(prompt, output))
        expect(band).toBeLessThan(256)
        const read = readContextBand(band)
        for (const [range, length] of [
          [read.prompt, prompt],
          [read.total, prompt + output],
        ] as const) {
          expect(BigInt(range?.min ?? -1)).toBeLessThanOrEqual(length)
          if (range?.max != null) expect(BigInt(range.max)).toBeGreaterThanOrEqual(length)
        }
      }),
    )
  })

  it.each([
    [8_192n, 0, 8_192],
    [8_193n, 8_193, 16_384],
    [200_000n, 163_841, 200_000],
    [200_001n, 200_001, 262_144],
    [1_048_577n, 1_048_577, null],
  ])('puts a prompt of %s tokens in %s to %s', (prompt, min, max) => {
    expect(readContextBand(contextBandOf(call(prompt, 0n))).prompt).toEqual({ min, max })
  })

  it('knows of a bucket only what its source said', () => {
    expect(contextBandOf(call(null, 5n))).toBe(0)
    expect(readContextBand(contextBandOf(call(null, 5n, '>200000')))).toEqual({
      prompt: { min: 200_001, max: 262_144 },
      total: null,
    })
  })
})
