import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeApi, OPERATIONS } from '../../app/api/openapi.json/describe-api'
import { ROUTES } from './authorisation-table'

const HIDDEN = ['api/auth/[...nextauth]', 'api/openapi.json']
const described = new Set(
  Object.entries(OPERATIONS).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} api/${path}`),
  ),
)

describe('GET /api/openapi.json', () => {
  // A new route is described in app/api/openapi.json/*-operations.ts.
  it('describes every route of the product, and no other', () => {
    const routes = Object.entries(ROUTES)
      .filter(([path]) => !HIDDEN.includes(path))
      .flatMap(([path, line]) => Object.keys(line).map((method) => `${method} ${path}`))
    expect([...described].sort()).toEqual(routes.sort())
  })

  it('gives the schema of the body wherever a route reads one, and of the query likewise', () => {
    for (const [path, methods] of Object.entries(OPERATIONS)) {
      const source = readFileSync(join(import.meta.dirname, '../../app/api', path, 'route.ts'), 'utf8')
      for (const [method, operation] of Object.entries(methods)) {
        const at = source.indexOf(`export const ${method} `)
        const next = source.indexOf('\nexport const ', at + 1)
        const handler = source.slice(at, next === -1 ? undefined : next)
        expect([path, method, 'body', operation.body !== undefined]).toEqual([
          path,
          method,
          'body',
          handler.includes('readJson('),
        ])
        expect([path, method, 'query', operation.query !== undefined]).toEqual([
          path,
          method,
          'query',
          handler.includes('readQuery('),
        ])
      }
    }
  })

  it('is JSON with a path parameter for every part of a path that varies', () => {
    const document = JSON.parse(JSON.stringify(describeApi())) as {
      paths: Record<string, Record<string, { parameters: { name: string; in: string }[]; requestBody?: unknown }>>
    }
    const bill = document.paths['/api/v1/bills/{month}']?.get
    expect(bill?.parameters).toEqual([{ name: 'month', in: 'path', required: true, schema: { type: 'string' } }])
    expect(JSON.stringify(document.paths['/api/v1/price']?.post?.requestBody)).toContain('"calls"')
  })
})
