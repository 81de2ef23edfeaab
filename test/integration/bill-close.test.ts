import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { POST as postClose } from '../../app/api/v1/bills/[month]/close/route'
import { addUsd, sumUsd, usdFromText, usdToText } from '../../lib/core/money/usd'
import { frozenDifference } from '../../lib/core/report/bill-digest'
import type { BillView } from '../../lib/core/report/bill-view'
import type { Principal } from '../../lib/server/auth/principal'
import { pool } from '../../lib/server/db/pool'
import { listBills, readBill, readBillCsv } from '../../lib/server/read/bill'
import { checkBooks } from '../../lib/server/read/check-books'
import { readSpend } from '../../lib/server/read/spend'
import { addPrice, addPriceInput } from '../../lib/server/use-case/add-price'
import { adjustBill, adjustInput, unadjustBill } from '../../lib/server/use-case/adjust-bill'
import { closeMonth, reviewMonth } from '../../lib/server/use-case/close-month'
import { ingestUsage } from '../../lib/server/use-case/ingest-usage'
import { reopenMonth } from '../../lib/server/use-case/reopen-month'
import { reprice, undoReprice } from '../../lib/server/use-case/reprice'
import { undoImport } from '../../lib/server/use-case/undo-import'
import { verifyBills, verifyBillsNightly } from '../../lib/server/use-case/verify-bills'
import { makeMember, principalOf, signedInCookie, useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase, resetDatabase } from '../support/database'
import { commandLineOf, importFile, insertTestPrices, requireBalancedBooks, usageCsv } from '../support/imports'

let removeData: () => void
let principal: Principal
let anna: Principal
let ben: Principal

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
  anna = await principalOf(await makeMember(principal.workspaceId, 'finance', 'anna@example.com'))
  ben = await principalOf(await makeMember(principal.workspaceId, 'finance', 'ben@example.com'))
})

const SEPTEMBER = usageCsv([
  { id: 'a', timestamp: '2026-09-10T10:00:00Z', input: 1_000_000, output: 100_000, requests: 1, cost: '2.5' },
  { id: 'b', timestamp: '2026-09-11T10:00:00Z', input: 3_000_001, output: 7, requests: 2, project: 'search' },
  { id: 'c', timestamp: '2026-09-30T23:59:59.999Z', input: 12_345, output: 0, model: 'gpt-5-mini' },
  { id: 'd', timestamp: '2026-09-12T00:00:00Z', input: 500, output: 20, model: 'house-model', requests: 4 },
])
const OCTOBER = usageCsv([
  { id: 'o', timestamp: '2026-10-01T00:00:00Z', input: 200_000, output: 10_000, requests: 1 },
  { timestamp: '2026-10-12T00:00:00Z', end: '2026-10-13T00:00:00Z', input: 9_000_000, output: 1, requests: 55 },
])
const LATE = usageCsv([
  { id: 'late-1', timestamp: '2026-09-20T08:00:00Z', input: 2_000_000, output: 0, requests: 1 },
  { id: 'late-2', timestamp: '2026-10-20T08:00:00Z', input: 40, output: 3, requests: 1 },
])

const close = (month: string, by = anna) => closeMonth(by, { month })
const bill = (month: string) => readBill(principal, { month })

/** Every month's bill together is every record's cost: nothing is lost or charged twice by closing. */
async function requireNothingLost(): Promise<void> {
  const bills = await listBills(principal)
  const { total } = await readSpend(principal, { group_by: 'month' })
  const all = sumUsd(bills.map((one) => usdFromText(one.exact_total ?? '0')))
  expect(usdToText(all)).toBe(total.cost ?? '0')
  for (const { month, exact_total } of bills) expect((await bill(month)).exact_total).toBe(exact_total)
  await requireBalancedBooks(principal)
}

