/**
 * The program of a thread that reads a session log beside the import: it takes the digest of the file and leaves out the
 * lines that say nothing, which are most of it. Started by `sift-in-thread.ts`, with what it sends and is sent.
 */
import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import type { SiftedRun } from '../core/source/decode'
import { FileSieve } from '../core/source/line-sieve'
import { NUMBERS_A_RUN, type SiftMessage, type SiftRequest } from './sift-message'

const READ_BYTES = 524_288

let sent = 0

/** Waits while the import is that many blocks behind. */
function send({ taken, ahead }: SiftRequest, message: SiftMessage, transfer: readonly ArrayBuffer[] = []): void {
  for (let seen = Atomics.load(taken, 0); sent - seen >= ahead; seen = Atomics.load(taken, 0))
    Atomics.wait(taken, 0, seen)
  sent += 1
  parentPort?.postMessage(message, transfer)
}

function sendRuns(request: SiftRequest, runs: readonly SiftedRun[], bytes: number): void {
  const numbers = new Float64Array(runs.length * NUMBERS_A_RUN)
  const kept = new Uint8Array(runs.reduce((sum, run) => sum + run.bytes.length, 0))
  let at = 0
  runs.forEach((run, place) => {
    numbers.set([run.quietLines, run.bytes.length, run.byteOffset, run.whole ? 1 : 0], place * NUMBERS_A_RUN)
    kept.set(run.bytes, at)
    at += run.bytes.length
  })
  send(request, { kind: 'runs', bytes, numbers, kept, isUtf8: isUtf8(kept) }, [numbers.buffer, kept.buffer])
}

/** A Buffer finds a line end several times as fast. */
const searchable = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)

function sift(request: SiftRequest, file: number): void {
  const hash = createHash('sha256')
  // No Buffer: lines that are put together anew are none, and two kinds of bytes are slower than one.
  const buffer = new Uint8Array(READ_BYTES)
  let sieve: FileSieve | null = null
  for (;;) {
    const length = readSync(file, buffer)
    if (length === 0) break
    const bytes = buffer.subarray(0, length)
    hash.update(bytes)
    sieve ??= new FileSieve(bytes, request.marks, searchable)
    sendRuns(request, sieve.push(bytes), length)
  }
  if (sieve !== null) sendRuns(request, sieve.end(), 0)
  send(request, { kind: 'digest', digest: hash.digest() })
}

parentPort?.once('message', (request: SiftRequest) => {
  try {
    const file = openSync(request.path, 'r')
    try {
      sift(request, file)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    send(request, { kind: 'fault', code: code ?? null, message })
  }
})
