import { describe, expect, it } from 'vitest'
import { GET as getBill } from '../../app/api/v1/bills/[month]/route'
import { sumUsd, usdFromText, usdToText } from '../../lib/core/money/usd'
import type { Principal } from '../../lib/server/auth/principal'
import { pool } from '../../lib/server/db/pool'
import { insertEntries } from '../../lib/server/db/price-book'
import { listBills, readBill, readBillCsv } from '../../lib/server/read/bill'
import { readCalls } from '../../lib/server/read/calls'
import { readSpend } from '../../lib/server/read/spend'
import { makeMember, signedInCookie } from '../support/account'
import { commandLineOf, importFile, requireBalancedBooks, usageCsv } from '../support/imports'
import { inSampleCompany } from '../support/scene'
import { unzipTexts } from '../support/zip'

const NOW = Date.UTC(2026, 10, 23, 18, 30)
let principal: Principal
inSampleCompany(NOW, (made) => {
  principal = made
})

describe('bills of the sample workspace', () => {
  it('total what spend and the records themselves total, to the last digit, in every month', async () => {
    const spend = await readSpend(principal, { group_by: 'month' })
    const { rows } = await pool().query<{ month: string; cost: string }>(
      `SELECT to_char(ts AT TIME ZONE 'UTC', 'YYYY-MM') AS month, trim_scale(sum(cost))::text AS cost
       FROM usage_record WHERE workspace_id = $1 GROUP BY 1`,
      [principal.workspaceId],
    )
    const ofRecords = new Map(rows.map((row) => [row.month, row.cost]))
    const bills = await listBills(principal)
    expect(bills).toHaveLength(spend.rows.length)
    for (const { month, cost } of spend.rows) {
      const bill = await readBill(principal, { month: String(month) })
      const lines = bill.hosts.flatMap((host) => host.models.flatMap((model) => model.lines))
      expect(bill.exact_total).toBe(cost)
      expect(bill.exact_total).toBe(ofRecords.get(String(month)))
      expect(usdToText(sumUsd(lines.map((line) => usdFromText(line.exact_amount))))).toBe(cost)
      expect(bills.find((one) => one.month === month)?.exact_total).toBe(cost)
    }
  })

  it('have a row without an amount for the model without a price, and say how much is covered', async () => {
    const bill = await readBill(principal, { month: '2026-11' })
    const unpriced = bill.hosts.flatMap((host) => host.models.filter((model) => model.unpriced !== null))
    expect(unpriced.map((model) => model.model)).toEqual(['acme/atlas-70b-preview'])
    expect(unpriced[0]).toMatchObject({ amount: null, lines: [] })
    expect(bill.coverage.priced_per_myriad).toBeLessThan(10_000)
    expect(bill.coverage.requests).toBe(unpriced[0]?.unpriced?.requests)
  })

  it('have model subtotals that are the sum of the calls behind them', async () => {
    const bill = await readBill(principal, { month: '2026-10' })
    for (const host of bill.hosts) {
      for (const { model } of host.models) {
        const filter = { from: '2026-10-01', to: '2026-11-01', host: host.host, model }
        const { total } = await readCalls(principal, { filter, cursor: null, limit: 1 })
        const same = host.models.filter((one) => one.model === model)
        expect(total.cost).toBe(usdToText(sumUsd(same.map((one) => usdFromText(one.exact_amount ?? '0')))))
      }
    }
  })

  it('as CSV add to their last row', async () => {
    const rows = (await readBillCsv(principal, { month: '2026-10' }))
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/))
    const place = rows[0]?.indexOf('amount') ?? -1
    const amounts = rows.slice(1).map((row) => usdFromText(row[place] === '' ? '0' : (row[place] as string)))
    expect(usdToText(sumUsd(amounts.slice(0, -1)))).toBe(usdToText(amounts.at(-1) ?? usdFromText('0')))
  })
})

