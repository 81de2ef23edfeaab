/**
 * A session log read and sifted by a thread of its own, while this one parses, prices and writes what is left. Half of the
 * time of such an import went into reading lines that say nothing.
 */
import 'server-only'
import { on } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { SiftedRun } from '../core/source/decode'
import type { SiftedBlock, SiftFile } from './file-sifter'
import { NUMBERS_A_RUN, type RunsMessage, type SiftMessage, type SiftRequest } from './sift-message'

/** 512 KB each at most. */
const BLOCKS_AHEAD = 8

/**
 * `script` is the thread's program. A thread waits for the next file, since its start takes as long as sifting ten megabytes.
 * Gives errors of the system with their code.
 */
export function siftInThread(script: string): SiftFile {
  let waiting: Worker | null = null
  const start = () => {
    const thread = new Worker(script, { execArgv: [] })
    // It holds up nobody's end, and whoever needs one after it failed starts another, and is told why it fails.
    thread.unref()
    thread.once('error', () => undefined)
    thread.once('exit', () => {
      if (waiting === thread) waiting = null
    })
    return thread
  }
  waiting = start()
  return async function* (path, marks) {
    const thread = waiting ?? start()
    waiting = null
    try {
      return yield* sift(thread, path, marks)
    } finally {
      await thread.terminate()
      waiting ??= start()
    }
  }
}

async function* sift(
  thread: Worker,
  path: string,
  marks: readonly string[],
): AsyncGenerator<SiftedBlock, Uint8Array, undefined> {
  const taken = new Int32Array(new SharedArrayBuffer(4))
  const messages = on(thread, 'message', { close: ['exit'] })
  thread.ref()
  thread.postMessage({ path, marks, taken, ahead: BLOCKS_AHEAD } satisfies SiftRequest)
  for await (const [told] of messages) {
    const message = told as SiftMessage
    if (message.kind === 'digest') return message.digest
    if (message.kind === 'fault') throw Object.assign(new Error(message.message), { code: message.code })
    yield { runs: runsOf(message), bytes: message.bytes }
    Atomics.add(taken, 0, 1)
    Atomics.notify(taken, 0)
  }
  throw new Error('the sifting thread ended before the file')
}

function runsOf({ numbers, kept, isUtf8 }: RunsMessage): SiftedRun[] {
  const runs: SiftedRun[] = []
  let from = 0
  for (let at = 0; at < numbers.length; at += NUMBERS_A_RUN) {
    const to = from + (numbers[at + 1] as number)
    runs.push({
      quietLines: numbers[at] as number,
      bytes: kept.subarray(from, to),
      byteOffset: numbers[at + 2] as number,
      whole: numbers[at + 3] === 1,
      isUtf8,
    })
    from = to
  }
  return runs
}
