import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { removeDataDirectory, root, startProduct, temporaryDataDirectory } from './server.mjs'

const run = promisify(execFile)

const logFile = join(root, 'test-results/lifecycle.log')
const started: { kill: () => Promise<void> }[] = []

async function start(dataDir: string) {
  const product = await startProduct({ dataDir, log: logFile })
  started.push(product)
  return product
}

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

async function command(
  dataDir: string,
  script: string,
  args: string[],
  environment: Record<string, string> = {},
): Promise<Ended> {
  const env = { ...process.env, NODE_ENV: 'production' as const, TOKENTAB_DATA_DIR: dataDir, ...environment }
  return await run(process.execPath, [join(root, script), ...args], { env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (failure: Ended) => failure,
  )
}

const readyz = async (origin: string) => await fetch(`${origin}/readyz`)

function postmasterPid(dataDir: string): number {
  const { cluster_root: place } = JSON.parse(readFileSync(join(dataDir, 'postgres/cluster.json'), 'utf8')) as {
    cluster_root: string
  }
  const cluster = place.startsWith('/') ? place : join(dataDir, 'postgres', place)
  return Number.parseInt(readFileSync(join(cluster, 'data/postmaster.pid'), 'utf8'), 10)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  if (process.platform !== 'linux') return true
  // A process that has ended stays listed until its parent looks.
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

/** Processor time of a process and its ended children: unlike the clock it does not depend on what else the machine does. */
function workedSeconds(pid: number | undefined): number | null {
  if (process.platform !== 'linux') return null
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number.parseInt(field, 10), 0)
  return ticks / 100
}

test.describe('the running server', () => {
  // Each starts the product up to three times, the first time with a new database.
  test.setTimeout(600_000)
  let dataDir: string
  test.beforeEach(() => {
    dataDir = temporaryDataDirectory()
  })
  test.afterEach(async () => {
    for (const product of started.splice(0)) await product.kill()
    removeDataDirectory(dataDir)
  })

  test('is ready again with less than five seconds of work, refuses a second one, and ends with code 0', async () => {
    expect(await (await start(dataDir)).stop()).toBe(0)
    const from = Date.now()
    const product = await start(dataDir)
    expect(workedSeconds(product.pid) ?? (Date.now() - from) / 1000).toBeLessThan(5)
    try {
      expect((await fetch(`${product.origin}/healthz`)).status).toBe(200)
      const second = await command(dataDir, 'bin/start.mjs', [], { PORT: '0' })
      expect(second.code).toBe(1)
      expect(second.stderr).toMatch(/^tokentab: Tokentab already runs on .*\(server, process \d+\).*\n$/)
      const port = new URL(product.origin).port
      const other = temporaryDataDirectory()
      const taken = await command(other, 'bin/start.mjs', [], { PORT: port })
      removeDataDirectory(other)
      expect(taken.code).toBe(1)
      expect(taken.stderr).toContain(`Port ${port} of 127.0.0.1 is taken`)
    } finally {
      const pid = postmasterPid(dataDir)
      expect(await product.stop()).toBe(0)
      expect(isAlive(pid)).toBe(false)
    }
  })

  test('A-80: comes back by itself after its database is killed, and says so meanwhile', async () => {
    const product = await start(dataDir)
    try {
      process.kill(postmasterPid(dataDir), 'SIGKILL')
      await expect.poll(async () => (await readyz(product.origin)).status, { intervals: [20] }).toBe(503)
      const page = await fetch(product.origin, { headers: { accept: 'text/html' }, redirect: 'manual' })
      if (page.status === 503) {
        expect(page.headers.get('retry-after')).toBe('5')
        expect(await page.text()).not.toMatch(/at .*\.(js|ts):\d+/)
      }
      await expect.poll(async () => (await readyz(product.origin)).status, { timeout: 120_000 }).toBe(200)
    } finally {
      await product.stop()
    }
  })

  test('A-81: takes over the database that a killed server left, and leaves no worker behind', async () => {
    const first = await start(dataDir)
    const database = postmasterPid(dataDir)
    const { stdout } = await run('ps', ['-o', 'pid=', '--ppid', String(first.pid)])
    await first.kill()
    expect(isAlive(database)).toBe(true)
    const children = stdout.split('\n').map((line) => Number.parseInt(line, 10))
    const workers = children.filter((pid) => pid > 0 && pid !== database)
    expect(workers.length).toBeGreaterThan(0)
    await expect.poll(() => workers.filter(isAlive), { timeout: 60_000 }).toEqual([])
    const second = await start(dataDir)
    try {
      expect(postmasterPid(dataDir)).toBe(database)
    } finally {
      expect(await second.stop()).toBe(0)
    }
    expect(isAlive(database)).toBe(false)
  })

  test('A-87: finishes a request that runs when it is told to stop', async () => {
    const product = await start(dataDir)
    const { hostname, port } = new URL(product.origin)
    const socket = connect(Number.parseInt(port, 10), hostname)
    let received = ''
    socket.on('data', (part) => {
      received += part.toString()
    })
    const closed = new Promise<void>((done) => socket.once('close', () => done()))
    // The body is announced but only half of it has come.
    socket.write(`POST /api/v1/imports HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-length: 10\r\n\r\n12345`)
    await new Promise((done) => setTimeout(done, 300))
    const stopped = product.stop()
    await new Promise((done) => setTimeout(done, 300))
    socket.write('67890')
    await closed
    expect(received).toMatch(/^HTTP\/1\.1 4\d\d /)
    expect(await stopped).toBe(0)
  })

  test('token create prints one token and nothing else, beside a running server and without one', async () => {
    const args = ['token', 'create', '--name', 'ci', '--scopes', 'read,import']
    const alone = await command(dataDir, 'bin/tokentab.mjs', args)
    expect(alone).toMatchObject({ code: 0, stdout: expect.stringMatching(/^tt_[A-Za-z0-9_-]{30,}\n$/) })
    const product = await start(dataDir)
    try {
      const beside = await command(dataDir, 'bin/tokentab.mjs', args)
      expect(beside).toMatchObject({ code: 0, stdout: expect.stringMatching(/^tt_[A-Za-z0-9_-]{30,}\n$/) })
      expect(beside.stdout).not.toBe(alone.stdout)
      const wrong = await command(dataDir, 'bin/tokentab.mjs', [
        'token',
        'create',
        '--name',
        'ci',
        '--scopes',
        'everything',
      ])
      expect(wrong).toMatchObject({ code: 1, stdout: '' })
      expect(wrong.stderr).toMatch(/^tokentab: [^\n]+\n$/)
    } finally {
      await product.stop()
    }
  })
})
