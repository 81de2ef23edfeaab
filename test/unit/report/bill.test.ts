import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseScaled } from '../../../lib/core/money/decimal'
import {
  addUsd,
  roundToCents,
  subtractUsd,
  sumUsd,
  usdFromText,
  usdToText,
  ZERO_USD,
} from '../../../lib/core/money/usd'
import type { PriceLine } from '../../../lib/core/price/compiled'
import type { PriceEntry } from '../../../lib/core/price/entry'
import { applySelection } from '../../../lib/core/price/price-usage'
import { lineOf } from '../../../lib/core/price/situation'
import { buildBill } from '../../../lib/core/report/bill'
import { billCsv } from '../../../lib/core/report/bill-csv'
import { billFocusLines, type FocusRow } from '../../../lib/core/report/bill-focus'
import type { BillRow } from '../../../lib/core/report/bill-line'
import type { BillFigures, BillLineView } from '../../../lib/core/report/bill-view'
import type { Meter, OtherMeter } from '../../../lib/core/usage/meter'

function entry(model: string, meter: Meter, amount: string, more: Partial<PriceEntry> = {}): PriceEntry {
  return {
    id: `${model} ${meter} ${amount}`,
    host: 'openai',
    model,
    meter,
    kind: 'rate',
    per: 1_000_000n,
    amount,
    currency: 'USD',
    fromMs: Date.UTC(2025, 0, 1),
    toMs: null,
    conditions: {},
    book: 'list',
    priority: 0,
    sourceUrl: 'https://example.com/prices',
    checkedOn: '2026-11-01',
    confidence: 'provider',
    ...more,
  }
}

const BATCH = entry('gpt-5', 'input', '0.5', { id: 'half', kind: 'multiplier', per: 1n })
const DISCOUNT = entry('m', 'input', '0.88', { id: 'contract', kind: 'multiplier', per: 1n, book: 'contract' })
const SETS: readonly (readonly PriceLine[])[] = [
  [lineOf('input', entry('m', 'input', '1.25'), [])],
  [lineOf('input', entry('m', 'input', '1.25'), []), lineOf('output', entry('m', 'output', '10.000000001'), [])],
  [lineOf('input', entry('m', 'input', '1.25'), [BATCH]), lineOf('reasoning', entry('m', 'reasoning', '3'), [])],
  [lineOf('input', entry('m', 'input', '1.25'), [BATCH, DISCOUNT])],
  [lineOf('input', entry('m', 'input', '1.1', { book: 'contract' }), [])],
  [lineOf('audio_seconds', entry('m', 'audio_seconds', '0.4', { per: 3600n }), [])],
]

const count = fc.bigInt({ min: 0n, max: 10n ** 12n })

/** Records of one host, model and way of pricing, each costed alone as pricing does, and their sums as the rollup keeps them. */
const anyRow: fc.Arbitrary<BillRow> = fc
  .record({
    host: fc.constantFrom('openai', 'deepseek'),
    model: fc.constantFrom('a', 'b'),
    serviceTier: fc.constantFrom('standard', 'batch'),
    set: fc.nat({ max: SETS.length }),
    records: fc.array(fc.record({ input: count, output: count, thought: count, seconds: count }), {
      minLength: 1,
      maxLength: 4,
    }),
  })
  .map(({ host, model, serviceTier, set, records }) => {
    const lines = SETS[set] ?? []
    const isUnpriced = lines.length === 0
    const quantities = records.map(({ input, output, thought, seconds }) => ({
      input,
      cacheRead: 0n,
      cacheWrite5m: 0n,
      cacheWrite1h: 0n,
      output,
      reasoning: output === 0n ? 0n : thought % (output + 1n),
      other: new Map<OtherMeter, bigint>([['audio_seconds', seconds]]),
    }))
    const sum = (of: (one: (typeof quantities)[number]) => bigint) => quantities.reduce((all, one) => all + of(one), 0n)
    const size = BigInt(records.length)
    return {
      host,
      model,
      serviceTier,
      lines,
      quantities: {
        input: sum((one) => one.input),
        cacheRead: 0n,
        cacheWrite5m: 0n,
        cacheWrite1h: 0n,
        output: sum((one) => one.output),
        reasoning: sum((one) => one.reasoning),
        other: new Map<OtherMeter, bigint>([['audio_seconds', sum((one) => one.other.get('audio_seconds') as bigint)]]),
      },
      requests: size,
      uncountedRecords: 0n,
      records: size,
      cost: sumUsd(quantities.flatMap((one) => chargeLines(lines, one))),
      unpricedRecords: isUnpriced ? size : 0n,
      unpricedRequests: isUnpriced ? size : 0n,
      unpricedTokens: isUnpriced ? sum((one) => one.input + one.output) : 0n,
      reportedCost: null,
      reportedRecords: 0n,
    }
  })

