import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Principal } from '../../lib/server/auth/principal'
import { pool } from '../../lib/server/db/pool'
import { readBill } from '../../lib/server/read/bill'
import { convertBill, listExchangeRates, readDisplayCurrency } from '../../lib/server/read/exchange'
import {
  displayCurrencyInput,
  enterExchangeRates,
  exchangeRatesInput,
  setDisplayCurrency,
} from '../../lib/server/use-case/enter-exchange-rates'
import { makeMember, principalOf, useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase } from '../support/database'
import { commandLineOf, importFile, insertTestPrices, usageCsv } from '../support/imports'

let admin: Principal
let viewer: Principal
let other: Principal
let tidy: () => void

beforeAll(async () => {
  tidy = useOwnDataDirectory()
  await openTestDatabase()
  admin = await commandLineOf('euro')
  viewer = await principalOf(await makeMember(admin.workspaceId, 'viewer'))
  other = await commandLineOf('other')
  await insertTestPrices()
  // $1.25 on the first, $10 on the last day of September; a dollar of October is not the bill's.
  await importFile(
    admin,
    usageCsv([
      { id: 'a', timestamp: '2026-09-01T00:00:00Z', input: 1_000_000, output: 0 },
      { id: 'b', timestamp: '2026-09-30T23:59:59Z', input: 0, output: 1_000_000 },
      { id: 'c', timestamp: '2026-10-01T00:00:00Z', input: 800_000, output: 0 },
    ]),
  )
})
afterAll(async () => {
  await closeTestDatabase()
  tidy()
})

const enter = (rates: Record<string, string>, as = admin) =>
  enterExchangeRates(
    as,
    exchangeRatesInput.parse({
      currency: 'EUR',
      source: 'ECB reference rates',
      rates: Object.entries(rates).map(([day, rate]) => ({ day, rate })),
    }),
  )
const september = async (as = admin) => await convertBill(as, await readBill(as, { month: '2026-09' }))

it('P-29: a bill in another currency is each day at its own rate, and says which; without a rate it has no amount', async () => {
  expect(await september()).toBeNull()
  await setDisplayCurrency(admin, displayCurrencyInput.parse({ display_currency: 'eur' }))
  expect(await readDisplayCurrency(admin)).toBe('EUR')
  expect(await september()).toMatchObject({ amount: null, missing: ['2026-09-01', '2026-09-30'] })
  await enter({ '2026-08-31': '0.8', '2026-09-29': '0.9215' })
  // 1.25 × 0.8 + 10 × 0.9215
  expect(await september()).toMatchObject({ currency: 'EUR', amount: '10.215', missing: [] })
  expect((await september())?.rates.map((one) => one.day)).toEqual(['2026-08-31', '2026-09-29'])
  expect(await september(viewer)).toMatchObject({ amount: '10.215' })
})

it('a corrected rate holds from then on, the former stays in the books, and the same again is nothing', async () => {
  expect(await enter({ '2026-09-29': '0.9215', '2026-08-31': '0.81' })).toEqual({ entered: 1, unchanged: 1 })
  expect(await september()).toMatchObject({ amount: '10.2275' })
  const { rows } = await pool().query('SELECT 1 FROM exchange_rate')
  expect(rows).toHaveLength(3)
  expect(await listExchangeRates(admin, { currency: 'EUR' })).toHaveLength(2)
})

it('rates are one workspace’s own, entered by finance and administrators, and positive decimals', async () => {
  expect(await listExchangeRates(other, { currency: 'EUR' })).toEqual([])
  expect(await readDisplayCurrency(other)).toBe('USD')
  await expect(enter({ '2026-09-01': '1' }, viewer)).rejects.toThrow()
  const bad = (rate: string, day = '2026-09-01') =>
    exchangeRatesInput.safeParse({ currency: 'EUR', source: 'x', rates: [{ day, rate }] }).success
  expect([bad('0'), bad('-1'), bad('1e3'), bad('0.1234567890123'), bad('1', '2026-02-30')]).toEqual(
    Array.from({ length: 5 }, () => false),
  )
})
