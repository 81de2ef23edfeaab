import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { alone, root } from '../../../bin/prepare.mjs'

const name = `test-${process.pid}`
const lock = join(root, 'dist', `${name}.lock`)
const held = (text: string) => {
  mkdirSync(join(root, 'dist'), { recursive: true })
  writeFileSync(lock, text)
}
afterEach(() => rmSync(lock, { force: true }))

test.each([
  ['a process that is gone', '999999999'],
  ['an earlier life of this process’s number, as in a container that was started again', `${process.pid} 1`],
  ['an earlier life of a number that another process has now', `${process.ppid} 1`],
  ['nobody', ''],
])('preparing does not wait for %s', async (_who, text) => {
  held(text)
  expect(await alone(name, () => 'done')).toBe('done')
  expect(existsSync(lock)).toBe(false)
})

test('preparing waits for a process that prepares', async () => {
  const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore' })
  try {
    held(String(other.pid))
    const mine = alone(name, () => readFileSync(lock, 'utf8'))
    expect(await Promise.race([mine, new Promise((done) => setTimeout(() => done('waiting'), 1_000))])).toBe('waiting')
    other.kill('SIGKILL')
    expect(await mine).toMatch(new RegExp(`^${process.pid} `))
  } finally {
    other.kill('SIGKILL')
  }
})
