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

/** `script` is the thread's program. Gives errors of the system with their code. */
export function siftInThread(script: string): SiftFile {
  return (path, marks) => sift(script, path, marks)
}

async function* sift(
  script: string,
  path: string,
  marks: readonly string[],
): AsyncGenerator<SiftedBlock, Uint8Array, undefined> {
  const taken = new Int32Array(new SharedArrayBuffer(4))
  const request: SiftRequest = { path, marks, taken, ahead: BLOCKS_AHEAD }
  const thread = new Worker(script, { workerData: request, execArgv: [] })
  try {
    for await (const [told] of on(thread, 'message', { close: ['exit'] })) {
      const message = told as SiftMessage
      if (message.kind === 'digest') return message.digest
      if (message.kind === 'fault') throw Object.assign(new Error(message.message), { code: message.code })
      yield { runs: runsOf(message), bytes: message.bytes }
      Atomics.add(taken, 0, 1)
      Atomics.notify(taken, 0)
    }
    throw new Error('the sifting thread ended before the file')
  } finally {
    await thread.terminate()
  }
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
