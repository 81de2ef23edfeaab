import { createReadStream, existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { addUsd, usdFromText, usdToText, ZERO_USD } from '../core/money/usd'
import { parseJson } from '../core/source/json'
import { commandLinePrincipal } from '../server/auth/command-line'
import { priceCalls } from '../server/use-case/price-calls'
import { readArguments } from './arguments'
import { withDatabase } from './database'
import { printJson, printLine, UsageError } from './output'

const BATCH_CALLS = 1_000

type Charge = Readonly<Record<string, unknown>>

/** `tokentab price FILE.jsonl`: one call a line in, its charge out. Nothing is stored; exit code 1 if one has no price. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = readArguments({
    args,
    allowPositionals: true,
    options: { workspace: { type: 'string' }, json: { type: 'boolean', default: false } },
  })
  const [file, ...more] = positionals
  if (file === undefined || more.length > 0)
    throw new UsageError('price needs one file of calls, one JSON object a line.')
  if (!existsSync(file)) throw new UsageError(`There is no file ${file}.`)
  return await withDatabase(async () => {
    const principal = await commandLinePrincipal(values.workspace)
    const charges: Charge[] = []
    let total = ZERO_USD
    let severalCurrencies = false
    let line = 0
    for await (const calls of batches(file)) {
      const priced = await priceCalls(principal, { calls })
      if (priced.total === null) severalCurrencies = true
      else total = addUsd(total, usdFromText(priced.total))
      for (const charge of priced.charges) {
        line += 1
        charges.push(charge)
        if (!values.json) printLine(describeCharge(line, charge))
      }
    }
    severalCurrencies ||= new Set(charges.flatMap(({ currency }) => (currency === null ? [] : [currency]))).size > 1
    const text = severalCurrencies ? null : usdToText(total)
    if (values.json) printJson({ charges, total: text })
    else printLine(text === null ? 'No total: the charges are in several currencies.' : `Total: ${text} USD`)
    return charges.every((charge) => charge.cost !== null) ? 0 : 1
  })
}

async function* batches(file: string): AsyncGenerator<unknown[]> {
  let batch: unknown[] = []
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue
    batch.push(parseLine(line))
    if (batch.length < BATCH_CALLS) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

/** A line that is not JSON is priced as what it is: its charge says what is wrong with it. */
function parseLine(line: string): unknown {
  const parsed = parseJson(line)
  return parsed.ok ? parsed.value : line
}

function describeCharge(line: number, charge: Charge): string {
  const { status, host, model, cost, currency, reason } = charge
  const what = `${line}  ${host}  ${model}`
  if (cost !== null) return `${what}  ${cost} ${currency}`
  return `${what}  ${status}: ${(reason as { message?: string } | null)?.message ?? ''}`
}
