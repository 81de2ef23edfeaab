import { setTimeout as sleep } from 'node:timers/promises'
import { setFileSifter } from '../server/file-sifter'
import { runWorker } from '../server/job/worker'
import { siftInThread } from '../server/sift-in-thread'
import { siftScript } from './root'

const PATIENCE_MILLISECONDS = 8_000

/** `tokentab work`: the import worker, started by the server and ending with it. */
export async function run(): Promise<number> {
  setFileSifter(siftInThread(siftScript()))
  const stop = new AbortController()
  // The server is gone, however it went. Nobody would stop this process, and an import is safe to leave at any point.
  process.on('disconnect', () => process.exit(0))
  if (process.connected === false) process.exit(0)
  // Ctrl-C reaches the whole terminal group; the server says when to stop.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => stop.abort())
  const work = runWorker(stop.signal)
  const patience = new Promise<void>((done) => {
    stop.signal.addEventListener('abort', () => void sleep(PATIENCE_MILLISECONDS).then(done))
  })
  await Promise.race([work, patience])
  process.exit(0)
}
