/** Makes a cluster once, and never over an existing one. */
import 'server-only'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartError } from '../../process-identity'
import type { Account } from './account'
import type { Native } from './native'
import type { Place } from './place'

const binary = (native: Native, name: string) =>
  join(native.directory, 'bin', process.platform === 'win32' ? `${name}.exe` : name)

/** What a database process is started with: nothing of this process's environment, and the account's rights only. */
export function spawnOptions(native: Native, place: Place, account: Account | null) {
  return {
    cwd: place.root,
    env: {
      NODE_ENV: 'production' as const,
      PATH: '/usr/local/bin:/usr/bin:/bin',
      LC_ALL: 'C',
      TZ: 'UTC',
      LD_LIBRARY_PATH: join(native.directory, 'lib'),
    },
    ...(account === null ? {} : { uid: account.uid, gid: account.gid }),
    windowsHide: true,
  }
}

async function run(native: Native, place: Place, account: Account | null, name: string, args: string[]) {
  return await new Promise<{ code: number | null; output: string }>((done, fail) => {
    const child = spawn(binary(native, name), args, {
      ...spawnOptions(native, place, account),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout.on('data', (part: Buffer) => {
      output += part.toString()
    })
    child.stderr.on('data', (part: Buffer) => {
      output += part.toString()
    })
    child.on('error', fail)
    child.on('close', (code) => done({ code, output }))
  })
}

/** Creates the cluster unless there is one; refuses a cluster of another major version or half a folder. */
export async function ensureCluster(
  native: Native,
  place: Place,
  account: Account | null,
  password: string,
): Promise<void> {
  const versionFile = join(place.cluster, 'PG_VERSION')
  if (existsSync(versionFile)) {
    const found = readFileSync(versionFile, 'utf8').trim()
    const ours = native.version.split('.')[0] ?? ''
    if (found !== ours) {
      throw new StartError(
        `${place.cluster} belongs to PostgreSQL ${found}; this Tokentab carries PostgreSQL ${ours}. Export with the older Tokentab, or point DATABASE_URL at a PostgreSQL ${found} server with this data.`,
      )
    }
    return
  }
  if (existsSync(place.cluster) && readdirSync(place.cluster).length > 0) {
    throw new StartError(
      `${place.cluster} holds files but no PG_VERSION. It is left untouched: restore it, or move it away.`,
    )
  }
  // What an interrupted first start left behind: a cluster becomes one only by the rename below.
  for (const name of readdirSync(place.root)) {
    if (name.startsWith('initdb-')) rmSync(join(place.root, name), { recursive: true, force: true })
  }
  const mark = randomBytes(6).toString('hex')
  const unfinished = join(place.root, `initdb-${mark}`)
  const passwordFile = join(place.root, `initdb-${mark}.password`)
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' })
  if (account !== null) chownSync(passwordFile, account.uid, account.gid)
  try {
    const result = await run(native, place, account, 'initdb', [
      `--pgdata=${unfinished}`,
      '--username=tokentab',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      '--data-checksums',
    ])
    if (result.code !== 0) {
      rmSync(unfinished, { recursive: true, force: true })
      throw new StartError(`The database could not be created: ${result.output.trim().split('\n').slice(-3).join(' ')}`)
    }
    renameSync(unfinished, place.cluster)
  } finally {
    rmSync(passwordFile, { force: true })
  }
}
