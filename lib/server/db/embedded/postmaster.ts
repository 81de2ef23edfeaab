/** One postmaster: start it, find one that already runs on the cluster, ask whether it serves, stop it. */
import 'server-only'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  statSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { isAlive, pause, StartError } from '../../process-identity'
import type { Account } from './account'
import { spawnOptions } from './cluster'
import type { Native } from './native'
import { databaseUrl, type Login, type Place } from './place'

export interface Postmaster {
  readonly pid: number
  readonly port: number
  /** False when it was started by an earlier Tokentab that is gone. */
  readonly started: boolean
}

const MEBIBYTE = 1024 * 1024
const LOG_LIMIT_BYTES = 20 * MEBIBYTE

/** Messages after which a retry helps: processes of a killed server are still leaving, or recovery goes on. */
const PASSING = [
  'lock file "postmaster.pid" already exists',
  'pre-existing shared memory block',
  'could not bind',
  'Address already in use',
]

/** The first 8 lines of postmaster.pid: pid, data directory, start, port, socket, address, memory key, status. */
function readPidFile(place: Place): { pid: number; port: number; ready: boolean } | null {
  const path = join(place.cluster, 'postmaster.pid')
  if (!existsSync(path)) return null
  const lines = readFileSync(path, 'utf8').split('\n')
  return {
    pid: Number.parseInt(lines[0] ?? '', 10),
    port: Number.parseInt(lines[3] ?? '', 10),
    ready: (lines[7] ?? '').trim() === 'ready',
  }
}

/** A process id in an old file may meanwhile be anyone's: a postmaster works in its own data directory. */
function isPostmasterOf(place: Place, pid: number): boolean {
  if (!isAlive(pid)) return false
  if (process.platform !== 'linux') return true
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(place.cluster)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES'
  }
}

