import { centsIn, usdCents } from '../core/report/format'
import { commandLinePrincipal } from '../server/auth/command-line'
import { readBill, readBillCsv } from '../server/read/bill'
import { readArguments } from './arguments'
import { withDatabase } from './database'
import { printJson, printLine, UsageError } from './output'

/** `tokentab bill 2026-09`: the month as its screen shows it; `--json` and `--csv` are the files of the API. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = readArguments({
    args,
    allowPositionals: true,
    options: {
      workspace: { type: 'string' },
      csv: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const [month, ...more] = positionals
  if (month === undefined || more.length > 0) throw new UsageError('bill needs one month, like 2026-09.')
  return await withDatabase(async () => {
    const principal = await commandLinePrincipal(values.workspace)
    if (values.csv) {
      process.stdout.write(await readBillCsv(principal, { month }))
      return 0
    }
    const bill = await readBill(principal, { month })
    if (values.json) {
      printJson(bill)
      return 0
    }
    for (const host of bill.hosts) {
      for (const { model, service_tier, amount, unpriced } of host.models) {
        const cost = amount === null ? 'no price' : usdCents(amount)
        const waiting = unpriced === null ? '' : `, ${unpriced.records} records without a price`
        printLine(`${host.host}  ${model}${service_tier === '' ? '' : ` (${service_tier})`}  ${cost}${waiting}`)
      }
    }
    for (const { month, host, model, amount } of [...bill.corrections, ...bill.carried]) {
      printLine(`${host}  ${model}  correction to ${month}  ${usdCents(amount)}`)
    }
    for (const { kind, reason, amount } of bill.adjustments) printLine(`${kind}: ${reason}  ${usdCents(amount)}`)
    for (const { currency, exact_total } of bill.other_currencies)
      printLine(`priced in ${currency}: ${centsIn(exact_total, currency)}`)
    printLine(`${bill.month}: ${bill.total === null ? 'no price yet' : usdCents(bill.total)} (${bill.status})`)
    return 0
  })
}
