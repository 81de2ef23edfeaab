import { readdirSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hashPassword } from '../../lib/server/auth/password'
import { ROUTES } from '../architecture/authorisation-table'
import { makeMember, makeWorkspace, principalOf, signedInCookie, useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase } from '../support/database'
import { hostileBodies, hostileTexts, QUERIES, VALID_BODIES } from '../support/hostile'
import { importFile, insertTestPrices, usageCsv } from '../support/imports'

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>

const api = join(dirname(fileURLToPath(import.meta.url)), '../../app')
const ORIGIN = 'http://localhost:3000'
let removeData: () => void
/** Who may do everything between them: an administrator closes no bills, finance manages nobody. */
const cookies: Record<string, string> = {}

beforeAll(async () => {
  removeData = useOwnDataDirectory()
  await openTestDatabase()
  await insertTestPrices()
  const workspace = await makeWorkspace('main')
  const password = await hashPassword('correct horse battery staple')
  for (const role of ['admin', 'finance', 'engineer'] as const) {
    cookies[role] = await signedInCookie(await makeMember(workspace, role, `${role}@example.com`, password))
  }
  const engineer = await principalOf(await makeMember(workspace, 'engineer', 'second@example.com'))
  await importFile(
    engineer,
    usageCsv([{ timestamp: '2026-09-03T10:00:00Z', input: 1_000, output: 100, project: 'bot' }]),
  )
})
afterAll(async () => {
  await closeTestDatabase()
  removeData()
})

/** Not asked here: they stream, hash for seconds each, or are the framework's own. */
const ELSEWHERE = new Set(['api/auth/[...nextauth]', 'api/set-up', 'api/v1/account/password'])

const folders = readdirSync(join(api, 'api'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('route.ts'))
  .map((file) => relative(api, join(api, 'api', dirname(file))))
  .filter((folder) => !ELSEWHERE.has(folder))
  .sort()

const namesOf = (folder: string) => [...folder.matchAll(/\[(\w+)\]/g)].map((match) => match[1] as string)

async function handlerOf(folder: string, method: string): Promise<Handler> {
  const module = (await import(join(api, folder, 'route.ts'))) as Record<string, Handler>
  return module[method] as Handler
}

interface Asked {
  readonly folder: string
  readonly method: string
  readonly params: Record<string, string>
  readonly query?: Record<string, string>
  readonly body?: string
}

/** What the server took for a fault of its own; null for every answer that says what is wrong, or that nothing is. */
async function faultOf({ folder, method, params, query = {}, body }: Asked): Promise<string | null> {
  const permission = ROUTES[folder]?.[method as 'GET']
  const role = permission === 'bills.write' ? 'finance' : 'admin'
  const address = new URL(`/${folder}`, ORIGIN)
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value)
  const request = new Request(address, {
    method,
    headers: {
      cookie: cookies[role] ?? '',
      host: 'localhost:3000',
      origin: ORIGIN,
      'content-type': 'application/json',
      'x-tokentab': '1',
      'tus-resumable': '1.0.0',
    },
    ...(body === undefined || method === 'GET' || method === 'HEAD' ? {} : { body }),
  })
  const handler = await handlerOf(folder, method)
  const response = await handler(request, { params: Promise.resolve(params) })
  const text = response.body === null ? '' : await response.text()
  if (response.status < 500) return null
  return `${response.status} ${method} ${folder} ${JSON.stringify({ params, query })} ${(body ?? '').slice(0, 300)} ${text}`
}

const ONE = '00000000-0000-4000-8000-000000000001'

describe('whatever a client sends', () => {
  it('covers every route of the interface', () => {
    expect(folders.length).toBeGreaterThan(60)
    const taking = Object.entries(ROUTES).flatMap(([folder, line]) =>
      Object.keys(line).flatMap((method) => (['POST', 'PUT', 'PATCH'].includes(method) ? [`${method} ${folder}`] : [])),
    )
    const without = new Set([
      'POST api/v1/account/sign-out-everywhere',
      'POST api/v1/alert-channels/[id]/test',
      'POST api/v1/alerts/seen',
      'POST api/v1/connections/[id]/pull',
      'POST api/v1/imports',
      'POST api/v1/otlp/v1/logs',
      'POST api/v1/otlp/v1/traces',
      'POST api/v1/uploads',
      'PATCH api/v1/uploads/[id]',
      'POST api/auth/[...nextauth]',
      'POST api/set-up',
      'POST api/v1/account/password',
    ])
    expect(taking.filter((one) => !without.has(one)).sort()).toEqual(Object.keys(VALID_BODIES).sort())
  })

  it('in the path, no route takes it for a fault of its own', async () => {
    const faults: string[] = []
    for (const folder of folders) {
      const names = namesOf(folder)
      if (names.length === 0) continue
      for (const method of Object.keys(ROUTES[folder] ?? {})) {
        const body = JSON.stringify(VALID_BODIES[`${method} ${folder}`]?.[0] ?? {})
        for (const text of [
          ...hostileTexts(),
          ONE,
          '1',
          '2026-09',
          '2026-09.csv',
          '9999-12',
          '9999-12.focus.csv',
          '0100-01',
        ]) {
          const params = Object.fromEntries(names.map((name) => [name, text]))
          const fault = await faultOf({ folder, method, params, body })
          if (fault !== null) faults.push(fault)
        }
      }
    }
    expect(faults).toEqual([])
  })

  it('in the query, no route takes it for a fault of its own', async () => {
    const faults: string[] = []
    for (const [folder, given] of Object.entries(QUERIES)) {
      for (const name of given.names) {
        for (const text of [
          ...hostileTexts(),
          '2147483648',
          '9007199254740993',
          '9999-12-31T23:59:59Z',
          '0100-01-01',
          ONE,
        ]) {
          const query = { ...given.base, [name]: text }
          const fault = await faultOf({ folder, method: given.method ?? 'GET', params: {}, query })
          if (fault !== null) faults.push(fault)
        }
      }
    }
    expect(faults).toEqual([])
  })

  it('in the body, no route takes it for a fault of its own', async () => {
    const faults: string[] = []
    for (const [route, bodies] of Object.entries(VALID_BODIES)) {
      const [method, folder] = route.split(' ') as [string, string]
      const params = Object.fromEntries(
        namesOf(folder).map((name) => [name, name === 'month' ? '2026-08' : name === 'id' ? ONE : '1']),
      )
      for (const text of ['', '{', '[]', 'null', '"x"', '1', '{"a":1,"a":2}', '\0', ...bodies.flatMap(hostileBodies)]) {
        const fault = await faultOf({ folder, method, params, body: text })
        if (fault !== null) faults.push(fault)
      }
    }
    expect(faults).toEqual([])
  })
})
