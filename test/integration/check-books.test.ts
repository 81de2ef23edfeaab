import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Principal } from '../../lib/server/auth/principal'
import { sealAuditLog } from '../../lib/server/db/audit-seal'
import { checkClosedBills } from '../../lib/server/db/bill-verify'
import { bookDifferences } from '../../lib/server/db/books'
import { inTransaction, pool } from '../../lib/server/db/pool'
import { checkBooks } from '../../lib/server/read/check-books'
import { uploadPath } from '../../lib/server/upload-store'
import { closeMonth } from '../../lib/server/use-case/close-month'
import { decideSource } from '../../lib/server/use-case/decide-source'
import { makeMember, principalOf, useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase } from '../support/database'
import { commandLineOf, importFile, insertTestPrices, usageCsv } from '../support/imports'

let removeData: () => void
let principal: Principal

const differences = async () => await checkBooks(principal, { all: true, files: true })

/** One workspace with everything that the books compare, and a second that a row could be lost to. */
beforeAll(async () => {
  removeData = useOwnDataDirectory()
  await openTestDatabase()
  await insertTestPrices()
  principal = await commandLineOf('acme')
  const bucket = (input: number) => ({
    timestamp: '2026-09-02T00:00:00Z',
    end: '2026-09-03T00:00:00Z',
    input,
    output: 1,
    requests: 3,
  })
  const call = (id: string, more = {}) => ({ id, timestamp: '2026-09-01T10:00:00Z', input: 10, output: 1, ...more })
  const rows = [call('a', { user: 'ann', project: 'search' }), call('b', { cost: '0.5' }), bucket(100)]
  await importFile(principal, usageCsv(rows))
  await importFile(principal, usageCsv([call('a'), bucket(300), { ...call('c'), timestamp: 'never' }]))
  await importFile(
    principal,
    JSON.stringify({ ...call('d'), provider: 'anthropic', model: 'm', usage: { input: '1' } }),
  )
  const day = 1_788_220_800
  await importFile(
    principal,
    [
      'start_time,end_time,amount_value,amount_currency,quantity,quantity_unit,line_item,user_id,api_key_id,project_id,organization_id',
      `${day},${day + 86_400},0,usd,,,"gpt-5, input",,,,org-acme`,
      '',
    ].join('\n'),
  )
  const scope = { host: 'openai', from: '2026-10', to: '2026-11', source: 'tokentab-csv' } as const
  await importFile(principal, usageCsv([{ ...call('e'), timestamp: '2026-10-05T00:00:00Z' }]))
  await decideSource(principal, { ...scope, mode: 'apply', reason: 'the invoice is by it' })
  const finance = await principalOf(await makeMember(principal.workspaceId, 'finance', 'finance@example.com'))
  await closeMonth(finance, { month: '2026-09', note: 'the report says nothing yet' })
  await commandLineOf('other')
  await sealAuditLog()
})
afterAll(async () => {
  await closeTestDatabase()
  removeData()
})

const OTHER = '(SELECT max(id) FROM workspace)'
const FIRST = '(SELECT min(no) FROM import)'
/** Of the audit log. */
const SECOND = '(SELECT max(audit_id) FROM audit_seal WHERE no = 2)'

