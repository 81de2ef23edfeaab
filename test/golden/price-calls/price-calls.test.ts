import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { priceCall, pricedCallToJson } from '../../../lib/core/price/price-call'
import { parseJson } from '../../../lib/core/source/json'
import { shippedBook } from '../../support/price-book'

interface Vector {
  /** What the call is about: the plain card, its cache, a tier, a threshold −1, 0, +1, a peak or off-peak hour. */
  readonly note: string
  readonly call: { readonly provider: string; readonly model: string; readonly timestamp: string }
  /** Meter, quantity and dollars per million, as the expected cost was computed. */
  readonly terms: readonly (readonly [meter: string, quantity: string, rate: string])[]
  readonly cost: string
}

const { book } = shippedBook()
const folder = dirname(fileURLToPath(import.meta.url))
const vectors = readFileSync(join(folder, 'calls.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => {
    const parsed = parseJson(line)
    if (!parsed.ok) throw new Error(parsed.error.message)
    return parsed.value as unknown as Vector
  })

describe('calls at published prices cost what an independent decimal computation says, to the last digit', () => {
  it('there are enough of them', () => {
    expect(vectors.length).toBeGreaterThan(300)
  })

  it.each(vectors.map((vector) => [name(vector), vector] as const))('%s', (_name, vector) => {
    const charge = pricedCallToJson(priceCall(book, vector.call, 0))
    expect({ cost: charge.cost, reason: charge.reason }).toEqual({ cost: vector.cost, reason: null })
  })
})

function name({ note, call, terms }: Vector): string {
  const quantities = terms.map(([meter, quantity]) => `${meter} ${quantity}`).join(', ')
  return `${call.provider}/${call.model} ${note} at ${call.timestamp}: ${quantities}`
}
