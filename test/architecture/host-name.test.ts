import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { hostName } from '../../app/_ui/messages/host-name'

const BOOK = 'prisma/price-book'

test('every host of the price book is shown by the name it writes itself', () => {
  const hosts = readdirSync(BOOK)
    .filter((file) => file.endsWith('.json'))
    .map((file) => z.object({ host: z.string() }).parse(JSON.parse(readFileSync(`${BOOK}/${file}`, 'utf8'))).host)
  expect(hosts.length).toBeGreaterThan(50)
  expect(hosts.filter((host) => hostName(host) === host)).toEqual([])
})
