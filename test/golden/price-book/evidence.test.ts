import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { rateOf } from './book'

const rows = readFileSync(join(import.meta.dirname, 'evidence.csv'), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(','))

const byModel = new Map<string, string[][]>()
for (const row of rows) {
  const key = `${row[0]}/${row[1]}`
  byModel.set(key, [...(byModel.get(key) ?? []), row])
}

describe('the book gives the published rate', () => {
  it.each([...byModel.keys()])('%s: every card, tier, prompt length boundary and first and last instant', (key) => {
    const wrong = (byModel.get(key) ?? []).flatMap((row) => {
      const [host = '', model = '', at = '', tier = '', prompt = '', meter = '', rate = '', why = ''] = row
      const got = rateOf({ host, model, at, tier, meter, prompt: BigInt(prompt) })
      return got === rate ? [] : [`${meter} ${tier} ${prompt} tokens at ${at} (${why}): ${rate}, book ${got}`]
    })
    expect(wrong).toEqual([])
  })
})
