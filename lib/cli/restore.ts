import { commandLinePrincipal } from '../server/auth/command-line'
import { restoreBackup } from '../server/use-case/back-up'
import { readArguments } from './arguments'
import { withDatabase } from './database'
import { printJson, printLine, UsageError } from './output'

/** `tokentab restore FILE`: into an instance that has no accounts and no imports. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = readArguments({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  })
  const [path, ...more] = positionals
  if (path === undefined || more.length > 0) throw new UsageError('restore needs the name of one backup file.')
  const restored = await withDatabase(async () => await restoreBackup(await commandLinePrincipal(), { path }))
  if (values.json) printJson(restored)
  else
    printLine(`Restored ${restored.tables} tables and ${restored.files} files. tokentab check-books proves the books.`)
  return 0
}
