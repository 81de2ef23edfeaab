/**
 * `npm run bench -- import [rows]`: rows a second of a whole import (CSV bytes to committed rows, prices, rollups) beside
 * a bare binary COPY of the same rows into a table without indexes, DuckDB and ccusage on the same files, and what
 * dashboards and ingest notice meanwhile: all in one run. `--alone` leaves the other programs out. docs/performance.md.
 */
import { spawn } from 'node:child_process'
import { createReadStream, createWriteStream, readFileSync, writeFileSync } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { startEmbedded } from '../../lib/server/db/embedded/supervisor'
import { migrateDatabase } from '../../lib/server/db/migrate'
import { closeDatabase, pool } from '../../lib/server/db/pool'
import { syncPriceBook } from '../../lib/server/db/price-book'
import { setDatabaseUrl } from '../../lib/server/env'
import { setFileSifter } from '../../lib/server/file-sifter'
import { workOnce } from '../../lib/server/job/worker'
import { checkBooks } from '../../lib/server/read/check-books'
import { getImportView } from '../../lib/server/read/imports'
import { siftInThread } from '../../lib/server/sift-in-thread'
import { receiveUpload } from '../../lib/server/use-case/receive-upload'
import { CALLS_AN_HOUR, writeClaudeLog, writeCsv } from '../support/bench-files'
import { measureLoad, pause } from '../support/bench-load'
import { type PeerRun, peersFolder, runCcusage, runDuckDb } from '../support/bench-peers'
import { commandLineOf, NO_OPTIONS } from '../support/imports'
import { MIGRATIONS, removeDataDirectory, temporaryDirectory } from '../support/postgres'

/** Session logs, and the rows of the CSV for each of their calls. */
const CLAUDE_LOGS = [
  ['with prose', 20],
  ['answers only', 5],
  ['answers grown', 5],
] as const
/** Compiled beside this program. */
const [WORKER, SIFT_THREAD] = ['worker-process.mjs', 'sift-thread.mjs'].map((name) =>
  join(dirname(process.argv[1] ?? ''), name),
) as [string, string]
const rows = Number.parseInt(process.argv[2] ?? '1000000', 10)
const alone = process.argv.includes('--alone')
const directory = temporaryDirectory()
process.env.TOKENTAB_DATA_DIR = directory
setFileSifter(siftInThread(SIFT_THREAD))

function report(name: string, seconds: number, cpuSeconds: number | null, count: number): number {
  const perSecond = count / seconds
  const cpu = cpuSeconds === null ? '' : `  ${cpuSeconds.toFixed(1).padStart(6)} s of processor`
  const rate = Math.round(perSecond).toLocaleString('en-US').padStart(10)
  console.log(`${name.padEnd(44)} ${rate} rows/s  ${seconds.toFixed(2).padStart(6)} s${cpu}`)
  return perSecond
}

function reportPeer(name: string, run: PeerRun, count: number): void {
  report(name, run.seconds, run.cpuSeconds, count)
  console.log(`  it finds $${run.cost}`)
}

/** Processor time of this database's connections so far, on systems with /proc. */
async function serverCpuSeconds(): Promise<number> {
  const { rows: backends } = await pool().query<{ pid: number }>('SELECT pid FROM pg_stat_activity')
  return backends.reduce((sum, { pid }) => {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? []
      return sum + (Number(fields[11]) + Number(fields[12])) / 100
    } catch {
      return sum
    }
  }, 0)
}

