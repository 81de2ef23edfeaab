import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addUsd, sumUsd, usdFromAtto, usdFromText, usdToText, ZERO_USD } from '../../../lib/core/money/usd'
import { type InvoiceLine, type OurLine, type ReconcileInput, reconcile } from '../../../lib/core/report/reconcile'

const NOTHING = {
  unpriced: new Map<string, bigint>(),
  ourAdjustments: ZERO_USD,
  zones: [],
  failed: null,
  silent: new Map(),
}
const our = (amount: string, more: Partial<OurLine> = {}): OurLine => ({
  model: 'gpt-5',
  meter: 'input',
  day: '2026-09-01',
  quantity: 1_000_000n,
  amount: usdFromText(amount),
  ...more,
})
const theirs = (amount: string, more: Partial<InvoiceLine> = {}): InvoiceLine => ({
  category: 'usage',
  model: 'gpt-5',
  meter: null,
  day: null,
  quantity: null,
  amount: usdFromText(amount),
  rounding: usdFromText('0.005'),
  ...more,
})
const split = (input: Partial<ReconcileInput>) => {
  const { causes, unexplained, gap } = reconcile({ ...NOTHING, ours: [], invoice: [], ...input })
  return {
    gap: usdToText(gap),
    causes: causes.map((cause) => `${cause.kind} ${usdToText(cause.amount)}`),
    unexplained: usdToText(unexplained),
  }
}

const money = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }).map(usdFromAtto)
const count = fc.bigInt({ min: 0n, max: 10n ** 14n })
const models = fc.constantFrom('a', 'b', 'c')
const meters = fc.constantFrom('input', 'output')
const days = fc.constantFrom('2026-09-01', '2026-09-02', '2026-09-30')
const anyInput: fc.Arbitrary<ReconcileInput> = fc.record({
  ours: fc.array(fc.record({ model: models, meter: meters, day: days, quantity: count, amount: money }), {
    maxLength: 12,
  }),
  unpriced: fc.array(fc.tuple(models, count)).map((entries) => new Map(entries)),
  ourAdjustments: money,
  invoice: fc.array(
    fc.record({
      category: fc.constantFrom('usage' as const, 'usage' as const, 'credit' as const, 'tax' as const),
      model: fc.option(models),
      meter: fc.option(meters),
      day: fc.option(days),
      quantity: fc.option(count),
      amount: money,
      rounding: fc.constantFrom(ZERO_USD, usdFromText('0.005')),
    }),
    { maxLength: 12 },
  ),
  zones: fc.array(fc.record({ zone: fc.constant('UTC+08:00'), difference: money }), { maxLength: 2 }),
  failed: fc.option(fc.record({ calls: count, amount: money })),
  silent: fc.array(fc.tuple(models, fc.record({ calls: count, others: count }))).map((entries) => new Map(entries)),
})

