import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sumUsd, usdFromAtto, usdFromText, ZERO_USD } from '../../../lib/core/money/usd'
import type { IdentifyModel } from '../../../lib/core/price/model-identity'
import { type InvoiceLine, type OurLine, type ReconcileInput, reconcile } from '../../../lib/core/report/reconcile'
import { underOneName } from '../../../lib/core/report/reconcile-names'
import { compareHost } from '../../../lib/core/report/reconcile-view'

const NOTHING: ReconcileInput = {
  ours: [],
  unpriced: new Map(),
  ourAdjustments: ZERO_USD,
  invoice: [],
  zones: [],
  failed: null,
  silent: new Map(),
}
const our = (model: string, amount: string, quantity = 1_000_000n): OurLine => ({
  model,
  meter: 'input',
  day: '2026-09-01',
  quantity,
  amount: usdFromText(amount),
})
const theirs = (model: string | null, amount: string, more: Partial<InvoiceLine> = {}): InvoiceLine => ({
  category: 'usage',
  model,
  meter: 'input',
  day: '2026-09-01',
  quantity: null,
  amount: usdFromText(amount),
  rounding: ZERO_USD,
  ...more,
})

const money = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }).map(usdFromAtto)
const count = fc.bigInt({ min: 0n, max: 10n ** 14n })
const names = fc.constantFrom('A', 'a', 'a-1', 'B', 'b', 'told b', 'model b', 'c')
const day = fc.constantFrom('2026-09-01', '2026-09-02')
const meter = fc.constantFrom('input', 'output')
const anyInput: fc.Arbitrary<ReconcileInput> = fc.record({
  ours: fc.array(fc.record({ model: names, meter, day, quantity: count, amount: money }), { maxLength: 12 }),
  unpriced: fc.array(fc.tuple(names, count)).map((entries) => new Map(entries)),
  ourAdjustments: money,
  invoice: fc.array(
    fc.record({
      category: fc.constantFrom('usage' as const, 'usage' as const, 'credit' as const),
      model: fc.option(names),
      meter: fc.option(meter),
      day: fc.option(day),
      quantity: fc.option(count),
      amount: money,
      rounding: fc.constant(ZERO_USD),
    }),
    { maxLength: 12 },
  ),
  zones: fc.constant([]),
  failed: fc.constant(null),
  silent: fc.array(fc.tuple(names, fc.record({ calls: count, others: count }))).map((entries) => new Map(entries)),
})
const anyBook: fc.Arbitrary<IdentifyModel> = fc
  .array(fc.tuple(names, fc.constantFrom('a', 'b', null)))
  .map((entries) => new Map<string, string | null>(entries))
  .map((book) => (name) => {
    const model = book.get(name)
    if (model === undefined) return { model: null, reason: 'unknown' }
    return model === null ? { model, reason: 'several' } : { model }
  })

describe('both sides under one name for each model', () => {
  it('the sum by model is the sum of the lines, whatever the names mean', () => {
    fc.assert(
      fc.property(anyInput, anyBook, (told, identify) => {
        const { input, models } = underOneName(told, identify)
        for (const [key, model] of models) {
          const isIt = (name: string | null) => {
            if (name === null) return false
            const identity = identify(name)
            return identity.model === null
              ? model.unresolved !== null && name === model.name
              : model.unresolved === null && identity.model === model.name
          }
          expect(sumUsd(input.ours.filter((line) => line.model === key).map((line) => line.amount))).toBe(
            sumUsd(told.ours.filter((line) => isIt(line.model)).map((line) => line.amount)),
          )
          expect(sumUsd(input.invoice.filter((line) => line.model === key).map((line) => line.amount))).toBe(
            sumUsd(told.invoice.filter((line) => isIt(line.model)).map((line) => line.amount)),
          )
        }
        const [before, after] = [reconcile(told), reconcile(input)]
        expect([after.ours, after.invoice, after.gap]).toEqual([before.ours, before.invoice, before.gap])
      }),
      { numRuns: 1_000 },
    )
  })

  it('lines and causes of the view sum to what was told', () => {
    fc.assert(
      fc.property(anyInput, anyBook, (told, identify) => {
        const view = compareHost(told, identify, 'typed', { amount: ZERO_USD, perMyriad: 0 })
        const sum = (of: readonly string[]) => sumUsd(of.map((text) => usdFromText(text)))
        const usage = told.invoice.filter((line) => line.category === 'usage')
        expect(sum(view.lines.map((line) => line.invoice))).toBe(sumUsd(usage.map((line) => line.amount)))
        expect(sum(view.lines.map((line) => line.ours))).toBe(sumUsd(told.ours.map((line) => line.amount)))
        expect(sum([...view.causes.map((cause) => cause.amount), view.unexplained])).toBe(usdFromText(view.gap))
      }),
    )
  })

  it('done twice is done once', () => {
    fc.assert(
      fc.property(anyInput, anyBook, (told, identify) => {
        const once = underOneName(told, identify).input
        const keys: IdentifyModel = (key) => ({ model: key })
        const twice = underOneName(once, keys).input
        const bare = (key: string | null) => key?.replace(/^model /, '') ?? null
        expect(twice.ours.map((line) => bare(line.model))).toEqual(once.ours.map((line) => line.model))
        expect(twice.invoice.map((line) => bare(line.model))).toEqual(once.invoice.map((line) => line.model))
        expect(twice.unpriced.size).toBe(once.unpriced.size)
        expect([...twice.silent.values()]).toEqual([...once.silent.values()])
      }),
    )
  })

  it('keeps a name as it is told apart from the model of that id', () => {
    // "gpt-4o" meant two models in October 2024, and one of them is called so.
    const identify: IdentifyModel = (name) =>
      name === 'gpt-4o' ? { model: null, reason: 'several' } : { model: 'gpt-4o' }
    const { causes, lines } = compareHost(
      {
        ...NOTHING,
        ours: [our('gpt-4o', '1'), our('gpt-4o-2024-08-06', '2')],
        invoice: [theirs('gpt-4o', '1'), theirs('gpt-4o-2024-08-06', '2')],
      },
      identify,
      'cost_export',
      { amount: ZERO_USD, perMyriad: 0 },
    )
    expect(causes).toEqual([])
    expect(lines.map((line) => [line.model, line.unresolved, line.ours, line.invoice])).toEqual([
      ['gpt-4o', null, '2', '2'],
      ['gpt-4o', 'several', '1', '1'],
    ])
  })

  it('puts the failed calls of one name at the average of the calls of all its names', () => {
    const { input } = underOneName(
      {
        ...NOTHING,
        ours: [our('a', '4', 4_000_000n), our('A', '4', 4_000_000n)],
        invoice: [theirs('a', '10', { quantity: 10_000_000n })],
        silent: new Map([
          ['a', { calls: 2n, others: 4n }],
          ['A', { calls: 0n, others: 4n }],
          ['c', { calls: 0n, others: 9n }],
        ]),
      },
      (name) => ({ model: name.toLowerCase() }),
    )
    expect([...input.silent]).toEqual([['model a', { calls: 2n, others: 8n }]])
    expect(reconcile(input).causes.map(({ kind, amount }) => [kind, amount])).toEqual([
      ['failed_billed', usdFromText('2')],
    ])
  })
})
