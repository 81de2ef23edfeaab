/** The import benchmark, run by test/bench/import.mjs. */
import { createReadStream, createWriteStream, readFileSync } from 'node:fs'
import { mkdir, open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { startEmbedded } from '../../lib/server/db/embedded/supervisor'
import { migrateDatabase } from '../../lib/server/db/migrate'
import { closeDatabase, pool } from '../../lib/server/db/pool'
import { syncPriceBook } from '../../lib/server/db/price-book'
import { setDatabaseUrl } from '../../lib/server/env'
import { workOnce } from '../../lib/server/job/worker'
import { checkBooks } from '../../lib/server/read/check-books'
import { getImportView } from '../../lib/server/read/imports'
import { receiveUpload } from '../../lib/server/use-case/receive-upload'
import { commandLineOf, NO_OPTIONS } from './imports'
import { MIGRATIONS, removeDataDirectory, temporaryDirectory } from './postgres'

const rows = Number.parseInt(process.argv[2] ?? '1000000', 10)
const directory = temporaryDirectory()
process.env.TOKENTAB_DATA_DIR = directory

const MODELS = ['gpt-5', 'gpt-5-mini', 'gpt-4.1', 'gpt-4o', 'gpt-4o-mini', 'o3', 'o4-mini', 'gpt-4.1-mini']

/** Calls in the order of time, about 2,800 an hour; small deterministic generator, no two rows alike. */
async function writeCsv(path: string): Promise<void> {
  const file = await open(path, 'w')
  let seed = 1
  const next = (below: number) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((seed / 4_294_967_296) * below)
  }
  const start = Date.UTC(2026, 8, 15)
  const step = 3_600_000 / 2_800
  let text =
    'id,timestamp,host,model,project,api_key,user,input_tokens,cache_read_tokens,output_tokens,reasoning_tokens,latency_ms\n'
  for (let row = 0; row < rows; row += 1) {
    const at = new Date(start + Math.floor(row * step)).toISOString()
    const output = next(2_000)
    // A key belongs to a project and serves two models; users belong to projects.
    const project = next(20)
    const key = next(2)
    const model = MODELS[(project + key * 3 + next(2)) % MODELS.length]
    text += `req_${row.toString(36).padStart(10, '0')},${at},openai,${model},project-${project},key-${project}-${key},user-${project}-${next(10)},${next(8_000)},${next(4) === 0 ? next(4_000) : 0},${output},${next(3) === 0 ? next(output + 1) : 0},${next(9_000)}\n`
    if (text.length > 1_000_000) {
      await file.write(text)
      text = ''
    }
  }
  await file.write(text)
  await file.close()
}

function report(name: string, seconds: number, count = rows): number {
  const perSecond = count / seconds
  console.log(
    `${name.padEnd(44)} ${Math.round(perSecond).toLocaleString('en-US').padStart(10)} rows/s  ${seconds.toFixed(2)} s`,
  )
  return perSecond
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
  const csv = join(directory, 'bench.csv')
  await mkdir(directory, { recursive: true })
  await writeCsv(csv)
  const { size } = await stat(csv)
  console.log(`${rows.toLocaleString('en-US')} rows, ${(size / 1e6).toFixed(0)} MB`)
  const importOnce = async (name: string) => {
    const { id } = await receiveUpload(principal, {
      filename: 'bench.csv',
      chunks: createReadStream(csv, { highWaterMark: 1_048_576 }),
      declaredBytes: size,
      declaredSha256: null,
      options: NO_OPTIONS,
      source: 'upload',
    })
    const idle = process.memoryUsage().rss
    let peak = idle
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss)
    }, 50)
    const cpu = process.cpuUsage()
    const serverBefore = await serverCpuSeconds()
    const begun = performance.now()
    await workOnce(id)
    const seconds = (performance.now() - begun) / 1000
    clearInterval(watch)
    const used = process.cpuUsage(cpu)
    const serverUsed = (await serverCpuSeconds()) - serverBefore
    const view = await getImportView(principal, { id })
    console.log(
      `  ${view.status}: ${view.accepted} accepted, ${view.duplicate} duplicate, ${view.rejected} rejected, ${view.unpriced} unpriced, $${view.cost}; rss +${Math.round((peak - idle) / 1e6)} MB; processor: Node ${((used.user + used.system) / 1e6).toFixed(1)} s, PostgreSQL ${serverUsed.toFixed(1)} s`,
    )
    return report(name, seconds)
  }
  const whole = await importOnce('import, end to end')
  const client = new pg.Client({ connectionString: server.url() })
  await client.connect()
  const dump = join(directory, 'bare.bin')
  await pipeline(
    client.query(copyTo('COPY (SELECT * FROM usage_record ORDER BY ts) TO STDOUT (FORMAT binary)')),
    createWriteStream(dump),
  )
  await client.query('CREATE TABLE bare (LIKE usage_record)')
  const begun = performance.now()
  await pipeline(
    createReadStream(dump, { highWaterMark: 262_144 }),
    client.query(copyFrom('COPY bare FROM STDIN (FORMAT binary)')),
  )
  const bare = report('bare binary COPY, no index', (performance.now() - begun) / 1000)
  await client.query('DROP TABLE bare')
  console.log(`share of bare COPY: ${(whole / bare).toFixed(2)}`)
  await importOnce('the same file again')
  const { rows: hours } = await client.query('SELECT count(*) FROM usage_hour')
  const { rows: days } = await client.query('SELECT count(*) FROM usage_day')
  console.log(`usage_hour ${hours[0].count} rows, usage_day ${days[0].count} rows`)
  await client.end()
  const differences = await checkBooks(principal, { all: true, files: true })
  console.log(differences.length === 0 ? 'the books balance' : JSON.stringify(differences, null, 2))
  await pool().query('SELECT 1')
} finally {
  await closeDatabase()
  await server.stop()
  removeDataDirectory(directory)
}
