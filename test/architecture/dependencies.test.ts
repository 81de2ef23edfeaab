import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { root, sourceFiles } from './source-tree'

interface Cruise {
  readonly summary: {
    readonly totalCruised: number
    readonly violations: readonly {
      readonly rule: { readonly name: string }
      readonly from: string
      readonly to: string
    }[]
  }
}

async function cruise(): Promise<Cruise> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
      '--config',
      'test/architecture/dependency-rules.cjs',
      '--output-type',
      'json',
      'app',
      'lib',
    ],
    { cwd: root, maxBuffer: 256 * 1024 * 1024 },
  ).catch((failure: { stdout: string }) => failure)
  return JSON.parse(stdout)
}

test('imports keep to the house, and the cruiser has really seen the house', async () => {
  const { summary } = await cruise()
  // With some compilers dependency-cruiser reads almost nothing and reports no violation: an empty graph is a failure.
  const ours = sourceFiles(['app', 'lib'], /\.(ts|tsx)$/).length
  expect(summary.totalCruised).toBeGreaterThanOrEqual(ours)
  expect(summary.violations.map((v) => `${v.rule.name}: ${v.from} -> ${v.to}`)).toEqual([])
}, 60_000)
