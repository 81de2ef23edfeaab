/**
 * Named points at which the crash tests break the product. Inert unless NODE_ENV is "test" and FAULT names the point:
 * `FAULT=import.batch:kill` or `FAULT=import.batch:throw:3` (at the third passing).
 */
import 'server-only'
import { setTimeout as sleep } from 'node:timers/promises'
import { env } from './env'

export type FaultPoint =
  | 'receive.chunk'
  | 'receive.before-rename'
  | 'receive.after-rename'
  | 'import.claimed'
  | 'import.batch'
  | 'import.before-rollup'
  | 'import.before-commit'
  | 'import.after-commit'
  | 'undo.before-commit'
  | 'source.before-commit'
  | 'pull.fetched'
  | 'pull.expected'

const passed = new Map<FaultPoint, number>()
/** The fault that `passed` counts for: another one counts anew. */
let counted: string | undefined

export async function fault(point: FaultPoint): Promise<void> {
  const { NODE_ENV, FAULT } = env()
  if (NODE_ENV !== 'test') return
  if (FAULT !== counted) passed.clear()
  counted = FAULT
  if (FAULT === undefined) return
  const [name, action, nth = '1'] = FAULT.split(':')
  if (name !== point) return
  const times = (passed.get(point) ?? 0) + 1
  passed.set(point, times)
  if (action === 'delay') await sleep(Number.parseInt(nth, 10))
  if (String(times) !== nth) return
  if (action === 'kill') process.kill(process.pid, 'SIGKILL')
  if (action === 'throw') throw new Error(`fault injected at ${point}`)
}
