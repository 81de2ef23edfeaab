import { commandLinePrincipal } from '../server/auth/command-line'
import { backUp } from '../server/use-case/back-up'
import { readArguments } from './arguments'
import { withDatabase } from './database'
import { printJson, printLine, UsageError } from './output'

/** `tokentab backup FILE`: every workspace and uploaded file in one file, also beside a running server. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = readArguments({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  })
  const [path, ...more] = positionals
  if (path === undefined || more.length > 0) throw new UsageError('backup needs the name of one file to write.')
  const made = await withDatabase(async () => await backUp(await commandLinePrincipal(), { path }))
  if (values.json) printJson(made)
  else printLine(`${path}: ${made.tables} tables and ${made.files} files, ${made.bytes} bytes.`)
  return 0
}
