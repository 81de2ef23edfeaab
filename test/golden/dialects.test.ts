/**
 * One folder a dialect: `<name>.input.*` is a file as its source writes it, with invented values (SOURCE.md says where the
 * form was seen), `<name>.expected.json` what must come of it. UPDATE_GOLDEN=1 writes the expectations anew, to be read.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { DIALECTS } from '../../lib/core/source/registry'
import { readAll } from '../unit/source/reading'

const here = dirname(fileURLToPath(import.meta.url))
const ids = DIALECTS.map((dialect) => dialect.id)

function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, inner) =>
      typeof inner === 'bigint' ? inner.toString() : inner instanceof Map ? Object.fromEntries(inner) : inner,
    ),
  )
}

describe('every dialect', () => {
  it('has a golden case that says where its form was seen', () => {
    for (const id of ids) {
      expect(existsSync(join(here, id, 'SOURCE.md')), `${id}/SOURCE.md`).toBe(true)
      expect(readdirSync(join(here, id)).some((name) => name.includes('.input.'))).toBe(true)
    }
  })
})

for (const id of ids) {
  const folder = join(here, id)
  if (!existsSync(folder)) continue
  describe(id, () => {
    for (const name of readdirSync(folder).filter((file) => file.includes('.input.'))) {
      const expectedFile = join(folder, `${name.slice(0, name.indexOf('.input.'))}.expected.json`)
      const bytes = new Uint8Array(readFileSync(join(folder, name)))

      it(`reads ${name} as expected, recognised from its content`, () => {
        const { rejects, ...reading } = readAll(bytes)
        const actual = plain({ ...reading, rejects: rejects.map(({ line, code, column }) => ({ line, code, column })) })
        if (process.env.UPDATE_GOLDEN === '1') writeFileSync(expectedFile, `${JSON.stringify(actual, null, 1)}\n`)
        expect(actual).toEqual(JSON.parse(readFileSync(expectedFile, 'utf8')))
        expect(reading.format).toBe(id)
        expect(reading.problem).toBeNull()
      })

      it(`reads ${name} the same in small chunks`, () => {
        expect(plain(readAll(bytes, { chunks: [7, 1, 64] }))).toEqual(plain(readAll(bytes)))
      })
    }
  })
}