/** Every rounded line of a bill with its rounding adds to its total. */
function requireAddsUp(view: BillView): void {
  const lines = view.hosts.flatMap((host) => host.models.flatMap((model) => model.lines))
  const amounts = [...lines, ...view.corrections, ...view.carried, ...view.adjustments].map((one) => one.amount)
  expect(amounts).toHaveLength(view.lines)
  const sum = addUsd(sumUsd(amounts.map(usdFromText)), usdFromText(view.rounding))
  expect(usdToText(sum)).toBe(view.total)
}

describe('closing a month', () => {
  beforeEach(async () => {
    await importFile(principal, SEPTEMBER)
    await importFile(principal, OCTOBER)
  })

  it('freezes the bill under the hash of its text, once, and only for finance and when the month is over', async () => {
    const open = await bill('2026-09')
    const admin = await principalOf(await makeMember(principal.workspaceId, 'admin'))
    await expect(close('2026-09', admin)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(close('2026-11')).rejects.toMatchObject({ reason: 'MONTH_NOT_OVER' })
    await expect(closeMonth(anna, { month: '2026-09', digest: 'f'.repeat(64) })).rejects.toMatchObject({
      reason: 'BILL_CHANGED',
    })
    await reviewMonth(anna, { month: '2026-09', digest: open.digest })
    expect(await bill('2026-09')).toMatchObject({ status: 'reviewed', review: { changed: false } })
    const { sha256, version } = await closeMonth(anna, { month: '2026-09', digest: open.digest })
    expect({ sha256, version }).toEqual({ sha256: open.digest, version: 1 })
    const closed = await bill('2026-09')
    expect(closed).toMatchObject({
      status: 'closed',
      total: open.total,
      close: { closed_by: 'anna@example.com', sha256 },
    })
    const { rows } = await pool().query<{ document: string }>('SELECT document FROM closed_bill')
    expect(
      createHash('sha256')
        .update(rows[0]?.document ?? '')
        .digest('hex'),
    ).toBe(sha256)
    await expect(close('2026-09')).rejects.toMatchObject({ code: 'CONFLICT', reason: 'MONTH_CLOSED' })
    const { rows: audit } = await pool().query<{ action: string }>(
      `SELECT action FROM audit_log WHERE action LIKE 'bill.%' ORDER BY id`,
    )
    expect(audit.map((row) => row.action)).toEqual(['bill.review', 'bill.close'])
    requireAddsUp(closed)
    await requireNothingLost()
  })

  it('is refused when the bill changed since it was reviewed', async () => {
    await reviewMonth(anna, { month: '2026-09' })
    await importFile(principal, LATE)
    expect((await bill('2026-09')).review?.changed).toBe(true)
    await expect(close('2026-09')).rejects.toMatchObject({ reason: 'CHANGED_SINCE_REVIEW' })
    await reviewMonth(ben, { month: '2026-09' })
    await close('2026-09')
  })

  it('over HTTP answers 409 to the second of two who close at once (A-66)', async () => {
    const cookies = await Promise.all([anna, ben].map((one) => signedInCookie(one.userId as number)))
    const replies = await Promise.all(
      cookies.map((cookie) =>
        postClose(
          new Request('http://localhost/api/v1/bills/2026-09/close', {
            method: 'POST',
            headers: { cookie, origin: 'http://localhost', host: 'localhost', 'content-type': 'application/json' },
            body: '{}',
          }),
          { params: Promise.resolve({ month: '2026-09' }) },
        ),
      ),
    )
    expect(replies.map((reply) => reply.status).sort()).toEqual([200, 409])
  })
})

describe('what comes after closing (A-65, P-18)', () => {
  let before: { september: BillView; csv: string }

  beforeEach(async () => {
    await importFile(principal, SEPTEMBER)
    await importFile(principal, OCTOBER)
    await close('2026-09')
    before = { september: await bill('2026-09'), csv: await readBillCsv(principal, { month: '2026-09' }) }
  })

  /** The closed bill is the same to the byte, and so is its export. */
  async function requireSeptemberUntouched(): Promise<void> {
    const now = await bill('2026-09')
    expect({ ...now, since_close: [] }).toEqual({ ...before.september, since_close: [] })
    expect(await readBillCsv(principal, { month: '2026-09' })).toBe(before.csv)
  }

  it('late rows of a file and of the API are corrections in the next open month, with their cause', async () => {
    const october = await bill('2026-10')
    const late = await importFile(principal, LATE)
    await ingestUsage(principal, {
      body: Buffer.from(
        JSON.stringify([
          {
            id: 'api-1',
            timestamp: '2026-09-02T00:00:00Z',
            provider: 'openai',
            model: 'gpt-5',
            usage: { input: '8', output: '0' },
          },
        ]),
      ),
      idempotencyKey: null,
    })
    await requireSeptemberUntouched()
    const now = await bill('2026-10')
    expect(now.corrections).toMatchObject([
      { month: '2026-09', cause: 'import', cause_no: late.no, note: 'usage.csv', records: '1', exact_amount: '2.5' },
      { month: '2026-09', cause: 'import', records: '1', exact_amount: '0.00001', amount: '0' },
    ])
    const own = usdFromText('0.00008')
    expect(now.exact_total).toBe(
      usdToText(sumUsd([usdFromText(october.exact_total ?? ''), usdFromText('2.50001'), own])),
    )
    expect((await bill('2026-09')).since_close.map((one) => one.billed_in)).toEqual(['2026-10', '2026-10'])
    requireAddsUp(now)
    await requireNothingLost()
  })

  it('undoing an import that fed the closed month is a reversing correction', async () => {
    const { rows } = await pool().query<{ id: string }>('SELECT id FROM import ORDER BY no LIMIT 1')
    await undoImport(principal, { id: rows[0]?.id ?? '' })
    await requireSeptemberUntouched()
    const { corrections } = await bill('2026-10')
    expect(corrections.map((one) => [one.cause, one.model, one.records, one.unpriced_requests])).toEqual([
      ['import_undo', 'gpt-5', '-2', '0'],
      ['import_undo', 'gpt-5-mini', '-1', '0'],
      ['import_undo', 'house-model', '-1', '-4'],
    ])
    const taken = sumUsd(corrections.map((one) => usdFromText(one.exact_amount)))
    expect(usdToText(taken)).toBe(`-${before.september.exact_total}`)
    await requireNothingLost()
  })

  it('a re-pricing is a correction and its undo takes the correction back', async () => {
    await addPrice(
      anna,
      addPriceInput.parse({
        host: 'openai',
        model: 'gpt-5',
        meter: 'input',
        amount: '1',
        effective_from: '2026-09-01T00:00:00Z',
        source: 'order form',
      }),
    )
    const october = (await bill('2026-10')).exact_total
    const period = { from: '2026-09-01', to: '2026-10-01', filter: {} }
    const { revision, total } = await reprice(anna, { ...period, mode: 'apply', reason: 'contract' })
    await requireSeptemberUntouched()
    const { corrections, exact_total } = await bill('2026-10')
    expect(corrections).toMatchObject([{ cause: 'reprice', note: 'contract', exact_amount: total.difference }])
    expect(exact_total).toBe(usdToText(addUsd(usdFromText(october ?? ''), usdFromText(total.difference))))
    await requireNothingLost()
    await undoReprice(anna, { id: revision?.id ?? '' })
    await requireSeptemberUntouched()
    expect((await bill('2026-10')).exact_total).toBe(october)
    await requireNothingLost()
  })

  it('a bucket restated by a newer export is a correction by its difference', async () => {
    await close('2026-10')
    const october = await bill('2026-10')
    const newer = usageCsv([
      { timestamp: '2026-10-12T00:00:00Z', end: '2026-10-13T00:00:00Z', input: 9_000_100, output: 1, requests: 56 },
    ])
    await importFile(principal, newer)
    const { corrections } = await bill('2026-11')
    expect(corrections).toMatchObject([{ month: '2026-10', records: '0', exact_amount: '0.000125' }])
    expect((await bill('2026-10')).total).toBe(october.total)
    await requireNothingLost()
  })

  it('reopening needs a second person and a reason, and gives back what no closed month has billed', async () => {
    await importFile(principal, LATE)
    await expect(reopenMonth(anna, { month: '2026-09', reason: 'late rows' })).rejects.toMatchObject({
      reason: 'SECOND_PERSON_NEEDED',
    })
    await expect(reopenMonth(ben, { month: '2026-09', reason: '' })).rejects.toMatchObject({ reason: 'REASON_MISSING' })
    await reopenMonth(ben, { month: '2026-09', reason: 'late rows' })
    const open = await bill('2026-09')
    expect(open).toMatchObject({ status: 'open', close: null, reopened: [{ version: 1, reason: 'late rows' }] })
    expect(open.exact_total).toBe(
      usdToText(addUsd(usdFromText(before.september.exact_total ?? ''), usdFromText('2.5'))),
    )
    expect((await bill('2026-10')).corrections).toEqual([])
    await requireNothingLost()
    expect((await close('2026-09', ben)).version).toBe(2)
    await requireNothingLost()
  })

  it('of a reopened month leaves with a closed month what that one has billed', async () => {
    await importFile(principal, LATE)
    await close('2026-10')
    const october = await bill('2026-10')
    await reopenMonth(ben, { month: '2026-09', reason: 'check' })
    const open = await bill('2026-09')
    expect(open.carried).toMatchObject([{ billed_in: '2026-10', exact_amount: '-2.5', records: '-1' }])
    expect(open.exact_total).toBe(before.september.exact_total)
    expect(await bill('2026-10')).toEqual(october)
    requireAddsUp(open)
    await requireNothingLost()
    await close('2026-09')
    await importFile(principal, usageCsv([{ id: 'z', timestamp: '2026-09-03T00:00:00Z', input: 1_000_000, output: 0 }]))
    expect((await bill('2026-11')).corrections).toMatchObject([{ month: '2026-09', exact_amount: '1.25' }])
    await requireNothingLost()
  })

  it('close, reopen, close without changes is the same bill as the next version (P-19)', async () => {
    await reopenMonth(ben, { month: '2026-09', reason: 'by mistake' })
    const { version, sha256 } = await close('2026-09')
    expect({ version, sha256 }).toEqual({ version: 2, sha256: before.september.digest })
  })

  it('tampering with the frozen text or with the sums behind it is found by the books and at night', async () => {
    expect(await verifyBillsNightly()).toBeNull()
    await pool().query(`UPDATE closed_bill SET closed_at = now() - interval '2 days'`)
    expect(await verifyBillsNightly()).toBe(0)
    expect((await bill('2026-09')).close).toMatchObject({ fault: null })
    await pool().query(`UPDATE closed_bill SET document = replace(document, '"gpt-5"', '"gpt-6"')`)
    expect(await checkBooks(principal, { all: true, files: false })).toMatchObject([{ rule: 'I6' }])
    expect(await verifyBills()).toBe(1)
    await pool().query(`UPDATE closed_bill SET sha256 = sha256(convert_to(document, 'UTF8'))`)
    const [difference] = await checkBooks(principal, { all: true, files: false })
    expect(difference).toMatchObject({ rule: 'I6', expected: '"gpt-6"', actual: '"gpt-5"' })
    expect((await bill('2026-09')).close?.fault).toMatch(/^SHA-256 of the text/)
    const { rows } = await pool().query(`SELECT 1 FROM audit_log WHERE action = 'bill.differs'`)
    expect(rows).toHaveLength(1)
  })
})

describe('adjustments and the four costs of a month', () => {
  const adjust = (fields: Readonly<Record<string, unknown>>, by = anna) =>
    adjustBill(by, { ...adjustInput.parse({ reason: 'invoice 4711', ...fields }), month: '2026-09' })

  beforeEach(async () => {
    await importFile(principal, SEPTEMBER)
  })

  it('add to the bill to the last digit, keep their reason, and are refused once the month is closed', async () => {
    const before = await bill('2026-09')
    await expect(adjust({ kind: 'credit', amount: '5' })).rejects.toMatchObject({ reason: 'AMOUNT_INVALID' })
    await expect(adjust({ kind: 'tax', amount: '1e99' })).rejects.toMatchObject({ reason: 'AMOUNT_INVALID' })
    await expect(adjust({ kind: 'tax', amount: '1' }, principal)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await adjust({ kind: 'credit', amount: '-1.005', host: 'openai' })
    const tax = await adjust({ kind: 'tax', amount: '0.333333333333333333' })
    await adjust({ kind: 'prepaid', amount: '-2' })
    const now = await bill('2026-09')
    expect(now.adjustments).toMatchObject([
      { kind: 'credit', host: 'openai', reason: 'invoice 4711', exact_amount: '-1.005', amount: '-1.01' },
      { kind: 'tax', host: null, amount: '0.33', created_by: 'anna@example.com' },
      { kind: 'prepaid', amount: '-2' },
    ])
    const usage = usdFromText(before.exact_total ?? '')
    const plus = (text: string) => usdToText(addUsd(usage, usdFromText(text)))
    expect(now.exact_total).toBe(plus('-2.671666666666666667'))
    expect(now.costs).toMatchObject({ contracted: before.exact_total, effective: plus('-1.005') })
    requireAddsUp(now)
    expect((await listBills(principal))[0]).toMatchObject({ month: '2026-09', exact_total: now.exact_total })
    await unadjustBill(anna, { month: '2026-09', no: String(tax.no) })
    expect((await bill('2026-09')).exact_total).toBe(plus('-3.005'))
    await close('2026-09')
    await expect(adjust({ kind: 'tax', amount: '1' })).rejects.toMatchObject({ reason: 'MONTH_CLOSED' })
    await expect(unadjustBill(anna, { month: '2026-09', no: '1' })).rejects.toMatchObject({ reason: 'MONTH_CLOSED' })
    await requireBalancedBooks(principal)
  })

  it('tell list and contracted cost apart where a contract priced the usage', async () => {
    const contract = { host: 'openai', effective_from: '2026-01-01T00:00:00Z', source: 'order form' }
    await addPrice(anna, addPriceInput.parse({ ...contract, model: 'gpt-5', meter: 'input', amount: '1' }))
    await addPrice(
      anna,
      addPriceInput.parse({ ...contract, model: 'gpt-5-mini', meter: '*', kind: 'multiplier', amount: '0.5' }),
    )
    const atList = (await bill('2026-09')).costs
    expect(atList.list).toBe(atList.contracted)
    await reprice(anna, { from: '2026-09-01', to: '2026-10-01', filter: {}, mode: 'apply', reason: 'contract' })
    const { costs, exact_total } = await bill('2026-09')
    expect(costs).toMatchObject({ list: atList.list, lines_without_list: 0, contracted: exact_total })
    expect(costs.contracted).not.toBe(costs.list)
    await close('2026-09')
    await requireBalancedBooks(principal)
  })
})

describe('a frozen bill beside the same bill made anew', () => {
  it('may differ in ends given to prices later and in members it did not have, in nothing else', () => {
    const frozen = { a: [{ effective_to: null, amount: '1' }] }
    expect(frozenDifference(frozen, { a: [{ effective_to: '2026-01-01', amount: '1', more: 2 }], b: 1 })).toBeNull()
    expect(frozenDifference(frozen, { a: [{ amount: '2' }] })).toMatchObject({ place: 'a.0.amount' })
    expect(frozenDifference(frozen, { a: [] })?.place).toBe('a.0')
    expect(frozenDifference({ a: [] }, frozen)?.place).toBe('a')
  })
})
