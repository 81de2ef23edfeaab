import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addUsd, sumUsd, usdFromText, usdToText } from '../../lib/core/money/usd'
import type { Principal } from '../../lib/server/auth/principal'
import { readBill } from '../../lib/server/read/bill'
import { readReconciliation } from '../../lib/server/read/reconcile'
import {
  changeTolerance,
  enterInvoice,
  invoiceInput,
  toleranceInput,
  withdrawInvoice,
} from '../../lib/server/use-case/enter-invoice'
import { makeMember, principalOf, useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase } from '../support/database'
import { commandLineOf, importFile, insertTestPrices, usageCsv } from '../support/imports'

let removeData: () => void
let principal: Principal
let anna: Principal

beforeAll(async () => {
  removeData = useOwnDataDirectory()
  await openTestDatabase()
  principal = await commandLineOf('acme')
  await insertTestPrices()
  anna = await principalOf(await makeMember(principal.workspaceId, 'finance', 'anna@example.com'))
  await importFile(
    principal,
    usageCsv([
      // The last hours of August in UTC are September's nowhere; the first of October are September's in UTC−08:00.
      { id: 'a', timestamp: '2026-09-01T03:00:00Z', input: 4_000_000, output: 0 },
      { id: 'b', timestamp: '2026-09-10T10:00:00Z', input: 8_000_000, output: 100_000 },
      { id: 'c', timestamp: '2026-09-11T10:00:00Z', input: 500_000, output: 0, model: 'gpt-5-mini' },
      { id: 'd', timestamp: '2026-09-12T00:00:00Z', input: 500, output: 20, model: 'house-model', requests: 4 },
    ]),
  )
})
afterAll(async () => {
  await closeTestDatabase()
  removeData()
})

const enter = (lines: readonly object[], month = '2026-09') =>
  enterInvoice(anna, { ...invoiceInput.parse({ host: 'openai', number: 'INV-1', lines }), month })

async function openai() {
  const view = await readReconciliation(principal, { month: '2026-09' })
  const host = view.hosts.find((one) => one.host === 'openai')
  if (host?.compared) {
    const parts = host.compared.causes.map((cause) => usdFromText(cause.amount))
    const sum = addUsd(sumUsd(parts), usdFromText(host.compared.unexplained))
    expect(usdToText(sum)).toBe(host.compared.gap)
  }
  return { view, host, compared: host?.compared ?? null }
}

