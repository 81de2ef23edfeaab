import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run } from '../../../lib/cli/simulate'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokentab-simulate-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function fileOf(text: string): string {
  const path = join(folder, 'scenario.json')
  writeFileSync(path, text)
  return path
}

const BASELINE = '"baseline":{"from":"2026-08-01","to":"2026-09-01"}'

test('a question that gives a key twice is refused, as the API refuses it', async () => {
  const move = '{"target":{"kind":"hosted","host":"deepseek","model":"deepseek-chat"}}'
  const file = fileOf(`{${BASELINE},"moves":[],"moves":[${move}]}`)
  await expect(run([file])).rejects.toThrow(/"moves" is given twice/)
})

test('a byte order mark before the question is no part of it', async () => {
  await expect(run([fileOf(`\uFEFF{${BASELINE},"moves":[]}`)])).rejects.toThrow(/moves/)
})

test('what is no JSON is refused with the place', async () => {
  await expect(run([fileOf(`{${BASELINE}`)])).rejects.toThrow(/is not JSON: .*character/)
})
