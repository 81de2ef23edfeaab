// What has to be true before the product can run: dependencies as the lock file says, and a build of these sources.
// Plain JavaScript with nothing but Node, because it runs before anything is installed.
import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const lockFile = join(root, 'package-lock.json')
const installStamp = join(root, 'node_modules/.tokentab-lock')
const buildStamp = join(root, 'dist/build-stamp')
const bundle = join(root, 'dist/tokentab.mjs')

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')
const readOr = (path, otherwise) => (existsSync(path) ? readFileSync(path, 'utf8') : otherwise)
const say = (line) => process.stderr.write(`${line}\n`)

/** Ends with one clear line when Node is too old to run the product. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map((part) => Number.parseInt(part, 10))
  if (major > 20 || (major === 20 && minor >= 19)) return
  say(`Tokentab needs Node 20.19 or newer; this is ${process.version}.`)
  process.exit(1)
}

/** One installation or build at a time: a second one waits for the first and then finds its work done. */
export async function alone(name, work) {
  const folder = join(root, 'dist')
  mkdirSync(folder, { recursive: true })
  const lock = join(folder, `${name}.lock`)
  const mine = join(folder, `${name}.${process.pid}.${randomBytes(4).toString('hex')}`)
  writeFileSync(mine, `${process.pid} ${startOf(process.pid)}`)
  let told = false
  for (;;) {
    try {
      linkSync(mine, lock)
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    const text = readOr(lock, '')
    const [holder, started = ''] = text.split(' ')
    if (!holds(Number.parseInt(holder, 10), started)) {
      setAside(lock, mine, text)
      continue
    }
    if (!told) say(`Waiting for process ${holder}, which is preparing this folder.`)
    told = true
    await new Promise((done) => setTimeout(done, 300))
  }
  rmSync(mine, { force: true })
  try {
    return await work()
  } finally {
    rmSync(lock, { force: true })
  }
}

/** A lock outlives a power cut or a container, and its number may be somebody else's by then, even this process's own. */
function holds(pid, started) {
  if (pid === process.pid || !isAlive(pid)) return false
  return started === '' || startOf(pid) === started
}

/** When a process started, in clock ticks since boot; empty where the system does not tell. */
function startOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    // No such process, or a system without /proc: the number alone tells then.
    return ''
  }
}

/** Removes a lock whose holder is gone; gives it back if somebody took it in the meantime. */
function setAside(lock, mine, text) {
  const aside = `${mine}.stale`
  try {
    renameSync(lock, aside)
    if (readOr(aside, '') !== text) linkSync(aside, lock)
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error
  } finally {
    rmSync(aside, { force: true })
  }
}

function isAlive(pid) {
  if (!(pid > 0)) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** True when node_modules holds what the lock file says, whoever installed it. */
function isInstalled() {
  const lock = readFileSync(lockFile)
  if (readOr(installStamp, '') === sha256(lock)) return true
  const hidden = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(hidden)) return false
  const have = JSON.parse(readFileSync(hidden, 'utf8')).packages
  const want = JSON.parse(lock.toString('utf8')).packages
  const complete = Object.entries(want).every(
    ([path, wanted]) => path === '' || wanted.optional === true || have[path]?.version === wanted.version,
  )
  if (complete) writeFileSync(installStamp, sha256(lock))
  return complete
}

function npm(args) {
  const script = process.env.npm_execpath
  const [command, before] = script?.endsWith('.js') ? [process.execPath, [script]] : ['npm', []]
  return spawnSync(command, [...before, ...args], {
    cwd: root,
    // npm's own words go to stderr: stdout belongs to the command that asked.
    stdio: ['ignore', 2, 2],
    shell: command === 'npm' && process.platform === 'win32',
  })
}

/** Installs the locked dependencies unless they are there. */
export async function ensureInstalled() {
  requireNode()
  if (isInstalled()) return
  await alone('install', () => {
    if (isInstalled()) return
    say('Installing dependencies (once) …')
    const result = npm(['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund'])
    if (result.status !== 0) {
      say('npm ci failed: see its message above.')
      process.exit(1)
    }
    writeFileSync(installStamp, sha256(readFileSync(lockFile)))
  })
}

const SOURCES = [
  'app',
  'lib',
  'prisma',
  'bin',
  'public',
  'next.config.js',
  'postcss.config.mjs',
  'tsconfig.json',
  'package.json',
]

function listFiles(path, found) {
  if (!existsSync(path)) return
  let entries
  try {
    entries = readdirSync(path, { withFileTypes: true })
  } catch (error) {
    if (error.code !== 'ENOTDIR') throw error
    found.push(path)
    return
  }
  for (const entry of entries) {
    if (entry.name === 'generated') continue
    if (entry.isDirectory()) listFiles(join(path, entry.name), found)
    else found.push(join(path, entry.name))
  }
}

/** Digest of every file that shapes the build. */
export function sourceDigest() {
  const files = [lockFile]
  for (const name of SOURCES) listFiles(join(root, name), files)
  const hash = createHash('sha256').update(process.versions.node.split('.')[0])
  for (const file of files.sort()) hash.update(`\0${relative(root, file)}\0`).update(readFileSync(file))
  return hash.digest('hex')
}

const isBuilt = (digest) =>
  readOr(buildStamp, '') === digest && existsSync(bundle) && existsSync(join(root, '.next/BUILD_ID'))

/** Builds the product unless this very state of the sources has been built. */
export async function ensureBuilt() {
  if (isBuilt(sourceDigest())) return
  await alone('build', async () => {
    const digest = sourceDigest()
    if (isBuilt(digest)) return
    say('Building (once for this version of the sources) …')
    rmSync(buildStamp, { force: true })
    const { buildAll } = await import('./build-steps.mjs')
    await buildAll()
    // Last, and whole or not at all: a build that was interrupted is made again.
    writeFileSync(`${buildStamp}.tmp`, digest)
    renameSync(`${buildStamp}.tmp`, buildStamp)
  })
}

/** Bundles the command line alone when it is absent or older than the sources: seconds, not a whole build. */
export async function ensureBundle() {
  const stamp = join(root, 'dist/bundle-stamp')
  const digest = sourceDigest()
  if (existsSync(bundle) && (readOr(stamp, '') === digest || readOr(buildStamp, '') === digest)) return bundle
  await alone('build', async () => {
    if (existsSync(bundle) && readOr(stamp, '') === digest) return
    const { bundleCommand, generateClient } = await import('./build-steps.mjs')
    generateClient()
    await bundleCommand()
    writeFileSync(stamp, digest)
  })
  return bundle
}