describe('a month beside the invoices of its hosts', () => {
  it('has our usage as the bill has it, and compares nothing until an invoice is there', async () => {
    const { view, host, compared } = await openai()
    expect([compared, host?.track, view.total]).toEqual([null, null, null])
    expect(host?.ours).toBe((await readBill(principal, { month: '2026-09' })).exact_total)
    expect(host?.unpriced_calls).toBe('4')
  })

  it('splits a typed invoice into causes that sum to its gap, counts before money', async () => {
    const { no } = await enter([
      { model: 'gpt-5', meter: 'input', quantity: '12400000', amount: '18.60' },
      { model: 'gpt-5', meter: 'output', quantity: '100000', amount: '1.00' },
      { model: 'gpt-5-mini', amount: '0.13' },
      { model: 'house-model', amount: '9.31' },
      { category: 'tax', amount: '2.91' },
    ])
    const { compared, host, view } = await openai()
    expect(compared?.causes.map((cause) => [cause.kind, cause.model, cause.amount])).toEqual([
      ['unpriced', 'house-model', '9.31'],
      ['price', 'gpt-5', '3.1'],
      ['credits_tax', null, '2.91'],
      ['count', 'gpt-5', '0.5'],
      ['rounding', null, '0.005'],
    ])
    expect(compared).toMatchObject({ source: 'typed', status: 'explained', unexplained: '0', gap: '15.825' })
    expect(compared?.causes[1]?.rates).toEqual({ ours: '1.25', invoice: '1.5' })
    expect(compared?.lines.find((line) => line.meter === 'input')).toMatchObject({
      our_quantity: '12000000',
      invoice_quantity: '12400000',
    })
    expect(host?.track?.months).toBe(1)
    expect(view.total?.gap).toBe('15.825')
    await withdrawInvoice(anna, { month: '2026-09', no: String(no) })
    expect((await openai()).compared).toBeNull()
  })

  it('takes an invoice of one number once in a month, also when it is sent twice at once, and anew when it was removed', async () => {
    const lines = [{ amount: '4.20' }]
    const tried = await Promise.allSettled([enter(lines, '2026-08'), enter(lines, '2026-08')])
    const entered = tried.filter((one) => one.status === 'fulfilled')
    expect(entered).toHaveLength(1)
    await expect(enter(lines, '2026-08')).rejects.toMatchObject({ code: 'CONFLICT', reason: 'INVOICE_ENTERED' })
    await withdrawInvoice(anna, { month: '2026-08', no: String(entered[0]?.value.no) })
    const { no } = await enter(lines, '2026-08')
    await withdrawInvoice(anna, { month: '2026-08', no: String(no) })
  })

  it('finds that the days of the host begin at another hour', async () => {
    // Without the four million tokens of 03:00 UTC on the first, which is August in UTC−08:00.
    const { no } = await enter([{ amount: '11.13' }])
    const { compared } = await openai()
    expect(compared?.causes.map((cause) => [cause.kind, cause.zone, cause.amount])).toEqual([
      ['time_zone', 'UTC−08:00', '-5'],
      ['rounding', null, '0.005'],
    ])
    await withdrawInvoice(anna, { month: '2026-09', no: String(no) })
  })

  it('calls a gap matched by the tolerance of the workspace, and leaves it in the figures', async () => {
    await enter([
      { model: 'gpt-5', amount: '16.04' },
      { model: 'gpt-5-mini', amount: '0.125' },
    ])
    expect((await openai()).compared).toMatchObject({ status: 'matched', gap: '0.04', unexplained: '0.04' })
    await changeTolerance(anna, toleranceInput.parse({ amount: '0.01', per_myriad: 0 }))
    expect((await openai()).compared).toMatchObject({ status: 'open', unexplained: '0.04' })
    await expect(
      changeTolerance(principal, toleranceInput.parse({ amount: '1', per_myriad: 0 })),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})

describe('failed calls that no log has the tokens of', () => {
  it('are found by model, and take the part of a higher count that their calls can make', async () => {
    const own = await commandLineOf('timeouts')
    const finance = await principalOf(await makeMember(own.workspaceId, 'finance', 'timeouts@example.com'))
    const call = (no: number, status: string, tokens: string) =>
      `${no},2026-09-${String(10 + (no % 10))}T10:00:00Z,openai,gpt-5,${status},${tokens},0`
    await importFile(
      own,
      [
        'id,timestamp,host,model,status,input_tokens,output_tokens',
        ...Array.from({ length: 8 }, (_, no) => call(no, 'ok', '1000000')),
        call(8, 'error', '0'),
        call(9, 'error', '0'),
        '',
      ].join('\n'),
    )
    const compared = async () => {
      const { hosts } = await readReconciliation(own, { month: '2026-09' })
      return hosts.find((one) => one.host === 'openai')?.compared
    }
    const lines = [{ model: 'gpt-5', meter: 'input', quantity: '10000000', amount: '12.50' }]
    const { no } = await enterInvoice(finance, {
      ...invoiceInput.parse({ host: 'openai', number: '', lines }),
      month: '2026-09',
    })
    expect(await compared()).toMatchObject({
      gap: '2.5',
      causes: [{ kind: 'failed_billed', amount: '2.5', model: 'gpt-5', meter: 'input', calls: '2' }],
      unexplained: '0',
      may_be_failed: null,
    })
    await withdrawInvoice(finance, { month: '2026-09', no: String(no) })
    await enterInvoice(finance, {
      ...invoiceInput.parse({ host: 'openai', number: '', lines: [{ amount: '14.00' }] }),
      month: '2026-09',
    })
    expect(await compared()).toMatchObject({
      causes: [],
      unexplained: '4',
      may_be_failed: { calls: '2', at_most: '2.5' },
    })
  })
})

describe('a cost export in whole cents', () => {
  it('is not charged with another price for what its rounding may have moved, and one with more places is', async () => {
    const own = await commandLineOf('cents')
    // Two thirds of a cent a day by our price; the host prints a cent.
    const days = Array.from({ length: 20 }, (_, no) => String(no + 1).padStart(2, '0'))
    await importFile(
      own,
      usageCsv(days.map((day) => ({ id: day, timestamp: `2026-09-${day}T10:00:00Z`, input: 5_334, output: 0 }))),
    )
    const costs = (amount: string) =>
      [
        'start_time,end_time,amount_value,amount_currency,quantity,quantity_unit,line_item,user_id,api_key_id,project_id,organization_id',
        ...days.map((day) => {
          const start = Date.parse(`2026-09-${day}T00:00:00Z`) / 1000
          return `${start},${start + 86_400},${amount},usd,5334,tokens,"gpt-5, input",,,p,org-acme`
        }),
        '',
      ].join('\n')
    const compared = async () => {
      const { hosts } = await readReconciliation(own, { month: '2026-09' })
      return hosts.find((one) => one.host === 'openai')?.compared
    }
    await importFile(own, costs('0.01'))
    expect(await compared()).toMatchObject({
      source: 'cost_export',
      gap: '0.06665',
      causes: [{ kind: 'rounding', amount: '0.06665' }],
      unexplained: '0',
    })
    await importFile(own, costs('0.0100003'))
    expect((await compared())?.causes.map((one) => one.kind)).toEqual(['price'])
  })
})