/** What is wrong, how it comes about in SQL, and which rules must say so. */
const FAULTS: readonly (readonly [what: string, sql: string, rule: string])[] = [
  ['an import counts a row too few', 'UPDATE import SET duplicate = duplicate - 1 WHERE duplicate > 0', 'I1'],
  ['a rejected row is lost', 'DELETE FROM import_reject', 'I1'],
  ['a cost is changed in a record', 'UPDATE usage_record SET cost = cost + 0.000000000000000001 WHERE cost > 0', 'I2'],
  ['a count is changed in a record', 'UPDATE usage_record SET output_tokens = output_tokens + 1', 'I2'],
  ['an hour is changed', 'UPDATE usage_hour SET cost = cost + 0.000000000000000001', 'I2'],
  ['an hour is lost', 'DELETE FROM usage_hour WHERE ctid = (SELECT min(ctid) FROM usage_hour)', 'I2'],
  ['an hour stands for another', `UPDATE usage_hour SET hour = hour + interval '1 hour'`, 'I2'],
  ['a day is changed', 'UPDATE usage_day SET requests = requests + 1', 'I2'],
  ['a user is lost from a day', 'UPDATE usage_day SET user_id = 0', 'I2'],
  ['two errors cancel out within a month', moved('cost', '1'), 'I2'],
  ['a record is lost', 'DELETE FROM usage_record WHERE cost > 0', 'I4'],
  ['a replaced version is lost', 'DELETE FROM usage_restatement', 'I4'],
  ['records stay of an import that was undone', `UPDATE import SET status = 'undone' WHERE no = ${FIRST}`, 'I4'],
  [
    'a duplicate waits that no import counted',
    'UPDATE import SET duplicate = 0, rejected = rejected + duplicate',
    'I4',
  ],
  ['the index against duplicates is gone', 'DROP INDEX usage_record_dedup', 'I3'],
  ['a closed bill says something else', `UPDATE closed_bill SET document = document || ' '`, 'I6'],
  ['a closed bill has another hash', `UPDATE closed_bill SET sha256 = sha256('x')`, 'I6'],
  ['a correction is made up', correction(), 'I6'],
  ['a cost is a floating point number', 'ALTER TABLE usage_hour ALTER COLUMN cost TYPE double precision', 'I7'],
  ['a cost has fewer places', 'ALTER TABLE usage_day ALTER COLUMN cost TYPE numeric(38,9)', 'I7'],
  ['a record without a price costs nothing', 'UPDATE usage_record SET cost = 0 WHERE cost IS NULL', 'I7'],
  ['a row of the audit log is changed', `UPDATE audit_log SET actor = 'nobody' WHERE id = ${SECOND}`, 'I8'],
  [
    'a row of the audit log is dated back',
    `UPDATE audit_log SET at = at - interval '1 day' WHERE id = ${SECOND}`,
    'I8',
  ],
  ['a row of the audit log is taken out', `DELETE FROM audit_log WHERE id = ${SECOND}`, 'I8'],
  [
    'a row of the audit log is taken out with its seal',
    `DELETE FROM audit_seal WHERE audit_id = ${SECOND}; DELETE FROM audit_log WHERE id = ${SECOND}`,
    'I8',
  ],
  ['a record is of no workspace', 'UPDATE usage_record SET workspace_id = 999 WHERE cost > 0', 'I9'],
  ['a record is of another workspace', `UPDATE usage_record SET workspace_id = ${OTHER} WHERE cost > 0`, 'I9'],
  ['a waiting row is of another workspace', `UPDATE usage_duplicate SET workspace_id = ${OTHER}`, 'I9'],
  ['a project is of another workspace', named('project'), 'I9'],
  ['a user is of another workspace', named('user'), 'I9'],
  ['prices are of another workspace', `UPDATE price_set SET workspace_id = ${OTHER}`, 'I9'],
  [
    'nobody works on an import',
    `UPDATE import SET status = 'importing', lease_until = now() - interval '1 day'`,
    'I10',
  ],
  ['a record counts against a decision', `UPDATE source_decision SET source = 'openai'`, 'I11'],
  ['a record is set aside by nothing', 'UPDATE usage_record SET set_aside_by = 999', 'I11'],
  ['a line of billed cost is changed', 'UPDATE billed_cost SET amount = amount + 1', 'I2'],
  ['a line of billed cost is lost', 'DELETE FROM billed_cost', 'I4'],
  [
    'a day of a statement is told in two groupings',
    `INSERT INTO billed_cost OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(NULL::billed_cost,
       to_jsonb(b) || '{"id": 999, "grouping": "other", "ordinal": 9, "amount": 0}')).* FROM billed_cost b`,
    'I2',
  ],
  ['a line of billed cost is replaced by nobody', 'UPDATE billed_cost SET replaced_by = 999', 'I4'],
  [
    'an import names times at which its records are not',
    `UPDATE import SET last_at = first_at - interval '1 second' WHERE no = ${FIRST}`,
    'I4',
  ],
  ['a priced record has no cost', 'UPDATE usage_record SET cost = NULL WHERE cost > 0', 'I7'],
  [
    'sums have the prices of another workspace',
    'UPDATE usage_hour SET price_set_id = 999 WHERE price_set_id <> 0',
    'I9',
  ],
  ['a connection left out a day before its cursor', connected('2026-09-01', '2026-09-03', '2026-09-01'), 'I12'],
  ['the day at the cursor of a connection is complete', connected('2026-09-01', '2026-09-01', '2026-09-01'), 'I12'],
  [
    'a day of a connection was told by an import that is undone',
    `${connected('2026-09-01', '2026-09-02', '2026-09-01')};
     UPDATE connection_day SET import_id = '00000000-0000-4000-8000-000000000009'`,
    'I12',
  ],
  [
    'a connection waits for an import that is committed',
    `${connected('2026-09-01', '2026-09-02', '2026-09-01')};
     UPDATE connection SET waiting = '{}', import_id = (SELECT id FROM import WHERE no = ${FIRST})`,
    'I12',
  ],
  ['the index against billed lines told twice is gone', 'DROP INDEX billed_cost_line', 'I3'],
  ['a line of billed cost is of another workspace', `UPDATE billed_cost SET workspace_id = ${OTHER}`, 'I9'],
]

