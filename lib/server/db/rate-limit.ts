/** Counting attempts in the database, so that a restart forgives nobody and two processes share one count. */
import 'server-only'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import { pool } from './pool'

export interface LimitRule {
  /** Prefix of the key; also names the rule in the table. */
  readonly name: string
  readonly points: number
  readonly windowSeconds: number
  /** How long a key that used up its points is refused. */
  readonly blockSeconds: number
}

/** New for each call: the pool behind it changes when the database's address does, and construction costs nothing. */
function limiter(rule: LimitRule): RateLimiterPostgres {
  return new RateLimiterPostgres({
    storeClient: pool(),
    storeType: 'pool',
    tableName: 'rate_limit',
    tableCreated: true,
    clearExpiredByTimeout: false,
    keyPrefix: rule.name,
    points: rule.points,
    duration: rule.windowSeconds,
    blockDuration: rule.blockSeconds,
  })
}

/**
 * Takes one attempt before the work is done, so that fifty attempts at once are fifty attempts. Answers 0 when this one
 * may go on, else the seconds until the key may try again.
 */
export async function takeAttempt(rule: LimitRule, key: string): Promise<number> {
  try {
    await limiter(rule).consume(key, 1)
    return 0
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal
    return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000))
  }
}

/** Gives back the attempt that succeeded. */
export async function returnAttempt(rule: LimitRule, key: string): Promise<void> {
  await limiter(rule).reward(key, 1)
}

export async function forgetAttempts(rule: LimitRule, key: string): Promise<void> {
  await limiter(rule).delete(key)
}

/** Removes counts that ended an hour ago; called when somebody signs in. */
export async function clearEndedCounts(): Promise<void> {
  await pool().query(
    "DELETE FROM rate_limit WHERE expire < (extract(epoch FROM now() - interval '1 hour') * 1000)::bigint",
  )
}
