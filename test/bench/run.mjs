// `npm run bench -- NAME`: runs test/bench/NAME.ts in a process of its own, with the arguments after it.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { serverOnly } from '../../bin/build-steps.mjs'
import { ensureInstalled } from '../../bin/prepare.mjs'

const folder = dirname(fileURLToPath(import.meta.url))
const [name, ...rest] = process.argv.slice(2)
const script = join(folder, `${name}.ts`)
if (name === undefined || name === 'run' || !/^[a-z0-9-]+$/.test(name) || !existsSync(script)) {
  const names = readdirSync(folder).map((file) => file.replace(/\.(mjs|ts)$/, ''))
  console.error(
    `Usage: npm run bench -- NAME, where NAME is one of: ${names.filter((one) => one !== 'run').join(', ')}`,
  )
  process.exit(2)
}
/**
 * Benchmarks of loops, and Node's options for them. They are compiled as the product is: a loader that names every function
 * anew at run time takes a fifth of such loops. The young generation is that of the product's worker.
 */
const BUILT = { simulate: [], import: ['--max-semi-space-size=32'] }

// In a fresh clone too.
await ensureInstalled()
if (name in BUILT) process.exit(await runBuilt(BUILT[name]))
const done = spawnSync(process.execPath, ['--import', 'tsx', script, ...rest], { stdio: 'inherit' })
process.exit(done.status ?? 1)

async function runBuilt(options) {
  const { build } = await import('esbuild')
  // Within the project, where packages are found.
  const cache = join(folder, '../../node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  const built = mkdtempSync(join(cache, 'tokentab-bench-'))
  try {
    await build({
      entryPoints: [
        script,
        join(folder, '../support/worker-process.ts'),
        join(folder, '../../lib/server/sift-thread.ts'),
      ],
      outdir: built,
      entryNames: '[name]',
      outExtension: { '.js': '.mjs' },
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      target: 'node20',
      logLevel: 'warning',
      plugins: [serverOnly],
      define: { 'import.meta.url': JSON.stringify(pathToFileURL(script).href) },
    })
    const profile = process.env.BENCH_PROFILE === '1' ? ['--cpu-prof'] : []
    return (
      spawnSync(process.execPath, [...profile, ...options, join(built, `${name}.mjs`), ...rest], {
        stdio: 'inherit',
        env: { ...process.env, TOKENTAB_LOG_LEVEL: 'warn', NODE_ENV: 'production' },
      }).status ?? 1
    )
  } finally {
    rmSync(built, { recursive: true, force: true })
  }
}
