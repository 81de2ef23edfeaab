// Starts the real product, as `npm start` does, on a data directory and a port of its own.
import { spawn } from 'node:child_process'
import { chmodSync, createWriteStream, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..')

/** Who signs in during the browser tests. */
export const ADMIN = { email: 'admin@example.test', password: 'correct horse battery staple' }

function freePort() {
  return new Promise((done, fail) => {
    const probe = createServer()
    probe.once('error', fail)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => done(port))
    })
  })
}

/** Makes an empty folder that the account of the embedded database can pass through. */
export function temporaryDataDirectory() {
  const directory = mkdtempSync(join(tmpdir(), 'tokentab-e2e-'))
  chmodSync(directory, 0o711)
  return directory
}

/** Also ends a database that a killed server left running in it. */
export function removeDataDirectory(directory) {
  try {
    const { cluster_root: place } = JSON.parse(readFileSync(join(directory, 'postgres/cluster.json'), 'utf8'))
    const lock = join(place.startsWith('/') ? place : join(directory, 'postgres', place), 'data/postmaster.pid')
    if (existsSync(lock)) process.kill(Number.parseInt(readFileSync(lock, 'utf8'), 10), 'SIGQUIT')
    if (place.startsWith('/var/lib/tokentab/')) rmSync(place, { recursive: true, force: true })
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error
  }
  rmSync(directory, { recursive: true, force: true })
}

/**
 * Resolves when /readyz answers 200.
 * @param {{ environment?: Record<string, string>, dataDir?: string, log?: string }} [options]
 */
export async function startProduct(options = {}) {
  const port = await freePort()
  const dataDir = options.dataDir ?? temporaryDataDirectory()
  const logFile = options.log ?? join(root, 'test-results/server.log')
  mkdirSync(dirname(logFile), { recursive: true })
  const log = createWriteStream(logFile, { flags: 'a' })
  const { DATABASE_URL: _ignored, ...inherited } = process.env
  const child = spawn(process.execPath, [join(root, 'bin/start.mjs')], {
    cwd: root,
    env: {
      ...inherited,
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: String(port),
      TOKENTAB_DATA_DIR: dataDir,
      ...options.environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let ended = null
  const exited = new Promise((done) =>
    child.once('exit', (code, signal) => {
      ended = code ?? signal
      done(ended)
    }),
  )
  child.stdout.pipe(log, { end: false })
  child.stderr.pipe(log, { end: false })

  const origin = `http://127.0.0.1:${port}`
  const until = Date.now() + 300_000
  for (;;) {
    if (ended !== null) throw new Error(`The product ended with ${ended} while starting; see ${logFile}`)
    try {
      if ((await fetch(`${origin}/readyz`)).status === 200) break
    } catch {
      // Not listening yet; the deadline below ends the waiting.
    }
    if (Date.now() > until) {
      child.kill('SIGTERM')
      throw new Error(`The product was not ready after five minutes; see ${logFile}`)
    }
    await new Promise((done) => setTimeout(done, 100))
  }
  return {
    origin,
    dataDir,
    pid: child.pid,
    kill: async () => {
      child.kill('SIGKILL')
      await exited
    },
    /** Drains and ends; the data directory stays. Returns the exit code. */
    stop: async () => {
      child.kill('SIGTERM')
      return await exited
    },
  }
}
