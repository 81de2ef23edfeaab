import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { addUsd, sumUsd, usdFromText, usdToText } from '../../lib/core/money/usd'
import type { PriceEntry } from '../../lib/core/price/entry'
import type { Meter } from '../../lib/core/usage/meter'
import type { Principal } from '../../lib/server/auth/principal'
import { pool } from '../../lib/server/db/pool'
import { insertEntries } from '../../lib/server/db/price-book'
import { listBills, readBill, readBillCsv } from '../../lib/server/read/bill'
import { readBillChange } from '../../lib/server/read/bill-change'
import { readBillFile } from '../../lib/server/read/bill-files'
import { readBudgets } from '../../lib/server/read/budgets'
import { readCalls } from '../../lib/server/read/calls'
import { readChargeback, readChargebackCsv } from '../../lib/server/read/chargeback'
import { checkBooks } from '../../lib/server/read/check-books'
import { convertBill } from '../../lib/server/read/exchange'
import { readForecast } from '../../lib/server/read/forecast'
import { readReconciliation } from '../../lib/server/read/reconcile'
import { readSpend } from '../../lib/server/read/spend'
import { addBudget, addBudgetInput } from '../../lib/server/use-case/change-budgets'
import { closeMonth } from '../../lib/server/use-case/close-month'
import { enterExchangeRates, setDisplayCurrency } from '../../lib/server/use-case/enter-exchange-rates'
import { enterInvoice, invoiceInput } from '../../lib/server/use-case/enter-invoice'
import { reprice } from '../../lib/server/use-case/reprice'
import { verifyBills } from '../../lib/server/use-case/verify-bills'
import { makeMember, principalOf, useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase, resetDatabase } from '../support/database'
import { commandLineOf, importFile, insertTestPrices, requireBalancedBooks } from '../support/imports'

let removeData: () => void
let principal: Principal

beforeAll(async () => {
  removeData = useOwnDataDirectory()
  await openTestDatabase()
})
afterAll(async () => {
  await closeTestDatabase()
  removeData()
})
beforeEach(async () => {
  await resetDatabase()
  principal = await commandLineOf('acme')
  await insertTestPrices()
  await insertYuan('deepseek', 'flash', { input: '1', output: '4' })
})

async function insertYuan(host: string, model: string, rates: Partial<Record<Meter, string>>): Promise<void> {
  const entry = { kind: 'rate', per: 1_000_000n, currency: 'CNY', toMs: null, conditions: {}, priority: 0 } as const
  const source = { book: 'list', sourceUrl: 'https://example.com/yuan', checkedOn: '2026-11-01' } as const
  await insertEntries(
    pool(),
    0,
    Object.entries(rates).map(
      ([meter, amount]): PriceEntry => ({
        ...entry,
        ...source,
        id: `yuan-${model}-${meter}`,
        host,
        model,
        meter: meter as Meter,
        amount,
        fromMs: Date.UTC(2025, 0, 1),
        confidence: 'provider',
      }),
    ),
  )
}

function csvOf(rows: readonly (readonly [time: string, host: string, model: string, input: number, output: number])[]) {
  const lines = rows.map(([time, host, model, input, output], no) => {
    return [`${time}-${no}`, time, host, model, 'search', input, output, 1].join(',')
  })
  return ['id,timestamp,host,model,project,input_tokens,output_tokens,requests', ...lines, ''].join('\n')
}
const SEPTEMBER = csvOf([
  ['2026-09-01T10:00:00Z', 'openai', 'gpt-5', 1_000_000, 100_000],
  ['2026-09-01T11:00:00Z', 'deepseek', 'flash', 1_000_000, 1_000_003],
  ['2026-09-20T11:00:00Z', 'deepseek', 'flash', 3_000_000, 0],
  ['2026-09-21T11:00:00Z', 'deepseek', 'nameless', 500, 0],
])
const september = () => readBill(principal, { month: '2026-09' })
const yuan = async () => {
  const [one] = (await september()).other_currencies
  if (one === undefined) throw new Error('the bill has no other currency')
  return one
}
const enter = (rates: Readonly<Record<string, string>>) =>
  enterExchangeRates(principal, {
    currency: 'CNY',
    source: 'ECB reference rates',
    rates: Object.entries(rates).map(([day, rate]) => ({ day, rate })),
  })