function chargeLines(lines: readonly PriceLine[], quantities: BillRow['quantities']) {
  const splitsReasoning = lines.some((line) => line.meter === 'reasoning')
  const selection = { key: '', model: 'm', lines, problem: null, currency: 'USD', free: false, omitted: [] }
  return applySelection({ ...selection, splitsReasoning }, { requests: 1n, quantities }).lines.map((one) => one.amount)
}

const rowsOfMonth = fc.array(anyRow, { minLength: 1, maxLength: 8 })
const NOTHING_ELSE = { corrections: [], carried: [], adjustments: [] }
const build = (rows: readonly BillRow[]) => buildBill('2026-10', { rows, ...NOTHING_ELSE })
const linesOf = (bill: BillFigures) =>
  bill.hosts.flatMap((host) =>
    host.models.flatMap((model) =>
      model.lines.map((line) => ({
        ...line,
        key: JSON.stringify([
          host.host,
          model.model,
          model.service_tier,
          line.meter,
          line.price_id,
          line.multiplier_ids,
        ]),
      })),
    ),
  )
const money = (lines: readonly BillLineView[], key: 'amount' | 'exact_amount') =>
  sumUsd(lines.map((line) => usdFromText(line[key])))
const hasPrice = (rows: readonly BillRow[]) => rows.some((row) => row.unpricedRecords !== row.records)

