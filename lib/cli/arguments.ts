/** Reads a command's options; a wrong one is a UsageError instead of a stack trace. */
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { UsageError } from './output'

export function readArguments<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config)
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}