it('P-29: usage priced in yuan is a bill in yuan, in no total in dollars, and not without a price', async () => {
  await importFile(principal, SEPTEMBER)
  const bill = await september()
  expect(bill).toMatchObject({ currency: 'USD', exact_total: '2.25', together: null })
  expect(bill.hosts.map((host) => host.host)).toEqual(['openai', 'deepseek'])
  expect(bill.coverage).toMatchObject({ records: '1', tokens: '500' })
  expect(await yuan()).toMatchObject({ currency: 'CNY', exact_total: '8.000012', total: '8', lines: 2 })
  const { hosts, rounding } = await yuan()
  const lines = hosts.flatMap((host) => host.models.flatMap((model) => model.lines))
  expect(lines.map((line) => [line.meter, line.unit_price, line.exact_amount])).toEqual([
    ['input', '1', '4'],
    ['output', '4', '4.000012'],
  ])
  expect(usdToText(sumUsd([...lines.map((line) => line.amount), rounding].map(usdFromText)))).toBe('8')
  const [listed] = await listBills(principal)
  expect(listed).toMatchObject({
    exact_total: '2.25',
    unpriced_requests: '1',
    other_currencies: [{ currency: 'CNY', exact_total: '8.000012' }],
  })
  await requireBalancedBooks(principal)
})

it('P-29: the yuan come to dollars day by day at dated rates, which stand beside the amount, or not at all', async () => {
  await importFile(principal, SEPTEMBER)
  await enter({ '2026-08-31': '8' })
  expect((await yuan()).converted).toMatchObject({ exact_amount: null, missing: ['2026-09-20'] })
  expect((await september()).together).toBeNull()
  await enter({ '2026-09-18': '7.5' })
  // 5.000012 of the first at 8, 3 of the twentieth at 7.5.
  expect((await yuan()).converted).toEqual({
    currency: 'USD',
    exact_amount: '1.0250015',
    amount: '1.03',
    missing: [],
    rates: [
      { day: '2026-08-31', rate: '8', source: 'ECB reference rates' },
      { day: '2026-09-18', rate: '7.5', source: 'ECB reference rates' },
    ],
  })
  expect(await september()).toMatchObject({ exact_total: '2.25', together: { exact_amount: '3.2750015' } })
})

it('P-29: spend, calls and the export name the currency of every amount', async () => {
  await importFile(principal, SEPTEMBER)
  const { rows, total } = await readSpend(principal, { group_by: 'model,day' })
  expect(total).toMatchObject({
    cost: '2.25',
    unpriced_requests: '1',
    other_currencies: [{ currency: 'CNY', cost: '8.000012' }],
  })
  const flash = rows.filter((row) => row.model === 'flash')
  expect(flash.map((row) => [row.day, row.cost, row.other_currencies])).toEqual([
    ['2026-09-01', null, [{ currency: 'CNY', cost: '5.000012' }]],
    ['2026-09-20', null, [{ currency: 'CNY', cost: '3' }]],
  ])
  expect(await readBillChange(principal, { month: '2026-09' })).toMatchObject({
    after: '2.25',
    unpriced_requests: { before: '0', after: '1' },
    other_currencies: { before: [], after: [{ currency: 'CNY', exact_amount: '8.000012' }] },
  })
  expect(await readChargeback(principal, { month: '2026-09' })).toMatchObject({
    exact_amount: '2.25',
    left: { unpriced_requests: '1' },
    other_currencies: [{ currency: 'CNY', exact_amount: '8.000012' }],
  })
  const filter = { from: '2026-09-01', to: '2026-10-01' }
  const page = await readCalls(principal, { filter, cursor: null })
  expect(page.items.map((call) => [call.cost, call.currency, call.reason?.code ?? null])).toEqual([
    [null, 'USD', 'MODEL_UNKNOWN'],
    ['3', 'CNY', null],
    ['5.000012', 'CNY', null],
    ['2.25', 'USD', null],
  ])
  expect(page.total).toMatchObject({
    cost: '2.25',
    other_currencies: [{ currency: 'CNY', cost: '8.000012' }],
    unpriced_records: '1',
  })
  expect((await readCalls(principal, { filter: { ...filter, unpriced: true }, cursor: null })).items).toHaveLength(1)
  const output = { ...filter, meter: 'output', price: 'yuan-flash-output' }
  expect((await readCalls(principal, { filter: output, cursor: null })).total.meter).toEqual({
    meter: 'output',
    quantity: '1000003',
    amounts: [{ currency: 'CNY', amount: '4.000012' }],
  })
  const rowsOf = (await readBillCsv(principal, { month: '2026-09' })).trimEnd().split('\r\n')
  const head = (rowsOf[0] ?? '').split(',')
  const cells = rowsOf.slice(1).map((row) => row.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/))
  for (const currency of ['USD', 'CNY']) {
    const own = cells.filter((row) => row[head.indexOf('currency')] === `"${currency}"`)
    const exact = own.flatMap((row) => row[head.indexOf('exact_amount')] || [])
    expect(usdToText(sumUsd(exact.slice(0, -1).map(usdFromText)))).toBe(exact.at(-1))
  }
})

