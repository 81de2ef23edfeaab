import { NextRequest } from 'next/server'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hashPassword } from '../../../lib/server/auth/password'
import { checkPassword } from '../../../lib/server/auth/sign-in'
import { closeDatabase, pool } from '../../../lib/server/db/pool'
import { clientAddress } from '../../../lib/server/http/peer'
import { handleSignIn } from '../../../lib/server/http/sign-in'
import { makeMember, makeWorkspace, useOwnDataDirectory } from '../../support/account'
import { closeTestDatabase, openTestDatabase, resetDatabase } from '../../support/database'

const PASSWORD = 'correct horse battery staple'
const here = { address: '192.0.2.1', userAgent: null }
const elsewhere = { address: '198.51.100.7', userAgent: null }

let removeDirectory: () => void
let hash: string
beforeAll(async () => {
  removeDirectory = useOwnDataDirectory()
  await openTestDatabase()
  hash = await hashPassword(PASSWORD)
})
beforeEach(async () => {
  await resetDatabase()
  await makeMember(await makeWorkspace('main'), 'finance', 'fin@example.com', hash)
})
afterAll(async () => {
  await closeTestDatabase()
  removeDirectory()
})

const outcome = (email: string, password: string, place = here) =>
  checkPassword(email, password, place).then(
    () => 'in',
    (error: { reason: string }) => error.reason,
  )

describe('the sign-in form', () => {
  const send = async (body: BodyInit, type: string) => {
    const request = new NextRequest('http://localhost:3000/api/auth/callback/password', {
      method: 'POST',
      headers: { 'content-type': type },
      body,
      duplex: 'half',
    } as ConstructorParameters<typeof NextRequest>[1])
    const reply = await handleSignIn(request, { params: Promise.resolve({ nextauth: ['callback', 'password'] }) })
    return reply.status
  }

  test('is small: a stranger’s endless body is left unread', async () => {
    let sent = 0
    const endless = new ReadableStream<Uint8Array>(
      {
        pull: (controller) => {
          sent += 1
          controller.enqueue(Buffer.alloc(8_192, 'a'))
        },
      },
      { highWaterMark: 0 },
    )
    expect(await send(endless, 'application/x-www-form-urlencoded')).toBe(413)
    expect(sent).toBeLessThan(10)
  })

  test.each(['{', 'null', '"x"', ''])('that is no form is refused, not failed on: %j', async (text) => {
    expect(await send(text, 'application/json')).toBe(400)
  })
})

describe('a password', () => {
  test('is kept as argon2id with at least 19 MiB and two passes', () => {
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  })

  test('opens the account under any case of its address, and no look-alike of it', async () => {
    expect(await outcome('  FIN@Example.com ', PASSWORD)).toBe('in')
    expect(await outcome('fin＠example.com', PASSWORD)).toBe('SIGN_IN_REFUSED')
    expect(await outcome('fіn@example.com', PASSWORD)).toBe('SIGN_IN_REFUSED')
    expect(await outcome('fin@example.com', `${PASSWORD} `)).toBe('SIGN_IN_REFUSED')
    expect(await outcome('fin@example.com', `${PASSWORD}\0`)).toBe('SIGN_IN_REFUSED')
  })

  test('has 12 to 1000 characters, all of which count', async () => {
    await expect(hashPassword('x'.repeat(11))).rejects.toMatchObject({ reason: 'PASSWORD_LENGTH' })
    await expect(hashPassword('x'.repeat(1001))).rejects.toMatchObject({ reason: 'PASSWORD_LENGTH' })
    const long = 'x'.repeat(999)
    await makeMember(1, 'viewer', 'long@example.com', await hashPassword(`${long}a`))
    expect(await outcome('long@example.com', `${long}b`)).toBe('SIGN_IN_REFUSED')
    expect(await outcome('long@example.com', `${long}a`)).toBe('in')
  })

  test('gives one answer for a wrong password, an unknown address, a disabled account and one without password', async () => {
    await makeMember(1, 'viewer', 'sso@example.com')
    await makeMember(1, 'viewer', 'gone@example.com', hash)
    await pool().query("UPDATE app_user SET disabled_at = now() WHERE email = 'gone@example.com'")
    const messages = await Promise.all(
      ['fin@example.com', 'nobody@example.com', 'sso@example.com', 'gone@example.com', '', "' OR 1=1 --"].map((email) =>
        checkPassword(email, email === 'gone@example.com' ? PASSWORD : 'wrong password', here).catch(
          (error: Error) => error.message,
        ),
      ),
    )
    expect(new Set(messages).size).toBe(1)
  })

  test('is hashed again at sign-in when the cost was lower before', async () => {
    const { hash: argon } = await import('@node-rs/argon2')
    const weak = await argon(PASSWORD, { memoryCost: 8192, timeCost: 1, parallelism: 1 })
    await pool().query('UPDATE app_user SET password_hash = $1', [weak])
    expect(await outcome('fin@example.com', PASSWORD)).toBe('in')
    const { rows } = await pool().query<{ password_hash: string }>('SELECT password_hash FROM app_user')
    expect(rows[0]?.password_hash).toMatch(/m=19456,t=2,p=1/)
    expect(await outcome('fin@example.com', PASSWORD)).toBe('in')
  })
})