const server = await startEmbedded({ dataDir: directory })
try {
  await migrateDatabase(server.url(), MIGRATIONS)
  setDatabaseUrl(server.url())
  await syncPriceBook()
  const principal = await commandLineOf('bench')
  await mkdir(directory, { recursive: true })
  const processor = cpus()[0]?.model ?? 'unknown'
  console.log(
    `${availableParallelism()} cores (${processor}), ${(totalmem() / 1e9).toFixed(0)} GB, Node ${process.version}, ${process.platform}`,
  )

  const receive = async (path: string): Promise<string> => {
    const { id } = await receiveUpload(principal, {
      filename: path.slice(path.lastIndexOf('/') + 1),
      chunks: createReadStream(path, { highWaterMark: 1_048_576 }),
      declaredBytes: (await stat(path)).size,
      declaredSha256: null,
      options: NO_OPTIONS,
      source: 'upload',
    })
    return id
  }
  const importOnce = async (name: string, path: string, count: number): Promise<number> => {
    const id = await receive(path)
    const idle = process.memoryUsage().rss
    let peak = idle
    let middle = idle
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss)
    }, 50)
    const cpu = process.cpuUsage()
    const serverBefore = await serverCpuSeconds()
    const begun = performance.now()
    const halfway = setInterval(() => {
      getImportView(principal, { id }).then(
        (view) => {
          if (Number(view.bytes_read) * 2 < Number(view.bytes_total)) middle = peak
        },
        () => clearInterval(halfway),
      )
    }, 1_000)
    await workOnce(id)
    const seconds = (performance.now() - begun) / 1000
    clearInterval(watch)
    clearInterval(halfway)
    const used = process.cpuUsage(cpu)
    const node = (used.user + used.system) / 1e6
    const database = (await serverCpuSeconds()) - serverBefore
    const rate = report(name, seconds, node + database, count)
    const view = await getImportView(principal, { id })
    const megabytes = (bytes: number) => Math.round((bytes - idle) / 1e6)
    console.log(
      `  ${view.status}: ${view.accepted} accepted, ${view.duplicate} duplicate, ${view.rejected} rejected, ${view.unpriced} unpriced, $${view.cost}\n  memory over idle: ${megabytes(middle)} MB in the first half, ${megabytes(peak)} MB at most; processor: Node ${node.toFixed(1)} s, PostgreSQL ${database.toFixed(1)} s`,
    )
    return rate
  }

  const csv = join(directory, 'bench.csv')
  // However many rows, they end in the middle of September: what is dated in the future is refused.
  const startMs = Date.UTC(2026, 8, 15) - Math.max(0, rows - 500_000) * (3_600_000 / CALLS_AN_HOUR)
  await writeCsv(csv, rows, 'req', Math.floor(startMs))
  console.log(`${rows.toLocaleString('en-US')} rows, ${((await stat(csv)).size / 1e6).toFixed(0)} MB`)
  const whole = await importOnce('import, end to end', csv, rows)

  const client = new pg.Client({ connectionString: server.url() })
  // What fails here is told by the query that fails.
  client.on('error', () => undefined)
  await client.connect()
  const dump = join(directory, 'bare.bin')
  await pipeline(
    client.query(copyTo('COPY (SELECT * FROM usage_record ORDER BY ts) TO STDOUT (FORMAT binary)')),
    createWriteStream(dump),
  )
  const bareOnce = async (): Promise<number> => {
    await client.query('CREATE TABLE bare (LIKE usage_record)')
    const begun = performance.now()
    await pipeline(
      createReadStream(dump, { highWaterMark: 262_144 }),
      client.query(copyFrom('COPY bare FROM STDIN (FORMAT binary)')),
    )
    const seconds = (performance.now() - begun) / 1000
    await client.query('DROP TABLE bare')
    return report('bare binary COPY, no index', seconds, null, rows)
  }
  const bare = Math.max(await bareOnce(), await bareOnce())
  console.log(`  the import is ${(whole / bare).toFixed(2)} of the faster bare COPY`)

  const peers = alone ? null : peersFolder()
  if (peers !== null) {
    const { rows: prices } = await client.query<Record<'model' | 'input' | 'cache_read' | 'output', string>>(
      `SELECT model, max(amount / per) FILTER (WHERE meter = 'input') AS input,
         max(amount / per) FILTER (WHERE meter = 'cache_read') AS cache_read,
         max(amount / per) FILTER (WHERE meter = 'output') AS output
       FROM price_entry WHERE host = 'openai' AND kind = 'rate' AND conditions = '{}' AND effective_to IS NULL
         AND model IN (SELECT value FROM dimension WHERE kind = 2) GROUP BY model`,
    )
    const table = join(directory, 'prices.csv')
    const lines = prices.map((price) => `${price.model},${price.input},${price.cache_read},${price.output}`)
    writeFileSync(table, `model,input,cache_read,output\n${lines.join('\n')}\n`)
    reportPeer('DuckDB: CSV joined with prices, summed', await runDuckDb(peers, csv, table), rows)
  }
  await importOnce('the same file again', csv, rows)

  for (const [kind, share] of CLAUDE_LOGS) {
    const calls = Math.ceil(rows / share)
    const folder = join(directory, kind.replace(' ', '-'))
    const log = join(folder, 'projects/-srv-app/00000000-0000-4000-8000-000000000001.jsonl')
    await mkdir(dirname(log), { recursive: true })
    await writeClaudeLog(log, calls, kind)
    await importOnce(`Claude Code, ${kind} (${((await stat(log)).size / 1e6).toFixed(0)} MB)`, log, calls)
    if (peers === null || kind === 'answers grown') continue
    reportPeer('ccusage 20.0.24 (native), nothing stored', runCcusage(peers, 'native', folder), calls)
    reportPeer('ccusage 18.0.11 (JavaScript), nothing stored', runCcusage(peers, 'javascript', folder), calls)
  }

  await measureLoad(principal, 'nothing imported meanwhile', pause(5_000))
  const second = join(directory, 'second.csv')
  await writeCsv(second, rows, 'two', Date.UTC(2026, 8, 16))
  await receive(second)
  const worker = spawn(process.execPath, [...process.execArgv, WORKER, 'until idle'], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DATABASE_URL: server.url() },
  })
  const ended = new Promise<void>((done, fail) => {
    worker.once('exit', (code) => (code === 0 ? done() : fail(new Error(`the worker ended with ${code}`))))
  })
  await measureLoad(principal, `while a worker imports ${rows.toLocaleString('en-US')} other rows`, ended)

  const { rows: hours } = await client.query('SELECT count(*) FROM usage_hour')
  const { rows: days } = await client.query('SELECT count(*) FROM usage_day')
  console.log(`usage_hour ${hours[0].count} rows, usage_day ${days[0].count} rows`)
  await client.end()
  const differences = await checkBooks(principal, { all: true, files: true })
  console.log(differences.length === 0 ? 'the books balance' : JSON.stringify(differences, null, 2))
  if (differences.length > 0) process.exitCode = 1
} finally {
  await closeDatabase()
  await server.stop()
  removeDataDirectory(directory)
}
