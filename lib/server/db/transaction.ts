/** Transactions with more said about them than `inTransaction`: one consistent view, or as long as a file takes. */
import 'server-only'
import { AsyncLocalStorage } from 'node:async_hooks'
import { AppError } from '../errors'
import { Turnstile } from '../turnstile'
import { type Connection, inTransaction } from './pool'

/**
 * Of the pool's twelve connections, reports take half: however many slow ones are asked for at once, signing in, imports
 * and the ingest find the others free.
 */
const READS_AT_ONCE = 6
const READS_MAY_WAIT = 500
const READ_PATIENCE_MS = 10_000
const reads = new Turnstile(READS_AT_ONCE, READS_MAY_WAIT, READ_PATIENCE_MS, tooManyReads)
/** Set inside a read: one that it begins itself has its place already. */
const reading = new AsyncLocalStorage<true>()

/**
 * Reads of one state of the database, whatever commits meanwhile. `unlimited` lifts the time limit of statements. Throws
 * UNAVAILABLE when so many reads go on that this one found no place for ten seconds.
 */
export async function readConsistently<T>(
  work: (connection: Connection) => Promise<T>,
  options: { readonly unlimited: boolean } = { unlimited: false },
): Promise<T> {
  const read = async () =>
    await inTransaction(async (connection) => {
      await connection.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
      if (options.unlimited) await connection.query('SET LOCAL statement_timeout = 0')
      return await work(connection)
    })
  if (reading.getStore() === true) return await read()
  return await reads.pass(async () => await reading.run(true, read))
}

function tooManyReads(): AppError {
  return new AppError(
    'UNAVAILABLE',
    'So many reports are being computed that this one found no place in ten seconds.',
    {
      reason: 'OVERLOADED',
      remedy: 'Try again in a moment, or ask for a shorter period.',
      retryAfterSeconds: 5,
    },
  )
}

/** A write of millions of rows: no time limit, and memory for sorting them. */
export async function inLongTransaction<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
  return await inTransaction(async (connection) => {
    await connection.query('SET LOCAL statement_timeout = 0')
    await connection.query(`SET LOCAL work_mem = '64MB'`)
    return await work(connection)
  })
}
