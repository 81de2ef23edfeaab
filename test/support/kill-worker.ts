/**
 * A process that does everything a customer does with files, and is killed or fails in the middle of it. Whatever it finds half done it
 * completes the way a client would: by looking up what became of its file, and by sending again what was not stored.
 */
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Principal } from '../../lib/server/auth/principal'
import { pool } from '../../lib/server/db/pool'
import { env, setDatabaseUrl } from '../../lib/server/env'
import { workOnce } from '../../lib/server/job/worker'
import { checkBooks } from '../../lib/server/read/check-books'
import { arrivingDirectory } from '../../lib/server/upload-store'
import { completeUpload } from '../../lib/server/use-case/complete-upload'
import { ingestUsage } from '../../lib/server/use-case/ingest-usage'
import { receiveUpload } from '../../lib/server/use-case/receive-upload'
import { beginUpload } from '../../lib/server/use-case/resume-upload'
import { undoImport } from '../../lib/server/use-case/undo-import'
import { booksAsText } from './books'
import { inChunks, NO_OPTIONS, type RowFields, usageCsv } from './imports'

export interface KillJob {
  readonly workspaceId: number
  /** Of lib/server/fault.ts; null for a kill by time. */
  readonly fault: string | null
  readonly killAfterMs: number | null
}
export type KillOrder = { readonly do: 'die' | 'finish'; readonly job: KillJob } | { readonly do: 'end' }
export interface KillAnswer {
  /** What became of an order to die: it did not, or the fault was thrown and the process lives on. */
  readonly end?: 'survived' | 'failed'
  readonly ms?: number
  readonly books?: readonly string[]
  readonly differences?: readonly unknown[]
}

const call = (index: number): RowFields => ({
  id: `call-${index}`,
  timestamp: new Date(Date.UTC(2026, 8, 30, 22) + index * 60_000).toISOString(),
  project: `project-${index % 3}`,
  input: 1_000 + index,
  output: index % 7,
})
const bucket = (input: number): RowFields => ({
  timestamp: '2026-10-01T00:00:00Z',
  end: '2026-10-02T00:00:00Z',
  input,
  output: 1,
  requests: 3,
})
const rows = (from: number, to: number) => Array.from({ length: to - from }, (_row, index) => call(from + index))
const FIRST = Buffer.from(usageCsv([...rows(0, 200), bucket(100)]))
/** Overlaps the first, and restates its bucket. */
const SECOND = Buffer.from(usageCsv([...rows(150, 300), bucket(300)]))
const SENT = Buffer.from(
  '{"id":"sent","timestamp":"2026-10-01T00:00:00Z","provider":"openai","model":"gpt-5","usage":{"input":5,"output":6}}\n',
)

async function lookUp(principal: Principal, filename: string): Promise<{ id: string; status: string } | null> {
  const { rows: found } = await pool().query<{ id: string; status: string }>(
    `SELECT id, status FROM import WHERE workspace_id = $1 AND filename LIKE $2 AND status <> 'failed' ORDER BY no DESC LIMIT 1`,
    [principal.workspaceId, filename],
  )
  return found[0] ?? null
}

/** Id of the import that holds the file. */
async function stored(principal: Principal, filename: string, inParts: boolean): Promise<string> {
  // What the process before left open ends first: as failed, or completed.
  await workOnce('00000000-0000-0000-0000-000000000000')
  const before = await lookUp(principal, filename)
  if (before !== null && before.status !== 'receiving') return before.id
  if (!inParts) {
    const { id } = await receiveUpload(principal, {
      filename,
      chunks: inChunks(FIRST, 5_000),
      declaredBytes: FIRST.length,
      declaredSha256: null,
      options: NO_OPTIONS,
      source: 'upload',
    })
    return id
  }
  const id = before?.id ?? crypto.randomUUID()
  if (before === null)
    await beginUpload(principal, { id, filename, bytes: SECOND.length, sha256: null, options: NO_OPTIONS })
  writeFileSync(join(arrivingDirectory(), id), SECOND)
  await completeUpload(id)
  return id
}

async function imported(principal: Principal, filename: string, inParts: boolean): Promise<string> {
  const id = await stored(principal, filename, inParts)
  for (;;) {
    const status = (await lookUp(principal, filename))?.status
    if (status === 'committed' || status === 'undone') return id
    // The pause after a fault need not be waited for here.
    await pool().query(`UPDATE import SET lease_until = NULL WHERE id = $1 AND status = 'stored'`, [id])
    if (!(await workOnce(id))) await sleep(20)
  }
}

async function doEverything(principal: Principal): Promise<readonly string[]> {
  const first = await imported(principal, 'first.csv', false)
  const second = await imported(principal, 'second.csv', true)
  await ingestUsage(principal, { body: SENT, idempotencyKey: 'once' })
  await undoImport(principal, { id: first })
  const api = await lookUp(principal, 'API %')
  return [first, second, api?.id ?? '']
}

function principalOf(workspaceId: number): Principal {
  const name = String(workspaceId)
  return {
    workspaceId,
    workspaceName: name,
    isSample: false,
    userId: null,
    actor: 'command line',
    role: 'admin',
    scopes: null,
  }
}

async function finish(job: KillJob): Promise<KillAnswer> {
  const principal = principalOf(job.workspaceId)
  const from = Date.now()
  const ids = await doEverything(principal)
  const ms = Date.now() - from
  const books = await booksAsText(principal, ids)
  const differences: unknown[] = await checkBooks(principal, { all: false, files: true })
  const { rows: known } = await pool().query<{ id: string }>(
    'SELECT id FROM import WHERE sha256 IS NOT NULL OR status = $1',
    ['receiving'],
  )
  const names = new Set(known.map(({ id }) => id))
  const left = readdirSync(join(env().dataDir, 'uploads')).filter(
    (name) => name !== 'arriving' && !names.has(name.slice(0, 36)),
  )
  if (left.length > 0) differences.push({ left })
  return { ms, books, differences }
}

async function obey(order: KillOrder): Promise<KillAnswer | null> {
  if (order.do === 'end') return null
  const { job } = order
  if (order.do === 'finish') {
    delete process.env.FAULT
    setDatabaseUrl(process.env.DATABASE_URL ?? '')
    return await finish(job)
  }
  if (job.fault !== null) process.env.FAULT = job.fault
  setDatabaseUrl(process.env.DATABASE_URL ?? '')
  if (job.killAfterMs !== null) setTimeout(() => process.kill(process.pid, 'SIGKILL'), job.killAfterMs)
  try {
    await doEverything(principalOf(job.workspaceId))
    return { end: 'survived' }
  } catch (error) {
    if (!(error as Error).message.startsWith('fault injected')) throw error
    return { end: 'failed' }
  }
}

process.on('message', (order: KillOrder) => {
  obey(order).then(
    (answer) => (answer === null ? process.exit(0) : process.send?.(answer)),
    (error: Error) => {
      process.stderr.write(`${error.stack}\n`)
      process.exit(1)
    },
  )
})
