// `npm test`: everything, from a fresh clone, with the counts on the last line.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureBuilt, ensureInstalled } from '../bin/prepare.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const results = join(root, 'test-results')
const tool = (path) => join(root, 'node_modules', path)

/** @type {{ name: string, passed: number, failed: number, seconds: number }[]} */
const steps = []

async function step(name, work) {
  process.stdout.write(`\n── ${name} ──\n`)
  const from = Date.now()
  let counts
  try {
    counts = await work()
  } catch (error) {
    process.stdout.write(`${error.stack ?? error}\n`)
    counts = { passed: 0, failed: 1 }
  }
  const seconds = (Date.now() - from) / 1000
  steps.push({ name, ...counts, seconds })
  process.stdout.write(`${name}: ${counts.passed} passed, ${counts.failed} failed (${seconds.toFixed(1)} s)\n`)
  return counts.failed === 0
}

function run(args) {
  // Colours and the caller's npm settings are no business of the tools.
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)))
  return new Promise((done) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...environment, NEXT_TELEMETRY_DISABLED: '1', CHECKPOINT_DISABLE: '1', DO_NOT_TRACK: '1' },
    })
    child.on('error', () => done(1))
    child.on('exit', (code) => done(code ?? 1))
  })
}

/** A tool that judges everything at once counts as one test. */
const check = (args) => async () => ((await run(args)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 })

const vitest = (project) => async () => {
  const file = join(results, `${project}.json`)
  const code = await run([
    tool('vitest/vitest.mjs'),
    'run',
    '--config',
    'test/vitest.config.ts',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ])
  if (!existsSync(file)) return { passed: 0, failed: 1 }
  const report = JSON.parse(readFileSync(file, 'utf8'))
  // A file that could not even be loaded holds no test that failed; it counts as one.
  const unloaded = report.testResults.filter(
    (one) => one.status === 'failed' && one.assertionResults.length === 0,
  ).length
  const skipped = report.numPendingTests + report.numTodoTests
  const failed = report.numFailedTests + unloaded + skipped
  return { passed: report.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed }
}

const endToEnd = async () => {
  const file = join(results, 'e2e.json')
  const code = await run([join(root, 'test/e2e/run.mjs')])
  if (!existsSync(file)) return { passed: 0, failed: 1 }
  const { expected, unexpected, flaky, skipped } = JSON.parse(readFileSync(file, 'utf8')).stats
  const failed = unexpected + flaky + skipped
  return { passed: expected, failed: failed === 0 && code !== 0 ? 1 : failed }
}

/** Ends any test that a signal to this process leaves behind. */
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130))

rmSync(results, { recursive: true, force: true })
mkdirSync(results, { recursive: true })
const prepared = await step('install and build', async () => {
  await ensureInstalled()
  await ensureBuilt()
  return { passed: 1, failed: 0 }
})
if (prepared) {
  await step('types', check([tool('typescript/bin/tsc'), '--noEmit', '-p', 'tsconfig.json']))
  await step('lint and format', check([tool('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.']))
  await step('unused code and dependencies', check([tool('knip/bin/knip.js'), '--config', 'test/knip.json']))
  for (const project of ['architecture', 'unit', 'golden', 'integration']) await step(project, vitest(project))
  await step('end to end', endToEnd)
}

process.stdout.write('\n')
for (const { name, passed, failed, seconds } of steps) {
  process.stdout.write(
    `${failed === 0 ? '✓' : '✗'} ${name.padEnd(30)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed  ${seconds.toFixed(1)} s\n`,
  )
}
const passed = steps.reduce((sum, one) => sum + one.passed, 0)
const failed = steps.reduce((sum, one) => sum + one.failed, 0)
process.stdout.write(`${passed} passed, ${failed} failed\n`)
process.exit(failed === 0 ? 0 : 1)
