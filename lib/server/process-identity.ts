/** Whether a process id written in a file still means the process that wrote it: ids are reused, start times are not. */
import 'server-only'
import { readFileSync } from 'node:fs'

/** Fields of /proc/PID/stat after the command name, which may itself hold spaces and brackets. */
function statFields(pid: number): readonly string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    // No such process, or a system without /proc: the caller falls back on the signal check.
    return null
  }
}

/** When the process started, in clock ticks since boot; null where the system does not tell. */
export function startTimeOf(pid: number): string | null {
  return statFields(pid)?.[19] ?? null
}

/** True while the process runs. A zombie has ended: only its parent has not looked yet. */
export function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  const state = statFields(pid)?.[0]
  if (state === 'Z' || state === 'X') return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

export const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds))

/** A start-up fault that an operator can mend: one line, shown without a stack trace. */
export class StartError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'StartError'
  }
}
