import { type ChildProcess, spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dayOf } from '../../lib/core/source/pull/pull-source'
import { DAY_MS, floorToDay, HOUR_MS } from '../../lib/core/time/instant'
import { pool } from '../../lib/server/db/pool'
import { setDatabaseUrl } from '../../lib/server/env'
import { readConnection } from '../../lib/server/read/connections'
import { addConnection } from '../../lib/server/use-case/change-connections'
import { pullOnce } from '../../lib/server/use-case/pull-usage'
import { useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase } from '../support/database'
import { FakeProvider } from '../support/fake-provider'
import { commandLineOf, drain, insertTestPrices, requireBalancedBooks } from '../support/imports'

const SCRIPT = join(dirname(fileURLToPath(import.meta.url)), '../support/worker-process.ts')
const today = floorToDay(Date.now())
const children = new Set<ChildProcess>()
let removeData: () => void
let url: string
let provider: FakeProvider
let base: string

beforeAll(async () => {
  removeData = useOwnDataDirectory()
  process.env.TOKENTAB_OUTBOUND_ALLOW = '127.0.0.1'
  url = await openTestDatabase()
  setDatabaseUrl(url)
  await insertTestPrices()
  provider = new FakeProvider()
  base = await provider.start()
  for (let back = 0; back <= 3; back += 1) {
    provider.usage.set((today - back * DAY_MS + 3 * HOUR_MS) / 1_000, 1_000_000n)
  }
})
afterAll(async () => {
  delete process.env.TOKENTAB_OUTBOUND_ALLOW
  for (const child of children) child.kill('SIGKILL')
  provider.stop()
  await closeTestDatabase()
  removeData()
})

/** A worker that pulls and is killed at the fault; resolves with how it ended. */
function pullAndDie(fault: string): Promise<string> {
  const child = spawn(process.execPath, ['--conditions=react-server', '--import', 'tsx', SCRIPT, 'pull'], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, NODE_ENV: 'test', DATABASE_URL: url, TOKENTAB_LOG_LEVEL: 'silent', FAULT: `${fault}:kill` },
  })
  children.add(child)
  return new Promise((done) => {
    child.once('exit', (code, signal) => {
      children.delete(child)
      done(signal ?? String(code))
    })
  })
}

/** Yesterday is told for good an hour into today. */
const settledTo = floorToDay(Date.now() - HOUR_MS)

it.each([
  'pull.fetched',
  'pull.expected',
  'receive.before-rename',
  'import.claimed',
  'import.before-commit',
  'import.after-commit',
])('A-67: kill −9 at %s: the cursor stands where the commits are, and the next worker makes it good', async (point) => {
  await pool().query('UPDATE connection SET removed_at = now(), import_id = NULL, waiting = NULL')
  const principal = await commandLineOf(point.replace('.', '-'))
  const { id } = await addConnection(principal, {
    name: 'Killed',
    kind: 'openai-usage',
    key: provider.key,
    base_url: base,
    from: dayOf(today - 3 * DAY_MS),
  })
  expect(await pullAndDie(point)).toBe('SIGKILL')
  const { complete_to } = await readConnection(principal, { id })
  const { rows } = await pool().query<{ status: string }>('SELECT status FROM import WHERE workspace_id = $1', [
    principal.workspaceId,
  ])
  const isCommitted = rows.some((row) => row.status === 'committed')
  expect([point, complete_to > dayOf(today - 3 * DAY_MS)]).toEqual([point, isCommitted])
  // Nobody tells the leases: the next worker finds that their holder is gone.
  for (let round = 0; round < 4; round += 1) {
    await drain()
    await pool().query('UPDATE connection SET next_at = now() WHERE id = $1', [id])
    await pullOnce(new AbortController().signal)
  }
  await drain()
  const after = await readConnection(principal, { id })
  expect([after.state, after.complete_to, after.import_no]).toEqual(['good', dayOf(settledTo), null])
  const { rows: sums } = await pool().query<{ tokens: string; records: string }>(
    'SELECT sum(input_tokens)::text AS tokens, sum(records)::text AS records FROM usage_hour WHERE workspace_id = $1',
    [principal.workspaceId],
  )
  expect(sums[0]).toEqual({ tokens: '4000000', records: '4' })
  await requireBalancedBooks(principal)
})
