import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { usdFromAtto, usdFromText, usdToText } from '../../../lib/core/money/usd'
import type { CallFilter } from '../../../lib/core/report/call-view'
import type { Principal } from '../../../lib/server/auth/principal'
import { pool } from '../../../lib/server/db/pool'
import { syncPriceBook } from '../../../lib/server/db/price-book'
import { readCalls } from '../../../lib/server/read/calls'
import { exportCalls } from '../../../lib/server/read/export-calls'
import { readSpend } from '../../../lib/server/read/spend'
import { decideSource } from '../../../lib/server/use-case/decide-source'
import { useOwnDataDirectory } from '../../support/account'
import { closeTestDatabase, openTestDatabase, resetDatabase } from '../../support/database'
import { commandLineOf, importFile, requireBalancedBooks, usageCsv } from '../../support/imports'

const GOLDEN = join(dirname(fileURLToPath(import.meta.url)), '../../golden')
const ALL: CallFilter = { from: '1970-01-01T00:00:00Z', to: '2200-01-01T00:00:00Z' }

let removeData: () => void
let principal: Principal
let empty: Principal

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
  await syncPriceBook()
  principal = await commandLineOf('acme')
  empty = await commandLineOf('empty')
})

async function exported(from: Principal, filter: CallFilter = ALL): Promise<string> {
  let text = ''
  for await (const lines of await exportCalls(from, { filter })) text += lines
  return text
}

/** Every stored fact and cost of a workspace, with names instead of ids. */
async function recordsOf({ workspaceId }: Principal): Promise<readonly string[]> {
  const names = ['host', 'model', 'project', 'api_key', 'user', 'service_tier', 'region', 'tag_set']
  const values = names.map(
    (name) => `(SELECT value FROM dimension d WHERE d.workspace_id = r.workspace_id AND d.id = r.${name}_id)`,
  )
  const { rows } = await pool().query<{ line: string }>(
    `SELECT to_jsonb(ARRAY[r.ts::text, r.dedup_key::text, ${values.join(', ')}])::text || to_jsonb(x)::text AS line
     FROM usage_record r, LATERAL (SELECT r.bucket_seconds, r.requests, r.input_tokens, r.cache_read_tokens,
       r.cache_write_5m_tokens, r.cache_write_1h_tokens, r.output_tokens, r.reasoning_tokens, r.other_quantities,
       r.context_band, r.status, r.latency_ms, trim_scale(r.cost) AS cost, r.unpriced_code,
       trim_scale(r.reported_cost) AS reported_cost, r.reported_currency, r.reported_kind, r.source_id, r.pricing_facts) AS x
     WHERE r.workspace_id = $1 AND r.set_aside_by IS NULL ORDER BY 1`,
    [workspaceId],
  )
  return rows.map(({ line }) => line)
}

const bill = async (of: Principal) => (await readSpend(of, { group_by: 'month,host,model' })).rows

