import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  roundToCents,
  sumUsd,
  type Usd,
  usdFromAtto,
  usdFromText,
  usdToText,
  ZERO_USD,
} from '../../../lib/core/money/usd'
import {
  type AllocationRule,
  buildChargeback,
  buildStatement,
  type ChargebackInput,
  type CostSlice,
  ruleFor,
  ruleSegments,
  SHARING_MODES,
} from '../../../lib/core/report/chargeback'
import { chargebackCsv, statementCsv } from '../../../lib/core/report/chargeback-csv'
import { DAY_MS } from '../../../lib/core/time/instant'

const SEPTEMBER = { startMs: Date.UTC(2026, 8, 1), endMs: Date.UTC(2026, 9, 1) }
const CENTRES = ['Care', 'Legal', 'Search'].map((name, index) => ({ id: index + 1, name }))

const word = fc.constantFrom('alpha', 'beta', 'gamma')
const instant = fc.integer({ min: -3, max: 33 }).map((day) => SEPTEMBER.startMs + day * DAY_MS)
const slice: fc.Arbitrary<CostSlice> = fc.record({
  atMs: fc.integer({ min: 0, max: 29 }).map((day) => SEPTEMBER.startMs + day * DAY_MS),
  project: fc.option(word),
  apiKey: fc.option(word),
  user: fc.option(word),
  tags: fc.record({ team: fc.option(word), product: fc.option(word) }),
  host: fc.constantFrom('openai', 'anthropic'),
  model: word,
  cost: fc.bigInt({ min: 0n, max: 10n ** 23n }).map((atto): Usd => usdFromAtto(atto)),
  records: fc.bigInt({ min: 1n, max: 99n }),
  unpricedRequests: fc.bigInt({ min: 0n, max: 9n }),
})
const rule: fc.Arbitrary<Omit<AllocationRule, 'id'>> = fc
  .record({
    dimension: fc.constantFrom('project', 'api_key', 'user', 'tag'),
    tagName: fc.constantFrom('team', 'product'),
    value: fc.constantFrom('alpha', 'beta', 'gamma', 'a*', '*'),
    costCentreId: fc.constantFrom(1, 2, 3),
    span: fc.tuple(instant, instant),
    open: fc.constantFrom('both', 'from', 'to', 'none'),
  })
  .map(({ tagName, span, open, ...rest }) => ({
    ...rest,
    tag: rest.dimension === 'tag' ? tagName : null,
    fromMs: open === 'both' || open === 'from' ? null : Math.min(...span),
    toMs: open === 'both' || open === 'to' ? null : Math.max(...span) + DAY_MS,
  }))

const input: fc.Arbitrary<ChargebackInput> = fc.record({
  month: fc.constant('2026-09'),
  unfinished: fc.constant(false),
  slices: fc.array(slice, { maxLength: 25 }),
  centres: fc.constant(CENTRES),
  rules: fc.array(rule, { maxLength: 8 }).map((rules) => rules.map((one, index) => ({ ...one, id: index + 1 }))),
  sharing: fc.constantFrom(...SHARING_MODES),
  others: fc.oneof(
    fc.constant(ZERO_USD),
    fc.bigInt({ min: -(10n ** 22n), max: 10n ** 22n }).map((atto): Usd => usdFromAtto(atto)),
  ),
})

const total = (texts: readonly string[]) => usdToText(sumUsd(texts.map(usdFromText)))

