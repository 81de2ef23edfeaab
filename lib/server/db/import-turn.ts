/** Imports of one workspace are written one after another; the next one keeps its lease while it waits. */
import 'server-only'
import { log } from '../log'
import { type ClaimedImport, renewLease } from './import'
import { type Connection, pool } from './pool'
import { lockImports } from './workspace-lock'

/** A lease holds three times as long. */
const RENEW_EVERY_MS = 5_000

/** However long the import before it takes, nobody else may think this one abandoned. */
export async function takeTurn(connection: Connection, claimed: ClaimedImport): Promise<void> {
  const timer = setInterval(() => {
    renewLease(pool(), claimed).catch((error: Error) => log().debug({ err: error }, 'a lease could not be renewed'))
  }, RENEW_EVERY_MS)
  try {
    await lockImports(connection, claimed.workspaceId)
  } finally {
    clearInterval(timer)
  }
}
