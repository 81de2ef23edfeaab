import { existsSync, readFileSync } from 'node:fs'
import { usdCents } from '../core/report/format'
import { publicSimulation } from '../core/report/simulation-view'
import { scenarioSchema } from '../core/simulate/scenario'
import { parseJson } from '../core/source/json'
import { commandLinePrincipal } from '../server/auth/command-line'
import { runSimulation } from '../server/read/run-simulation'
import { readArguments } from './arguments'
import { withDatabase } from './database'
import { printJson, printLine, UsageError } from './output'

/** `tokentab simulate SCENARIO.json`: the question of POST /api/v1/simulate, answered over the workspace's own hours. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = readArguments({
    args,
    allowPositionals: true,
    options: { workspace: { type: 'string' }, json: { type: 'boolean', default: false } },
  })
  const [file, ...more] = positionals
  if (file === undefined || more.length > 0) throw new UsageError('simulate needs one file with a question.')
  if (!existsSync(file)) throw new UsageError(`There is no file ${file}.`)
  const parsed = scenarioSchema.safeParse(questionOf(file))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new UsageError(`${file}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not a question'}`)
  }
  return await withDatabase(async () => {
    const answer = publicSimulation(await runSimulation(await commandLinePrincipal(values.workspace), parsed.data))
    if (values.json) {
      printJson(answer)
      return 0
    }
    const { baseline_cost, target_cost, saving } = answer.per_month
    printLine(`Now:    ${usdCents(baseline_cost)} a month`)
    printLine(`Then:   ${usdCents(target_cost.likely)} (${usdCents(target_cost.low)} to ${usdCents(target_cost.high)})`)
    printLine(`Saving: ${usdCents(saving.likely)} (${usdCents(saving.low)} to ${usdCents(saving.high)})`)
    return 0
  })
}

function questionOf(file: string): unknown {
  // As the API reads a body: no digit is lost, and a key given twice is refused.
  const parsed = parseJson(new TextDecoder('utf-8').decode(readFileSync(file)))
  if (parsed.ok) return parsed.value
  throw new UsageError(`${file} is not JSON: ${parsed.error.message}`)
}
