// `npm run bench -- NAME`: runs test/bench/NAME.mjs or NAME.ts in a process of its own, with the arguments after it.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const folder = dirname(fileURLToPath(import.meta.url))
const [name, ...rest] = process.argv.slice(2)
const script = ['mjs', 'ts'].map((ending) => join(folder, `${name}.${ending}`)).find((path) => existsSync(path))
if (name === undefined || name === 'run' || !/^[a-z0-9-]+$/.test(name) || script === undefined) {
  const names = readdirSync(folder).map((file) => file.replace(/\.(mjs|ts)$/, ''))
  console.error(
    `Usage: npm run bench -- NAME, where NAME is one of: ${names.filter((one) => one !== 'run').join(', ')}`,
  )
  process.exit(2)
}
if (name === 'simulate') process.exit(await runBuilt())
const done = spawnSync(process.execPath, ['--import', 'tsx', script, ...rest], { stdio: 'inherit' })
process.exit(done.status ?? 1)

/** Compiled as the product is: a loader that names every function anew at run time takes a fifth of such loops. */
async function runBuilt() {
  const { build } = await import('esbuild')
  const built = mkdtempSync(join(tmpdir(), 'tokentab-bench-'))
  try {
    const outfile = join(built, `${name}.mjs`)
    await build({
      entryPoints: [script],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      logLevel: 'warning',
      define: { 'import.meta.url': JSON.stringify(pathToFileURL(script).href) },
    })
    return spawnSync(process.execPath, [outfile, ...rest], { stdio: 'inherit' }).status ?? 1
  } finally {
    rmSync(built, { recursive: true, force: true })
  }
}
