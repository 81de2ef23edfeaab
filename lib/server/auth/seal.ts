/**
 * Secrets at rest: AES-256-GCM with a random nonce under a key derived from the installation's secret, which is in no
 * database dump. The place is authenticated too: sealed bytes moved to another row do not open.
 */
import 'server-only'
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { derivedKey } from './secret'

const VERSION = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16

const key = async (): Promise<Buffer> => Buffer.from(await derivedKey('sealed'), 'hex')

/** @param place names the row, e.g. `alert_channel 1 UUID` */
export async function seal(text: string, place: string): Promise<Buffer> {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', await key(), nonce)
  cipher.setAAD(Buffer.from(place, 'utf8'))
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([Buffer.from([VERSION]), nonce, cipher.getAuthTag(), body])
}

/** Throws for bytes of another row, another installation or that were changed. */
export async function unseal(sealed: Uint8Array, place: string): Promise<string> {
  const bytes = Buffer.from(sealed)
  if (bytes[0] !== VERSION) throw new Error('sealed by an unknown version')
  const nonce = bytes.subarray(1, 1 + NONCE_BYTES)
  const tag = bytes.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', await key(), nonce)
  decipher.setAAD(Buffer.from(place, 'utf8'))
  decipher.setAuthTag(tag)
  const body = bytes.subarray(1 + NONCE_BYTES + TAG_BYTES)
  return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')
}
