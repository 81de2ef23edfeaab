import { execFile } from 'node:child_process'
import { createWriteStream, openAsBlob, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { writeClaudeLog } from '../support/bench-files'
import { removeDataDirectory, root, startProduct, temporaryDataDirectory } from './server.mjs'

/** A release is tried with TOKENTAB_CRASH_ROWS=1000000; a quarter of it meets the same moments in every run. */
const ROWS = Number.parseInt(process.env.TOKENTAB_CRASH_ROWS ?? '250000', 10)
const run = promisify(execFile)
const logFile = join(root, 'test-results/crash.log')

/** Rows of a day and a half, each with tokens of its own, so that a lost or doubled one changes the sums. */
function* rows(): Generator<string> {
  yield 'id,timestamp,host,model,project,api_key,requests,input_tokens,cache_read_tokens,output_tokens\n'
  const start = Date.UTC(2026, 8, 1)
  for (let at = 0; at < ROWS; at += 1000) {
    let text = ''
    for (let row = at; row < at + 1000; row++) {
      const instant = new Date(start + row * 129).toISOString()
      text += `call-${row},${instant},openai,gpt-5,project-${row % 7},key-${row % 3},1,${row % 1013},${row % 11},${row % 499}\n`
    }
    yield text
  }
}

interface ImportReply {
  readonly status: string
  readonly rows_read: string
  readonly accepted: string
  readonly duplicate: string
  readonly rejected: string
}

type Product = Awaited<ReturnType<typeof startProduct>>

test.describe('a large import', () => {
  test.setTimeout(600_000)
  let dataDir: string
  let file: string
  let product: Product

  test.beforeEach(async () => {
    dataDir = temporaryDataDirectory()
    file = join(dataDir, 'million.csv')
    await pipeline(rows(), createWriteStream(file))
    product = await startProduct({ dataDir, log: logFile })
  })
  test.afterEach(async () => {
    await product.kill()
    removeDataDirectory(dataDir)
  })

  const command = async (...args: string[]) => {
    const env = { ...process.env, NODE_ENV: 'production' as const, TOKENTAB_DATA_DIR: dataDir }
    return (await run(process.execPath, [join(root, 'bin/tokentab.mjs'), ...args], { env })).stdout
  }

  const upload = async (token: string, path = file): Promise<string> => {
    const reply = await fetch(`${product.origin}/api/v1/imports?filename=${basename(path)}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: await openAsBlob(path),
    })
    expect(reply.status).toBe(202)
    return ((await reply.json()) as { id: string }).id
  }

  const read = async (token: string, id: string): Promise<ImportReply | null> => {
    try {
      const reply = await fetch(`${product.origin}/api/v1/imports/${id}`, {
        headers: { authorization: `Bearer ${token}` },
      })
      return reply.status === 200 ? ((await reply.json()) as ImportReply) : null
    } catch (error) {
      // The server is gone or its database is: exactly what these tests are about.
      if (error instanceof TypeError) return null
      throw error
    }
  }

  const half = async (token: string, id: string) =>
    await expect
      .poll(async () => Number.parseInt((await read(token, id))?.rows_read ?? '0', 10), {
        timeout: 120_000,
        intervals: [50],
      })
      .toBeGreaterThan(ROWS / 4)

  const whole = async (token: string, id: string) => {
    const ended = ['committed', 'failed', 'cancelled']
    await expect
      .poll(async () => ended.includes((await read(token, id))?.status ?? ''), { timeout: 300_000, intervals: [250] })
      .toBe(true)
    return await read(token, id)
  }

  const makeToken = async () => (await command('token', 'create', '--name', 'crash', '--scopes', 'import,read')).trim()

  test('A-30, A-79: survives a kill of the server, and a second upload adds nothing', async () => {
    const token = await makeToken()
    const id = await upload(token)
    await half(token, id)
    await product.kill()
    product = await startProduct({ dataDir, log: logFile })
    const counts = { status: 'committed', rows_read: String(ROWS), rejected: '0' }
    expect(await whole(token, id)).toMatchObject({ ...counts, accepted: String(ROWS), duplicate: '0' })
    expect(await command('check-books')).toBe('The books balance.\n')

    expect(await whole(token, await upload(token))).toMatchObject({ ...counts, accepted: '0', duplicate: String(ROWS) })
    expect(await command('check-books')).toBe('The books balance.\n')
  })

  test('of a session log, whose prose a thread of the worker leaves out, is read to its end', async () => {
    const log = join(dataDir, 'session.jsonl')
    await writeClaudeLog(log, 3_000, 'with prose')
    const token = await makeToken()
    const counts = { status: 'committed', rejected: '0' }
    expect(await whole(token, await upload(token, log))).toMatchObject({ ...counts, accepted: '3000', duplicate: '0' })
    expect(await whole(token, await upload(token, log))).toMatchObject({ ...counts, accepted: '0', duplicate: '3000' })
    expect(await command('check-books')).toBe('The books balance.\n')
  })

  test('A-80: survives a kill of the database', async () => {
    const token = await makeToken()
    const id = await upload(token)
    await half(token, id)
    const { cluster_root: place } = JSON.parse(readFileSync(join(dataDir, 'postgres/cluster.json'), 'utf8')) as {
      cluster_root: string
    }
    const cluster = place.startsWith('/') ? place : join(dataDir, 'postgres', place)
    process.kill(Number.parseInt(readFileSync(join(cluster, 'data/postmaster.pid'), 'utf8'), 10), 'SIGKILL')
    expect(await whole(token, id)).toMatchObject({
      status: 'committed',
      rows_read: String(ROWS),
      accepted: String(ROWS),
      duplicate: '0',
      rejected: '0',
    })
    expect(await command('check-books')).toBe('The books balance.\n')
    expect(statSync(join(dataDir, 'uploads', id)).size).toBe(statSync(file).size)
  })
})
