import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { jsonSplitter } from '../../lib/core/source/json-stream'
import { DIALECTS } from '../../lib/core/source/registry'
import { readAll } from '../unit/source/reading'

const here = dirname(fileURLToPath(import.meta.url))
const VALUES = ['{}', '[]', '[{}]', '{"a":{}}', 'true', '-1', '1e400', '"\\u0000"', '12345678901234567890123', 'null']
const RECORDS = 3
const LEAVES = 60

/** The JSON text with one value after the other replaced, the first of them. */
function replaced(text: string): string[] {
  const found: string[] = []
  const walk = (value: unknown, put: (text: string) => string) => {
    if (found.length >= LEAVES * VALUES.length) return
    for (const other of VALUES) found.push(put(other))
    if (typeof value !== 'object' || value === null) return
    const entries = Object.entries(value)
    for (const [name, inner] of entries.slice(0, 40)) {
      walk(inner, (other) => {
        const parts = entries.map(([key, one]) => {
          const part = key === name ? other : JSON.stringify(one)
          return Array.isArray(value) ? part : `${JSON.stringify(key)}:${part}`
        })
        return put(Array.isArray(value) ? `[${parts.join(',')}]` : `{${parts.join(',')}}`)
      })
    }
  }
  walk(JSON.parse(text), (other) => other)
  return found
}

/** The documents of a text: one mostly, or several one after another. */
function documentsOf(content: string): string[] {
  const documents: string[] = []
  const splitter = jsonSplitter({ kind: 'documents' }, { record: (text) => documents.push(text), blank() {} })
  splitter.push({ text: content, byteOffset: 0, width: 0, invalid: false })
  splitter.end()
  return documents
}

function variants(content: string): string[] {
  const lines = content.split('\n').filter((line) => line.trim() !== '')
  const isLines = lines.length > 1 && lines.every((line) => line.startsWith('{') && line.endsWith('}'))
  if (!isLines) {
    const documents = documentsOf(content)
    return documents.flatMap((document, at) =>
      replaced(document).map((other) => [...documents.slice(0, at), other, ...documents.slice(at + 1)].join('')),
    )
  }
  return lines
    .slice(0, RECORDS)
    .flatMap((line, at) =>
      replaced(line).map((other) => [...lines.slice(0, at), other, ...lines.slice(at + 1)].join('\n')),
    )
}

const CELLS = [
  '',
  '-1',
  '1e400',
  '0x1f',
  'a\0b',
  '2026-02-31',
  '0000-00-00',
  '=1+1',
  '"',
  "'",
  '9'.repeat(40),
  'x'.repeat(3_000),
]

/** The table with one cell after the other replaced in one of its rows. */
function replacedCells(content: string): string[] {
  const lines = content.split('\n')
  const found: string[] = []
  const delimiter = [',', ';', '\t', '|'].reduce((best, one) =>
    content.split(one).length > content.split(best).length ? one : best,
  )
  lines.slice(0, 5).forEach((line, at) => {
    if (line.includes('"')) return
    const cells = line.split(delimiter)
    cells.forEach((_cell, place) => {
      for (const other of CELLS) {
        const row = cells.map((cell, index) => (index === place ? other : cell)).join(delimiter)
        found.push([...lines.slice(0, at), row, ...lines.slice(at + 1)].join('\n'))
      }
    })
  })
  return found
}

function stopped(texts: readonly string[], format: string): string[] {
  const broken: string[] = []
  for (const text of texts) {
    try {
      readAll(text, { format })
    } catch (error) {
      broken.push(`${String((error as Error).stack).slice(0, 400)}\n${text.slice(0, 500)}`)
    }
  }
  return broken.slice(0, 2)
}

for (const dialect of DIALECTS) {
  if (dialect.kind === 'json') continue
  const folder = join(here, dialect.id)
  for (const name of readdirSync(folder).filter((file) => file.includes('.input.'))) {
    it(`whatever stands in any cell of ${dialect.id}/${name} is read or refused, and never stops the program`, () => {
      expect(stopped(replacedCells(readFileSync(join(folder, name), 'utf8')), dialect.id)).toEqual([])
    })
  }
}

for (const dialect of DIALECTS) {
  if (dialect.kind !== 'json') continue
  const folder = join(here, dialect.id)
  for (const name of readdirSync(folder).filter((file) => /\.input\.jsonl?$/.test(file))) {
    it(`whatever stands at any place of ${dialect.id}/${name} is read or refused, and never stops the program`, () => {
      expect(stopped(variants(readFileSync(join(folder, name), 'utf8')), dialect.id)).toEqual([])
    })
  }
}
