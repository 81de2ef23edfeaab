import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Principal } from '../../lib/server/auth/principal'
import { writeAudit } from '../../lib/server/db/audit'
import { sealAuditLog, sealDifferences } from '../../lib/server/db/audit-seal'
import { inTransaction, pool } from '../../lib/server/db/pool'
import { useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase, resetDatabase } from '../support/database'
import { commandLineOf } from '../support/imports'

let removeData: () => void
let first: Principal
let second: Principal

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
  first = await commandLineOf('acme')
  second = await commandLineOf('other')
})

async function seals(principal: Principal): Promise<string[]> {
  const { rows } = await pool().query<{ subject: string }>(
    `SELECT a.subject FROM audit_seal s JOIN audit_log a ON a.id = s.audit_id
     WHERE s.workspace_id = $1 AND a.action = 'test.write' ORDER BY s.no`,
    [principal.workspaceId],
  )
  return rows.map(({ subject }) => subject)
}

const write = (principal: Principal, subject: string) =>
  writeAudit(pool(), principal, 'test.write', subject, { b: '1', a: ['é', 1] })

describe('the chain of the audit log', () => {
  it('I8: is one for each workspace, in the order of its rows, and holds', async () => {
    for (const subject of ['1', '2', '3']) {
      await write(first, subject)
      await write(second, `other ${subject}`)
    }
    await sealAuditLog()
    await write(first, '4')
    await sealAuditLog()
    await sealAuditLog()
    expect(await seals(first)).toEqual(['1', '2', '3', '4'])
    expect(await seals(second)).toEqual(['other 1', 'other 2', 'other 3'])
    expect(await sealDifferences(pool(), null)).toEqual([])
  })

  it('I8: holds a row whose transaction came to its end late, and waits for none', async () => {
    await inTransaction(async (connection) => {
      await writeAudit(connection, first, 'test.write', 'late')
      await write(first, 'soon')
      await sealAuditLog()
      expect(await seals(first)).toEqual(['soon'])
    })
    await sealAuditLog()
    expect(await seals(first)).toEqual(['soon', 'late'])
    expect(await sealDifferences(pool(), null)).toEqual([])
  })

  it('I8: is made once by several at a time, also of many rows', async () => {
    await pool().query(
      `INSERT INTO audit_log (workspace_id, actor, action, subject) SELECT $1, 'test', 'test.write', n::text
       FROM generate_series(1, 4500) AS n`,
      [first.workspaceId],
    )
    await Promise.all([sealAuditLog(), sealAuditLog(), sealAuditLog()])
    expect(await seals(first)).toHaveLength(4500)
    expect(await sealDifferences(pool(), null)).toEqual([])
    await pool().query(`UPDATE audit_log SET subject = 'else' WHERE subject IN ('4321', '4400')`)
    const found = await sealDifferences(pool(), first.workspaceId)
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({ rule: 'I8' })
    expect(await sealDifferences(pool(), second.workspaceId)).toEqual([])
  })
})
