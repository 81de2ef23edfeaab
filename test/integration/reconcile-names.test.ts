/** Bills of clouds beside usage: each spells a model its own way, and what differs is told, never the spelling. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addUsd, sumUsd, usdFromText, usdToText } from '../../lib/core/money/usd'
import type { Principal } from '../../lib/server/auth/principal'
import { syncPriceBook } from '../../lib/server/db/price-book'
import { readReconciliation } from '../../lib/server/read/reconcile'
import { withdrawName } from '../../lib/server/use-case/end-price'
import { enterInvoice, invoiceInput, withdrawInvoice } from '../../lib/server/use-case/enter-invoice'
import { nameModel } from '../../lib/server/use-case/name-model'
import { makeMember, principalOf, useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase } from '../support/database'
import { commandLineOf, importFile } from '../support/imports'

let removeData: () => void
let principal: Principal
let finance: Principal

const MILLION = 1_000_000
/** One a million tokens each way a day, unless told otherwise. */
const CALLS: readonly (readonly [day: string, host: string, model: string, input?: number, output?: number])[] = [
  ['02', 'bedrock', 'us.anthropic.claude-opus-4-6-v1:0'],
  ['03', 'bedrock', 'global.anthropic.claude-opus-4-6-v1:0'],
  ['03', 'bedrock', 'us.amazon.nova-lite-v1:0'],
  ['04', 'bedrock', 'us.anthropic.claude-3-5-sonnet-20241022-v2:0'],
  ['02', 'azure', 'gpt-4o-2024-08-06'],
  ['02', 'azure', 'gpt-5.4-mini'],
  ['02', 'google', 'gemini-2.5-pro', 100_000, 0],
  ['02', 'google', 'models/gemini-2.5-pro-preview-06-05', 100_000, 0],
  ['02', 'openai', 'gpt-4o'],
  ['02', 'openai', 'gpt-4o-2024-08-06'],
]
const USAGE = [
  'id,timestamp,host,model,input_tokens,output_tokens',
  ...CALLS.map(([day, host, model, input = MILLION, output = MILLION], no) =>
    [`c${no}`, `2026-09-${day}T10:00:00Z`, host, model, input, output].join(','),
  ),
  '',
].join('\n')

const AWS_HEADER =
  'bill_payer_account_id,line_item_usage_account_id,line_item_product_code,line_item_line_item_type,line_item_usage_type,line_item_usage_start_date,line_item_usage_end_date,line_item_usage_amount,pricing_unit,line_item_unblended_cost,line_item_currency_code,product'
const aws = (day: string, product: string, type: string, name: string | null, cost: string) =>
  [
    `111122223333,444455556666,${product},Usage,${type}`,
    `2026-09-${day}T10:00:00Z,2026-09-${day}T11:00:00Z,1,1M tokens,${cost},USD`,
    name === null ? '' : `"{""product_name"":""${name}""}"`,
  ].join(',')
const BEDROCK_BILL = [
  AWS_HEADER,
  aws('02', 'a1', 'USE1-MP:USE1_input_tokens_standard-Units', 'Claude Opus 4.6 (Amazon Bedrock Edition)', '5.5'),
  aws('02', 'a1', 'USE1-MP:USE1_output_tokens_standard-Units', 'Claude Opus 4.6 (Amazon Bedrock Edition)', '27.5'),
  aws('03', 'AmazonBedrock', 'USE1-Claude4.6Opus-input-tokens-cross-region-global', null, '5'),
  aws('03', 'AmazonBedrock', 'USE1-Claude4.6Opus-output-tokens-cross-region-global', null, '25'),
  aws('03', 'AmazonBedrock', 'USE1-NovaLite-input-tokens', null, '0.06'),
  aws('03', 'AmazonBedrock', 'USE1-NovaLite-output-tokens', null, '0.24'),
  aws('04', 'a2', 'USE1-MP:USE1_InputTokenCount-Units', 'Claude 3.5 Sonnet (Amazon Bedrock Edition)', '3'),
  aws('04', 'a2', 'USE1-MP:USE1_OutputTokenCount-Units', 'Claude 3.5 Sonnet (Amazon Bedrock Edition)', '15'),
  '',
].join('\n')

const AZURE_BILL = [
  'SubscriptionGuid,Date,MeterCategory,MeterSubCategory,MeterName,UnitOfMeasure,Quantity,PreTaxCost,Currency,ResourceGroup,InstanceName',
  ...[
    ['gpt 4o 0806 Inp glbl Tokens', '2.5'],
    ['gpt 4o 0806 Outp glbl Tokens', '10'],
    ['5.4 mini Inp Gl 1M Tokens', '0.75'],
    ['5.4 mini Opt Gl 1M Tokens', '4.5'],
  ].map(([meter, cost]) => `0a0a,2026-09-02,Cognitive Services,Azure OpenAI,${meter},1M,1,${cost},USD,rg,/r`),
  '',
].join('\n')

