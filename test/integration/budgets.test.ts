import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { POST as addChannel } from '../../app/api/v1/alert-channels/route'
import { DELETE as removeBudget } from '../../app/api/v1/budgets/[id]/route'
import { POST as addBudget } from '../../app/api/v1/budgets/route'
import type { Principal } from '../../lib/server/auth/principal'
import { pool } from '../../lib/server/db/pool'
import { env, setDatabaseUrl } from '../../lib/server/env'
import { readAlertChannels, readAlerts, readBudgets } from '../../lib/server/read/budgets'
import { addAlertChannel, tryAlertChannel } from '../../lib/server/use-case/change-alert-channels'
import { seeAlerts } from '../../lib/server/use-case/change-budgets'
import { checkBudgets, deliverAlerts } from '../../lib/server/use-case/check-budgets'
import { makeMember, principalOf, signedInCookie, useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase } from '../support/database'
import { commandLineOf, importFile, insertTestPrices, usageCsv } from '../support/imports'

let removeData: () => void
let principal: Principal
let hook: Server
let mail: TcpServer
const hooks: { headers: IncomingHttpHeaders; body: string; path: string }[] = []
const mails: string[] = []
const month = new Date().toISOString().slice(0, 7)
const portOf = (server: Server | TcpServer) => (server.address() as AddressInfo).port
let failures = 0

beforeAll(async () => {
  removeData = useOwnDataDirectory()
  hook = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString('utf8')
    })
    request.on('end', () => {
      if (request.url === '/redirect') response.writeHead(302, { location: 'http://127.0.0.1:1/' })
      else if (failures > 0) {
        failures -= 1
        response.writeHead(503)
      } else {
        hooks.push({ headers: request.headers, body, path: request.url ?? '' })
        response.writeHead(204)
      }
      response.end()
    })
  }).listen(0, '127.0.0.1')
  // As much of a mail server as is needed: it says yes and keeps what it is told.
  mail = createTcpServer((socket) => {
    let text = ''
    let inData = false
    socket.write('220 test\r\n')
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8')
      if (inData) {
        if (!text.endsWith('\r\n.\r\n')) return
        mails.push(text)
        inData = false
        text = ''
        socket.write('250 kept\r\n')
        return
      }
      const said = text.toUpperCase()
      text = ''
      inData = said.startsWith('DATA')
      socket.write(inData ? '354 go\r\n' : said.startsWith('QUIT') ? '221 bye\r\n' : '250 ok\r\n')
    })
    socket.on('error', () => undefined)
  }).listen(0, '127.0.0.1')
  await Promise.all([hook, mail].map(async (server) => server.listening || (await once(server, 'listening'))))
  process.env.TOKENTAB_OUTBOUND_ALLOW = '127.0.0.1'
  process.env.TOKENTAB_SMTP_URL = `smtp://127.0.0.1:${portOf(mail)}?ignoreTLS=true`
  process.env.TOKENTAB_SMTP_FROM = 'tokentab@example.com'
  setDatabaseUrl(await openTestDatabase())
  expect(env().TOKENTAB_OUTBOUND_ALLOW).toBe('127.0.0.1')
  await insertTestPrices()
  principal = await commandLineOf('budgets')
})
afterAll(async () => {
  for (const name of ['TOKENTAB_OUTBOUND_ALLOW', 'TOKENTAB_SMTP_URL', 'TOKENTAB_SMTP_FROM']) delete process.env[name]
  await closeTestDatabase()
  hook.close()
  mail.close()
  removeData()
})
beforeEach(() => {
  hooks.length = 0
  mails.length = 0
})

/** So many dollars of output of gpt-5 in this month. */
const spend = async (dollars: number, project: string) =>
  await importFile(
    principal,
    usageCsv([
      {
        timestamp: `${month}-01T00:00:0${hooks.length}Z`,
        project,
        input: 0,
        output: dollars * 100_000,
        id: `${project}-${dollars}`,
      },
    ]),
  )
