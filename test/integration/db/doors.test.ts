import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listMembers } from '../../../lib/server/db/account-row'
import { closeDatabase, inTransaction, pool, prisma } from '../../../lib/server/db/pool'
import { setDatabaseUrl } from '../../../lib/server/env'
import { problem } from '../../../lib/server/http/problem'
import { makeMember, makeWorkspace } from '../../support/account'
import { closeTestDatabase, openTestDatabase } from '../../support/database'

let url: string
let workspaceId: number
const NOWHERE = 'postgresql://nobody@127.0.0.1:1/none'

beforeAll(async () => {
  url = await openTestDatabase()
  workspaceId = await makeWorkspace('main')
  await makeMember(workspaceId, 'admin')
})
afterAll(async () => {
  setDatabaseUrl(url)
  await closeTestDatabase()
})

/** Ends every connection of the product from outside, as a restart of the server does; tells how many there were. */
async function cutConnections(): Promise<number> {
  const outside = new pg.Client({ connectionString: url })
  await outside.connect()
  const { rowCount } = await outside.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = 'tokentab' AND datname = current_database()`,
  )
  await outside.end()
  return rowCount ?? Number.NaN
}

const openConnections = async (): Promise<number> => {
  const outside = new pg.Client({ connectionString: url })
  await outside.connect()
  const { rows } = await outside.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'tokentab' AND datname = current_database()`,
  )
  await outside.end()
  return rows[0]?.n ?? Number.NaN
}

const blockedStatements = async (): Promise<number> => {
  const { rows } = await pool().query<{ n: number }>(
    `SELECT count(*)::int AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
  )
  return rows[0]?.n ?? Number.NaN
}

const refusal = async (work: Promise<unknown>): Promise<number> => {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (error === null) return 200
  return problem(error).status
}

describe('the two doors to the database', () => {
  test('idle connections that the server ends crash nothing, and the next reading of either door connects anew', async () => {
    await Promise.all([listMembers(workspaceId), pool().query('SELECT 1')])
    expect(await cutConnections()).toBeGreaterThan(0)
    await expect.poll(() => pool().totalCount).toBe(0)
    expect(await listMembers(workspaceId)).toHaveLength(1)
    expect((await pool().query('SELECT 1')).rowCount).toBe(1)
  })

  test('a statement that loses its connection, or finds no server, is answered 503 by either door', async () => {
    const lock = new pg.Client({ connectionString: url })
    await lock.connect()
    await lock.query('BEGIN')
    await lock.query('LOCK TABLE membership IN ACCESS EXCLUSIVE MODE')
    const waiting = [
      refusal(prisma().membership.findFirst({ where: { workspaceId } })),
      refusal(prisma().membership.updateMany({ where: { workspaceId }, data: { role: 'viewer' } })),
      refusal(prisma().$queryRaw`SELECT 1 FROM membership`),
      refusal(inTransaction((connection) => connection.query('SELECT FROM membership'))),
    ]
    await expect.poll(blockedStatements).toBe(waiting.length)
    await cutConnections()
    await lock.end()
    expect(await Promise.all(waiting)).toEqual([503, 503, 503, 503])
    setDatabaseUrl(NOWHERE)
    expect(await refusal(listMembers(workspaceId))).toBe(503)
    expect(await refusal(pool().query('SELECT 1'))).toBe(503)
    setDatabaseUrl(url)
    expect(await listMembers(workspaceId)).toHaveLength(1)
  })

  test('another address, and closing, leave no connection behind', async () => {
    await Promise.all([listMembers(workspaceId), pool().query('SELECT 1')])
    setDatabaseUrl(NOWHERE)
    expect(pool().totalCount).toBe(0)
    await expect.poll(openConnections).toBe(0)
    setDatabaseUrl(url)
    expect(await listMembers(workspaceId)).toHaveLength(1)
    await closeDatabase()
    await expect.poll(openConnections).toBe(0)
    expect(await listMembers(workspaceId)).toHaveLength(1)
  })
})
