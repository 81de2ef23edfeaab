/** Gives a command its database: the configured one, the running server's, or one started for the command alone. */
import { instanceOwner, lockInstance } from '../server/db/embedded/instance-lock'
import { databaseUrl, readLogin } from '../server/db/embedded/place'
import { startEmbedded } from '../server/db/embedded/supervisor'
import { migrateDatabase, whyDatabaseDown } from '../server/db/migrate'
import { closeDatabase } from '../server/db/pool'
import { syncShippedPriceBook } from '../server/db/price-book'
import { env, setDatabaseUrl } from '../server/env'
import { pause, StartError } from '../server/process-identity'
import { migrationsDirectory } from './root'

const PATIENCE_MILLISECONDS = 60_000

/** The URL of the server that runs on the data directory; null when none does. Waits while one is starting. */
async function runningDatabase(dataDir: string): Promise<string | null> {
  const until = Date.now() + PATIENCE_MILLISECONDS
  for (;;) {
    const owner = instanceOwner(dataDir)
    if (owner === null) return null
    const login = readLogin(dataDir)
    const reason = login === null ? 'its database is being made' : await whyDatabaseDown(databaseUrl(login))
    if (login !== null && reason === null) return databaseUrl(login)
    if (Date.now() > until)
      throw new StartError(`Tokentab (process ${owner.pid}) runs but its database does not answer: ${reason}`)
    await pause(300)
  }
}

/** Runs `work` with the database reachable and migrated, and leaves nothing running that was not running before. */
export async function withDatabase<T>(work: () => Promise<T>): Promise<T> {
  const { DATABASE_URL, dataDir } = env()
  if (DATABASE_URL !== undefined) return await preparedAnd(work)
  const running = await runningDatabase(dataDir)
  if (running !== null) {
    // Its server has prepared it; this only refuses a server of another version.
    setDatabaseUrl(running)
    return await migratedAnd(work)
  }
  const lock = lockInstance(dataDir, 'a command')
  try {
    const database = await startEmbedded({ dataDir })
    try {
      setDatabaseUrl(database.url())
      return await preparedAnd(work)
    } finally {
      await database.stop()
    }
  } finally {
    lock.release()
  }
}

async function migratedAnd<T>(work: () => Promise<T>): Promise<T> {
  try {
    await migrateDatabase(env().DATABASE_URL ?? '', migrationsDirectory())
    return await work()
  } finally {
    await closeDatabase()
  }
}

async function preparedAnd<T>(work: () => Promise<T>): Promise<T> {
  return await migratedAnd(async () => {
    await syncShippedPriceBook()
    return await work()
  })
}
