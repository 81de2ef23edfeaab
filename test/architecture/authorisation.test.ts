import { describe, expect, test } from 'vitest'
import { PAGES, ROUTES } from './authorisation-table'
import { codeOnly, sourceFiles } from './source-tree'

const folder = (path: string) => path.replace(/^app\//, '').replace(/\/(route|page)\.tsx?$/, '')
const routes = sourceFiles(['app'], /(^|\/)route\.tsx?$/)
const pages = sourceFiles(['app'], /(^|\/)page\.tsx?$/)
const METHODS = 'GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS'

/** What a route file exports: method → the permission it declares, 'public', or what it calls instead. */
function declared(text: string): Record<string, string> {
  const found: Record<string, string> = {}
  const code = codeOnly(text)
  const pattern = new RegExp(
    `export (?:const|async function|function) (${METHODS})\\b(?:\\s*=\\s*([^]*?)(?=\\nexport |$))?`,
    'g',
  )
  for (const [, method = '', body = ''] of code.matchAll(pattern)) {
    const guarded = /^route(?:<[^(]*>)?\(\s*'([a-z.]+)'/.exec(body.trim())
    const open = /^(publicRoute\b|handleSignIn\b)/.test(body.trim())
    found[method] = guarded?.[1] ?? (open ? 'public' : `unguarded: ${body.trim().slice(0, 40)}`)
  }
  // Another way to export a method would be invisible to the pattern above.
  if (new RegExp(`export \\{[^}]*\\b(${METHODS})\\b|export \\*`).test(code)) found.other = 'exported in a list'
  return found
}

describe('authorisation', () => {
  test('the walk sees the routes and pages, so that the rules below cannot pass on nothing', () => {
    expect(routes.length).toBeGreaterThan(10)
    expect(pages.length).toBeGreaterThan(6)
  })

  test('every exported method of every route declares the permission the table gives it', () => {
    const found = Object.fromEntries(routes.map((file) => [folder(file.path), declared(file.text)]))
    expect(found).toEqual(ROUTES)
  })

  test('every page is in the table, and asks who is there unless it is public', () => {
    expect(pages.map((file) => folder(file.path)).sort()).toEqual(Object.keys(PAGES).sort())
    const unguarded = pages.filter(
      (file) => PAGES[folder(file.path)] === 'signed-in' && !/await requirePagePrincipal\(/.test(codeOnly(file.text)),
    )
    expect(unguarded.map((file) => file.path)).toEqual([])
  })

  test('a signed-in page reads nothing before it knows who asks', () => {
    const early = pages.filter((file) => {
      const body = codeOnly(file.text)
      const guard = body.indexOf('await requirePagePrincipal(')
      const read = body.search(/await (read|list|find)[A-Z]\w*\(/)
      return guard >= 0 && read >= 0 && read < guard
    })
    expect(early.map((file) => file.path)).toEqual([])
  })

  test('only what is listed is public', () => {
    const open = Object.entries(ROUTES).flatMap(([path, line]) =>
      Object.entries(line).flatMap(([method, permission]) => (permission === 'public' ? [`${method} ${path}`] : [])),
    )
    expect(open).toEqual([
      'GET api/auth/[...nextauth]',
      'POST api/auth/[...nextauth]',
      'GET api/openapi.json',
      'POST api/set-up',
      'GET api/v1/shared/[secret]',
    ])
  })

  test('every use-case and read that is given a principal authorises, itself or by what it hands the principal to', () => {
    const files = sourceFiles(['lib/server/use-case', 'lib/server/read'], /\.ts$/)
    const functions = files.flatMap((file) => {
      const code = codeOnly(file.text)
      const heads = [...code.matchAll(/^(export )?(?:async )?function\*? (\w+)/gm)]
      return heads.map((head, i) => ({
        path: file.path,
        name: head[2] ?? '',
        exported: head[1] !== undefined,
        body: code.slice(head.index, heads[i + 1]?.index ?? code.length),
      }))
    })
    const guarded = new Set(['authorise'])
    for (let before = 0; before < guarded.size; ) {
      before = guarded.size
      for (const { name, body } of functions) {
        const calls = [...body.matchAll(/(?<!function\*? )\b(\w+)\(\s*principal\b(?!:)/g)].map((call) => call[1] ?? '')
        if (calls.some((call) => guarded.has(call))) guarded.add(name)
      }
    }
    const silent = functions.filter(
      ({ exported, name, body }) => exported && /\(\s*principal: Principal/.test(body) && !guarded.has(name),
    )
    expect(guarded.size).toBeGreaterThan(20)
    expect(silent.map(({ path, name }) => `${path}: ${name}`)).toEqual([])
  })
})