describe('the chargeback of a month', () => {
  it('sums to the bill to the last digit, exactly and in cents, however cost is shared', () => {
    fc.assert(
      fc.property(input, (one) => {
        const view = buildChargeback(one, SEPTEMBER)
        const bill = sumUsd([...one.slices.map((part) => part.cost), one.others])
        expect(view.exact_amount).toBe(usdToText(bill))
        expect(view.amount).toBe(usdToText(roundToCents(bill)))
        const parts = [...view.centres, view.left]
        expect(total(parts.map((part) => part.exact_amount))).toBe(view.exact_amount)
        expect(total(parts.map((part) => part.amount))).toBe(view.amount)
        expect(total([...view.centres.map((centre) => centre.direct), view.unallocated, view.others])).toBe(
          view.exact_amount,
        )
        expect(total(view.rules.map((each) => each.exact_amount))).toBe(total(view.centres.map((each) => each.direct)))
        for (const part of parts) {
          const gap = usdFromText(part.amount) - usdFromText(part.exact_amount)
          expect(gap < 10n ** 16n && gap > -(10n ** 16n)).toBe(true)
        }
      }),
    )
  })

  it('has statements whose lines sum to what it says of the centre', () => {
    fc.assert(
      fc.property(input, (one) => {
        for (const centre of buildChargeback(one, SEPTEMBER).centres) {
          const statement = buildStatement(one, centre.id)
          if (statement === null) throw new Error('a centre without a statement')
          expect(statement).toMatchObject(centre)
          const rows = [...statement.lines, ...(statement.shared_line === null ? [] : [statement.shared_line])]
          expect(total(rows.map((row) => row.exact_amount))).toBe(centre.exact_amount)
          expect(total(rows.map((row) => row.amount))).toBe(centre.amount)
        }
      }),
    )
  })

  it('counts every record once, however many of its tags have a rule', () => {
    fc.assert(
      fc.property(input, (one) => {
        const view = buildChargeback(one, SEPTEMBER)
        const records = [...view.centres, view.left].reduce((sum, part) => sum + BigInt(part.records), 0n)
        expect(records).toBe(one.slices.reduce((sum, part) => sum + part.records, 0n))
      }),
    )
    const both: CostSlice = {
      atMs: SEPTEMBER.startMs,
      project: 'p',
      apiKey: null,
      user: null,
      tags: { team: 'care', product: 'legal' },
      host: 'openai',
      model: 'gpt-5',
      cost: usdFromText('10'),
      records: 1n,
      unpricedRequests: 0n,
    }
    const by = (tag: string, value: string, costCentreId: number): AllocationRule => {
      return { id: costCentreId, dimension: 'tag', tag, value, costCentreId, fromMs: null, toMs: null }
    }
    const rules = [by('team', 'care', 1), by('product', 'legal', 2)]
    const base = {
      month: '2026-09',
      unfinished: false,
      centres: CENTRES,
      slices: [both],
      sharing: 'none' as const,
      others: ZERO_USD,
    }
    const named = (order: readonly AllocationRule[]) =>
      buildChargeback({ ...base, rules: order }, SEPTEMBER).centres.map((centre) => [centre.name, centre.exact_amount])
    expect(named(rules)).toEqual([['Care', '10']])
    expect(named([...rules].reverse())).toEqual([['Legal', '10']])
  })

  it('shares what no rule takes evenly or by amount, and leaves it where nobody bears anything', () => {
    const base: Omit<CostSlice, 'project' | 'cost'> = {
      atMs: SEPTEMBER.startMs,
      apiKey: null,
      user: null,
      tags: {},
      host: 'openai',
      model: 'gpt-5',
      records: 1n,
      unpricedRequests: 0n,
    }
    const slices = [
      { ...base, project: 'a', cost: usdFromText('30') },
      { ...base, project: 'b', cost: usdFromText('10') },
      { ...base, project: null, cost: usdFromText('0.01') },
    ]
    const to = (value: string, id: number): AllocationRule => {
      return { id, dimension: 'project', tag: null, value, costCentreId: id, fromMs: null, toMs: null }
    }
    const rules = [to('a', 1), to('b', 2)]
    const shared = (sharing: ChargebackInput['sharing'], kept = rules) => {
      const one = {
        month: '2026-09',
        unfinished: false,
        slices,
        centres: CENTRES,
        rules: kept,
        sharing,
        others: ZERO_USD,
      }
      const view = buildChargeback(one, SEPTEMBER)
      return [...view.centres.map((centre) => centre.shared), view.left.exact_amount]
    }
    expect(shared('none')).toEqual(['0', '0', '0.01'])
    expect(shared('even')).toEqual(['0.005', '0.005', '0'])
    expect(shared('proportional')).toEqual(['0.0075', '0.0025', '0'])
    expect(shared('even', [])).toEqual(['40.01'])
  })

  it('asks rules in their order and only on the days they hold', () => {
    fc.assert(
      fc.property(input, (one) => {
        for (const part of one.slices) {
          const found = ruleFor(one.rules, part)
          const first = one.rules.findIndex((each) => ruleFor([each], part) !== null)
          expect(found).toBe(first === -1 ? null : one.rules[first])
        }
      }),
    )
  })

  it('is cut into spans in which the same rules hold, which together are the month', () => {
    fc.assert(
      fc.property(input, ({ rules }) => {
        const segments = ruleSegments(SEPTEMBER, rules)
        expect(segments[0]?.startMs).toBe(SEPTEMBER.startMs)
        expect(segments.at(-1)?.endMs).toBe(SEPTEMBER.endMs)
        segments.forEach((segment, index) => {
          expect(segment.startMs).toBeLessThan(segment.endMs)
          if (index > 0) expect(segment.startMs).toBe(segments[index - 1]?.endMs)
          for (const edge of rules.flatMap((each) => [each.fromMs, each.toMs])) {
            expect(edge !== null && edge > segment.startMs && edge < segment.endMs).toBe(false)
          }
        })
      }),
    )
  })

  it('as CSV adds to its last row, and a name is no formula', () => {
    const cells = (csv: string) =>
      csv
        .trimEnd()
        .split('\r\n')
        .slice(1)
        .map((line) => line.split(',').slice(7, 9))
    const adds = (rows: readonly (readonly string[])[]) => {
      for (const place of [0, 1]) {
        expect(total(rows.slice(0, -1).map((row) => row[place] ?? ''))).toBe(rows.at(-1)?.[place])
      }
    }
    fc.assert(
      fc.property(input, (one) => {
        const view = buildChargeback(one, SEPTEMBER)
        const statements = view.centres.flatMap((centre) => buildStatement(one, centre.id) ?? [])
        adds(cells(chargebackCsv(view, statements)))
        for (const statement of statements) adds(cells(statementCsv({ ...statement, other_currencies: [] })))
      }),
      { numRuns: 30 },
    )
    const [sample] = fc.sample(input, 1)
    const slices = [{ ...(fc.sample(slice, 1)[0] as CostSlice), project: '=1+1' }]
    const all: AllocationRule = {
      id: 1,
      dimension: 'project',
      tag: null,
      value: '*',
      costCentreId: 1,
      fromMs: null,
      toMs: null,
    }
    const statement = buildStatement({ ...(sample as ChargebackInput), slices, rules: [all] }, 1)
    if (statement === null) throw new Error('no statement')
    expect(statementCsv({ ...statement, other_currencies: [] })).toContain(`"'=1+1"`)
  })
})
