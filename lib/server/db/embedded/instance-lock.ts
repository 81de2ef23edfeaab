/** One Tokentab a data directory: a file with the owner's process id, taken over only from a process that has ended. */
import 'server-only'
import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isAlive, StartError, startTimeOf } from '../../process-identity'

interface Owner {
  readonly pid: number
  /** Start of the process in clock ticks since boot; null where the system does not tell. */
  readonly started: string | null
  /** What it does, for the message to whoever comes second. */
  readonly role: string
}

export interface InstanceLock {
  readonly release: () => void
}

function readOwner(path: string): Owner | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Owner
  } catch (error) {
    // Gone, or cut short by a power cut: nobody holds it.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return null
    throw error
  }
}

const holds = (owner: Owner | null): owner is Owner =>
  owner !== null && isAlive(owner.pid) && (owner.started === null || startTimeOf(owner.pid) === owner.started)

/** The live owner of a data directory, if any. */
export function instanceOwner(dataDir: string): Owner | null {
  const owner = readOwner(join(resolve(dataDir), 'tokentab.pid'))
  return holds(owner) ? owner : null
}

/** Throws a StartError naming the other process when the directory is in use. */
export function lockInstance(dataDir: string, role: string): InstanceLock {
  const base = resolve(dataDir)
  try {
    mkdirSync(base, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new StartError(`The data directory ${base} cannot be made: ${(error as Error).message}`)
  }
  const path = join(base, 'tokentab.pid')
  const mine = `${path}.${randomBytes(6).toString('hex')}`
  const me: Owner = { pid: process.pid, started: startTimeOf(process.pid), role }
  try {
    writeFileSync(mine, `${JSON.stringify(me)}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    throw new StartError(`The data directory ${base} cannot be written: ${(error as Error).message}`)
  }
  try {
    for (let attempt = 0; attempt < 20; attempt++) {
      try {
        // A link, unlike a rename, never replaces a file that is there.
        linkSync(mine, path)
        return { release: () => release(path) }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
      const owner = readOwner(path)
      if (holds(owner)) {
        throw new StartError(
          `Tokentab already runs on ${base} (${owner.role}, process ${owner.pid}). Stop it first, or choose another TOKENTAB_DATA_DIR.`,
        )
      }
      setAside(path)
    }
    throw new StartError(`The lock ${path} changes hands too fast. Try again.`)
  } finally {
    rmSync(mine, { force: true })
  }
}

/** Removes a stale lock; gives it back if somebody live took it in the meantime. */
function setAside(path: string): void {
  const aside = `${path}.${randomBytes(6).toString('hex')}.stale`
  try {
    renameSync(path, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  try {
    if (holds(readOwner(aside))) linkSync(aside, path)
  } finally {
    rmSync(aside, { force: true })
  }
}

function release(path: string): void {
  const owner = readOwner(path)
  if (owner?.pid === process.pid) rmSync(path, { force: true })
}