describe('a bill', () => {
  it('has lines that, with the rounding, add to the total; and subtotals that add likewise', () => {
    fc.assert(
      fc.property(rowsOfMonth, (rows) => {
        const bill = build(rows)
        const rounding = usdFromText(bill.rounding)
        const total = usdFromText(bill.total ?? '0')
        expect(addUsd(money(linesOf(bill), 'amount'), rounding)).toBe(total)
        const hosts = sumUsd(bill.hosts.map((host) => usdFromText(host.amount ?? '0')))
        expect(addUsd(hosts, rounding)).toBe(total)
        for (const host of bill.hosts) {
          expect(usdFromText(host.amount ?? '0')).toBe(
            sumUsd(host.models.map((model) => usdFromText(model.amount ?? '0'))),
          )
        }
      }),
    )
  })

  it('has exact amounts that sum to what the records cost, to the last digit', () => {
    fc.assert(
      fc.property(rowsOfMonth, (rows) => {
        const bill = build(rows)
        const cost = sumUsd(rows.map((row) => row.cost))
        expect(money(linesOf(bill), 'exact_amount')).toBe(cost)
        expect(bill.exact_total).toBe(hasPrice(rows) ? usdToText(cost) : null)
        expect(bill.total).toBe(hasPrice(rows) ? usdToText(roundToCents(cost)) : null)
      }),
    )
  })

  it('changes in exactly one line, by the cost, when one good row of one meter is added', () => {
    fc.assert(
      fc.property(rowsOfMonth, anyRow, fc.bigInt({ min: 1n, max: 10n ** 9n }), (rows, like, input) => {
        const lines = SETS[0] as readonly PriceLine[]
        const quantities = { ...like.quantities, input, output: 0n, reasoning: 0n, other: null }
        const cost = sumUsd(chargeLines(lines, quantities))
        const none = { unpricedRecords: 0n, unpricedRequests: 0n, unpricedTokens: 0n }
        const added: BillRow = { ...like, ...none, lines, quantities, cost, records: 1n, requests: 1n }
        const before = new Map(linesOf(build(rows)).map((line) => [line.key, line]))
        const after = linesOf(build([...rows, added]))
        const changed = after.filter((line) => JSON.stringify(line) !== JSON.stringify(before.get(line.key)))
        expect(changed).toHaveLength(1)
        const [line] = changed
        const old = before.get(line?.key ?? '')?.exact_amount
        const earlier = old === undefined ? ZERO_USD : usdFromText(old)
        expect(subtractUsd(usdFromText(line?.exact_amount ?? '0'), earlier)).toBe(cost)
        expect(after.length - before.size).toBe(old === undefined ? 1 : 0)
      }),
    )
  })

  it('is the same whatever the order of its rows', () => {
    fc.assert(
      fc.property(rowsOfMonth, (rows) => {
        expect(build([...rows].reverse())).toEqual(build(rows))
      }),
    )
  })

  it('keeps usage without a price as a row of its own that has no amount', () => {
    fc.assert(
      fc.property(rowsOfMonth, (rows) => {
        const bill = build(rows)
        const models = bill.hosts.flatMap((host) => host.models)
        const unpriced = models.reduce((sum, model) => sum + BigInt(model.unpriced?.records ?? '0'), 0n)
        expect(unpriced).toBe(rows.reduce((sum, row) => sum + row.unpricedRecords, 0n))
        for (const model of models) expect(model.amount === null).toBe(model.unpriced?.records === model.records)
        expect(bill.coverage.records).toBe(unpriced.toString())
      }),
    )
  })

  it('refuses books whose lines do not sum to the stored cost', () => {
    fc.assert(
      fc.property(anyRow, (row) => {
        fc.pre(row.lines.every((line) => line.denominator === 1n))
        expect(() => build([{ ...row, cost: addUsd(row.cost, usdFromText('0.000000000000000001')) }])).toThrow()
      }),
    )
  })

  it('compares with what a host reported only when both are about the same records', () => {
    const [row] = fc.sample(
      anyRow.filter((one) => one.lines.length > 0),
      1,
    )
    if (row === undefined) throw new Error('no row')
    const reported = addUsd(row.cost, usdFromText('0.04'))
    const whole = build([{ ...row, reportedCost: reported, reportedRecords: row.records }])
    expect(whole.hosts[0]?.reported).toMatchObject({ amount: usdToText(reported), gap: '0.04' })
    const part = build([{ ...row, reportedCost: reported, reportedRecords: row.records - 1n }])
    expect(part.hosts[0]?.reported?.gap).toBeNull()
  })
})

describe('its CSV', () => {
  it('has a name that no spreadsheet takes for a formula, and no amount where there is no price', () => {
    const [row] = fc.sample(
      anyRow.filter((one) => one.lines.length === 0),
      1,
    )
    if (row === undefined) throw new Error('no row')
    const csv = billCsv(build([{ ...row, model: '=cmd|"x"' }]))
    expect(csv).toContain(`"'=cmd|""x"""`)
    const unpriced = csv.split('\r\n').find((line) => line.includes('"unpriced"'))
    expect(unpriced?.split(',')[11]).toBe('')
  })
})

