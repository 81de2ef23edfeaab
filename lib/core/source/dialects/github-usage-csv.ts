/**
 * GitHub's usage reports: days by SKU (summarized), by user and workflow too (detailed), or of AI alone by user and model, where
 * Copilot is billed by AI credits or, until June 2026, by premium requests. Amounts are dollars; days are UTC. What is included
 * in a plan or given free is a discount, kept as a credit, so that usage stays comparable with computed cost; `net_amount` is what
 * is billed, so the credit is what it leaves. `aic_quantity` and `aic_gross_amount` tell the same usage again by the prices to
 * come, and tokens stand beside the credits that were billed for them: neither is read.
 *
 * https://docs.github.com/en/billing/reference/billing-reports (checked 2026-11-29)
 */
import { type Billed, billedFromText, billedToText } from '../../money/billed'
import { DAY_MS } from '../../time/instant'
import type { CostRecord } from '../../usage/cost-record'
import { billedAmountOf, buildCost, decimalOf } from '../build-cost'
import { Columns } from '../columns'
import { type CsvReading, type NamedCells, openNamed } from '../csv-rows'
import type { CsvCostDialect } from '../dialect'

const TITLE = 'GitHub usage report'
const REQUIRED = ['date', 'sku', 'applied_cost_per_quantity', 'gross_amount', 'net_amount'] as const

export const githubUsageCsv: CsvCostDialect = {
  kind: 'csv',
  layer: 'billed',
  id: 'github-usage-csv',
  title: TITLE,
  recognisedBy: 'Columns sku, gross_amount, net_amount and applied_cost_per_quantity.',
  required: REQUIRED,
  recognise(header) {
    const columns = new Columns(header)
    return REQUIRED.every((name) => columns.has(name)) ? formOf(columns) : null
  },
  open(header, options) {
    const form = formOf(new Columns(header))
    return openNamed({ title: TITLE, header, required: REQUIRED }, options, 'utc', (reading) =>
      costsOfRow(reading, form),
    )
  },
}

type Form = 'ai' | 'detailed' | 'summarized'

function formOf(columns: Columns): Form {
  return columns.has('model') ? 'ai' : columns.has('username') ? 'detailed' : 'summarized'
}

/** What GitHub sells that models work for. */
const AI_PRODUCTS = new Set(['copilot', 'spark', 'models'])

function costsOfRow({ row, instants }: CsvReading, form: Form): readonly CostRecord[] {
  const startMs = instants.require(row.text('date'), 'date')
  const product = row.text('product')
  const sku = row.text('sku')
  // A report of AI alone need not name the product.
  const isModelService = form === 'ai' || AI_PRODUCTS.has(product.toLowerCase()) || /^copilot_/i.test(sku)
  const unit = row.text('unit_type')
  // Seats are bought by the month, whatever is done on them.
  const isSeat = /seat|month/i.test(unit)
  const [organization, user] = [row.text('organization'), row.text('username')]
  const model = row.text('model')
  const parts = {
    // What models cost is told by each of the reports, the rest of the bill, seats too, not by that of AI.
    statement: {
      issuer: isModelService && !isSeat ? 'github-copilot' : 'github',
      account: organization || null,
      form: `github-usage-${form}`,
      told: 0,
      whole: false,
    },
    startMs,
    endMs: startMs + DAY_MS,
    host: isModelService ? 'github-copilot' : 'github',
    service: product || null,
    isModelService,
    line: model === '' ? sku : `${sku}, ${model}`,
    model: modelOf(model),
    project: row.text('cost_center_name') || organization || null,
    user: user || null,
    currency: 'USD',
  }
  const key = DIMENSIONS.map((names) => row.text(...names))
  const gross = amountIn(row, 'gross_amount')
  const credit = (amountIn(row, 'net_amount') - gross) as Billed
  const cost = buildCost({
    ...parts,
    key,
    category: isSeat ? 'purchase' : 'usage',
    quantity: unit === '' ? null : decimalOf(row.text('quantity'), 'quantity'),
    unit: unit || null,
    amount: billedToText(gross),
  })
  if (credit === 0n) return [cost]
  return [cost, buildCost({ ...parts, key: [...key, 'discount'], category: 'credit', amount: billedToText(credit) })]
}

/** Columns that tell lines of a day apart; reports of before 2025 had other names for two. */
const DIMENSIONS = [
  ['product'],
  ['sku'],
  ['model'],
  ['unit_type'],
  ['username'],
  ['repository', 'repository_name'],
  ['workflow_path', 'workflow_name'],
  ['cost_center_name'],
] as const

/** "Auto: GPT-5.4" was chosen for the user; "Code Review model" names a feature and no model. */
function modelOf(text: string): string | null {
  const model = text.replace(/^auto:\s*/i, '')
  return model === '' || /\bmodel$/i.test(model) ? null : model
}

function amountIn(row: NamedCells, name: string): Billed {
  return billedFromText(billedAmountOf(row.text(name), name))
}
