/** What a command answers: text or JSON on stdout, one line of refusal on stderr. */
import { AppError } from '../server/errors'
import { StartError } from '../server/process-identity'

/** A command that was typed wrongly; shown with a hint and exit code 2. */
export class UsageError extends Error {}

export function printLine(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** Lossless: a bigint is printed as a digit string. */
export function printJson(value: unknown): void {
  printLine(JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? item.toString() : item), 2))
}

/** Exit code for an error, after saying it. Only a fault of the program itself shows a stack. */
export function explain(error: unknown): number {
  if (error instanceof UsageError) {
    process.stderr.write(`tokentab: ${error.message}\nTry: tokentab help\n`)
    return 2
  }
  if (error instanceof AppError) {
    process.stderr.write(`tokentab: ${error.message}${error.remedy === null ? '' : ` ${error.remedy}`}\n`)
    return 1
  }
  if (error instanceof StartError) {
    process.stderr.write(`tokentab: ${error.message}\n`)
    return 1
  }
  const failure = error instanceof Error ? error : new Error(String(error))
  const readable = failure.message.startsWith('Configuration cannot be read')
  process.stderr.write(`tokentab: ${readable ? failure.message : (failure.stack ?? failure.message)}\n`)
  return 1
}
