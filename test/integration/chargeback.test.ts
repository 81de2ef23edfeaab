import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PATCH } from '../../app/api/v1/allocation/rules/[id]/route'
import { POST as addRule } from '../../app/api/v1/allocation/rules/route'
import { POST as share } from '../../app/api/v1/allocation/sharing/route'
import { GET as getStatement } from '../../app/api/v1/bills/[month]/chargeback/[centre]/route'
import { GET as getChargeback } from '../../app/api/v1/bills/[month]/chargeback/route'
import { sumUsd, usdFromText, usdToText } from '../../lib/core/money/usd'
import type { ChargebackView } from '../../lib/core/report/chargeback'
import type { Principal } from '../../lib/server/auth/principal'
import { pool } from '../../lib/server/db/pool'
import { readBill } from '../../lib/server/read/bill'
import { readChargeback, readChargebackCsv } from '../../lib/server/read/chargeback'
import {
  addAllocationRule,
  addRuleInput,
  removeAllocationRule,
  shareUnallocated,
} from '../../lib/server/use-case/change-allocation'
import { closeMonth } from '../../lib/server/use-case/close-month'
import { reopenMonth } from '../../lib/server/use-case/reopen-month'
import { verifyBills } from '../../lib/server/use-case/verify-bills'
import { makeMember, principalOf, signedInCookie, useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase } from '../support/database'
import { commandLineOf, importFile, insertTestPrices, requireBalancedBooks, usageCsv } from '../support/imports'

let removeData: () => void
let principal: Principal
let finance: string

beforeAll(async () => {
  removeData = useOwnDataDirectory()
  await openTestDatabase()
  await insertTestPrices()
  principal = await commandLineOf('chargeback')
  finance = await signedInCookie(await makeMember(principal.workspaceId, 'finance'))
  const header = 'timestamp,host,model,project,api_key,user,input_tokens,output_tokens,tags'
  const rows = Array.from({ length: 90 }, (_, index) => {
    const day = String((index % 30) + 1).padStart(2, '0')
    const project = ['search', 'support', ''][index % 3]
    const tags = index % 2 === 0 ? 'team=care;product=bot' : 'product=bot'
    return `2026-09-${day}T0${index % 9}:00:00Z,openai,gpt-5,${project},key-${index % 4},u${index % 5},${index * 7 + 1},3,${tags}`
  })
  await importFile(principal, [header, ...rows, ''].join('\n'))
})
afterAll(async () => {
  await closeTestDatabase()
  removeData()
})