/** Rows by column name; a cell is quoted or plain. The rows are of alternating days of October. */
function focusRows(bill: BillFigures, rows: readonly BillRow[]): Record<string, string>[] {
  const days = rows
    .map((row, at): FocusRow => ({ ...row, day: at % 2 === 0 ? '2026-10-05' : '2026-10-31' }))
    .sort((x, y) => (x.day < y.day ? -1 : 1))
  const [head, ...lines] = [...billFocusLines(bill, { id: '1', name: '=SUM(A1)' }, days)].map((line) =>
    [...line.trimEnd().matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map((cell) => cell[1] as string),
  )
  return lines.map((cells) => Object.fromEntries((head ?? []).map((name, at) => [name, cells[at] as string])))
}

const scaled = (text: string) => {
  const parsed = parseScaled(text, 30)
  if (!parsed.ok) throw new Error(text)
  return parsed.value
}

describe('the FOCUS file of a bill', () => {
  it('sums to its exact total, and each list and contracted cost is unit price times quantity, to the digit', () => {
    let stated = 0
    fc.assert(
      fc.property(rowsOfMonth, (rows) => {
        const bill = build(rows)
        const focus = focusRows(bill, rows)
        expect(usdToText(sumUsd(focus.map((row) => usdFromText(row.BilledCost as string))))).toBe(
          bill.exact_total ?? '0',
        )
        for (const row of focus) {
          expect(row.ListCost).not.toBe('')
          expect(row.PricingQuantity).not.toBe('')
          expect(['"2026-10-05T00:00:00Z"', '"2026-10-31T00:00:00Z"']).toContain(row.ChargePeriodStart)
          expect(['"2026-10-06T00:00:00Z"', '"2026-11-01T00:00:00Z"']).toContain(row.ChargePeriodEnd)
          if (row.ContractedUnitPrice === '') continue
          stated += 1
          const quantity = scaled(row.PricingQuantity as string)
          expect(scaled(row.ContractedUnitPrice as string) * quantity).toBe(
            scaled(row.ContractedCost as string) * 10n ** 30n,
          )
          if (row.ListUnitPrice === '') continue
          expect(scaled(row.ListUnitPrice as string) * quantity).toBe(scaled(row.ListCost as string) * 10n ** 30n)
        }
      }),
    )
    expect(stated).toBeGreaterThan(0)
  })

  it('guards names against formulas, and has no row for what has no price', () => {
    const rows = [0, 1].flatMap((lines) =>
      fc.sample(
        anyRow.filter((row) => row.lines.length === lines),
        1,
      ),
    )
    const focus = focusRows(build(rows), rows)
    expect(focus).toHaveLength(1)
    expect(focus[0]?.BillingAccountName).toBe(`"'=SUM(A1)"`)
  })

  it('states the list price beside a contract rate where it is known, and each row in its own currency', () => {
    const agreed = lineOf('input', entry('m', 'input', '1.1', { book: 'contract' }), [])
    const list = lineOf('input', entry('m', 'input', '1.25'), [])
    const [any] = fc.sample(
      anyRow.filter((row) => row.lines.length === 1),
      1,
    )
    if (any === undefined) throw new Error('nothing was sampled')
    const quantities = { ...any.quantities, input: 3_000_001n }
    const contract = { ...any, lines: [agreed], listLines: [list], quantities, cost: usdFromText('3.3000011') }
    const yuan = lineOf('input', entry('m', 'input', '2', { currency: 'CNY' }), [])
    const foreign = { ...any, lines: [yuan], quantities, cost: usdFromText('0'), day: '2026-10-31' }
    const bill = buildBill('2026-10', { rows: [contract], foreign: [foreign], ...NOTHING_ELSE })
    expect(focusRows(bill, [contract, foreign])).toMatchObject([
      {
        BillingCurrency: '"USD"',
        PricingQuantity: '3.000001',
        PricingCategory: '"Standard"',
        BilledCost: '3.3000011',
        ContractedUnitPrice: '1.1',
        ListUnitPrice: '1.25',
        ListCost: '3.75000125',
      },
      { BillingCurrency: '"CNY"', PricingCurrency: '"CNY"', BilledCost: '6.000002', ListUnitPrice: '2' },
    ])
  })
})
