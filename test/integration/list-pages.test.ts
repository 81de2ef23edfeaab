import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GET as getAlerts } from '../../app/api/v1/alerts/route'
import { GET as getDecisions } from '../../app/api/v1/imports/decisions/route'
import { GET as getReports } from '../../app/api/v1/reports/route'
import { GET as getRevisions } from '../../app/api/v1/reprice/route'
import type { Principal } from '../../lib/server/auth/principal'
import { pool } from '../../lib/server/db/pool'
import type { PageQuery } from '../../lib/server/read/list-page'
import { listReports } from '../../lib/server/read/reports'
import { createToken } from '../../lib/server/use-case/create-token'
import { useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase } from '../support/database'
import { commandLineOf } from '../support/imports'

const MANY = 230
let removeData: () => void
let principal: Principal
let token: string

beforeAll(async () => {
  removeData = useOwnDataDirectory()
  await openTestDatabase()
  principal = await commandLineOf('lists')
  const other = await commandLineOf('others')
  token = (await createToken(principal, { name: 'lists', scopes: ['read', 'import', 'bills', 'simulate'] })).token
  for (const { workspaceId } of [principal, other]) {
    const values = [workspaceId, MANY]
    await pool().query(
      `INSERT INTO budget_alert (workspace_id, budget_id, month, kind, mark, detail)
       SELECT $1, n, '2026-09', 'threshold', '80',
         '{"budget":"all","amount":"100","spent":"80","percent":80}'::jsonb FROM generate_series(1, $2) n`,
      values,
    )
    await pool().query(
      `INSERT INTO price_revision (workspace_id, id, from_at, to_at, reason, actor)
       SELECT $1, gen_random_uuid(), '2026-09-01Z', '2026-10-01Z', 'reason ' || n, 'test' FROM generate_series(1, $2) n`,
      values,
    )
    await pool().query(
      `INSERT INTO source_decision (workspace_id, host, from_at, to_at, source, reason, actor)
       SELECT $1, 'openai', '2026-09-01Z', '2026-09-02Z', 'csv', 'reason ' || n, 'test' FROM generate_series(1, $2) n`,
      values,
    )
    // All in one millisecond, which alone orders nothing.
    await pool().query(
      `INSERT INTO what_if_report (workspace_id, id, content, digest, created_by, created_at)
       SELECT $1, gen_random_uuid(), '{}', $3, 'test', '2026-09-01Z' FROM generate_series(1, $2) n`,
      [...values, createHash('sha256').update('{}').digest()],
    )
  }
})
afterAll(async () => {
  await closeTestDatabase()
  removeData()
})

type Row = Readonly<Record<string, unknown>>
type Handler = (request: Request, context: { params: Promise<object> }) => Promise<Response>

async function ask(handler: Handler, query: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const request = new Request(`http://localhost/api/v1/list${query}`, { headers: { authorization: `Bearer ${token}` } })
  const reply = await handler(request, { params: Promise.resolve({}) })
  return { status: reply.status, body: (await reply.json()) as Record<string, unknown> }
}

async function everyPage(handler: Handler, key: string, limit: string): Promise<Row[]> {
  const rows: Row[] = []
  let next: unknown = ''
  while (next !== null) {
    const asked = [limit, next === '' ? '' : `cursor=${next}`].filter((part) => part !== '')
    const { body } = await ask(handler, `?${asked.join('&')}`)
    rows.push(...(body[key] as Row[]))
    next = body.next
  }
  return rows
}

describe.each([
  ['alerts', getAlerts, 'items', 'id'],
  ['re-pricings', getRevisions, 'revisions', 'no'],
  ['source decisions', getDecisions, 'decisions', 'no'],
] as const)('the list of %s', (_what, handler, key, number) => {
  it.each(['', 'limit=100'])('tells everything once, newest first, over its pages (%s)', async (limit) => {
    const rows = await everyPage(handler, key, limit)
    const numbers = rows.map((row) => Number(row[number]))
    expect(numbers).toHaveLength(MANY)
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => b - a))
  })

  it('refuses what is no page of it', async () => {
    for (const query of ['?cursor=abc', '?limit=0', '?limit=501', '?page=2']) {
      expect(await ask(handler, query)).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } })
    }
  })
})

describe('the list of reports', () => {
  it('tells everything once over its pages, also what was frozen in one instant', async () => {
    const ids: string[] = []
    for (let query: PageQuery | null = { limit: 100 }; query !== null; ) {
      const { rows, next } = await listReports(principal, query)
      ids.push(...rows.map((report) => report.id))
      query = next === null ? null : { limit: 100, cursor: next }
    }
    expect(ids).toHaveLength(MANY)
    expect(new Set(ids).size).toBe(MANY)
  })

  it('refuses a cursor of another list', async () => {
    expect(await ask(getReports, '?cursor=12')).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } })
  })
})