const send = (cookie: string, body: object) =>
  new Request('http://localhost/api', {
    method: 'POST',
    headers: { cookie, host: 'localhost', origin: 'http://localhost', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
const none = { params: Promise.resolve({}) }
/** A second ago: the column rounds to milliseconds, so that now may be later than a question asked at once. */
const makeDue = async () =>
  await pool().query(`UPDATE alert_delivery SET due_at = now() - interval '1 second' WHERE delivered_at IS NULL`)

describe('budgets and their alerts', () => {
  it('fire each threshold once, however often and by however many they are compared', async () => {
    const cookie = await signedInCookie(await makeMember(principal.workspaceId, 'finance'))
    const made = await addBudget(
      send(cookie, { name: 'Search', scope: 'project', value: 'search', amount: '100', thresholds: [100, 50, 80] }),
      none,
    )
    expect(made.status).toBe(201)
    await addAlertChannel(principal, { kind: 'webhook', target: `http://127.0.0.1:${portOf(hook)}/hook` })
    await spend(60, 'search')
    await spend(500, 'other')
    const fired = await Promise.all([checkBudgets(Date.now()), checkBudgets(Date.now()), checkBudgets(Date.now())])
    expect(fired.reduce((sum, one) => sum + one, 0)).toBe(1)
    expect(await checkBudgets(Date.now())).toBe(0)
    await spend(30, 'search')
    expect(await checkBudgets(Date.now())).toBe(1)
    const { rows: alerts } = await readAlerts(principal)
    expect(alerts.map((alert) => [alert.kind, alert.detail.percent, alert.detail.spent])).toEqual([
      ['threshold', 80, '90'],
      ['threshold', 50, '60'],
    ])
    const [budget] = await readBudgets(principal)
    expect(budget).toMatchObject({ spent: '90', spent_per_mille: 900, state: 'near', unpriced_requests: '0' })
    expect(budget?.thresholds.map((one) => one.fired_at !== null)).toEqual([true, true, false])
  })

  it('tells beside what is spent how many calls of the scope have no rate', async () => {
    const row = { timestamp: `${month}-01T00:00:00Z`, project: 'search', input: 10, output: 10, requests: 3 }
    await importFile(principal, usageCsv([{ ...row, id: 'no-rate', model: 'house-model' }]))
    const [budget] = await readBudgets(principal)
    expect(budget).toMatchObject({ name: 'Search', spent: '90', unpriced_requests: '3' })
  })

  it('arrive at a webhook signed, once, and are tried again after a failure', async () => {
    failures = 1
    const delivered = (await deliverAlerts()) + (await deliverAlerts())
    expect(delivered).toBe(1)
    expect((await readAlertChannels(principal))[0]?.problem).toBe('It answered 503.')
    await makeDue()
    expect(await deliverAlerts()).toBe(1)
    await makeDue()
    expect(await deliverAlerts()).toBe(0)
    expect(hooks).toHaveLength(2)
    const { rows } = await pool().query('SELECT sealed FROM alert_channel')
    expect(JSON.stringify(rows)).not.toContain('/hook')
    for (const { headers, body } of hooks) {
      expect(JSON.parse(body)).toMatchObject({ type: 'budget.threshold', workspace: 'budgets', month })
      expect(headers['x-tokentab-signature']).toMatch(/^v1=[0-9a-f]{64}$/)
    }
  })

  it('sign with the secret that was shown once', async () => {
    const { id, secret } = await addAlertChannel(principal, {
      kind: 'webhook',
      target: `http://127.0.0.1:${portOf(hook)}/signed`,
    })
    expect(await tryAlertChannel(principal, id)).toEqual({ problem: null })
    const sent = hooks.at(-1)
    const digest = createHmac('sha256', secret ?? '').update(`${sent?.headers['x-tokentab-timestamp']}.${sent?.body}`)
    expect(sent?.headers['x-tokentab-signature']).toBe(`v1=${digest.digest('hex')}`)
    await pool().query('UPDATE alert_channel SET removed_at = now()')
  })

  it('arrive Slack-compatible and by e-mail, with names as text', async () => {
    await addAlertChannel(principal, { kind: 'slack', target: `http://127.0.0.1:${portOf(hook)}/slack` })
    await addAlertChannel(principal, { kind: 'email', target: 'finance@example.com' })
    const cookie = await signedInCookie(await makeMember(principal.workspaceId, 'engineer'))
    await addBudget(send(cookie, { name: '<!channel> & co', scope: 'workspace', amount: 550, thresholds: [100] }), none)
    expect(await checkBudgets(Date.now())).toBeGreaterThanOrEqual(1)
    expect(await deliverAlerts()).toBeGreaterThanOrEqual(2)
    const text = (JSON.parse(hooks[0]?.body ?? '{}') as { text: string }).text
    expect(text).toContain('*&lt;!channel&gt; &amp; co: 100 % of the budget reached*')
    expect(mails.some((one) => one.includes('To: finance@example.com') && one.includes('$590.00'))).toBe(true)
    await pool().query('UPDATE alert_channel SET removed_at = now()')
  })

  it('refuse addresses that are not public, when saved and when sent, and redirects', async () => {
    const admin = await signedInCookie(await makeMember(principal.workspaceId, 'admin'))
    const reply = await addChannel(send(admin, { kind: 'webhook', target: 'https://169.254.169.254/' }), none)
    expect([reply.status, ((await reply.json()) as { code: string }).code]).toEqual([422, 'ADDRESS_REFUSED'])
    const { id } = await addAlertChannel(principal, {
      kind: 'webhook',
      target: `http://127.0.0.1:${portOf(hook)}/redirect`,
    })
    expect((await tryAlertChannel(principal, id)).problem).toContain('redirects')
    process.env.TOKENTAB_OUTBOUND_ALLOW = '127.0.0.2'
    setDatabaseUrl(env().DATABASE_URL ?? '')
    expect((await tryAlertChannel(principal, id)).problem).not.toBeNull()
    process.env.TOKENTAB_OUTBOUND_ALLOW = '127.0.0.1'
    setDatabaseUrl(env().DATABASE_URL ?? '')
  })

  it('are seen by each person alone, and each role does what it may', async () => {
    const viewer = await principalOf(await makeMember(principal.workspaceId, 'viewer'))
    expect((await readAlerts(viewer)).rows.every((alert) => alert.is_new)).toBe(true)
    await seeAlerts(viewer)
    expect((await readAlerts(viewer)).rows.some((alert) => alert.is_new)).toBe(false)
    const cookie = await signedInCookie(viewer.userId ?? 0)
    expect((await addBudget(send(cookie, { name: 'x', scope: 'workspace', amount: 1 }), none)).status).toBe(403)
    expect((await addChannel(send(cookie, { kind: 'slack', target: 'https://hooks.slack.com/x' }), none)).status).toBe(
      403,
    )
    const engineer = await signedInCookie(await makeMember(principal.workspaceId, 'engineer', 'other@example.com'))
    const search = (await readBudgets(principal)).find((budget) => budget.name === 'Search')
    const gone = await removeBudget(
      new Request('http://localhost/api', {
        method: 'DELETE',
        headers: { cookie: engineer, host: 'localhost', origin: 'http://localhost', 'x-tokentab': '1' },
      }),
      { params: Promise.resolve({ id: String(search?.id) }) },
    )
    expect(gone.status).toBe(403)
  })
})
