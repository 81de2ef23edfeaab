/** One JSON line an event, on stderr, so that stdout stays for what a command answers. */
import pino, { type Logger } from 'pino'
import { env } from './env'

let logger: Logger | null = null

export function log(): Logger {
  logger ??= pino(
    {
      level: env().TOKENTAB_LOG_LEVEL,
      base: null,
      redact: { paths: ['*.password', '*.authorization', '*.token', '*.cookie', '*.secret'], censor: '[redacted]' },
    },
    pino.destination(2),
  )
  return logger
}