/** A connection whose days from one on are fetched up to a cursor, and one of them that is complete. */
function connected(from: string, cursor: string, complete: string): string {
  const id = `'00000000-0000-4000-8000-000000000001'`
  const workspace = '(SELECT min(id) FROM workspace)'
  return `INSERT INTO connection (workspace_id, id, name, kind, base_url, sealed, last4, from_day, every_hours, cursor, created_by)
      VALUES (${workspace}, ${id}, 'c', 'openai-usage', 'https://example.com', '', '', '${from}', 1, '${cursor}', 'test');
    INSERT INTO connection_day (workspace_id, connection_id, day, status, pulled_at)
      VALUES (${workspace}, ${id}, '${complete}', 'complete', now())`
}

/** An amount moved from one hour of a month to another. */
function moved(column: string, amount: string): string {
  const one = (which: string) => `(SELECT ${which}(hour) FROM usage_hour WHERE hour < '2026-10-01')`
  return `UPDATE usage_hour SET ${column} = ${column} + CASE WHEN hour = ${one('min')} THEN -${amount} ELSE ${amount} END
    WHERE hour IN (${one('min')}, ${one('max')})`
}

function named(name: string): string {
  const table = name === 'user' ? 'usage_day' : 'usage_hour'
  return `UPDATE dimension SET workspace_id = ${OTHER} WHERE id IN (SELECT ${name}_id FROM ${table} WHERE ${name}_id <> 0)`
}

function correction(): string {
  const sums = ['requests', 'uncounted_records', 'input_tokens', 'cache_read_tokens', 'cache_write_5m_tokens']
  const more = ['cache_write_1h_tokens', 'output_tokens', 'reasoning_tokens', 'unpriced_records', 'unpriced_requests']
  const all = [...sums, ...more, 'unpriced_tokens', 'reported_cost', 'reported_records']
  return `INSERT INTO bill_correction (workspace_id, month, version, billed_in, cause, cause_no, day, host_id, model_id, service_tier_id,
      price_set_id, records, cost, ${all.join(', ')})
    SELECT workspace_id, '2026-09', 1, '2026-10', 'import', 1, '2026-09-01', host_id, model_id, service_tier_id, price_set_id, 1, 1,
      ${all.map(() => '0').join(', ')} FROM usage_hour WHERE cost > 0 LIMIT 1`
}

describe('check-books', () => {
  it('finds nothing in books that are right', async () => {
    expect(await differences()).toEqual([])
  })

  it('finds nothing in a connection whose days are told', async () => {
    expect(await faulty(connected('2026-09-01', '2026-09-02', '2026-09-01'))).toEqual([])
  })

  it('finds a stored file that is cut or gone', async () => {
    const { rows } = await pool().query(`SELECT id FROM import WHERE no = ${FIRST}`)
    const path = uploadPath(rows[0].id)
    const whole = readFileSync(path)
    for (const spoil of [() => writeFileSync(path, whole.subarray(1)), () => rmSync(path)]) {
      spoil()
      expect((await differences()).map(({ rule }) => rule)).toEqual(['I5'])
    }
    writeFileSync(path, whole)
    expect(await differences()).toEqual([])
  })

  it('finds a stored file with another hash', async () => {
    const swap = async (hash: string) =>
      (await pool().query(`UPDATE import SET sha256 = ${hash} WHERE no = ${FIRST} RETURNING sha256`)).rows
    const before = (await pool().query(`SELECT encode(sha256, 'hex') AS hex FROM import WHERE no = ${FIRST}`)).rows[0]
    await swap(`sha256('x')`)
    expect((await differences()).map(({ rule }) => rule)).toEqual(['I5'])
    await swap(`decode('${before.hex}', 'hex')`)
    expect(await differences()).toEqual([])
  })

  it.each(FAULTS)('finds it when %s', async (_what, sql, rule) => {
    const found = await faulty(sql)
    expect(found).toContain(rule)
  })
})

class Undone extends Error {}

/** The rules that speak up about a fault, which is taken back. */
async function faulty(sql: string): Promise<readonly string[]> {
  let rules: readonly string[] = []
  const inside = inTransaction(async (connection) => {
    await connection.query(sql)
    const bills = (await checkClosedBills(connection, null)).filter(({ fault }) => fault !== null)
    rules = [...(await bookDifferences(connection, null)).map(({ rule }) => rule), ...bills.map(() => 'I6')]
    throw new Undone()
  })
  await expect(inside).rejects.toBeInstanceOf(Undone)
  return rules
}
