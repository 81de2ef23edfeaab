import { hash } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CopyBuffers, copyInto } from '../../../lib/server/db/copy'
import { inTransaction } from '../../../lib/server/db/pool'
import { closeTestDatabase, openTestDatabase } from '../../support/database'

beforeAll(async () => {
  await openTestDatabase()
})
afterAll(closeTestDatabase)

const UNIT = 10n ** 18n

/** Decimal text of an integer of 10^-18 with all its places, as the server writes numeric(38,18). */
function decimal(atto: bigint): string {
  const digits = (atto < 0n ? -atto : atto).toString().padStart(19, '0')
  return `${atto < 0n ? '-' : ''}${digits.slice(0, -18)}.${digits.slice(-18)}`
}

const edges = [0n, 1n, 99n, 100n, 10_000n, UNIT, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 64n, UNIT * 10n ** 19n]
const money = fc.oneof(
  fc.constantFrom(...edges),
  fc.bigInt(0n, 2n ** 64n),
  fc.bigInt(-(10n ** 37n), 10n ** 37n),
  fc.nat(9_999).map((thousandths) => BigInt(thousandths) * 10n ** 15n),
)
const row = fc.record({
  money,
  whole: fc.oneof(fc.nat(20_000).map(BigInt), fc.bigInt(0n, 10n ** 37n)),
  plain: fc.oneof(
    fc.nat(20_000),
    fc.nat(2_000_000_000).map((n) => n * 1_048_576),
    fc.constantFrom(0, 2 ** 32, 2 ** 52),
  ),
  large: fc.bigInt(0n, 2n ** 63n - 1n),
  text: fc.oneof(fc.constantFrom('', 'req_0000abc', 'größe', 'x'.repeat(300)), fc.string({ unit: 'grapheme' })),
})

describe('rows written for COPY', () => {
  test('arrive at the server with every digit and letter', async () => {
    const rows = fc.sample(row, 3_000).map((one) => ({ ...one, text: one.text.replaceAll('\0', '') }))
    const digests = rows.map((_row, place) => hash('sha256', String(place), 'hex').slice(0, 32))
    const read = await inTransaction(async (connection) => {
      await connection.query(
        'CREATE TEMP TABLE t (place int, m numeric(38,18), w numeric(38,0), p numeric(38,0), i bigint, l bigint, s text, u uuid) ON COMMIT DROP',
      )
      const out = new CopyBuffers()
      for (const [place, one] of rows.entries()) {
        out.beginRow(8)
        out.int4(place)
        out.money(one.money)
        out.wholeNumeric(one.whole)
        out.plainNumeric(one.plain)
        out.plainInt8(one.plain)
        out.int8(one.large)
        out.text(one.text)
        out.uuid(hash('sha256', String(place), 'binary'))
      }
      await copyInto(connection, 't', out)
      const { rows: stored } = await connection.query(
        `SELECT m::text, w::text, p::text, i::text, l::text, s, replace(u::text, '-', '') AS u FROM t ORDER BY place`,
      )
      return stored
    })
    expect(read).toEqual(
      rows.map((one, place) => ({
        m: decimal(one.money),
        w: one.whole.toString(),
        p: one.plain.toString(),
        i: one.plain.toString(),
        l: one.large.toString(),
        s: one.text,
        u: digests[place],
      })),
    )
  })
})