it('P-18, P-29: a closed month keeps its yuan and their rates; what comes later is a correction in yuan', async () => {
  const finance = await principalOf(await makeMember(principal.workspaceId, 'finance'))
  await importFile(principal, SEPTEMBER)
  await enter({ '2026-08-31': '8', '2026-09-18': '7.5' })
  await closeMonth(finance, { month: '2026-09' })
  const closed = await september()
  await enter({ '2026-09-18': '7' })
  await importFile(principal, csvOf([['2026-09-20T12:00:00Z', 'deepseek', 'flash', 2_000_000, 0]]))
  const after = await september()
  expect(after.other_currencies).toEqual(closed.other_currencies)
  expect(after.together).toEqual(closed.together)
  expect(after.since_close).toMatchObject([
    { currency: 'CNY', exact_amount: '2', records: '1', unpriced_requests: '0' },
  ])
  const october = await readBill(principal, { month: '2026-10' })
  expect(october).toMatchObject({ exact_total: '0', corrections: [] })
  expect(october.other_currencies).toMatchObject([
    {
      currency: 'CNY',
      exact_total: '2',
      days: [{ day: '2026-09-20', exact_amount: '2' }],
      corrections: [{ month: '2026-09', exact_amount: '2' }],
    },
  ])
  expect(await verifyBills()).toBe(0)
  await requireBalancedBooks(principal)
  for (const bill of [after, october]) {
    const { text, sums } = await focusOf(bill.month)
    const known = new Map([['USD', bill.exact_total ?? '']])
    for (const one of bill.other_currencies) known.set(one.currency, one.exact_total)
    for (const [currency, sum] of sums)
      expect([bill.month, currency, sum]).toEqual([bill.month, currency, known.get(currency)])
    expect([...sums.keys()].sort()).toEqual([...known.keys()].filter((one) => known.get(one) !== '0').sort())
    const again = await importFile(principal, text)
    expect(again).toMatchObject({ status: 'committed', accepted: '0' })
    expect((await readBill(principal, { month: bill.month })).digest).toBe(bill.digest)
  }
})

it('P-29: an invoice in yuan is compared with the usage priced in yuan, and is in no total in dollars', async () => {
  await importFile(principal, SEPTEMBER)
  const head =
    'BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,InvoiceIssuerName,ServiceProviderName,ServiceCategory,ServiceName,ChargeCategory,x_Model'
  const rows = [
    '5.000012,CNY,2026-09-01T00:00:00Z,2026-09-02T00:00:00Z,DeepSeek,DeepSeek,AI and Machine Learning,API,Usage,flash',
    '3.04,CNY,2026-09-20T00:00:00Z,2026-09-21T00:00:00Z,DeepSeek,DeepSeek,AI and Machine Learning,API,Usage,flash',
  ]
  await importFile(principal, [head, ...rows, ''].join('\n'))
  const view = await readReconciliation(principal, { month: '2026-09' })
  expect(view.hosts.map((one) => [one.host, one.currency, one.ours, one.compared?.gap ?? null])).toEqual([
    ['deepseek', 'CNY', '8.000012', '0.04'],
    ['openai', 'USD', '2.25', null],
  ])
  expect(view.hosts[0]?.compared).toMatchObject({ invoice: '8.040012', unexplained: '0.04' })
  expect(view.total).toBeNull()
  expect(await september()).toMatchObject({ exact_total: '2.25' })
  await requireBalancedBooks(principal)
})

it('P-29: an invoice typed in in yuan is compared with the usage priced in yuan alone, and is in no total in dollars', async () => {
  await importFile(principal, SEPTEMBER)
  const finance = await principalOf(await makeMember(principal.workspaceId, 'finance', 'yuan@example.com'))
  const lines = [
    { model: 'flash', amount: '8.00' },
    { category: 'tax', amount: '0.48' },
  ]
  await enterInvoice(finance, {
    ...invoiceInput.parse({ host: 'deepseek', currency: 'cny', lines }),
    month: '2026-09',
  })
  const view = await readReconciliation(principal, { month: '2026-09' })
  const inYuan = view.hosts.find((one) => one.host === 'deepseek' && one.currency === 'CNY')
  expect(inYuan?.compared).toMatchObject({ source: 'typed', invoice: '8.48', gap: '0.479988', status: 'explained' })
  expect(inYuan?.compared?.causes.map((one) => [one.kind, one.amount])).toEqual([
    ['credits_tax', '0.48'],
    ['rounding', '-0.000012'],
  ])
  expect(view.hosts.filter((one) => one.currency === 'USD').every((one) => one.compared === null)).toBe(true)
  expect([view.total, view.invoices[0]?.currency]).toEqual([null, 'CNY'])
})

