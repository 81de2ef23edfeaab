// `npm run bench -- import [rows]`: rows a second of a whole import (CSV bytes to committed rows, prices, rollups) beside
// a bare binary COPY of the same rows into a table without indexes, DuckDB and ccusage on the same files, and what
// dashboards and ingest notice meanwhile: all in one run. `--alone` leaves the other programs out. docs/performance.md.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const script = join(dirname(fileURLToPath(import.meta.url)), '../support/bench-import.ts')
// The condition under which server modules load outside a bundler, and the young generation of the product's worker.
const flags = ['--conditions=react-server', '--max-semi-space-size=32', '--import', 'tsx']
const profile = process.env.BENCH_PROFILE === '1' ? ['--cpu-prof'] : []
const done = spawnSync(process.execPath, [...profile, ...flags, script, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, TOKENTAB_LOG_LEVEL: 'warn', NODE_ENV: 'production' },
})
process.exit(done.status ?? 1)
