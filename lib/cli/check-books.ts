import { commandLinePrincipal } from '../server/auth/command-line'
import { checkBooks } from '../server/read/check-books'
import { readArguments } from './arguments'
import { withDatabase } from './database'
import { printJson, printLine } from './output'

/** `tokentab check-books`: rows, rollups and what is shown must agree to the last digit; exit code 1 when they do not. */
export async function run(args: string[]): Promise<number> {
  const { values } = readArguments({
    args,
    options: {
      workspace: { type: 'string' },
      /** Leaves the stored files' digests unchecked. */
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const differences = await withDatabase(async () => {
    const principal = await commandLinePrincipal(values.workspace)
    return await checkBooks(principal, { all: values.workspace === undefined, files: !values.quick })
  })
  if (values.json) {
    printJson({ balanced: differences.length === 0, differences })
  } else if (differences.length === 0) {
    printLine('The books balance.')
  } else {
    for (const { rule, place, expected, actual } of differences) {
      printLine(`${rule} ${place}: expected ${expected}, found ${actual}`)
    }
    printLine(`${differences.length} differences.`)
  }
  return differences.length === 0 ? 0 : 1
}