/** Reads a workbook's typed numbers of one column, without its last row, and sums them exactly. */
function sumOfColumn(archive: Buffer, column: string): string {
  const rows = [...(unzipTexts(archive).get('xl/worksheets/sheet1.xml') ?? '').matchAll(/<row [\s\S]*?<\/row>/g)].map(
    (row) =>
      [...row[0].matchAll(/<c r="([A-Z]+)\d+"([^>]*)>(?:<v>|<is><t[^>]*>)([^<]*)/g)].map((cell) => ({
        column: cell[1],
        isText: /t="inlineStr"/.test(cell[2] ?? ''),
        value: cell[3],
      })),
  )
  const head = rows[0]?.find((cell) => cell.value === column)
  const values = rows.slice(1, -1).flatMap((row) => row.filter((cell) => cell.column === head?.column && cell.value))
  expect(values.length).toBeGreaterThan(10)
  expect(values.some((cell) => cell.isText)).toBe(false)
  return usdToText(sumUsd(values.map((cell) => usdFromText(cell.value as string))))
}

describe('the address of a bill', () => {
  it('answers JSON and CSV to a member, and 404 for what is no month', async () => {
    const cookie = await signedInCookie(await makeMember(principal.workspaceId, 'viewer'))
    const ask = async (month: string) =>
      await getBill(new Request(`http://localhost/api/v1/bills/${month}`, { headers: { cookie } }), {
        params: Promise.resolve({ month }),
      })
    expect(await (await ask('2026-10')).json()).toMatchObject({ month: '2026-10', status: 'open', currency: 'USD' })
    const csv = await ask('2026-10.csv')
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(await csv.text()).toMatch(/^month,kind,host/)
    const xlsx = await ask('2026-10.xlsx')
    expect(xlsx.headers.get('content-disposition')).toBe('attachment; filename="bill-2026-10.xlsx"')
    expect(sumOfColumn(Buffer.from(await xlsx.arrayBuffer()), 'amount')).toBe(
      (await readBill(principal, { month: '2026-10' })).total,
    )
    const focus = (await (await ask('2026-10.focus.csv')).text()).trimEnd().split('\r\n')
    expect(focus[0]).toMatch(/^BilledCost,BillingAccountId,/)
    expect(usdToText(sumUsd(focus.slice(1).map((line) => usdFromText(line.split(',', 1)[0] as string))))).toBe(
      (await readBill(principal, { month: '2026-10' })).exact_total,
    )
    const pdf = await ask('2026-10.pdf')
    expect(pdf.headers.get('content-type')).toBe('application/pdf')
    expect(Buffer.from(await pdf.arrayBuffer()).toString('latin1', 0, 8)).toBe('%PDF-1.7')
    for (const month of ['2026-13', 'october', '2026-10.docx']) expect((await ask(month)).status).toBe(404)
  })
})

describe('prices that do not divide', () => {
  it('leave a bill that still is the sum of its records', async () => {
    const own = await commandLineOf('thirds')
    const entry = { host: 'openai', model: 'third', kind: 'rate', currency: 'USD', toMs: null, conditions: {} } as const
    const source = { book: 'list', priority: 0, sourceUrl: 'https://example.com', checkedOn: '2026-11-01' } as const
    const rate = { ...entry, ...source, confidence: 'provider', fromMs: Date.UTC(2025, 0, 1) } as const
    await insertEntries(pool(), 0, [
      { ...rate, id: 'third-input', meter: 'input', per: 3n, amount: '1' },
      { ...rate, id: 'third-output', meter: 'output', per: 1_000_000n, amount: '2' },
    ])
    const rows = ['01', '02', '03', '04'].map((day, index) => ({
      timestamp: `2026-09-${day}T00:00:00Z`,
      model: 'third',
      input: index + 1,
      output: 7,
    }))
    await importFile(own, usageCsv(rows))
    await requireBalancedBooks(own)
    const spend = await readSpend(own, { group_by: 'month' })
    const bill = await readBill(own, { month: '2026-09' })
    expect(bill.exact_total).toBe(spend.rows[0]?.cost)
    expect(bill.hosts[0]?.models[0]?.lines.map((line) => line.meter)).toEqual(['input', 'output'])
    expect((await readBill(own, { month: '2026-08' })).total).toBe('0')
  })
})