describe('P-9: the export of all records', () => {
  it('gives the same records, bill and export in an empty workspace, and adds nothing where it came from', async () => {
    const files = readdirSync(GOLDEN)
      .map((name) => join(GOLDEN, name))
      .filter((folder) => statSync(folder).isDirectory())
      .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
      .filter((file) => file.includes('.input.'))
    for (const file of files) await importFile(principal, readFileSync(file), { host: 'openai', timeZone: 'UTC' })
    const text = await exported(principal)
    const before = await recordsOf(principal)
    expect(before.length).toBeGreaterThan(100)

    const again = await importFile(principal, text)
    expect(again).toMatchObject({
      status: 'committed',
      format: 'tokentab-csv',
      accepted: '0',
      rejected: '0',
      restated: '0',
    })
    expect(again.duplicate).toBe(String(before.length))
    expect(await recordsOf(principal)).toEqual(before)

    const moved = await importFile(empty, text)
    expect(moved).toMatchObject({ status: 'committed', accepted: String(before.length), rejected: '0' })
    expect(await recordsOf(empty)).toEqual(before)
    expect(await bill(empty)).toEqual(await bill(principal))
    expect(await exported(empty)).toBe(text)
    await requireBalancedBooks(principal)
    await requireBalancedBooks(empty)
  })

  it('A-90: gives names back that a spreadsheet would compute, and tags with every sign', async () => {
    const rows = ['=1+1', '@acme/web', "'quoted", '-', ' spaced ', 'a,"b"\nc', '＝x', "'=both"].map((project, at) =>
      JSON.stringify({
        timestamp: `2026-09-01T00:00:0${at}Z`,
        provider: 'openai',
        model: 'gpt-5',
        project,
        tags: { 'a=b;c': project, '=t': ';' },
        usage: { input: '1', output: '1' },
      }),
    )
    await importFile(principal, `${rows.join('\n')}\n`)
    const text = await exported(principal)
    expect(text).not.toMatch(/(?:^|,)"?[=+@＝-]/m)
    await importFile(empty, text)
    expect(await recordsOf(empty)).toEqual(await recordsOf(principal))
    expect(await importFile(principal, text)).toMatchObject({ accepted: '0', rejected: '0' })
  })

  it('A-91: is of every record, in pages, and of the records of a filter; its costs add up to what the screen says', async () => {
    const call = (at: number) => ({
      id: `call-${at}`,
      timestamp: new Date(Date.UTC(2026, 8, 1) + (at % 7) * 1000).toISOString(),
      model: at % 2 === 0 ? 'gpt-5' : 'nobody-knows',
      input: at,
      output: 1,
    })
    await importFile(principal, usageCsv(Array.from({ length: 4_500 }, (_, at) => call(at))))
    const lines = (text: string) => text.trimEnd().split('\r\n').slice(1)
    const all = lines(await exported(principal))
    expect(all).toHaveLength(4_500)
    expect(new Set(all.map((line) => line.slice(0, 36))).size).toBe(4_500)
    expect(lines(await exported(principal, { ...ALL, unpriced: true }))).toHaveLength(2_250)
    expect(lines(await exported(principal, { ...ALL, model: 'gpt-5', to: '2026-09-01T00:00:01Z' }))).toHaveLength(322)
    expect(lines(await exported(empty))).toEqual([])
    const atto = all
      .map((line) => line.slice(line.lastIndexOf(',') + 1))
      .filter((cost) => cost !== '')
      .reduce((sum, cost) => sum + (usdFromText(cost) as bigint), 0n)
    const { total } = await readCalls(principal, { filter: ALL, cursor: null })
    expect(usdToText(usdFromAtto(atto))).toBe(total.cost)
  })

  it('A-91: a reader that goes away leaves no connection taken, and a slow one takes none', async () => {
    const call = (at: number) => ({ id: `c-${at}`, timestamp: '2026-09-01T00:00:00Z', input: at, output: 1 })
    await importFile(principal, usageCsv(Array.from({ length: 4_500 }, (_, at) => call(at))))
    const lines = await exportCalls(principal, { filter: ALL })
    await lines.next()
    await lines.next()
    expect(pool().idleCount).toBe(pool().totalCount)
    await lines.return(undefined)
    expect((await lines.next()).done).toBe(true)
  })

  it('leaves out what a decision sets aside, so that the bill stays the same', async () => {
    await importFile(principal, usageCsv([{ id: 'a', timestamp: '2026-09-01T10:00:00Z', input: 5, output: 1 }]))
    const other = {
      timestamp: '2026-09-01T11:00:00Z',
      provider: 'openai',
      model: 'gpt-5',
      usage: { input: '7', output: '1' },
    }
    await importFile(principal, `${JSON.stringify(other)}\n`)
    await decideSource(principal, {
      host: 'openai',
      from: '2026-09',
      to: '2026-10',
      source: 'tokentab-jsonl',
      mode: 'apply',
      reason: 'the log is whole',
    })
    await importFile(empty, await exported(principal))
    expect(await bill(empty)).toEqual(await bill(principal))
  })

  it('refuses a key that was never written, row by row', async () => {
    await importFile(principal, usageCsv([{ id: 'a', timestamp: '2026-09-01T10:00:00Z', input: 5, output: 1 }]))
    const text = (await exported(principal)).replace(/\r\n[0-9a-f]{8}/, '\r\nnobody00')
    expect(await importFile(empty, text)).toMatchObject({ accepted: '0', rejected: '1' })
  })
})
