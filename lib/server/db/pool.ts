/**
 * The two doors to PostgreSQL over one pool: SQL and COPY for facts, Prisma for rows read one at a time.
 * Nothing outside lib/server/db imports pg or Prisma.
 */
import 'server-only'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { env } from '../env'
import { AppError } from '../errors'
import { log } from '../log'
import { PrismaClient } from './generated/client'

// numeric and int8 stay text: they carry money and counts beyond 2^53.
const TYPES = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => pg.types.getTypeParser(oid, format as 'text'),
}

interface Doors {
  readonly url: string
  readonly pool: pg.Pool
  prisma: PrismaClient | null
}

// One set per process even when a bundler loads this module twice.
const holder = globalThis as { tokentabDatabase?: Doors | undefined }

function doors(): Doors {
  const url = env().DATABASE_URL
  if (url === undefined) throw new AppError('UNAVAILABLE', 'The database is not running yet.', { retryAfterSeconds: 5 })
  if (holder.tokentabDatabase !== undefined && holder.tokentabDatabase.url === url) return holder.tokentabDatabase
  // The address changed under us, as in a process that starts its own database: connections to the old one end when idle.
  const before = holder.tokentabDatabase
  if (before !== undefined) {
    end(before).catch((error: unknown) => log().warn({ err: error }, 'connections to the former database did not end'))
  }
  const pool = new pg.Pool({
    connectionString: url,
    max: 12,
    types: TYPES,
    application_name: 'tokentab',
    options: '-c timezone=UTC -c statement_timeout=60000',
    connectionTimeoutMillis: 10_000,
  })
  // An idle connection that the server closes must not end this process; the next query reports the fault.
  pool.on('error', () => undefined)
  holder.tokentabDatabase = { url, pool, prisma: null }
  return holder.tokentabDatabase
}

export type Connection = pg.PoolClient
export type Queryable = Pick<pg.Pool, 'query'>

export function pool(): pg.Pool {
  return doors().pool
}

/** Outside transactions only: a statement through here takes a connection of its own and sees nothing uncommitted. */
export function prisma(): PrismaClient {
  const open = doors()
  open.prisma ??= new PrismaClient({ adapter: new PrismaPg(open.pool), errorFormat: 'minimal' })
  return open.prisma
}

/** Runs work in one transaction on one connection; a throw rolls back. */
export async function inTransaction<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await pool().connect()
  const ignoreLateError = () => undefined
  connection.on('error', ignoreLateError)
  let broken: Error | undefined
  try {
    await connection.query('BEGIN')
    const result = await work(connection)
    await connection.query('COMMIT')
    return result
  } catch (error) {
    try {
      await connection.query('ROLLBACK')
    } catch (rollbackError) {
      broken = rollbackError as Error
    }
    throw error
  } finally {
    connection.off('error', ignoreLateError)
    connection.release(broken)
  }
}

export async function closeDatabase(): Promise<void> {
  const open = holder.tokentabDatabase
  holder.tokentabDatabase = undefined
  if (open !== undefined) await end(open)
}

async function end(open: Doors): Promise<void> {
  await open.prisma?.$disconnect()
  await open.pool.end()
}

/**
 * Inside a transaction, for statements about very many rows: they are joined by hashing or sorting, although the server may
 * believe that a table it has not looked at since a large import is empty, and go through one row by row for each of another.
 */
export async function joinInBulk<T>(connection: Queryable, work: () => Promise<T>): Promise<T> {
  await connection.query('SET LOCAL enable_nestloop = off')
  const result = await work()
  await connection.query('SET LOCAL enable_nestloop = on')
  return result
}

/**
 * Inside a transaction, for statements that look up given rows of a large table: by its index, although the server may believe
 * that going through a table it has not looked at yet is cheaper.
 */
export async function lookUpByIndex<T>(connection: Queryable, work: () => Promise<T>): Promise<T> {
  const ways = ['seqscan', 'hashjoin', 'mergejoin']
  for (const way of ways) await connection.query(`SET LOCAL enable_${way} = off`)
  const result = await work()
  for (const way of ways) await connection.query(`SET LOCAL enable_${way} = on`)
  return result
}

/** Two transactions wanted the same rows in different order, and this one was told to begin again. */
export function metAnother(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return code === '40P01' || code === '40001'
}

/** Citus reports a duplicate met by COPY as an internal error with the same words. */
export function isDuplicate(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown }
  return (
    code === '23505' ||
    (typeof message === 'string' && message.includes('duplicate key value violates unique constraint'))
  )
}
