import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseScaled } from '../../../lib/core/money/decimal'
import { usdFromAtto } from '../../../lib/core/money/usd'
import type { Charge } from '../../../lib/core/price/charge'
import type { PriceableUsage, PriceBook } from '../../../lib/core/price/compiled'
import { costOf, priceUsage } from '../../../lib/core/price/price-usage'
import { selectPrices } from '../../../lib/core/price/select'
import { shippedBook } from '../../support/price-book'
import { usage } from './sample-book'

let book: PriceBook
let targets: { host: string; model: string; tier: string; fromMs: number }[]

beforeAll(() => {
  book = shippedBook().book
  targets = book.entries
    .filter((entry) => entry.kind === 'rate' && entry.model !== '*')
    .map((entry) => ({
      host: entry.host,
      model: entry.model,
      tier: entry.conditions.serviceTier?.[0] ?? 'standard',
      fromMs: entry.fromMs,
    }))
})

const count = fc.bigInt({ min: 0n, max: 2n ** 60n })
const quantitiesArbitrary = fc
  .record({ input: count, cacheRead: count, cacheWrite5m: count, cacheWrite1h: count, output: count, thought: count })
  .map(({ thought, ...rest }) => ({
    ...rest,
    reasoning: rest.output === 0n ? 0n : thought % (rest.output + 1n),
    other: null,
  }))

function anyCall(): fc.Arbitrary<PriceableUsage> {
  const place = fc.record({
    at: fc.nat(),
    later: fc.integer({ min: 0, max: 400 * 86_400_000 }),
    promptTokens: fc.oneof(fc.constantFrom(1n, 200_000n, 200_001n, 272_000n), fc.bigInt({ min: 1n, max: 2_000_000n })),
    quantities: quantitiesArbitrary,
  })
  return place.map(({ at, later, promptTokens, quantities }) => {
    const target = targets[at % targets.length]
    if (target === undefined) throw new Error('the book is empty')
    const { host, model, tier, fromMs } = target
    return usage({ host, model, serviceTier: tier, startMs: fromMs + later, promptTokens, quantities })
  })
}

function cost(charge: Charge): bigint | null {
  return charge.status === 'unpriced' ? null : charge.cost
}

describe('over the whole shipped book', () => {
  it('a cost is the exact sum of quantity × unit price × multiplier of its lines', () => {
    fc.assert(
      fc.property(anyCall(), (call) => {
        const charge = priceUsage(book, call)
        let sum = 0n
        for (const line of charge.lines) {
          sum += line.amount
          // amount × per × 10^(9 × multipliers) = quantity × amount-of-rate × 10^9 × factors, all integers.
          const factors = line.multipliers.reduce((product, one) => product * scaled(one.amount), 1n)
          const left = line.amount * line.entry.per * 10n ** BigInt(9 * line.multipliers.length)
          expect(left).toBe(line.quantity * scaled(line.entry.amount) * 10n ** 9n * factors)
        }
        if (charge.status !== 'unpriced') expect(charge.cost).toBe(usdFromAtto(sum))
      }),
      { numRuns: 500 },
    )
  })

  it('a cost never falls when tokens grow under the same card', () => {
    fc.assert(
      fc.property(anyCall(), quantitiesArbitrary, (call, more) => {
        const grown = { ...call, quantities: plus(call.quantities, more) }
        const [before, after] = [cost(priceUsage(book, call)), cost(priceUsage(book, grown))]
        if (before !== null && after !== null) expect(after >= before).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('splitting the quantities of a record never changes the total', () => {
    fc.assert(
      fc.property(anyCall(), quantitiesArbitrary, (call, part) => {
        const whole = cost(priceUsage(book, { ...call, quantities: plus(call.quantities, part) }))
        const parts = [call.quantities, part].map((quantities) => cost(priceUsage(book, { ...call, quantities })))
        if (whole !== null && parts[0] !== null && parts[1] !== null) {
          expect((parts[0] as bigint) + (parts[1] as bigint)).toBe(whole)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('the cost without lines is the cost with lines, and pricing twice gives the same bytes', () => {
    fc.assert(
      fc.property(anyCall(), (call) => {
        const charge = priceUsage(book, call)
        const selection = selectPrices(book, call)
        expect(selectPrices(book, call).key).toBe(selection.key)
        if (charge.status !== 'unpriced') expect(costOf(selection, call)).toBe(charge.cost)
        else expect(selection.problem?.code).toBe(charge.reason.code)
      }),
      { numRuns: 500 },
    )
  })

  it('a name the book does not have is never priced, at any host that is not one’s own machine', () => {
    const hosted = [...book.hosts.values()].filter((host) => !host.models.has('*'))
    expect(hosted.length).toBeGreaterThan(30)
    for (const host of hosted) {
      const charge = priceUsage(
        book,
        usage({ host: host.info.host, model: 'a-model-nobody-made', quantities: { input: 1n, output: 1n } }),
      )
      expect(charge.status).toBe('unpriced')
    }
  })
})

function plus(a: PriceableUsage['quantities'], b: PriceableUsage['quantities']): PriceableUsage['quantities'] {
  return {
    input: a.input + b.input,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite5m: a.cacheWrite5m + b.cacheWrite5m,
    cacheWrite1h: a.cacheWrite1h + b.cacheWrite1h,
    output: a.output + b.output,
    reasoning: a.reasoning + b.reasoning,
    other: null,
  }
}

function scaled(amount: string): bigint {
  const parsed = parseScaled(amount, 9)
  if (!parsed.ok) throw new Error(amount)
  return parsed.value
}