const GOOGLE_BILL = [
  'Date,Service description,Service ID,SKU description,SKU ID,Usage amount,Usage unit,List cost ($),Negotiated savings ($),Savings programmes ($),Other savings ($),Unrounded subtotal ($),Subtotal ($)',
  '2026-09-02,Gemini API,AEFD-0001,Generate content input token count gemini 2.5 pro short input text,2156-1,"200,000",count,0.25,0.00,0.00,0.00,0.250000,0.25',
  '',
].join('\n')

const OPENAI_BILL = JSON.stringify({
  object: 'page',
  data: [
    {
      object: 'bucket',
      start_time: Date.UTC(2026, 8, 2) / 1000,
      end_time: Date.UTC(2026, 8, 3) / 1000,
      results: [
        ['gpt-4o-2024-08-06, input', '5', 2],
        ['gpt-4o-2024-08-06, output', '20', 2],
      ].map(([line_item, value, millions]) => ({
        object: 'organization.costs.result',
        amount: { value, currency: 'usd' },
        line_item,
        quantity: Number(millions) * MILLION,
        quantity_unit: 'tokens',
        organization_id: 'org-acme',
      })),
    },
  ],
  has_more: false,
  next_page: null,
})

beforeAll(async () => {
  removeData = useOwnDataDirectory()
  await openTestDatabase()
  await syncPriceBook()
  principal = await commandLineOf('acme')
  finance = await principalOf(await makeMember(principal.workspaceId, 'finance', 'finance@example.com'))
  const usage = await importFile(principal, USAGE)
  expect([usage.accepted, usage.unpriced]).toEqual([String(CALLS.length), '0'])
  for (const bill of [BEDROCK_BILL, AZURE_BILL, GOOGLE_BILL, OPENAI_BILL]) {
    expect((await importFile(principal, bill)).rejected).toBe('0')
  }
})
afterAll(async () => {
  await closeTestDatabase()
  removeData()
})

async function compared(name: string) {
  const { hosts } = await readReconciliation(principal, { month: '2026-09' })
  const host = hosts.find((one) => one.host === name)
  if (!host?.compared) throw new Error(`${name} is not compared`)
  const { causes, unexplained, gap, lines, invoice } = host.compared
  // Under whatever name a line stands, nothing is lost and nothing is there twice.
  expect(usdToText(addUsd(sumUsd(causes.map((one) => usdFromText(one.amount))), usdFromText(unexplained)))).toBe(gap)
  expect(usdToText(sumUsd(lines.map((line) => usdFromText(line.invoice))))).toBe(invoice)
  expect(usdToText(sumUsd(lines.map((line) => usdFromText(line.ours))))).toBe(host.ours)
  return host.compared
}
const causesOf = async (host: string) => (await compared(host)).causes.map(({ kind, model }) => `${kind} ${model}`)
const modelsOf = async (host: string) => [
  ...new Map(
    (await compared(host)).lines.map((line) => [line.model, [line.gap, line.usage_models, line.invoice_models]]),
  ),
]

