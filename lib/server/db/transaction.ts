/** Transactions with more said about them than `inTransaction`: one consistent view, or as long as a file takes. */
import 'server-only'
import { type Connection, inTransaction } from './pool'

/** Reads of one state of the database, whatever commits meanwhile. `unlimited` lifts the time limit of statements. */
export async function readConsistently<T>(
  work: (connection: Connection) => Promise<T>,
  options: { readonly unlimited: boolean } = { unlimited: false },
): Promise<T> {
  return await inTransaction(async (connection) => {
    await connection.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
    if (options.unlimited) await connection.query('SET LOCAL statement_timeout = 0')
    return await work(connection)
  })
}

/** A write of millions of rows: no time limit, and memory for sorting them. */
export async function inLongTransaction<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
  return await inTransaction(async (connection) => {
    await connection.query('SET LOCAL statement_timeout = 0')
    await connection.query(`SET LOCAL work_mem = '64MB'`)
    return await work(connection)
  })
}
