import { env } from '../server/env'
import { readArguments } from './arguments'
import { withDatabase } from './database'
import { printJson, printLine } from './output'

/** `tokentab migrate`: the database is at this version afterwards. */
export async function run(args: string[]): Promise<number> {
  const { values } = readArguments({ args, options: { json: { type: 'boolean', default: false } } })
  await withDatabase(async () => undefined)
  if (values.json) printJson({ migrated: true })
  else printLine(`The database is at this version${env().DATABASE_URL === undefined ? '' : '.'}`)
  return 0
}