describe('the split of a gap', () => {
  it('is complete: causes and the unexplained are the gap, to the last digit', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { ours, invoice, gap, causes, unexplained } = reconcile(input)
        expect(addUsd(sumUsd(causes.map((cause) => cause.amount)), unexplained)).toBe(gap)
        expect(addUsd(ours, gap)).toBe(invoice)
      }),
      { numRuns: 2_000 },
    )
  })

  it('of an invoice that says what we say is empty', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const invoice = input.ours.map((line) => ({ ...line, category: 'usage' as const, rounding: ZERO_USD }))
        const { gap, causes, unexplained } = reconcile({
          ...input,
          ourAdjustments: ZERO_USD,
          invoice,
          failed: null,
          zones: [],
        })
        expect([gap, causes, unexplained]).toEqual([0n, [], 0n])
      }),
    )
  })

  it('names credits and taxes before anything else', () => {
    expect(
      split({
        ours: [our('10')],
        invoice: [theirs('10'), theirs('-2', { category: 'credit' }), theirs('1.5', { category: 'tax' })],
      }),
    ).toEqual({ gap: '-0.5', causes: ['credits_tax -0.5'], unexplained: '0' })
    expect(
      split({
        ours: [our('10')],
        ourAdjustments: usdFromText('-2'),
        invoice: [theirs('10'), theirs('-2', { category: 'credit' })],
      }),
    ).toEqual({ gap: '0', causes: [], unexplained: '0' })
  })

  it('compares counts before money: what more tokens cost at our price, then what the price differs', () => {
    const line = { meter: 'input', quantity: 1_200_000n }
    expect(split({ ours: [our('1.25')], invoice: [theirs('1.8', line)] })).toEqual({
      gap: '0.55',
      causes: ['price 0.3', 'count 0.25'],
      unexplained: '0',
    })
    const [price] = reconcile({ ...NOTHING, ours: [our('1.25')], invoice: [theirs('1.8', line)] }).causes
    expect(usdToText(price?.rates?.invoice ?? ZERO_USD)).toBe('1.5')
    expect(usdToText(price?.rates?.ours ?? ZERO_USD)).toBe('1.25')
  })

  it.each([
    ['half', '5', 'tier -5'],
    ['a tenth more', '11', 'tier 1'],
    ['another rate', '12', 'price 2'],
  ])('tells a tier or region from another price: %s', (_name, amount, cause) => {
    const line = theirs(amount, { meter: 'input', quantity: 1_000_000n })
    expect(split({ ours: [our('10')], invoice: [line] }).causes).toEqual([cause])
  })

  it('names days that only one side has', () => {
    const ours = [our('3'), our('4', { day: '2026-09-02' })]
    const invoice = [theirs('4', { day: '2026-09-02' }), theirs('7', { day: '2026-09-03' })]
    expect(split({ ours, invoice })).toEqual({
      gap: '4',
      causes: ['days_missing_here 7', 'days_missing_there -3'],
      unexplained: '0',
    })
  })

  it('names models without a price here, not imported here, and not on the invoice', () => {
    const invoice = [theirs('9.31', { model: 'new' }), theirs('2', { model: 'unseen' })]
    expect(split({ ours: [our('1')], invoice, unpriced: new Map([['new', 12n]]) })).toEqual({
      gap: '10.31',
      causes: ['unpriced 9.31', 'days_missing_here 2', 'days_missing_there -1'],
      unexplained: '0',
    })
  })

  it('names the days of another zone when they explain the rest to half a cent', () => {
    const zones = [
      { zone: 'UTC-08:00', difference: usdFromText('-1.004') },
      { zone: 'UTC+08:00', difference: usdFromText('0.7') },
    ]
    expect(split({ ours: [our('100.004')], invoice: [theirs('99', { model: null })], zones })).toEqual({
      gap: '-1.004',
      causes: ['time_zone -1.004'],
      unexplained: '0',
    })
  })

  it('names failed calls that we priced and the host did not bill', () => {
    const failed = { calls: 3n, amount: usdFromText('0.4') }
    expect(split({ ours: [our('100')], invoice: [theirs('99.6', { model: null })], failed })).toEqual({
      gap: '-0.4',
      causes: ['failed -0.4'],
      unexplained: '0',
    })
  })

  it('names failed calls also where the host counts and left their tokens out', () => {
    const failed = { calls: 3n, amount: usdFromText('0.4') }
    const line = { meter: 'input', quantity: 996_000n, rounding: ZERO_USD }
    const ours = [{ ...our('100'), quantity: 1_000_000n }]
    expect(split({ ours, invoice: [theirs('99.6', line)], failed })).toEqual({
      gap: '-0.4',
      causes: ['failed -0.4'],
      unexplained: '0',
    })
    expect(split({ ours, invoice: [theirs('99.6', line)], failed: null }).causes).toEqual(['count -0.4'])
  })

  it('names failed calls without tokens that the host counts and billed, at the average of the other calls', () => {
    // 98 calls of 10,000 tokens are ours; the host counts 1,000,000: two more like them.
    const ours = [our('1.225', { quantity: 980_000n })]
    const line = theirs('1.25', { meter: 'input', quantity: 1_000_000n, rounding: ZERO_USD })
    const silent = new Map([['gpt-5', { calls: 2n, others: 98n }]])
    expect(split({ ours, invoice: [line], silent })).toEqual({
      gap: '0.025',
      causes: ['failed_billed 0.025'],
      unexplained: '0',
    })
    expect(split({ ours, invoice: [line] }).causes).toEqual(['count 0.025'])
  })

  it('puts no more down to them than their calls, nor than the host counts, and nothing where it counts less', () => {
    const ours = [our('1.225', { quantity: 980_000n })]
    const counted = (amount: string, quantity: bigint) => [
      theirs(amount, { meter: 'input', quantity, rounding: ZERO_USD }),
    ]
    const of = (calls: bigint) => new Map([['gpt-5', { calls, others: 98n }]])
    expect(split({ ours, invoice: counted('2.5', 2_000_000n), silent: of(2n) }).causes).toEqual([
      'count 1.25',
      'failed_billed 0.025',
    ])
    expect(split({ ours, invoice: counted('1.25', 1_000_000n), silent: of(90n) }).causes).toEqual([
      'failed_billed 0.025',
    ])
    expect(split({ ours, invoice: counted('1', 800_000n), silent: of(2n) }).causes).toEqual(['count -0.225'])
    expect(split({ ours, invoice: counted('1.225', 980_000n), silent: of(2n) }).causes).toEqual([])
  })

  it('leaves what an uncounted invoice has more unexplained, and says how much of it they can be at most', () => {
    const input = { ...NOTHING, ours: [our('1.225')], silent: new Map([['gpt-5', { calls: 2n, others: 98n }]]) }
    const { causes, unexplained, mayBeFailed } = reconcile({ ...input, invoice: [theirs('1.5')] })
    expect([causes, usdToText(unexplained)]).toEqual([[], '0.275'])
    expect(mayBeFailed).toEqual({ calls: 2n, amount: usdFromText('0.025') })
    expect(reconcile({ ...input, invoice: [theirs('1.24')] }).mayBeFailed?.amount).toBe(usdFromText('0.015'))
    expect(reconcile({ ...input, invoice: [theirs('1.2')] }).mayBeFailed).toBeNull()
  })

  it('prefers the days of another zone, which fit to half a cent, to an estimate of failed calls', () => {
    const ours = [our('1.225', { quantity: 980_000n })]
    const invoice = [theirs('1.25', { meter: 'input', quantity: 1_000_000n, rounding: ZERO_USD })]
    const silent = new Map([['gpt-5', { calls: 1n, others: 98n }]])
    const zones = [{ zone: 'UTC−08:00', difference: usdFromText('0.025') }]
    expect(split({ ours, invoice, silent, zones }).causes).toEqual(['time_zone 0.025'])
  })

  it('calls rounding only what the printed places may have moved, and leaves the rest unexplained', () => {
    expect(split({ ours: [our('10.0049')], invoice: [theirs('10')] })).toEqual({
      gap: '-0.0049',
      causes: ['rounding -0.0049'],
      unexplained: '0',
    })
    expect(split({ ours: [our('10')], invoice: [theirs('10.04')] })).toEqual({
      gap: '0.04',
      causes: [],
      unexplained: '0.04',
    })
  })
})
