/**
 * The one-time code of the first set-up. The server prints it; only somebody who can read its log (or its data directory)
 * becomes the first administrator.
 */
import 'server-only'
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeOnce } from '../auth/secret'
import { pool } from '../db/pool'
import { anyUserExists } from '../db/user'
import { env } from '../env'

const path = (): string => join(env().dataDir, 'set-up-code')

async function readCode(): Promise<string | null> {
  try {
    return (await readFile(/* turbopackIgnore: true */ path(), 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** The code to print beside the address, `/set-up?code=…`; null once somebody has an account. */
export async function ensureSetupCode(): Promise<string | null> {
  if (await anyUserExists(pool())) {
    await consumeSetupCode()
    return null
  }
  const known = await readCode()
  if (known !== null) return known
  await mkdir(/* turbopackIgnore: true */ env().dataDir, { recursive: true, mode: 0o700 })
  await writeOnce(path(), `${randomBytes(16).toString('hex')}\n`)
  return readCode()
}

export async function isSetupCode(text: string): Promise<boolean> {
  const code = await readCode()
  if (code === null || code === '') return false
  const digest = (value: string) => createHash('sha256').update(value).digest()
  return timingSafeEqual(digest(code), digest(text))
}

export async function consumeSetupCode(): Promise<void> {
  await rm(/* turbopackIgnore: true */ path(), { force: true })
}
