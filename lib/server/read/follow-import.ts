/** An import's progress as server-sent events, from whatever it is now until its final status. */
import 'server-only'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ImportView, isRunning } from '../../core/report/import-view'
import type { Principal } from '../auth/principal'
import { getImportView } from './imports'

const LOOK_EVERY_MS = 400
/** A silent stream looks broken to proxies. */
const SPEAK_EVERY_MS = 10_000

/** Then it ends, and the browser comes back: who asks is looked up anew, and nobody watches on with a session that ended. */
const LASTS_MS = 120_000

/** Text of events named `import`, one for every change. Throws NOT_FOUND before the first. */
export async function followImport(
  principal: Principal,
  input: FollowInput,
): Promise<AsyncGenerator<string, void, undefined>> {
  return events(principal, input, await getImportView(principal, input))
}

export interface FollowInput {
  readonly id: string
  readonly signal: AbortSignal
  /** How long to follow at most; two minutes unless said. */
  readonly lastsMs?: number
}

async function* events(
  principal: Principal,
  input: FollowInput,
  first: ImportView,
): AsyncGenerator<string, void, undefined> {
  let view = first
  let told = ''
  let toldAt = Date.now()
  const endsAt = toldAt + (input.lastsMs ?? LASTS_MS)
  yield 'retry: 1000\n\n'
  while (!input.signal.aborted && Date.now() < endsAt) {
    const text = JSON.stringify(view)
    if (text !== told) {
      yield `event: import\ndata: ${text}\n\n`
      told = text
      toldAt = Date.now()
    } else if (Date.now() - toldAt > SPEAK_EVERY_MS) {
      yield ': still here\n\n'
      toldAt = Date.now()
    }
    if (!isRunning(view.status)) return
    await sleep(LOOK_EVERY_MS)
    view = await getImportView(principal, input)
  }
}