it('P-29: budgets, forecast and chargeback say what they leave out, in dollars only where every day has a rate', async () => {
  const month = new Date().toISOString().slice(0, 7)
  const first = `${month}-01`
  await importFile(
    principal,
    csvOf([
      [`${first}T00:10:00Z`, 'openai', 'gpt-5', 1_000_000, 0],
      [`${first}T00:20:00Z`, 'deepseek', 'flash', 8_000_000, 0],
    ]),
  )
  await addBudget(principal, addBudgetInput.parse({ name: 'all', scope: 'workspace', amount: '100' }))
  await addBudget(principal, addBudgetInput.parse({ name: 'else', scope: 'project', value: 'else', amount: '100' }))
  const told = { currency: 'CNY', exact_amount: '8', in_usd: null, missing: [first] }
  const leftOut = async () => (await readBudgets(principal)).map((one) => [one.name, one.spent, one.left_out])
  const withoutRate = async () => (await readBudgets(principal)).map((one) => one.unpriced_requests)
  expect(await withoutRate()).toEqual(['0', '0'])
  expect(await leftOut()).toEqual([
    ['all', '1.25', [told]],
    ['else', '0', []],
  ])
  expect((await readForecast(principal)).left_out).toEqual([told])
  await enter({ [first]: '8' })
  expect((await leftOut())[0]).toEqual(['all', '1.25', [{ ...told, in_usd: '1', missing: [] }]])
  const csv = await readChargebackCsv(principal, { month })
  expect(csv).toContain('"the bill also has 8 CNY, which no cost centre bears"')
})

/** The FOCUS file, and its billed cost summed by currency. */
async function focusOf(month: string): Promise<{ readonly text: string; readonly sums: ReadonlyMap<string, string> }> {
  const { content } = await readBillFile(principal, { month, kind: 'focus.csv' })
  const parts: string[] = []
  for await (const part of content) parts.push(String(part))
  const [head = '', ...lines] = parts
  const at = head.trimEnd().split(',').indexOf('BillingCurrency')
  const sums = new Map<string, string>()
  for (const line of lines) {
    const cells = line.trimEnd().split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)
    const currency = (cells[at] ?? '').replaceAll('"', '')
    sums.set(currency, usdToText(addUsd(usdFromText(sums.get(currency) ?? '0'), usdFromText(cells[0] ?? ''))))
  }
  return { text: [head, ...lines].join(''), sums }
}

it('P-29: a total in the display currency takes its own amounts as they are and others through dated dollars', async () => {
  await importFile(principal, SEPTEMBER)
  await enter({ '2026-08-31': '8', '2026-09-18': '7.5' })
  await setDisplayCurrency(principal, { display_currency: 'CNY' })
  // 2.25 dollars of the first at 8, and the yuan.
  expect(await convertBill(principal, await september())).toMatchObject({ currency: 'CNY', amount: '26.000012' })
  await setDisplayCurrency(principal, { display_currency: 'EUR' })
  expect(await convertBill(principal, await september())).toMatchObject({ amount: null })
  await enterExchangeRates(principal, {
    currency: 'EUR',
    source: 'ECB reference rates',
    rates: [
      { day: '2026-08-31', rate: '0.8' },
      { day: '2026-09-20', rate: '0.5' },
    ],
  })
  // (2.25 + 5.000012 / 8) × 0.8 + 3 / 7.5 × 0.5
  expect(await convertBill(principal, await september())).toMatchObject({ currency: 'EUR', amount: '2.5000012' })
})

it('usage without a price that gets one in yuan moves out of what has none', async () => {
  await importFile(principal, SEPTEMBER)
  await insertYuan('deepseek', 'nameless', { input: '2' })
  await reprice(principal, { from: '2026-09', to: '2026-10', filter: {}, mode: 'apply', reason: 'price found' })
  expect((await september()).coverage).toMatchObject({ records: '0', priced_per_myriad: 10_000 })
  expect(await yuan()).toMatchObject({ exact_total: '8.001012' })
  await requireBalancedBooks(principal)
})

it('the books find a stored cost of prices in another currency', async () => {
  await importFile(principal, SEPTEMBER)
  await pool().query(`UPDATE usage_record SET cost = 0 WHERE cost IS NULL AND price_set_id <> 0`)
  const found = await checkBooks(principal, { all: true, files: false })
  expect(found.filter((one) => one.rule === 'I7').map((one) => [one.expected, one.actual])).toEqual([['0', '2']])
})
