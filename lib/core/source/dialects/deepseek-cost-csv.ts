/**
 * DeepSeek's platform export of costs, the other file of its download: one row a day, model and wallet, in the account's
 * currency. Days are DeepSeek's own (local to whoever exported) and kept as written, like those of the amounts.
 */
import { DAY_MS } from '../../time/instant'
import type { CostRecord } from '../../usage/cost-record'
import { billedAmountOf, billedCurrencyOf, buildCost } from '../build-cost'
import { Columns } from '../columns'
import { type CsvReading, openNamed } from '../csv-rows'
import type { CsvCostDialect } from '../dialect'
import { deepseekPeriod } from './deepseek-amount-csv'

const TITLE = 'DeepSeek cost export'
const REQUIRED = ['model', 'wallet_type', 'cost', 'currency'] as const

export const deepseekCostCsv: CsvCostDialect = {
  kind: 'csv',
  layer: 'billed',
  id: 'deepseek-cost-csv',
  title: TITLE,
  recognisedBy: 'Columns wallet_type, cost, currency and model.',
  required: [...REQUIRED, 'utc_date'],
  recognise(header) {
    const columns = new Columns(header)
    if (!REQUIRED.every((name) => columns.has(name))) return null
    return columns.has('start_time_iso') ? '2026-08' : '2025'
  },
  open: (header, options) =>
    openNamed(
      { title: TITLE, header, required: header.includes('start_time_iso') ? REQUIRED : [...REQUIRED, 'utc_date'] },
      options,
      'utc',
      (reading) => [costOfRow(reading)],
    ),
}

function costOfRow({ row, instants }: CsvReading): CostRecord {
  const { startMs, endMs } = deepseekPeriod(row, instants)
  const model = row.model('model')
  const wallet = row.text('wallet_type')
  const user = row.text('user_id')
  return buildCost({
    statement: {
      issuer: 'deepseek',
      account: user || null,
      // Hours of a day are the money of the day.
      form: endMs - startMs < DAY_MS ? 'deepseek-cost-hours' : 'deepseek-cost',
      told: 0,
      whole: false,
    },
    key: [model, wallet],
    startMs,
    endMs,
    host: 'deepseek',
    // Money that was given is not money that was paid.
    line: wallet === '' || wallet.toLowerCase() === 'paid' ? model : `${model} (${wallet})`,
    model,
    category: wallet.toLowerCase() === 'granted' ? 'credit' : 'usage',
    amount: billedAmountOf(row.text('cost'), 'cost'),
    currency: billedCurrencyOf(row.text('currency'), 'currency'),
  })
}