describe('a bill that spells models its own way', () => {
  it('of Azure meets the usage of the same models', async () => {
    expect(await causesOf('azure')).toEqual([])
    // Azure bills millions of tokens.
    for (const line of (await compared('azure')).lines) expect(line.invoice_quantity).toBe(line.our_quantity)
    expect(await modelsOf('azure')).toEqual([
      ['gpt-4o', ['0', ['gpt-4o-2024-08-06'], ['gpt 4o 0806']]],
      ['gpt-5.4-mini', ['0', ['gpt-5.4-mini'], ['5.4 mini']]],
    ])
  })

  it('of Google meets every name that its model has in the usage', async () => {
    expect(await causesOf('google')).toEqual([])
    const names = ['gemini-2.5-pro', 'models/gemini-2.5-pro-preview-06-05']
    expect(await modelsOf('google')).toEqual([['gemini-2.5-pro', ['0', names, ['gemini-2.5-pro']]]])
  })

  it('of OpenAI counts the tokens of a snapshot and of its alias together', async () => {
    expect(await causesOf('openai')).toEqual([])
    expect((await compared('openai')).lines[0]).toMatchObject({
      model: 'gpt-4o',
      our_quantity: '2000000',
      invoice_quantity: '2000000',
      unresolved: null,
    })
  })

  it('of Amazon meets both endpoints of a model, and a name of several models stays as it is told', async () => {
    expect(await causesOf('bedrock')).toEqual([
      'days_missing_here Claude 3.5 Sonnet',
      'days_missing_there anthropic.claude-3-5-sonnet-20241022-v2:0',
    ])
    const { causes, lines, unnamed, nameable } = await compared('bedrock')
    expect(causes.map(({ unresolved, usage_models: used }) => [unresolved, used])).toEqual([
      ['several', []],
      [null, ['us.anthropic.claude-3-5-sonnet-20241022-v2:0']],
    ])
    expect(lines.find((line) => line.model === 'anthropic.claude-opus-4-6')).toMatchObject({
      usage_models: ['global.anthropic.claude-opus-4-6-v1:0', 'us.anthropic.claude-opus-4-6-v1:0'],
      invoice_models: ['Claude Opus 4.6', 'Claude4.6Opus'],
      gap: '0',
    })
    expect(lines.filter((line) => line.unresolved !== null)).toMatchObject([
      { model: 'Claude 3.5 Sonnet', meter: 'input', unresolved: 'several' },
      { model: 'Claude 3.5 Sonnet', meter: 'output', unresolved: 'several' },
    ])
    expect(unnamed.map((one) => one.name)).toEqual(['Claude 3.5 Sonnet'])
    expect(nameable).toContain('regional.anthropic.claude-3-5-sonnet-20241022-v2:0')
  })

  it('meets the model that a person names, until the name is withdrawn, and no total moves', async () => {
    const before = await compared('bedrock')
    const name = { host: 'bedrock', name: 'Claude 3.5 Sonnet' }
    for (let time = 0; time < 2; time += 1) {
      await nameModel(finance, { ...name, model: 'regional.anthropic.claude-3-5-sonnet-20241022-v2:0' })
      const { causes, lines, unnamed, invoice, gap } = await compared('bedrock')
      expect([causes, unnamed, invoice, gap]).toEqual([[], [], before.invoice, before.gap])
      expect(lines.some((line) => line.unresolved !== null)).toBe(false)
      await withdrawName(finance, { host: 'bedrock', name: 'claude 3.5 sonnet' })
      expect(await compared('bedrock')).toEqual(before)
    }
  })

  it('at another rate says so, as its unit tells how many tokens it bills', async () => {
    const own = await commandLineOf('regional')
    await importFile(own, USAGE)
    await importFile(own, BEDROCK_BILL.replace('1,1M tokens,27.5,', '1,1M tokens,30.25,'))
    const { hosts } = await readReconciliation(own, { month: '2026-09' })
    const causes = hosts.find((one) => one.host === 'bedrock')?.compared?.causes
    expect(causes?.find((one) => one.model === 'anthropic.claude-opus-4-6')).toMatchObject({
      kind: 'price',
      meter: 'output',
      amount: '2.75',
      counts: { ours: '2000000', invoice: '2000000' },
      rates: { ours: '26.25', invoice: '27.625' },
    })
  })

  it('typed in by a person meets it as well, failed calls without tokens among them', async () => {
    const own = await commandLineOf('typed')
    const payer = await principalOf(await makeMember(own.workspaceId, 'finance', 'typed@example.com'))
    const call = (no: number, model: string, status: string, tokens: number) =>
      `${no},2026-09-10T10:00:00Z,openai,${model},${status},${tokens},0`
    await importFile(
      own,
      [
        'id,timestamp,host,model,status,input_tokens,output_tokens',
        ...[0, 1, 2, 3].map((no) => call(no, 'gpt-5', 'ok', MILLION)),
        ...[4, 5, 6, 7].map((no) => call(no, 'gpt-5-2025-08-07', 'ok', MILLION)),
        call(8, 'gpt-5', 'error', 0),
        call(9, 'gpt-5', 'error', 0),
        '',
      ].join('\n'),
    )
    const lines = [{ model: 'GPT 5', meter: 'input', quantity: '10500000', amount: '13.125' }]
    const input = invoiceInput.parse({ host: 'openai', number: '', lines })
    const { no } = await enterInvoice(payer, { ...input, month: '2026-09' })
    const { hosts } = await readReconciliation(own, { month: '2026-09' })
    // Two failed calls beside eight others, four of them under the other name: two millions, not four.
    expect(hosts[0]?.compared?.causes.map(({ kind, amount, calls }) => [kind, amount, calls])).toEqual([
      ['failed_billed', '2.5', '2'],
      ['count', '0.625', null],
    ])
    await withdrawInvoice(payer, { month: '2026-09', no: String(no) })
  })
})
