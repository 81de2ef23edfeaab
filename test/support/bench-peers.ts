/**
 * The programs the import benchmark stands beside. They are no dependency of the product or of its tests: the benchmark
 * installs them, at these versions, into the package manager's cache folder, and says so when it cannot.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PEERS = ['@duckdb/node-api@1.5.6-r.1', 'ccusage@20.0.24', 'ccusage-js@npm:ccusage@18.0.11'] as const
const folder = join(dirname(fileURLToPath(import.meta.url)), '../../node_modules/.cache/tokentab-bench')

/** Tells the processor time of a child, which Node cannot. */
const TIME = '/usr/bin/time'

/** Installs what is missing; null, with a line for the reader, when that is not possible (offline). */
export function peersFolder(): string | null {
  const names = ['@duckdb/node-api', 'ccusage', 'ccusage-js']
  if (names.every((name) => existsSync(join(folder, 'node_modules', name)))) return folder
  mkdirSync(folder, { recursive: true })
  const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder]
  const done = spawnSync('npm', ['install', ...options, ...PEERS], { encoding: 'utf8', timeout: 180_000 })
  if (done.status === 0) return folder
  console.log(`DuckDB and ccusage: not measured, they could not be installed (${done.stderr.trim().split('\n')[0]})`)
  return null
}

interface DuckDb {
  readonly DuckDBInstance: {
    create(
      path: string,
      options: Readonly<Record<string, string>>,
    ): Promise<{
      connect(): Promise<{
        runAndReadAll(sql: string): Promise<{ getRowsJson(): readonly (readonly unknown[])[] }>
      }>
    }>
  }
}

export interface PeerRun {
  readonly seconds: number
  /** Of every thread; NaN where the system has no way to tell. */
  readonly cpuSeconds: number
  /** The cost it found, as it writes it. */
  readonly cost: string
}

/** DuckDB reads the CSV, joins the prices and sums cost by hour, model, project and key. Stores nothing; prices are doubles. */
export async function runDuckDb(peers: string, csv: string, prices: string): Promise<PeerRun> {
  const { DuckDBInstance } = createRequire(join(peers, 'package.json'))('@duckdb/node-api') as DuckDb
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' })
  const connection = await instance.connect()
  const cpu = process.cpuUsage()
  const begun = performance.now()
  const result = await connection.runAndReadAll(
    `SELECT sum(cost)::VARCHAR FROM (
       SELECT date_trunc('hour', u.timestamp) AS hour, u.model, u.project, u.api_key, count(*) AS calls,
         sum(u.input_tokens), sum(u.cache_read_tokens), sum(u.output_tokens),
         sum(u.input_tokens * p.input + u.cache_read_tokens * p.cache_read + u.output_tokens * p.output) AS cost
       FROM read_csv('${csv}') u JOIN read_csv('${prices}') p USING (model) GROUP BY ALL)`,
  )
  const seconds = (performance.now() - begun) / 1000
  const used = process.cpuUsage(cpu)
  return { seconds, cpuSeconds: (used.user + used.system) / 1e6, cost: String(result.getRowsJson()[0]?.[0]) }
}

/** `ccusage daily` over a configuration folder of Claude Code, with the prices it carries. */
export function runCcusage(peers: string, which: 'native' | 'javascript', claudeFolder: string): PeerRun {
  const script = which === 'native' ? 'ccusage/src/cli.js' : 'ccusage-js/dist/index.js'
  const command = [process.execPath, join(peers, 'node_modules', script), 'daily', '--offline', '--json']
  const [program = '', ...rest] = existsSync(TIME) ? [TIME, '-f', '%U %S', ...command] : command
  const begun = performance.now()
  const done = spawnSync(program, rest, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 ** 2,
    env: { ...process.env, CLAUDE_CONFIG_DIR: claudeFolder, LOG_LEVEL: '0' },
  })
  const seconds = (performance.now() - begun) / 1000
  if (done.status !== 0) throw new Error(`ccusage: ${done.stderr}`)
  const json = JSON.parse(done.stdout.slice(done.stdout.indexOf('{'))) as { totals: { totalCost: number } }
  const times = /([\d.]+) ([\d.]+)\s*$/.exec(done.stderr)
  const cpuSeconds = times === null ? Number.NaN : Number(times[1]) + Number(times[2])
  return { seconds, cpuSeconds, cost: String(json.totals.totalCost) }
}
