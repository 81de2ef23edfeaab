import { createReadStream, statSync } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ImportView, isRunning } from '../core/report/import-view'
import { commandLinePrincipal } from '../server/auth/command-line'
import type { Principal } from '../server/auth/principal'
import { workOnce } from '../server/job/worker'
import { getImportView } from '../server/read/imports'
import { receiveUpload } from '../server/use-case/receive-upload'
import { readArguments } from './arguments'
import { withDatabase } from './database'
import { printJson, printLine, UsageError } from './output'

const POLL_MILLISECONDS = 300

/** `tokentab import FILE…`: as if each file had been dropped on the imports page; ends when all are in. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = readArguments({
    args,
    allowPositionals: true,
    options: {
      workspace: { type: 'string' },
      format: { type: 'string' },
      host: { type: 'string' },
      timezone: { type: 'string' },
      project: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  if (positionals.length === 0) throw new UsageError('import needs at least one file.')
  const sizes = new Map(positionals.map((file) => [file, sizeOf(file)]))
  const options = {
    format: values.format ?? null,
    host: values.host ?? null,
    timeZone: values.timezone ?? null,
    project: values.project ?? null,
  }
  return await withDatabase(async () => {
    const principal = await commandLinePrincipal(values.workspace)
    const done: ImportView[] = []
    for (const [file, bytes] of sizes) {
      const { id } = await receiveUpload(principal, {
        filename: basename(file),
        chunks: createReadStream(file, { highWaterMark: 1024 * 1024 }),
        declaredBytes: bytes,
        declaredSha256: null,
        options,
        source: 'cli',
      })
      const view = await finished(principal, id)
      done.push(view)
      if (!values.json) printLine(describeImport(view))
    }
    if (values.json) printJson(done)
    return done.every((view) => view.status === 'committed') ? 0 : 1
  })
}

function sizeOf(file: string): number {
  const stat = statSync(file, { throwIfNoEntry: false })
  if (stat === undefined) throw new UsageError(`There is no file ${file}.`)
  if (!stat.isFile()) throw new UsageError(`${file} is not a file.`)
  return stat.size
}

/** The server's worker may take the import; otherwise this process works on it itself. */
async function finished(principal: Principal, id: string): Promise<ImportView> {
  for (;;) {
    const worked = await workOnce(id)
    const view = await getImportView(principal, { id })
    if (!isRunning(view.status)) return view
    if (!worked) await sleep(POLL_MILLISECONDS)
  }
}

function describeImport(view: ImportView): string {
  const name = `${view.filename} (import #${view.no})`
  if (view.problem !== null) return `${name}: ${view.status}. ${view.problem.message} ${view.problem.remedy}`
  const counts = [
    `${view.rows_read} rows read`,
    `${view.accepted} accepted`,
    `${view.duplicate} already known`,
    `${view.rejected} rejected`,
    `${view.unpriced} unpriced`,
  ]
  return `${name}: ${view.status}. ${counts.join(', ')}${view.cost === null ? '' : `, ${view.cost} USD`}`
}
