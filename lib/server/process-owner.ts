/** The name under which this process holds leases, and whether the holder of such a name is known to be gone. */
import 'server-only'
import { hostname } from 'node:os'
import { isAlive, startTimeOf } from './process-identity'

/** "host:pid:start time", unique to one life of one process. */
export function processOwner(): string {
  return `${hostname()}:${process.pid}:${startTimeOf(process.pid) ?? ''}`
}

/** True only for a process of this machine that has ended; of other machines nothing is known. */
export function isGone(owner: string): boolean {
  const match = /^(.*):(\d+):(\d*)$/.exec(owner)
  if (match === null || match[1] !== hostname()) return false
  const pid = Number.parseInt(match[2] as string, 10)
  if (!isAlive(pid)) return true
  const started = startTimeOf(pid)
  return match[3] !== '' && started !== null && started !== match[3]
}
