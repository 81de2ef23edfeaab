import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { templateCsv } from '../../../lib/core/source/dialects/tokentab-csv'
import { DIALECTS, listFormats } from '../../../lib/core/source/registry'
import { OTHER_METERS } from '../../../lib/core/usage/meter'
import { readAll } from './reading'

const page = readFileSync(join(import.meta.dirname, '../../../docs/formats.md'), 'utf8')

describe('the list of formats', () => {
  it('names every dialect once, and the page documents each', () => {
    const ids = DIALECTS.map((dialect) => dialect.id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(listFormats().map((format) => format.id)).toEqual(ids)
    for (const id of ids) expect(page, id).toContain(`\`${id}\``)
  })

  it('documents every column of the canonical table and every meter', () => {
    const header = (templateCsv().split('\r\n')[0] as string).split(',')
    for (const name of [...header, ...OTHER_METERS]) expect(page, name).toContain(`\`${name}\``)
  })

  it('gives a template that is a valid file', () => {
    const reading = readAll(templateCsv())
    expect(reading.rejects).toEqual([])
    expect(reading.records).toHaveLength(2)
  })

  it('never takes a header of one dialect for another', () => {
    for (const dialect of DIALECTS) {
      if (dialect.kind !== 'csv') continue
      const takers = DIALECTS.filter((other) => other.kind === 'csv' && other.recognise([...dialect.required]) !== null)
      expect(takers.map((taker) => taker.id)).toEqual([dialect.id])
    }
  })
})
