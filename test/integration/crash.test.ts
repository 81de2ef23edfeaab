import { type ChildProcess, spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ImportView } from '../../lib/core/report/import-view'
import type { Principal } from '../../lib/server/auth/principal'
import { pool } from '../../lib/server/db/pool'
import { getImportView } from '../../lib/server/read/imports'
import { cancelImport } from '../../lib/server/use-case/cancel-import'
import { undoImport } from '../../lib/server/use-case/undo-import'
import { useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase, resetDatabase } from '../support/database'
import {
  commandLineOf,
  drain,
  importFile,
  insertTestPrices,
  requireBalancedBooks,
  upload,
  usageCsv,
} from '../support/imports'

const SCRIPT = join(dirname(fileURLToPath(import.meta.url)), '../support/worker-process.ts')
const ROWS = 55_000

let removeData: () => void
let principal: Principal
let url: string
const children = new Set<ChildProcess>()

beforeAll(async () => {
  removeData = useOwnDataDirectory()
  url = await openTestDatabase()
})
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await closeTestDatabase()
  removeData()
})
beforeEach(async () => {
  await resetDatabase()
  await insertTestPrices()
  principal = await commandLineOf('acme')
})

/** A worker that dies at the fault; resolves with how it ended. */
function startWorker(fault: string | null, mode = 'once'): { child: ChildProcess; ended: Promise<string> } {
  const child = spawn(process.execPath, ['--conditions=react-server', '--import', 'tsx', SCRIPT, mode], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      NODE_ENV: 'test',
      DATABASE_URL: url,
      TOKENTAB_LOG_LEVEL: 'silent',
      ...(fault === null ? {} : { FAULT: fault }),
    },
  })
  children.add(child)
  const ended = new Promise<string>((done) => {
    child.once('exit', (code, signal) => {
      children.delete(child)
      done(signal ?? String(code))
    })
  })
  return { child, ended }
}

const FILE = usageCsv(
  Array.from({ length: ROWS }, (_row, index) => ({
    id: `call-${index}`,
    timestamp: new Date(Date.UTC(2026, 8, 1) + index * 20_000).toISOString(),
    model: index % 3 === 0 ? 'gpt-5-mini' : 'gpt-5',
    project: `project-${index % 5}`,
    input: 1_000 + (index % 700),
    output: index % 90,
  })),
)

async function waitFor(id: string, until: (view: ImportView) => boolean): Promise<ImportView> {
  for (;;) {
    const view = await getImportView(principal, { id })
    if (until(view)) return view
    await sleep(50)
  }
}

const WHOLE = { status: 'committed', rows_read: String(ROWS), accepted: String(ROWS), duplicate: '0', rejected: '0' }

describe('A-72, A-73, A-74, A-75, A-77: a worker killed by SIGKILL', () => {
  it.each([
    'import.claimed:kill',
    'import.batch:kill:1',
    'import.batch:kill:2',
    'import.before-rollup:kill',
    'import.before-commit:kill',
    'import.after-commit:kill',
  ])('at %s leaves an import that the next worker completes, no row twice', async (fault) => {
    const id = await upload(principal, FILE)
    expect(await startWorker(fault).ended).toBe('SIGKILL')
    const between = await getImportView(principal, { id })
    if (fault.startsWith('import.after-commit')) expect(between).toMatchObject(WHOLE)
    else expect((await pool().query('SELECT count(*) AS n FROM usage_record')).rows).toEqual([{ n: '0' }])
    await drain()
    expect(await getImportView(principal, { id })).toMatchObject(WHOLE)
    await requireBalancedBooks(principal)
  })
})

describe('A-80: a lost connection', () => {
  it('in the middle of an import is mended by the same worker', async () => {
    const id = await upload(principal, FILE)
    const { ended } = startWorker('import.batch:delay:1500')
    await waitFor(id, (view) => view.status === 'importing' && view.rows_read !== '0')
    await pool().query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE pid <> pg_backend_pid() AND state <> 'idle' AND xact_start IS NOT NULL AND datname = current_database()`,
    )
    expect(await ended).toBe('0')
    await sleep(2_100)
    await drain()
    expect(await getImportView(principal, { id })).toMatchObject(WHOLE)
    await requireBalancedBooks(principal)
  })
})

describe('cancel', () => {
  it('stops a running import and leaves nothing of it', async () => {
    const id = await upload(principal, FILE)
    const { ended } = startWorker('import.batch:delay:1500')
    await waitFor(id, (view) => view.status === 'importing' && view.rows_read !== '0')
    await cancelImport(principal, { id })
    expect(await ended).toBe('0')
    expect(await getImportView(principal, { id })).toMatchObject({ status: 'cancelled', accepted: '0', cost: null })
    expect((await pool().query('SELECT count(*) AS n FROM usage_record')).rows).toEqual([{ n: '0' }])
    await requireBalancedBooks(principal)
  })
})

describe('undo', () => {
  it('A-78: does not wait for ever for a running import, and changes nothing then', async () => {
    const done = await importFile(
      principal,
      usageCsv([{ id: 'x', timestamp: '2026-09-01T00:00:00Z', input: 1, output: 1 }]),
    )
    const id = await upload(principal, FILE)
    const { child, ended } = startWorker('import.batch:delay:20000')
    await waitFor(id, (view) => view.status === 'importing' && view.rows_read !== '0')
    await expect(undoImport(principal, { id: done.id })).rejects.toMatchObject({
      status: 409,
      reason: 'IMPORT_RUNNING',
    })
    child.kill('SIGKILL')
    await ended
    await undoImport(principal, { id: done.id })
    await drain()
    expect(await getImportView(principal, { id })).toMatchObject(WHOLE)
    await requireBalancedBooks(principal)
  })
})

describe('A-06: two workers and one file twice', () => {
  it('accept every row once', async () => {
    const [first, second] = await Promise.all([upload(principal, FILE), upload(principal, FILE)])
    const ends = [startWorker(null), startWorker(null)].map((worker) => worker.ended)
    expect(await Promise.all(ends)).toEqual(['0', '0'])
    await drain()
    const views = await Promise.all([first, second].map((id) => getImportView(principal, { id: id as string })))
    expect(views.map((view) => view.status)).toEqual(['committed', 'committed'])
    expect(views.map((view) => view.accepted).sort()).toEqual(['0', String(ROWS)])
    expect(views.map((view) => view.duplicate).sort()).toEqual(['0', String(ROWS)])
    await requireBalancedBooks(principal)
  })
})

describe('A-10, A-11: a file that cannot be taken', () => {
  it.each([
    ['an empty file', '', 'NO_ROWS'],
    ['a header without rows', 'timestamp,model,input_tokens,output_tokens\n', 'NO_ROWS'],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 1]), 'UNSUPPORTED_TYPE'],
  ])('%s fails with a code and keeps nothing', async (_name, content, code) => {
    const view = await importFile(principal, content as string | Uint8Array)
    expect(view).toMatchObject({ status: 'failed', accepted: '0', problem: { code } })
    expect(view.problem?.remedy).not.toBe('')
    await requireBalancedBooks(principal)
  })
})
