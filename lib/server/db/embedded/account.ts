/** PostgreSQL refuses to run as root, so root lends it the account `postgres`, or `nobody` where there is none. */
import 'server-only'
import { readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { StartError } from '../../process-identity'

export interface Account {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/** The account for the database processes; null when they run as this process's own user. */
export function databaseAccount(): Account | null {
  if (process.getuid === undefined || process.getuid() !== 0) return null
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  for (const name of ['postgres', 'nobody']) {
    const uid = Number.parseInt(accounts.find((fields) => fields[0] === name)?.[2] ?? '', 10)
    const gid = Number.parseInt(accounts.find((fields) => fields[0] === name)?.[3] ?? '', 10)
    if (uid > 0 && Number.isInteger(gid)) return { name, uid, gid }
  }
  throw new StartError(
    'PostgreSQL cannot run as root and this system has neither a postgres nor a nobody account. Start Tokentab as an ordinary user.',
  )
}

function allows(path: string, account: Account, bit: 4 | 1): boolean {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return false
  const shift = stat.uid === account.uid ? 6 : stat.gid === account.gid ? 3 : 0
  return ((stat.mode >> shift) & bit) !== 0
}

/** True when the account may enter every folder above `path`. */
export function canEnterParents(path: string, account: Account): boolean {
  let folder = dirname(resolve(path))
  for (;;) {
    if (!allows(folder, account, 1)) return false
    const parent = dirname(folder)
    if (parent === folder) return true
    folder = parent
  }
}

/** True when the account may read and run the file at `path`. */
export function canReach(path: string, account: Account): boolean {
  return canEnterParents(path, account) && allows(path, account, 4) && allows(path, account, 1)
}
