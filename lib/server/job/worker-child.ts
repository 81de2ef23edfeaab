/** The import worker as a child process: parsing and pricing never hold up a page, and its death is mended here. */
import 'server-only'
import { type ChildProcess, fork } from 'node:child_process'
import { log } from '../log'
import { pause } from '../process-identity'

export interface WorkerChild {
  readonly pid: () => number | null
  /** Ends the running worker; a new one takes its place with the environment of now. */
  readonly restart: () => void
  /** Asks it to end and insists after the given time. */
  readonly stop: (patienceMilliseconds: number) => Promise<void>
}

const STEADY_MILLISECONDS = 10_000
const LONGEST_PAUSE_MILLISECONDS = 15_000
/** Rows of an import live for one chunk; room for several chunks keeps them from being taken for long-lived. */
const YOUNG_GENERATION = '--max-semi-space-size=32'

/** @param script file that runs the command line; started with the argument `work`. */
export function keepWorker(script: string): WorkerChild {
  let child: ChildProcess | null = null
  let stopping = false
  let failures = 0

  const start = () => {
    if (stopping) return
    const startedAt = Date.now()
    const worker = fork(script, ['work'], {
      stdio: ['ignore', 2, 2, 'ipc'],
      execArgv: [...process.execArgv, YOUNG_GENERATION],
    })
    child = worker
    worker.on('error', (error) => log().error({ err: error }, 'the worker process failed'))
    worker.on('exit', async (code, signal) => {
      child = null
      if (stopping) return
      failures = Date.now() - startedAt > STEADY_MILLISECONDS ? 0 : failures + 1
      log().warn({ code, signal, failures }, 'the worker process ended and is started again')
      await pause(Math.min(LONGEST_PAUSE_MILLISECONDS, failures * 500))
      start()
    })
  }
  start()

  return {
    pid: () => child?.pid ?? null,
    restart: () => {
      child?.kill('SIGTERM')
    },
    stop: async (patienceMilliseconds) => {
      stopping = true
      const worker = child
      if (worker === null || worker.exitCode !== null) return
      const ended = new Promise<void>((done) => worker.once('exit', () => done()))
      worker.kill('SIGTERM')
      const insist = setTimeout(() => worker.kill('SIGKILL'), patienceMilliseconds)
      await ended
      clearTimeout(insist)
    },
  }
}
