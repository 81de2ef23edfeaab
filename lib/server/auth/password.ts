/**
 * Passwords: argon2id with 19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet, checked 2026-11-23). At most
 * two hashes run at once, so that fifty sign-ins do not take the machine away from the dashboards.
 */
import 'server-only'
import { hash, verify } from '@node-rs/argon2'
import { AppError } from '../errors'

const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const
const AT_ONCE = 2
const MAX_WAITING = 200

export const MIN_PASSWORD_LENGTH = 12
export const MAX_PASSWORD_LENGTH = 1000

let running = 0
const waiting: (() => void)[] = []

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) {
    if (waiting.length >= MAX_WAITING) {
      throw new AppError('UNAVAILABLE', 'Too many people are signing in at once. Try again.', { retryAfterSeconds: 5 })
    }
    await new Promise<void>((resolve) => waiting.push(resolve))
  } else {
    running += 1
  }
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    // The place is handed over, not freed and taken again: nobody overtakes the queue.
    if (next === undefined) running -= 1
    else next()
  }
}

/** Throws UNPROCESSABLE when the password is too short or too long. Length is counted in characters, not UTF-16 units. */
export async function hashPassword(password: string): Promise<string> {
  const length = [...password].length
  if (length < MIN_PASSWORD_LENGTH || length > MAX_PASSWORD_LENGTH) {
    throw new AppError('UNPROCESSABLE', `A password has ${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH} characters.`, {
      reason: 'PASSWORD_LENGTH',
      remedy: 'Choose a longer sentence of several words.',
    })
  }
  return inTurn(() => hash(password, COST))
}

/** True for a hash made with a lower cost than today's. */
export function needsRehash(passwordHash: string): boolean {
  return !passwordHash.startsWith('$argon2id$v=19$m=19456,t=2,p=1$')
}

let dummyHash: Promise<string> | null = null

/**
 * True when the password is the one hashed. With no hash (unknown account, or one that signs in elsewhere) a dummy is
 * verified, so that the time taken does not tell whether the account exists.
 */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  if (password.length > 2 * MAX_PASSWORD_LENGTH) return false
  dummyHash ??= hash('no account has this password', COST)
  const known = passwordHash ?? (await dummyHash)
  const matches = await inTurn(() => verify(known, password))
  return passwordHash !== null && matches
}