/** Null when the server at the login's port serves this cluster; else why not. */
export async function whyNotServing(place: Place, login: Login): Promise<string | null> {
  const client = new pg.Client({
    connectionString: databaseUrl(login, 'postgres'),
    connectionTimeoutMillis: 3000,
    query_timeout: 3000,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory')
    const found = rows[0]?.data_directory ?? ''
    return realpathSync(found) === realpathSync(place.cluster) ? null : `port ${login.port} serves another cluster`
  } catch (error) {
    return (error as Error).message
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function portIsFree(port: number): Promise<boolean> {
  return await new Promise((done) => {
    const probe = createServer()
    probe.once('error', () => done(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => done(true)))
  })
}

/** A free port of the loopback address, as far as one can know. */
export async function freePort(): Promise<number> {
  return await new Promise((done, fail) => {
    const probe = createServer()
    probe.once('error', fail)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => done(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

/** An eighth of the memory, at most 512 MiB: more brought nothing measurable on a small machine. */
function sharedBuffers(): string {
  const share = Math.floor(totalmem() / 8 / MEBIBYTE)
  return `${Math.min(512, Math.max(64, share))}MB`
}

function serverArguments(place: Place, port: number, sharedBuffersSetting: string): string[] {
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    // Loopback TCP with a password and no socket file: no other local user gets in, and COPY is faster this way.
    unix_socket_directories: '',
    shared_buffers: sharedBuffersSetting,
    max_wal_size: '4GB',
    wal_level: 'minimal',
    max_wal_senders: '0',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    // The ledger's promise rests on these three; they are said aloud so that no configuration file weakens them.
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
  }
  return ['-D', place.cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}

function lastLines(file: string, from: number): string {
  return existsSync(file) ? readFileSync(file).subarray(from).toString('utf8').trim() : ''
}

/** The postmaster that already runs on this cluster; waits while it is starting or recovering. Null when none runs. */
export async function adopt(
  place: Place,
  login: Login,
  deadline: number,
  report: (reason: string) => void,
): Promise<Postmaster | null> {
  for (;;) {
    const written = readPidFile(place)
    if (written === null || !isPostmasterOf(place, written.pid)) return null
    const reason = await whyNotServing(place, { ...login, port: written.port })
    if (reason === null) return { pid: written.pid, port: written.port, started: false }
    report(`waiting for the running database (process ${written.pid}): ${reason}`)
    if (Date.now() > deadline) {
      throw new StartError(
        `PostgreSQL process ${written.pid} already runs on ${place.cluster} but cannot be used: ${reason}. Stop that process and start again.`,
      )
    }
    await pause(300)
  }
}

/** Starts a postmaster and waits until it serves. Retries what passes by itself until the deadline. */
export async function startPostmaster(
  native: Native,
  place: Place,
  account: Account | null,
  login: Login,
  options: { deadline: number; report: (reason: string) => void; sharedBuffers?: string; cancelled?: () => boolean },
): Promise<Postmaster> {
  const executable = join(native.directory, 'bin', process.platform === 'win32' ? 'postgres.exe' : 'postgres')
  let port = login.port
  for (;;) {
    if (options.cancelled?.()) throw new StartError('The start was cancelled.')
    const adopted = await adopt(place, login, options.deadline, options.report)
    if (adopted !== null) return adopted
    if (port === 0 || !(await portIsFree(port))) port = await freePort()

    const oversize = (statSync(place.logFile, { throwIfNoEntry: false })?.size ?? -1) > LOG_LIMIT_BYTES
    if (oversize) renameSync(place.logFile, `${place.logFile}.1`)
    const logFrom = statSync(place.logFile, { throwIfNoEntry: false })?.size ?? 0
    const logFile = openSync(place.logFile, 'a', 0o600)
    const child: ChildProcess = spawn(
      executable,
      serverArguments(place, port, options.sharedBuffers ?? sharedBuffers()),
      {
        ...spawnOptions(native, place, account),
        detached: true,
        stdio: ['ignore', logFile, logFile],
      },
    )
    closeSync(logFile)
    let failure: string | null = null
    child.on('error', (error) => {
      failure = error.message
    })
    child.on('exit', (code, signal) => {
      failure ??= `exit ${code ?? signal}`
    })
    child.unref()

    while (failure === null) {
      const written = readPidFile(place)
      // Another server may answer on the port: only the one that wrote our child's id into the lock file is ours.
      if (child.pid !== undefined && written?.pid === child.pid && written.ready) {
        const reason = await whyNotServing(place, { ...login, port })
        if (reason === null) return { pid: child.pid, port, started: true }
        options.report(reason)
      } else {
        options.report('the database is starting or recovering')
      }
      await pause(40)
    }

    const said = lastLines(place.logFile, logFrom)
    const passing = PASSING.some((message) => said.includes(message))
    const cause = said.split('\n').find((line) => /FATAL|PANIC|ERROR/.test(line)) ?? (said || failure)
    if (!passing || Date.now() > options.deadline) {
      throw new StartError(`The database does not start: ${cause} (log: ${place.logFile})`)
    }
    options.report(`waiting for a killed database to let go: ${cause}`)
    await pause(500)
  }
}

/** Fast shutdown: sessions are ended, a checkpoint is written. Harder only when that takes longer than a minute. */
export async function stopPostmaster(native: Native, place: Place, postmaster: Postmaster): Promise<void> {
  if (!isAlive(postmaster.pid)) return
  if (process.platform === 'win32') {
    const control = join(native.directory, 'bin', 'pg_ctl.exe')
    execFileSync(control, ['stop', '-D', place.cluster, '-m', 'fast', '-w'], { windowsHide: true })
    return
  }
  for (const [signal, patience] of [
    ['SIGINT', 60_000],
    ['SIGQUIT', 10_000],
  ] as const) {
    try {
      process.kill(postmaster.pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return
      throw error
    }
    const until = Date.now() + patience
    while (Date.now() < until) {
      if (!isAlive(postmaster.pid)) return
      await pause(20)
    }
  }
}
