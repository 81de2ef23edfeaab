import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, describe, expect, it } from 'vitest'
import { lockInstance } from '../../../lib/server/db/embedded/instance-lock'
import { readLogin, writeLogin } from '../../../lib/server/db/embedded/place'
import { type EmbeddedDatabase, startEmbedded } from '../../../lib/server/db/embedded/supervisor'
import { isAlive, pause } from '../../../lib/server/process-identity'
import { removeDataDirectory, temporaryDirectory } from '../../support/postgres'

const opened: { directory: string; databases: EmbeddedDatabase[] }[] = []
const isRoot = process.getuid?.() === 0

function dataDirectory(): string {
  const directory = temporaryDirectory()
  opened.push({ directory, databases: [] })
  return directory
}

async function start(dataDir: string, onState?: (problem: string | null) => void): Promise<EmbeddedDatabase> {
  const database = await startEmbedded({
    dataDir,
    sharedBuffers: '64MB',
    ...(onState === undefined ? {} : { onState }),
  })
  opened.find((one) => one.directory === dataDir)?.databases.push(database)
  return database
}

async function ask(url: string, sql: string): Promise<Record<string, unknown>> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows[0] ?? {}
  } finally {
    await client.end()
  }
}

async function until(condition: () => boolean, milliseconds = 60_000): Promise<void> {
  const end = Date.now() + milliseconds
  while (!condition()) {
    if (Date.now() > end) throw new Error('it did not happen in time')
    await pause(20)
  }
}

afterEach(async () => {
  for (const { directory, databases } of opened.splice(0)) {
    for (const database of databases) await database.stop()
    removeDataDirectory(directory)
  }
})

describe('A-80, A-81: the embedded database', () => {
  it('keeps what was written across a stop and a start, on the same port, with the settings a ledger needs', async () => {
    const directory = dataDirectory()
    const first = await start(directory)
    await ask(first.url(), "CREATE TABLE kept AS SELECT 'yes' AS answer")
    await first.stop()
    expect(isAlive(first.pid())).toBe(false)

    const second = await start(directory)
    expect(second.url()).toBe(first.url())
    expect(await ask(second.url(), 'SELECT answer FROM kept')).toEqual({ answer: 'yes' })
    for (const setting of ['fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums']) {
      expect(await ask(second.url(), `SHOW ${setting}`)).toEqual({ [setting]: 'on' })
    }
    expect(await ask(second.url(), 'SHOW timezone')).toEqual({ TimeZone: 'UTC' })
  })

  it('is reachable by nobody who lacks the password, and by no socket file', async () => {
    const directory = dataDirectory()
    const database = await start(directory)
    const wrong = database.url().replace(/:[^:@/]+@/, ':guess@')
    await expect(ask(wrong, 'SELECT 1')).rejects.toThrow(/password authentication failed/)
    expect(await ask(database.url(), 'SHOW unix_socket_directories')).toEqual({ unix_socket_directories: '' })
    expect(await ask(database.url(), 'SHOW listen_addresses')).toEqual({ listen_addresses: '127.0.0.1' })
    expect(statSync(join(directory, 'postgres/connection.json')).mode & 0o777).toBe(0o600)
    expect(statSync(database.directory).mode & 0o777).toBe(0o700)
  })

  it('heals by itself when the postmaster is killed, says so meanwhile, and loses no committed row', async () => {
    const states: (string | null)[] = []
    const directory = dataDirectory()
    const database = await start(directory, (problem) => states.push(problem))
    await ask(database.url(), 'CREATE TABLE ledger AS SELECT generate_series(1, 100000) AS line')
    const killed = database.pid()
    states.length = 0
    process.kill(killed, 'SIGKILL')
    await until(() => database.problem() !== null)
    await until(() => database.problem() === null)
    expect(database.pid()).not.toBe(killed)
    expect(states[0]).toMatch(/is being restarted/)
    expect(await ask(database.url(), 'SELECT count(*)::int AS lines FROM ledger')).toEqual({ lines: 100_000 })
  })

  it('takes over a server that an earlier Tokentab left running', async () => {
    const directory = dataDirectory()
    const left = await start(directory)
    const taken = await start(directory)
    expect(taken.pid()).toBe(left.pid())
    await taken.stop()
    expect(isAlive(left.pid())).toBe(false)
  })

  it('moves to another port when somebody sits on its own', async () => {
    const directory = dataDirectory()
    const first = await start(directory)
    await first.stop()
    const port = readLogin(directory)?.port ?? 0
    const squatter = createServer()
    await new Promise<void>((done) => squatter.listen(port, '127.0.0.1', done))
    try {
      const second = await start(directory)
      expect(readLogin(directory)?.port).not.toBe(port)
      expect(await ask(second.url(), 'SELECT 1 AS one')).toEqual({ one: 1 })
    } finally {
      squatter.close()
    }
  })

  it('never makes a new cluster over a strange one', async () => {
    const directory = dataDirectory()
    const first = await start(directory)
    await first.stop()
    const version = join(first.directory, 'PG_VERSION')
    writeFileSync(version, '17\n')
    await expect(startEmbedded({ dataDir: directory })).rejects.toThrow(/belongs to PostgreSQL 17/)
    writeFileSync(version, '18\n')
    const again = await start(directory)
    expect(await ask(again.url(), 'SELECT 1 AS one')).toEqual({ one: 1 })
  })

  it('works in a folder that only its owner may enter', async () => {
    const directory = dataDirectory()
    chmodSync(directory, 0o700)
    const inside = join(directory, 'data')
    opened.push({ directory: inside, databases: [] })
    const database = await start(inside)
    expect(await ask(database.url(), 'SELECT 1 AS one')).toEqual({ one: 1 })
    // Root lends the work to an account that cannot enter the folder; anyone else keeps everything together.
    expect(database.directory.startsWith(isRoot ? '/var/lib/tokentab/' : inside)).toBe(true)
    if (!isRoot) return
    await database.stop()
    removeDataDirectory(inside)
    expect(existsSync(database.directory)).toBe(false)
  })

  it('finds its login again after a first start that was cut before the cluster was made', async () => {
    const directory = dataDirectory()
    const first = await start(directory)
    await first.stop()
    const login = readLogin(directory)
    expect(login).not.toBeNull()
    if (login !== null) writeLogin(directory, { ...login, port: 0 })
    const second = await start(directory)
    expect(await ask(second.url(), 'SELECT 1 AS one')).toEqual({ one: 1 })
  })
})

describe('A-81: one Tokentab a data directory', () => {
  it('refuses the second with one line that names the first', () => {
    const directory = dataDirectory()
    const lock = lockInstance(directory, 'server')
    expect(() => lockInstance(directory, 'server')).toThrow(
      new RegExp(`already runs on ${directory} \\(server, process ${process.pid}\\)`),
    )
    lock.release()
    lockInstance(directory, 'server').release()
  })

  it('takes the place of one that has ended, even if its process id means another process now', () => {
    const directory = dataDirectory()
    writeFileSync(join(directory, 'tokentab.pid'), JSON.stringify({ pid: process.pid, started: '1', role: 'server' }))
    const lock = lockInstance(directory, 'server')
    expect(JSON.parse(readFileSync(join(directory, 'tokentab.pid'), 'utf8'))).toMatchObject({ pid: process.pid })
    lock.release()
    writeFileSync(join(directory, 'tokentab.pid'), '{"pid":')
    lockInstance(directory, 'server').release()
  })
})
