import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { codeOnly, root, sourceFiles } from './source-tree'

const ts = /\.(ts|tsx|mjs)$/
const product = sourceFiles(['app', 'lib', 'bin'], ts)
const core = product.filter((file) => file.path.startsWith('lib/core/'))

function offenders(files: typeof product, pattern: RegExp): string[] {
  return files.flatMap((file) =>
    codeOnly(file.text)
      .split('\n')
      .filter((line) => pattern.test(line))
      .map((line) => `${file.path}: ${line.trim().slice(0, 100)}`),
  )
}

describe('the house', () => {
  test('the walk sees the product, so that the rules below cannot pass on nothing', () => {
    expect(product.length).toBeGreaterThan(60)
    expect(core.length).toBeGreaterThan(15)
  })

  test('the configuration is read in one file', () => {
    const allowed = ['lib/server/env.ts']
    const files = product.filter((file) => !allowed.includes(file.path) && !file.path.startsWith('bin/'))
    expect(offenders(files, /process\.env\b/)).toEqual([])
  })

  test('no file is too long to be known', () => {
    expect(product.filter((file) => file.lines > 400).map((file) => `${file.path} ${file.lines}`)).toEqual([])
  })

  test('the core reads no clock, no chance, no process and writes no console', () => {
    expect(
      offenders(core, /\bDate\.now\b|new Date\(\s*\)|Math\.random|\bconsole\.|\bprocess\.|from '(node:|fs|path)/),
    ).toEqual([])
  })

  test('money does not pass through a float outside the chart series', () => {
    const files = product.filter(
      (file) =>
        /^lib\/(core\/(money|price|rollup|report)|server\/(use-case|read|db))\//.test(file.path) &&
        file.path !== 'lib/core/report/chart-series.ts',
    )
    expect(offenders(files, /parseFloat\(|\.toNumber\(|Number\((?:[^)]*)(cost|amount|price|usd|rate|total)/i)).toEqual(
      [],
    )
  })

  test('types have no holes', () => {
    const files = [...product, ...sourceFiles(['test'], ts)].filter(
      (file) => !file.path.startsWith('test/architecture/'),
    )
    expect(offenders(files, /: any\b|as any\b|<any>/)).toEqual([])
    const marks = files.filter((file) =>
      /@ts-(ignore|nocheck|expect-error)|biome-ignore|eslint-disable/.test(file.text),
    )
    expect(marks.map((file) => file.path)).toEqual([])
  })

  test('an unknown quantity or cost never becomes zero by an operator', () => {
    const files = product.filter((file) => /^lib\/core\/(price|rollup|simulate)\//.test(file.path))
    expect(offenders(files, /(cost|amount|price|tokens)\w*\s*(\?\?|\|\|)\s*(0\b|0n|ZERO|'0')/i)).toEqual([])
  })

  test('nothing of the framework that had advisories this year is used', () => {
    expect(offenders(product, /['"]use (server|cache)['"]|next\/og|next\/image|dangerouslySetInnerHTML/)).toEqual([])
    expect(readdirSync(root).filter((name) => /^(proxy|middleware)\./.test(name))).toEqual([])
  })

  test('SQL is written in lib/server/db alone and never from raw user text', () => {
    const files = product.filter((file) => !file.path.startsWith('lib/server/db/') && !file.path.startsWith('bin/'))
    expect(offenders(files, /\$queryRaw|\$executeRaw|\.query\(\s*[`'"]/)).toEqual([])
    expect(offenders(product, /RawUnsafe|Prisma\.raw/)).toEqual([])
  })

  test('there is no dumping ground and no barrel', () => {
    const bad = product.filter((file) => /(^|\/)(utils?|helpers?|common|misc|types|constants)(\/|\.)/.test(file.path))
    expect(bad.map((file) => file.path)).toEqual([])
    expect(product.filter((file) => /\/index\.tsx?$/.test(file.path)).map((file) => file.path)).toEqual([])
  })

  test('no test is skipped, and money is compared exactly', () => {
    const tests = sourceFiles(['test'], ts).filter((file) => !file.path.startsWith('test/architecture/'))
    expect(offenders(tests, /\.(skip|only)\(|toBeCloseTo.*(cost|usd|amount)/i)).toEqual([])
  })

  test('the compiler is strict', async () => {
    const { readFile } = await import('node:fs/promises')
    const options = JSON.parse(await readFile(join(root, 'tsconfig.json'), 'utf8')).compilerOptions
    for (const flag of ['strict', 'noUncheckedIndexedAccess', 'exactOptionalPropertyTypes', 'verbatimModuleSyntax']) {
      expect(options[flag], flag).toBe(true)
    }
  })
})

test('a layout that cannot be made has an error screen above it, since the one beside it only catches what is inside', () => {
  expect(existsSync(join(root, 'app/(app)/layout.tsx'))).toBe(true)
  expect(existsSync(join(root, 'app/error.tsx'))).toBe(true)
})
