import { serve } from '../server/job/serve'
import { readArguments } from './arguments'
import { printLine } from './output'
import { commandScript, migrationsDirectory, projectRoot } from './root'

/** `tokentab serve`: runs until SIGTERM or SIGINT, then drains and ends with code 0. */
export async function run(args: string[]): Promise<number> {
  readArguments({ args, options: {} })
  await serve({
    root: projectRoot(),
    migrations: migrationsDirectory(),
    script: commandScript(),
    announce: printLine,
  })
  return 0
}
