/** Every golden file again: in other clothing, and cut apart anywhere. Expectations are those of the file as it is. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DIALECTS } from '../../lib/core/source/registry'
import { type Reading, readAll } from '../unit/source/reading'

const here = dirname(fileURLToPath(import.meta.url))
const DELIMITERS = [',', ';', '\t', '|'] as const
type Cells = readonly (readonly string[])[]

/** Sessions and streams are written as they go: a line is understood by those before it. */
const IN_ORDER = new Set([
  'anthropic-messages-jsonl',
  'bedrock-responses-jsonl',
  'claude-code-jsonl',
  'codex-exec-jsonl',
  'codex-jsonl',
  'gemini-cli-json',
  'gemini-responses-jsonl',
  'kimi-code-jsonl',
  'openai-responses-jsonl',
  'pi-jsonl',
])
/** Understood by a row that a part may lack: one that shows where the table begins, or which mark parts decimals. */
const IN_ONE_PIECE = new Set([
  'by-account.input.csv',
  'by-day.input.csv',
  'cost-table.input.csv',
  'day-first.input.csv',
  'european.input.csv',
  'other-dollar.input.csv',
])
/** Its header tells names, not only columns. */
const NAMES_IN_HEADER = 'aws-cost-explorer-csv'
/** Its second column is what it was grouped by, under whatever name. */
const BY_PLACE = 'litellm-report-csv'

const files = DIALECTS.flatMap(({ id, kind }) =>
  readdirSync(join(here, id))
    .filter((name) => name.includes('.input.'))
    .map((name) => ({ id, kind, name, text: readFileSync(join(here, id, name), 'utf8').replace(/^\ufeff/, '') })),
)

/** The cells of a table; a second reader, so that it can be held against the product's. */
function cellsOf(text: string): Cells {
  const header = text.slice(0, text.indexOf('\n'))
  const delimiter = [...DELIMITERS].sort((a, b) => header.split(b).length - header.split(a).length)[0] as string
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let isQuoted = false
  const end = () => {
    row.push(cell)
    cell = ''
  }
  for (let at = 0; at < text.length; at += 1) {
    const one = text.charAt(at)
    if (isQuoted) {
      if (one !== '"') cell += one
      else if (text.charAt(at + 1) !== '"') isQuoted = false
      else {
        cell += one
        at += 1
      }
    } else if (one === '"' && cell === '') isQuoted = true
    else if (one === delimiter) end()
    else if (one === '\n') {
      cell = cell.replace(/\r$/, '')
      end()
      rows.push(row)
      row = []
    } else cell += one
  }
  if (cell !== '' || row.length > 0) {
    end()
    rows.push(row)
  }
  return rows
}

function written(rows: Cells, delimiter = ',', lineEnd = '\n', quoteAll = false): string {
  const cell = (text: string) =>
    quoteAll || text.includes(delimiter) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  return rows.map((row) => row.map(cell).join(delimiter) + lineEnd).join('')
}

function utf16(text: string, order: 'little' | 'big'): Uint8Array {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le')
  return new Uint8Array(order === 'little' ? bytes : bytes.swap16())
}

const asText = (value: unknown) =>
  JSON.stringify(value, (_key, inner) =>
    typeof inner === 'bigint' ? `${inner}n` : inner instanceof Map ? [...inner] : inner,
  )
const outcome = ({ problem, format, rows, records, costs = [], rejects }: Reading) =>
  asText([problem, format, rows, records, costs, rejects.map(({ code, column }) => [code, column])])

