/** Keeps the embedded database running for as long as this process wants it. */
import 'server-only'
import pg from 'pg'
import { isAlive, StartError } from '../../process-identity'
import { databaseAccount } from './account'
import { ensureCluster } from './cluster'
import { findNative } from './native'
import { databaseUrl, type Login, newPassword, placeOf, readLogin, SYSTEM_PLACE, writeLogin } from './place'
import { adopt, freePort, type Postmaster, startPostmaster, stopPostmaster } from './postmaster'

export interface EmbeddedDatabase {
  /** Changes only if the port was taken by somebody else while the server was down. */
  readonly url: () => string
  readonly pid: () => number
  /** Where the cluster lies. */
  readonly directory: string
  /** Null while it serves; else what is being waited for. */
  readonly problem: () => string | null
  /** Stops watching and shuts the server down. */
  readonly stop: () => Promise<void>
}

export interface EmbeddedOptions {
  readonly dataDir: string
  /** PostgreSQL's shared_buffers; by default an eighth of the memory, at most 512 MB. */
  readonly sharedBuffers?: string
  /** Called whenever the state changes: null means it serves. */
  readonly onState?: (problem: string | null) => void
}

const PATIENCE_MILLISECONDS = 120_000
const WATCH_MILLISECONDS = 250
const RETRY_MILLISECONDS = [0, 500, 1000, 2000, 5000, 10_000] as const

async function ensureDatabase(login: Login): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl(login, 'postgres'), connectionTimeoutMillis: 10_000 })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = 'tokentab'")
    if (rowCount === 0) await client.query('CREATE DATABASE tokentab')
  } finally {
    await client.end()
  }
}

/**
 * Starts, or takes over, the database of a data directory. The caller holds the directory's instance lock.
 * Throws a StartError with one readable line when it cannot be brought up.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  let problem: string | null = 'the database is starting'
  let stopping = false
  const setProblem = (reason: string | null) => {
    if (reason === problem || stopping) return
    problem = reason
    options.onState?.(reason)
  }
  options.onState?.(problem)

  const account = databaseAccount()
  const place = placeOf(options.dataDir, account)
  const native = findNative(account, SYSTEM_PLACE)
  // The password is durable before the cluster that knows it becomes one.
  let login: Login | null = readLogin(options.dataDir)
  if (login === null) {
    login = { port: await freePort(), password: newPassword() }
    writeLogin(options.dataDir, login)
  }
  await ensureCluster(native, place, account, login.password)

  const bringUp = async (known: Login): Promise<{ server: Postmaster; login: Login }> => {
    const deadline = Date.now() + PATIENCE_MILLISECONDS
    const server =
      (await adopt(place, known, deadline, setProblem)) ??
      (await startPostmaster(native, place, account, known, {
        deadline,
        report: setProblem,
        cancelled: () => stopping,
        ...(options.sharedBuffers === undefined ? {} : { sharedBuffers: options.sharedBuffers }),
      }))
    const now = { ...known, port: server.port }
    if (now.port !== known.port) writeLogin(options.dataDir, now)
    await ensureDatabase(now)
    return { server, login: now }
  }

  let current = await bringUp(login)
  setProblem(null)

  let healing: Promise<void> | null = null
  const heal = async (): Promise<void> => {
    for (let attempt = 0; !stopping; attempt++) {
      setProblem('the database stopped and is being restarted')
      await new Promise((done) =>
        setTimeout(done, RETRY_MILLISECONDS[Math.min(attempt, RETRY_MILLISECONDS.length - 1)]),
      )
      if (stopping) return
      try {
        current = await bringUp(current.login)
        setProblem(null)
        return
      } catch (error) {
        setProblem(
          error instanceof StartError ? error.message : `the database does not come back: ${(error as Error).message}`,
        )
      }
    }
  }
  const watch = setInterval(() => {
    if (healing !== null || isAlive(current.server.pid)) return
    healing = heal().finally(() => {
      healing = null
    })
  }, WATCH_MILLISECONDS)

  return {
    url: () => databaseUrl(current.login),
    pid: () => current.server.pid,
    directory: place.cluster,
    problem: () => problem,
    stop: async () => {
      stopping = true
      clearInterval(watch)
      await healing
      await stopPostmaster(native, place, current.server)
    },
  }
}