describe('guessing', () => {
  test('is stopped after ten failures for that account from that address only, and a restart forgives nothing', async () => {
    const guesses = await Promise.all(
      Array.from({ length: 50 }, (_, i) => outcome('fin@example.com', `guess number ${i}`)),
    )
    expect(guesses.filter((guess) => guess === 'SIGN_IN_REFUSED')).toHaveLength(10)
    expect(guesses.filter((guess) => guess === 'TOO_MANY_ATTEMPTS')).toHaveLength(40)
    expect(await outcome('fin@example.com', PASSWORD)).toBe('TOO_MANY_ATTEMPTS')
    await closeDatabase()
    expect(await outcome('fin@example.com', PASSWORD)).toBe('TOO_MANY_ATTEMPTS')
    expect(await outcome('fin@example.com', PASSWORD, elsewhere)).toBe('in')
    await pool().query('UPDATE rate_limit SET expire = 1')
    expect(await outcome('fin@example.com', PASSWORD)).toBe('in')
  })

  test('says how long to wait, between 14 and 15 minutes at first', async () => {
    for (let i = 0; i < 10; i++) await outcome('fin@example.com', 'wrong password')
    await expect(checkPassword('fin@example.com', PASSWORD, here)).rejects.toSatisfy(
      (error: { retryAfterSeconds: number }) => error.retryAfterSeconds > 840 && error.retryAfterSeconds <= 900,
    )
  })

  test('of one password over many accounts is stopped by the address', async () => {
    const outcomes: string[] = []
    for (let i = 0; i < 101; i++) outcomes.push(await outcome(`user${i}@example.com`, 'Password1234'))
    expect(outcomes.filter((one) => one === 'SIGN_IN_REFUSED')).toHaveLength(100)
    expect(await outcome('fin@example.com', PASSWORD, elsewhere)).toBe('in')
  })

  test('a success forgives the failures before it', async () => {
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 9; i++) expect(await outcome('fin@example.com', 'wrong password')).toBe('SIGN_IN_REFUSED')
      expect(await outcome('fin@example.com', PASSWORD)).toBe('in')
    }
  })
})

describe('the address counted', () => {
  test('is the socket’s, and X-Forwarded-For counts only when the operator trusts the proxy', () => {
    const headers = new Headers({ 'x-forwarded-for': '1.1.1.1, 2.2.2.2', 'x-tokentab-peer': '::ffff:192.0.2.9' })
    expect(clientAddress(headers)).toBe('192.0.2.9')
  })

  test('of IPv6 is its /64 network', () => {
    const of = (address: string) => clientAddress(new Headers({ 'x-tokentab-peer': address }))
    expect(of('2001:db8:1:2:3:4:5:6')).toBe(of('2001:db8:1:2::9'))
    expect(of('2001:db8::1')).toBe(of('2001:db8::2'))
    expect(of('2001:db8:1:3::9')).not.toBe(of('2001:db8:1:2::9'))
  })
})
