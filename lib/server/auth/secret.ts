/**
 * The installation's one secret: 256 random bits in the data directory, readable by its owner alone. Each purpose gets
 * its own key derived from it, so that a value signed for one purpose never verifies for another.
 */
import 'server-only'
import { hkdfSync, randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { env } from '../env'

const cached = new Map<string, string>()

// The bundler would take a path known only at run time for the whole project; the comments in the calls tell it not to.

/** Writes a file with mode 0600 only if it is absent: a temporary file linked into place, so no reader sees half of it. */
export async function writeOnce(path: string, text: string): Promise<boolean> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`
  const file = await open(/* turbopackIgnore: true */ temporary, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  try {
    await link(/* turbopackIgnore: true */ temporary, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await unlink(/* turbopackIgnore: true */ temporary)
  }
}

/** The secret as hexadecimal text; made at the first call on a data directory. */
export async function ensureSecret(): Promise<string> {
  const directory = env().dataDir
  const known = cached.get(directory)
  if (known !== undefined) return known
  const path = join(directory, 'secret')
  await mkdir(/* turbopackIgnore: true */ directory, { recursive: true, mode: 0o700 })
  let text = await readFile(/* turbopackIgnore: true */ path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (text === null) {
    await writeOnce(path, `${randomBytes(32).toString('hex')}\n`)
    text = await readFile(/* turbopackIgnore: true */ path, 'utf8')
  }
  const secret = text.trim()
  if (!/^[0-9a-f]{64}$/.test(secret)) {
    throw new Error(`The file ${path} is not a secret of this program: 64 hexadecimal digits were expected.`)
  }
  cached.set(directory, secret)
  return secret
}

/** A key for one purpose, 256 bits as hexadecimal text. */
export async function derivedKey(purpose: 'session' | 'sealed'): Promise<string> {
  const secret = await ensureSecret()
  return Buffer.from(hkdfSync('sha256', Buffer.from(secret, 'hex'), '', `tokentab ${purpose}`, 32)).toString('hex')
}
