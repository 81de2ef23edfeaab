// `npm run bench -- NAME`: runs test/bench/NAME.mjs or NAME.ts in a process of its own, with the arguments after it.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

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
const done = spawnSync(process.execPath, ['--import', 'tsx', script, ...rest], { stdio: 'inherit' })
process.exit(done.status ?? 1)
