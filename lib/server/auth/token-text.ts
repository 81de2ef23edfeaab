/**
 * The text of an API token: `tt_`, 256 random bits in base 62, and a checksum by which a secret scanner (or a person who
 * lost a character while copying) can tell a whole token without asking the server.
 */
import 'server-only'
import { createHash, randomBytes } from 'node:crypto'

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const RANDOM_LENGTH = 43
const CHECKSUM_LENGTH = 6
const SHAPE = /^tt_[0-9A-Za-z]{49}$/

function base62(bytes: Buffer, length: number): string {
  let value = BigInt(`0x${bytes.toString('hex')}`)
  let text = ''
  for (let i = 0; i < length; i++) {
    text = DIGITS.charAt(Number(value % 62n)) + text
    value /= 62n
  }
  return text
}

function checksum(body: string): string {
  return base62(createHash('sha256').update(body).digest().subarray(0, 4), CHECKSUM_LENGTH)
}

export interface NewTokenText {
  /** Shown once, never stored. */
  readonly text: string
  /** The part that is shown afterwards. */
  readonly prefix: string
  readonly hash: Buffer
}

export function makeTokenText(): NewTokenText {
  const body = base62(randomBytes(32), RANDOM_LENGTH)
  const text = `tt_${body}${checksum(body)}`
  return { text, prefix: text.slice(0, 9), hash: hashToken(text) }
}

const LINK_SHAPE = /^[0-9A-Za-z]{43}$/

/** The secret in the address of a shared report: 256 random bits. */
export function makeLinkText(): { readonly text: string; readonly hash: Buffer } {
  const text = base62(randomBytes(32), RANDOM_LENGTH)
  return { text, hash: hashToken(text) }
}

export function isLinkText(text: string): boolean {
  return LINK_SHAPE.test(text)
}

/** 256 random bits need no slow hash: there is nothing to guess. */
export function hashToken(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

export function isTokenText(text: string): boolean {
  if (!SHAPE.test(text)) return false
  const body = text.slice(3, 3 + RANDOM_LENGTH)
  return checksum(body) === text.slice(3 + RANDOM_LENGTH)
}