describe.each(files)('$name of $id', ({ id, kind, name, text }) => {
  const whole = readAll(text)
  const rows = kind === 'csv' ? cellsOf(text) : []

  it('P-8, A-20, A-23, A-25: reads the same in any clothing', () => {
    const forms: (string | Uint8Array)[] = [
      `\ufeff${text}`,
      utf16(text, 'little'),
      utf16(text, 'big'),
      text.replace(/\r?\n/g, '\r\n'),
      text.trimEnd(),
      `${text}\n\n`,
    ]
    if (kind === 'csv') {
      for (const delimiter of DELIMITERS) {
        forms.push(written(rows, delimiter), written(rows, delimiter, '\r\n', true), written(rows, delimiter, '\r'))
      }
      const asWritten = (cell: string) => (id === NAMES_IN_HEADER ? cell : cell.toUpperCase())
      forms.push(written([(rows[0] as string[]).map((cell) => ` ${asWritten(cell)} `), ...rows.slice(1)]))
    }
    for (const form of forms) expect(outcome(readAll(form))).toBe(outcome(whole))
  })

  it('P-3: tells nothing new where a copy of it was joined on', () => {
    // Without a header between, equal rows of one file are calls of their own; counters without times may have begun anew.
    if (name === 'untimed.input.prom') return
    const told = ({ records }: Reading) =>
      new Set(
        records
          .filter(({ identity }) => identity.kind !== 'content' || kind === 'csv')
          .map(({ identity, startMs, timeAssumed, model, requests, quantities }) =>
            asText([identity, timeAssumed === true ? null : startMs, model, requests, quantities]),
          ),
      )
    expect(told(readAll(`${text.trimEnd()}\n${text}`))).toEqual(told(whole))
  })

  if (kind === 'csv' && id !== BY_PLACE) {
    it('reads the same whatever the order of its columns', () => {
      // Lines about the table have two or three cells.
      const width = ((rows.find((row) => row.length > 3) ?? rows[0]) as string[]).length
      fc.assert(
        fc.property(fc.shuffledSubarray([...Array(width).keys()], { minLength: width }), (places) => {
          // A row that is too short or too long stays so.
          const moved = rows.map((row) => (row.length === width ? places.map((place) => row[place] as string) : row))
          const { rows: read, records, costs } = readAll(written(moved))
          expect(asText([read, records, costs])).toBe(asText([whole.rows, whole.records, whole.costs]))
        }),
        { numRuns: 5 },
      )
    })
  }

  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const isLines = kind === 'json' && lines.length > 1 && lines.every((line) => /^\{.*\}\s*$/.test(line))
  const parts = kind === 'csv' ? rows.slice(1).filter((row) => row.some((cell) => cell !== '')) : isLines ? lines : []
  const file = (some: readonly (string | readonly string[])[]) =>
    kind === 'csv' ? written([rows[0] as string[], ...(some as Cells)]) : `${some.join('\n')}\n`
  if (parts.length < 2 || IN_ORDER.has(id) || IN_ONE_PIECE.has(name)) return

  it('P-1, P-2: tells the same cut into files anywhere, in any order', () => {
    // Equal rows without an id are numbered within their file: by docs/duplicates.md a cut between them is not told.
    const named = (reading: Reading) =>
      reading.records.map(({ identity: { kind: rule, parts: said }, ...record }) =>
        asText([rule, rule === 'content' ? said.slice(0, -1) : said, record]),
      )
    const told = (readings: readonly Reading[]) =>
      readings
        .flatMap((reading) => [
          ...named(reading),
          ...(reading.costs ?? []).map(asText),
          ...reading.rejects.map(({ code, column }) => asText([code, column])),
        ])
        .sort()
    const expected = told([whole])
    fc.assert(
      fc.property(fc.shuffledSubarray([...parts.keys()], { minLength: parts.length }), fc.nat(), (order, cut) => {
        const shuffled = order.map((place) => parts[place] as (typeof parts)[number])
        const at = 1 + (cut % (parts.length - 1))
        const readings = [shuffled.slice(0, at), shuffled.slice(at)].map((some) =>
          readAll(file(some as readonly string[]), { format: id }),
        )
        // A part of refused rows alone is of no format.
        if (readings.every(({ problem }) => problem === null)) expect(told(readings)).toEqual(expected)
      }),
      { numRuns: 10 },
    )
  })
})
