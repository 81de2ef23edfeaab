/** Which folder holds the cluster of a data directory, and how to log in to it. Decided once and written down. */
import 'server-only'
import { randomBytes, randomUUID } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { StartError } from '../../process-identity'
import { type Account, canEnterParents } from './account'

/** Where root keeps what the database account cannot reach elsewhere. */
export const SYSTEM_PLACE = '/var/lib/tokentab'

export interface Login {
  readonly port: number
  readonly password: string
}

export interface Place {
  /** DATA_DIR/postgres: the login and the log. Belongs to this process's user. */
  readonly home: string
  /** Folder owned by the database account; the cluster is `data` in it. */
  readonly root: string
  readonly cluster: string
  readonly logFile: string
}

interface Written {
  readonly cluster_root: string
}

/** Writes a file that is there whole or not at all, readable by its owner only. */
export function writePrivate(path: string, text: string): void {
  const unfinished = `${path}.${process.pid}.tmp`
  const file = openSync(unfinished, 'w', 0o600)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(unfinished, path)
}

function readJson<T>(path: string): T | null {
  if (!existsSync(path)) return null
  return JSON.parse(readFileSync(path, 'utf8')) as T
}

const loginPath = (dataDir: string) => join(resolve(dataDir), 'postgres', 'connection.json')

/** The login of a data directory's database; null before its first start. */
export function readLogin(dataDir: string): Login | null {
  return readJson<Login>(loginPath(dataDir))
}

export function writeLogin(dataDir: string, login: Login): void {
  writePrivate(loginPath(dataDir), `${JSON.stringify(login)}\n`)
}

export const newPassword = (): string => randomBytes(24).toString('base64url')

export function databaseUrl(login: Login, database = 'tokentab'): string {
  return `postgresql://tokentab:${login.password}@127.0.0.1:${login.port}/${database}`
}

/**
 * Root's data directory may lie where the database account cannot go (a 0700 home). Then the cluster lives under
 * SYSTEM_PLACE; otherwise it stays in the data directory, so that a mounted volume holds all there is to keep.
 */
export function placeOf(dataDir: string, account: Account | null): Place {
  const base = resolve(dataDir)
  mkdirSync(base, { recursive: true, mode: 0o700 })
  const home = join(base, 'postgres')
  mkdirSync(home, { recursive: true, mode: 0o700 })

  const note = join(home, 'cluster.json')
  const written = readJson<Written>(note)
  let root: string
  if (written !== null) {
    root = resolve(home, written.cluster_root)
    if (!existsSync(root)) {
      throw new StartError(
        `The database of ${base} was kept in ${root}, which is gone. Bring it back, or remove ${home} to begin with an empty database.`,
      )
    }
  } else {
    const near = account === null || canEnterParents(base, account)
    root = near ? join(home, 'cluster') : join(SYSTEM_PLACE, randomUUID())
    if (!near) {
      mkdirSync(SYSTEM_PLACE, { recursive: true, mode: 0o755 })
      chmodSync(SYSTEM_PLACE, 0o755)
    }
    mkdirSync(root, { recursive: true, mode: 0o700 })
    // Relative when inside, so that the data directory can be moved as a whole.
    writePrivate(note, `${JSON.stringify({ cluster_root: near ? 'cluster' : root } satisfies Written)}\n`)
  }
  if (account !== null) {
    chownSync(root, account.uid, account.gid)
    if (root.startsWith(home)) {
      // The account passes through these two folders; their files stay closed to it.
      chmodSync(base, 0o711)
      chmodSync(home, 0o711)
    }
  }
  chmodSync(root, 0o700)
  return { home, root, cluster: join(root, 'data'), logFile: join(home, 'postgres.log') }
}
