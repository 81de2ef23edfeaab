/** The server's life: lock, port, database, schema, first data, pages, worker; and the same backwards at the end. */
import 'server-only'
import next from 'next'
import { lockInstance } from '../db/embedded/instance-lock'
import { type EmbeddedDatabase, startEmbedded } from '../db/embedded/supervisor'
import { migrateDatabase, whyDatabaseDown } from '../db/migrate'
import { closeDatabase } from '../db/pool'
import { syncShippedPriceBook } from '../db/price-book'
import { configureNextAuth, env, setDatabaseUrl } from '../env'
import { type FrontDoor, openFrontDoor } from '../http/front-door'
import { log } from '../log'
import { createSample } from '../use-case/create-sample'
import { ensureFirstAdmin } from '../use-case/set-up'
import { ensureSetupCode } from '../use-case/setup-code'
import { workOnce } from './worker'
import { keepWorker, type WorkerChild } from './worker-child'

export interface ServeOptions {
  /** Folder of the product: holds .next. */
  readonly root: string
  readonly migrations: string
  /** File that Node runs as the command line; the worker is started from it. */
  readonly script: string
  /** Tells the person at the terminal. */
  readonly announce: (line: string) => void
}

const DRAIN_MILLISECONDS = 30_000
const WORKER_PATIENCE_MILLISECONDS = 10_000

/** Resolves at the first SIGTERM or SIGINT. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((done) => {
    // Later signals find the listeners still there: a second Ctrl-C must not cut the draining short.
    process.on('SIGTERM', done)
    process.on('SIGINT', done)
  })
}

interface Running {
  door: FrontDoor | null
  database: EmbeddedDatabase | null
  worker: WorkerChild | null
  pages: { close: () => Promise<void> } | null
}

async function stopAll(running: Running): Promise<void> {
  await running.door?.close(DRAIN_MILLISECONDS)
  await running.worker?.stop(WORKER_PATIENCE_MILLISECONDS)
  await running.pages?.close()
  await closeDatabase()
  await running.database?.stop()
}

/** Serves until told to stop. Throws a StartError with one readable line when it cannot start. */
export async function serve(options: ServeOptions): Promise<void> {
  const { HOST, PORT, TOKENTAB_PUBLIC_URL, dataDir, DATABASE_URL: external } = env()
  const stop = stopSignal()
  const lock = lockInstance(dataDir, 'server')
  const running: Running = { door: null, database: null, worker: null, pages: null }
  try {
    const door = await openFrontDoor({
      host: HOST,
      port: PORT,
      probe: whyNotReady,
    })
    running.door = door
    const started = start(options, running, door, external)
    // A stop during the start waits for the step that runs; its failure is the start's own.
    await Promise.race([started, stop])
    await started
    const address = TOKENTAB_PUBLIC_URL?.replace(/\/+$/, '') ?? door.origin
    options.announce(`Tokentab is ready at ${address}`)
    const code = await ensureSetupCode()
    if (code !== null) options.announce(`Make the first administrator at ${address}/set-up?code=${code}`)
    const signal = await stop
    log().info({ signal }, 'stopping: finishing what runs')
  } finally {
    await stopAll(running)
    lock.release()
  }
  // Libraries may hold timers; everything that matters has been closed above.
  process.exit(0)
}

async function start(
  options: ServeOptions,
  running: Running,
  door: FrontDoor,
  external: string | undefined,
): Promise<void> {
  let problem: string | null = 'starting'
  let databaseProblem: string | null = null
  const show = () => door.setProblem(databaseProblem ?? problem)
  const phase = (reason: string | null) => {
    problem = reason
    show()
  }

  if (external === undefined) {
    const database = await startEmbedded({
      dataDir: env().dataDir,
      onState: (reason) => {
        databaseProblem = reason
        show()
        // While starting it is told to whoever asks /readyz; afterwards it is an event.
        if (reason !== null && running.database !== null) log().warn({ reason }, 'database')
        const url = running.database?.url()
        if (reason === null && url !== undefined && url !== env().DATABASE_URL) {
          setDatabaseUrl(url)
          running.worker?.restart()
        }
      },
    })
    running.database = database
    setDatabaseUrl(database.url())
  }

  phase('the database schema is being brought up to date')
  const applied = await migrateDatabase(env().DATABASE_URL ?? '', options.migrations)
  if (applied.length > 0) log().info({ applied }, 'migrated')

  phase('the price book is being brought up to date')
  await syncShippedPriceBook()

  phase('the first data is being prepared')
  if (env().TOKENTAB_SAMPLE_DATA === '1') await loadSample()
  await ensureFirstAdmin()

  phase('the pages are being loaded')
  configureNextAuth()
  const address = new URL(door.origin)
  const pages = next({
    dev: false,
    dir: options.root,
    hostname: address.hostname,
    port: Number.parseInt(address.port || '80', 10),
    httpServer: door.server,
  })
  await pages.prepare()
  running.pages = pages
  const handle = pages.getRequestHandler()
  door.serveWith(async (request, response) => await handle(request, response))
  running.worker = keepWorker(options.script)
  phase(null)
}

/** Where the database is and what it said stays in the log: anybody may ask. */
async function whyNotReady(): Promise<string | null> {
  const why = await whyDatabaseDown(env().DATABASE_URL ?? '')
  if (why === null) return null
  log().warn({ why }, 'asked whether it is ready: the database does not answer')
  return 'the database does not answer'
}

/** The sample is there before the first page is: nobody should meet it half loaded. */
async function loadSample(): Promise<void> {
  const sample = await createSample(Date.now())
  if (sample !== null) await workOnce(sample.importId)
}