const send = (cookie: string, body: object) =>
  new Request('http://localhost/api', {
    method: 'POST',
    headers: { cookie, host: 'localhost', origin: 'http://localhost', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
const add = async (body: object) => await addRule(send(finance, body), { params: Promise.resolve({}) })
const read = async (): Promise<ChargebackView> => await readChargeback(principal, { month: '2026-09' })

async function expectSumOfBill(): Promise<void> {
  const view = await read()
  const bill = await readBill(principal, { month: '2026-09' })
  expect([view.exact_amount, view.amount]).toEqual([bill.exact_total, bill.total])
  const parts = [...view.centres, view.left]
  expect(usdToText(sumUsd(parts.map((part) => usdFromText(part.exact_amount))))).toBe(bill.exact_total)
  expect(usdToText(sumUsd(parts.map((part) => usdFromText(part.amount))))).toBe(bill.total)
}

async function costWhere(condition: string): Promise<string> {
  const { rows } = await pool().query<{ cost: string }>(
    `SELECT trim_scale(sum(r.cost))::text AS cost FROM usage_record r
       LEFT JOIN dimension p ON p.workspace_id = r.workspace_id AND p.id = r.project_id
       LEFT JOIN dimension t ON t.workspace_id = r.workspace_id AND t.id = r.tag_set_id
     WHERE r.workspace_id = $1 AND ${condition}`,
    [principal.workspaceId],
  )
  return rows[0]?.cost ?? ''
}

describe('the chargeback of a month', () => {
  it('is all unallocated before there is a rule', async () => {
    const view = await read()
    expect(view.centres).toEqual([])
    expect(view.left.exact_amount).toBe(view.exact_amount)
    await expectSumOfBill()
  })

  it('follows rules by tag, project, key and user, in their order, each record once', async () => {
    expect((await add({ dimension: 'tag', tag: 'team', value: 'care', cost_centre: 'Care' })).status).toBe(201)
    expect((await add({ dimension: 'project', value: 'search', cost_centre: 'Discovery' })).status).toBe(201)
    await add({ dimension: 'tag', tag: 'product', value: 'b*', cost_centre: 'Bots', from: '2026-09-10' })
    await expectSumOfBill()
    const view = await read()
    const of = (name: string) => view.centres.find((centre) => centre.name === name)?.direct
    const care = `t.value LIKE '%"team","care"%'`
    expect(of('Care')).toBe(await costWhere(care))
    expect(of('Discovery')).toBe(await costWhere(`NOT (${care}) AND p.value = 'search'`))
    expect(of('Bots')).toBe(
      await costWhere(`NOT (${care}) AND p.value IS DISTINCT FROM 'search' AND r.ts >= '2026-09-10Z'`),
    )
    expect(view.unallocated).toBe(
      await costWhere(`NOT (${care}) AND p.value IS DISTINCT FROM 'search' AND r.ts < '2026-09-10Z'`),
    )
  })

  it('shares the rest so that it still is the bill', async () => {
    for (const mode of ['even', 'proportional']) {
      const reply = await share(send(finance, { mode, from_month: '2026-09' }), { params: Promise.resolve({}) })
      expect(reply.status).toBe(200)
      expect((await read()).left.exact_amount).toBe('0')
      await expectSumOfBill()
    }
    expect((await readChargeback(principal, { month: '2026-08' })).sharing).toBe('none')
  })

  it('has corrections and adjustments of the bill in it, shared like what nobody bears', async () => {
    await pool().query(
      `INSERT INTO bill_adjustment (workspace_id, month, kind, amount, reason, created_by)
       VALUES ($1, '2026-09', 'credit', -0.0123456789, 'goodwill', 'test')`,
      [principal.workspaceId],
    )
    expect((await read()).others).toBe('-0.0123456789')
    await expectSumOfBill()
  })

  it('moves and ends rules, and says which one is never reached', async () => {
    const { rules } = await read()
    const change = async (id: number, body: object) =>
      await PATCH(send(finance, body), { params: Promise.resolve({ id: String(id) }) })
    expect((await change(rules[1]?.id ?? 0, { move: 'up' })).status).toBe(200)
    expect((await read()).rules.map((rule) => rule.value)).toEqual(['search', 'care', 'b*'])
    await expectSumOfBill()
    expect((await change(rules[0]?.id ?? 0, { to: '2026-09-15' })).status).toBe(200)
    await expectSumOfBill()
    expect((await change(rules[2]?.id ?? 0, { to: '2026-09-10' })).status).toBe(422)
    const hidden = await add({ dimension: 'project', value: 'search', cost_centre: 'Other' })
    expect([hidden.status, ((await hidden.json()) as { code: string }).code]).toEqual([409, 'RULE_HIDDEN'])
  })

  it('has a statement of each centre, as JSON and CSV, and refuses rules of whoever may not make them', async () => {
    const viewer = await signedInCookie(await makeMember(principal.workspaceId, 'viewer'))
    const refused = await addRule(send(viewer, { dimension: 'project', value: 'x', cost_centre: 'X' }), {
      params: Promise.resolve({}),
    })
    expect(refused.status).toBe(403)
    const view = await read()
    for (const centre of view.centres) {
      const params = Promise.resolve({ month: '2026-09', centre: String(centre.id) })
      const url = `http://localhost/api/v1/bills/2026-09/chargeback/${centre.id}`
      const reply = await getStatement(new Request(url, { headers: { cookie: viewer } }), { params })
      expect(await reply.json()).toMatchObject(centre)
      const csv = await getStatement(new Request(`${url}?format=csv`, { headers: { cookie: viewer } }), { params })
      expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    }
    const all = await getChargeback(
      new Request('http://localhost/api/v1/bills/2026-09/chargeback?format=csv', { headers: { cookie: viewer } }),
      { params: Promise.resolve({ month: '2026-09' }) },
    )
    expect((await all.text()).trimEnd().split('\r\n').at(-1)).toContain(`,${view.amount},${view.exact_amount},`)
    const nobody = Promise.resolve({ month: '2026-09', centre: '99999' })
    expect(
      (await getStatement(new Request('http://localhost/x', { headers: { cookie: viewer } }), { params: nobody }))
        .status,
    ).toBe(404)
  })
})

describe('the chargeback of a closed month', () => {
  it('is frozen with the bill: rules, sharing and late usage change the months that are open', async () => {
    const own = await commandLineOf('frozen')
    const anna = await principalOf(await makeMember(own.workspaceId, 'finance', 'anna@frozen.example'))
    const ben = await principalOf(await makeMember(own.workspaceId, 'finance', 'ben@frozen.example'))
    const row = (id: string, day: string, project: string) =>
      ({ id, timestamp: `${day}T00:00:00Z`, project, input: 1_000_000, output: 3 }) as const
    await importFile(own, usageCsv([row('a', '2026-09-01', 'search'), row('b', '2026-09-02', '')]))
    const rule = { dimension: 'project', value: 'search', cost_centre: 'Discovery' } as const
    await addAllocationRule(anna, addRuleInput.parse(rule))
    await closeMonth(anna, { month: '2026-09' })
    const closed = await readChargeback(own, { month: '2026-09' })
    expect(closed.frozen).toMatchObject({ version: 1 })
    const file = await readChargebackCsv(own, { month: '2026-09' })
    await addAllocationRule(anna, addRuleInput.parse({ ...rule, value: 'late', cost_centre: 'Late' }))
    await removeAllocationRule(anna, closed.rules[0]?.id ?? 0)
    await shareUnallocated(anna, { mode: 'even', from_month: '2026-09' })
    await importFile(own, usageCsv([row('c', '2026-09-03', 'late')]))
    expect(await readChargeback(own, { month: '2026-09' })).toEqual(closed)
    expect(await readChargebackCsv(own, { month: '2026-09' })).toBe(file)
    expect((await readChargeback(own, { month: '2026-10' })).others).toBe('1.25003')
    expect(await verifyBills()).toBe(0)
    await requireBalancedBooks(own)
    await pool().query(
      `UPDATE closed_chargeback SET document = replace(document, 'Discovery', 'Somebody') WHERE workspace_id = $1`,
      [own.workspaceId],
    )
    expect(await verifyBills()).toBe(1)
    expect((await readBill(own, { month: '2026-09' })).close?.fault).toMatch(/SHA-256 of the chargeback/)
    await reopenMonth(ben, { month: '2026-09', reason: 'rules were wrong' })
    expect((await readChargeback(own, { month: '2026-09' })).frozen).toBeNull()
    await closeMonth(anna, { month: '2026-09' })
    const again = await readChargeback(own, { month: '2026-09' })
    expect(again.frozen?.version).toBe(2)
    expect(again.centres.map((centre) => centre.name)).toEqual(['Late'])
  })
})
