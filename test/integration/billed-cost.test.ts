import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Principal } from '../../lib/server/auth/principal'
import { pool } from '../../lib/server/db/pool'
import { readBilledLines, readBilledMonth } from '../../lib/server/read/billed-cost'
import { getImport } from '../../lib/server/read/imports'
import { readSpend } from '../../lib/server/read/spend'
import { undoImport } from '../../lib/server/use-case/undo-import'
import { useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase, resetDatabase } from '../support/database'
import { commandLineOf, importFile, insertTestPrices, requireBalancedBooks, usageCsv } from '../support/imports'
import { zipOf } from '../support/zip'

let removeData: () => void
let principal: Principal

beforeAll(async () => {
  removeData = useOwnDataDirectory()
  await openTestDatabase()
})
afterAll(async () => {
  await closeTestDatabase()
  removeData()
})
beforeEach(async () => {
  await resetDatabase()
  principal = await commandLineOf('acme')
})

const DAY = 86_400
const AUGUST = 1_785_542_400

/** OpenAI's cost export: [day of August from 0, amount, line item, project]. */
function openaiCost(rows: readonly (readonly [number, string, string?, string?])[]): string {
  return [
    'start_time,end_time,amount_value,amount_currency,quantity,quantity_unit,line_item,user_id,api_key_id,project_id,organization_id',
    ...rows.map(
      ([day, amount, line = '', project = '']) =>
        `${AUGUST + day * DAY},${AUGUST + (day + 1) * DAY},${amount},usd,,,"${line}",,,${project},org-acme`,
    ),
    '',
  ].join('\n')
}

/** What counts now, exactly. */
async function billed(): Promise<readonly string[]> {
  const { rows } = await pool().query<{ text: string }>(
    `SELECT to_char(ts, 'DD') || ' ' || line || ' ' || trim_scale(amount) AS text FROM billed_cost
     WHERE replaced_by IS NULL ORDER BY ts, line, amount`,
  )
  return rows.map((row) => row.text)
}

describe('an import of billed cost', () => {
  it('keeps every digit, counts its rows and adds nothing to usage', async () => {
    const done = await importFile(
      principal,
      openaiCost([
        [0, '0.0034567890123456789012345678901234', 'gpt-5, input'],
        [0, '1.25', 'gpt-5, output'],
        [1, 'n/a', 'gpt-5, output'],
      ]),
    )
    expect(done).toMatchObject({
      status: 'committed',
      format: 'openai-cost-csv',
      rows_read: '3',
      accepted: '2',
      rejected: '1',
      cost: null,
      first_at: '2026-08-01T00:00:00Z',
      last_at: '2026-08-01T23:59:59.999Z',
      billed: {
        rows: '2',
        withdrawn: '0',
        amounts: [{ currency: 'USD', amount: '1.2534567890123456789012345678901234', rounding: '0' }],
      },
    })
    expect((await readSpend(principal, {})).total).toMatchObject({ records: '0', cost: '0' })
    await requireBalancedBooks(principal)
  })

  it('adds nothing the second time, and two equal lines of one file stay two', async () => {
    const file = openaiCost([
      [0, '1', 'gpt-5, input'],
      [0, '1', 'gpt-5, input'],
    ])
    expect(await importFile(principal, file)).toMatchObject({ accepted: '2', duplicate: '0' })
    expect(await importFile(principal, file)).toMatchObject({ accepted: '0', duplicate: '2', restated: '0' })
    expect(await billed()).toEqual(['01 gpt-5, input 1', '01 gpt-5, input 1'])
    await requireBalancedBooks(principal)
  })
})

describe('exports that were joined to one file', () => {
  it('count a day once, as the last of them tells it, and as the same files one after another', async () => {
    const older = openaiCost([
      [0, '1', 'gpt-5, input'],
      [1, '2', 'gpt-5, input'],
    ])
    const newer = openaiCost([
      [1, '2.50', 'gpt-5, input'],
      [2, '4', 'gpt-5, input'],
    ])
    const joined = await importFile(principal, older + older + newer)
    expect(joined).toMatchObject({ rows_read: '8', accepted: '3', duplicate: '3', rejected: '2' })
    const told = ['01 gpt-5, input 1', '02 gpt-5, input 2.5', '03 gpt-5, input 4']
    expect(await billed()).toEqual(told)
    await requireBalancedBooks(principal)
    for (const file of [older, newer]) await importFile(principal, file)
    expect(await billed()).toEqual(told)
    await requireBalancedBooks(principal)
  })

  it('are not added where they tell a day in different groupings', async () => {
    await importFile(
      principal,
      openaiCost([[0, '3']]) +
        openaiCost([
          [0, '1', 'gpt-5, input'],
          [0, '2', 'gpt-5, output'],
        ]),
    )
    expect(await billed()).toEqual(['01 gpt-5, input 1', '01 gpt-5, output 2'])
    await requireBalancedBooks(principal)
  })
})

describe('a newer export of billed cost', () => {
  it('replaces what it says otherwise, shows the difference, and its undo brings the older back', async () => {
    const first = await importFile(
      principal,
      openaiCost([
        [0, '1', 'gpt-5, input'],
        [1, '2', 'gpt-5, input'],
      ]),
    )
    const second = await importFile(
      principal,
      openaiCost([
        [1, '2.50', 'gpt-5, input'],
        [2, '4', 'gpt-5, input'],
      ]),
    )
    expect(second).toMatchObject({ accepted: '2', duplicate: '0', restated: '1' })
    expect(await billed()).toEqual(['01 gpt-5, input 1', '02 gpt-5, input 2.5', '03 gpt-5, input 4'])
    const { billed: shown } = await getImport(principal, { id: second.id })
    expect(shown?.restated).toEqual({
      total: 1,
      rows: [
        {
          day: '2026-08-02',
          host: 'openai',
          line: 'gpt-5, input',
          currency: 'USD',
          before: '2',
          after: '2.5',
          difference: '0.5',
        },
      ],
      sums: [{ currency: 'USD', difference: '0.5' }],
    })
    await requireBalancedBooks(principal)
    await undoImport(principal, { id: second.id })
    expect(await billed()).toEqual(['01 gpt-5, input 1', '02 gpt-5, input 2'])
    await requireBalancedBooks(principal)
    await undoImport(principal, { id: first.id })
    expect(await billed()).toEqual([])
    await requireBalancedBooks(principal)
  })

  it('in another grouping replaces the days it covers: the same money is never told twice', async () => {
    const total = await importFile(
      principal,
      openaiCost([
        [0, '5'],
        [1, '7'],
      ]),
    )
    const byLine = await importFile(
      principal,
      openaiCost([
        [1, '3', 'gpt-5, input', 'p1'],
        [1, '4.01', 'gpt-5, output', 'p1'],
      ]),
    )
    expect(byLine).toMatchObject({ accepted: '2', restated: '0', billed: { withdrawn: '1' } })
    expect(await billed()).toEqual(['01  5', '02 gpt-5, input 3', '02 gpt-5, output 4.01'])
    const { billed: shown } = await getImport(principal, { id: byLine.id })
    expect(shown?.restated.sums).toEqual([{ currency: 'USD', difference: '0.01' }])
    await requireBalancedBooks(principal)
    const newest = await importFile(principal, openaiCost([[1, '2', 'gpt-5, input', 'p1']]))
    expect(await billed()).toEqual(['01  5', '02 gpt-5, input 2', '02 gpt-5, output 4.01'])
    // The day's total stays replaced: the newest import tells the day by line as well.
    await undoImport(principal, { id: byLine.id })
    expect(await billed()).toEqual(['01  5', '02 gpt-5, input 2'])
    await requireBalancedBooks(principal)
    await undoImport(principal, { id: newest.id })
    expect(await billed()).toEqual(['01  5', '02  7'])
    await undoImport(principal, { id: total.id })
    expect(await billed()).toEqual([])
    await requireBalancedBooks(principal)
  })

  it('of GitHub’s reports replaces what models cost on a day, and leaves the rest of the bill', async () => {
    const head = 'date,product,sku,quantity,unit_type,applied_cost_per_quantity,gross_amount,discount_amount,net_amount'
    const whole = [
      `${head},organization,repository,cost_center_name`,
      '2026-08-01,copilot,copilot_ai_credit,500,ai-credits,0.01,5,4,1,org-a,,',
      '2026-08-01,copilot,copilot_for_business,1,user-months,19,19,0,19,org-a,,',
      '2026-08-01,actions,actions_linux,10,minutes,0.006,0.06,0,0.06,org-a,org-a/web,',
      '',
    ].join('\n')
    const ofAi = [
      `${head},username,organization,model`,
      '2026-08-01,copilot,copilot_ai_credit,300,ai-credits,0.01,3,3,0,ann,org-a,GPT-5.4',
      '2026-08-01,copilot,copilot_ai_credit,200,ai-credits,0.01,2,1,1,ben,org-a,GPT-5.4',
      '',
    ].join('\n')
    await importFile(principal, whole)
    await importFile(principal, ofAi)
    expect(await billed()).toEqual([
      '01 actions_linux 0.06',
      '01 copilot_ai_credit, GPT-5.4 -3',
      '01 copilot_ai_credit, GPT-5.4 -1',
      '01 copilot_ai_credit, GPT-5.4 2',
      '01 copilot_ai_credit, GPT-5.4 3',
      '01 copilot_for_business 19',
    ])
    await requireBalancedBooks(principal)
  })

  it('undone in the middle of three leaves the latest', async () => {
    const ids: string[] = []
    for (const amount of ['1', '2', '3']) {
      ids.push((await importFile(principal, openaiCost([[0, amount, 'gpt-5, input']]))).id)
    }
    await undoImport(principal, { id: ids[1] as string })
    expect(await billed()).toEqual(['01 gpt-5, input 3'])
    await requireBalancedBooks(principal)
    await undoImport(principal, { id: ids[2] as string })
    expect(await billed()).toEqual(['01 gpt-5, input 1'])
    await requireBalancedBooks(principal)
  })
})

/** Amazon's report of August: [day, amount, usage type]. */
function cur(rows: readonly (readonly [number, string, string])[]): string {
  return [
    'bill_payer_account_id,line_item_product_code,line_item_line_item_type,line_item_usage_type,line_item_usage_start_date,line_item_unblended_cost,line_item_currency_code',
    ...rows.map(
      ([day, amount, type]) =>
        `1,AmazonBedrock,Usage,${type},2026-08-${String(day).padStart(2, '0')}T00:00:00Z,${amount},USD`,
    ),
    '',
  ].join('\n')
}

describe('lines that two imports tell in the same words', () => {
  it('pass to the later import when the first is undone, and so on', async () => {
    const file = openaiCost([
      [0, '1', 'gpt-5, input'],
      [1, '2', 'gpt-5, input'],
    ])
    const first = await importFile(principal, file)
    const second = await importFile(principal, file)
    const third = await importFile(principal, file)
    await undoImport(principal, { id: first.id })
    expect(await billed()).toEqual(['01 gpt-5, input 1', '02 gpt-5, input 2'])
    expect((await getImport(principal, { id: second.id })).import).toMatchObject({
      rows_read: '2',
      accepted: '2',
      duplicate: '0',
      billed: { rows: '2', amounts: [{ currency: 'USD', amount: '3' }] },
    })
    await requireBalancedBooks(principal)
    const restating = await importFile(principal, openaiCost([[1, '2.5', 'gpt-5, input']]))
    await undoImport(principal, { id: second.id })
    expect(await billed()).toEqual(['01 gpt-5, input 1', '02 gpt-5, input 2.5'])
    await requireBalancedBooks(principal)
    await undoImport(principal, { id: restating.id })
    expect(await billed()).toEqual(['01 gpt-5, input 1', '02 gpt-5, input 2'])
    await undoImport(principal, { id: third.id })
    expect(await billed()).toEqual([])
    await requireBalancedBooks(principal)
  })

  it('keep the older value behind a later one that was told twice', async () => {
    await importFile(principal, openaiCost([[0, '1', 'gpt-5, input']]))
    const newer = await importFile(principal, openaiCost([[0, '2', 'gpt-5, input']]))
    const again = await importFile(principal, openaiCost([[0, '2', 'gpt-5, input']]))
    await undoImport(principal, { id: newer.id })
    expect(await billed()).toEqual(['01 gpt-5, input 2'])
    await requireBalancedBooks(principal)
    await undoImport(principal, { id: again.id })
    expect(await billed()).toEqual(['01 gpt-5, input 1'])
    await requireBalancedBooks(principal)
  })
})

describe('a newer report of a whole statement', () => {
  it('withdraws lines it lost within its days, and leaves other parts and other days', async () => {
    const first = await importFile(
      principal,
      cur([
        [1, '1', 'a'],
        [1, '2', 'b'],
        [9, '9', 'a'],
      ]),
    )
    await importFile(principal, cur([[1, '5', 'part-two']]))
    const newer = await importFile(
      principal,
      cur([
        [1, '1.5', 'a'],
        [2, '3', 'a'],
      ]),
    )
    expect(newer).toMatchObject({ accepted: '2', restated: '1', billed: { withdrawn: '1' } })
    expect(await billed()).toEqual(['01 a 1.5', '01 part-two 5', '02 a 3', '09 a 9'])
    const { billed: shown } = await getImport(principal, { id: newer.id })
    expect(shown?.restated.rows.map((row) => [row.line, row.before, row.after])).toEqual([
      ['b', '2', null],
      ['a', '1', '1.5'],
    ])
    await requireBalancedBooks(principal)
    const newest = await importFile(
      principal,
      cur([
        [1, '1.75', 'a'],
        [2, '3', 'a'],
      ]),
    )
    await undoImport(principal, { id: newer.id })
    // The newest export told the second day as well: the line is its now.
    expect(await billed()).toEqual(['01 a 1.75', '01 part-two 5', '02 a 3', '09 a 9'])
    await requireBalancedBooks(principal)
    await undoImport(principal, { id: newest.id })
    expect(await billed()).toEqual(['01 a 1', '01 b 2', '01 part-two 5', '09 a 9'])
    await undoImport(principal, { id: first.id })
    expect(await billed()).toEqual(['01 part-two 5'])
    await requireBalancedBooks(principal)
  })
})

/** Cost Explorer's answer: [first day, first day after, amount, service]. */
function costExplorer(groups: readonly (readonly [string, string, string, string])[]): string {
  return JSON.stringify({
    GroupDefinitions: [{ Type: 'DIMENSION', Key: 'SERVICE' }],
    ResultsByTime: groups.map(([start, end, amount, service]) => ({
      TimePeriod: { Start: start, End: end },
      Total: {},
      Groups: [{ Keys: [service], Metrics: { UnblendedCost: { Amount: amount, Unit: 'USD' } } }],
      Estimated: false,
    })),
    DimensionValueAttributes: [],
  })
}

describe('a month told in one sum', () => {
  const days = costExplorer([
    ['2026-08-01', '2026-08-02', '1', 'Amazon Bedrock'],
    ['2026-08-05', '2026-08-06', '2', 'Amazon Bedrock'],
  ])

  it('takes the place of its days, and its undo brings them back', async () => {
    await importFile(principal, days)
    const month = await importFile(principal, costExplorer([['2026-08-01', '2026-09-01', '31', 'Amazon Bedrock']]))
    expect(month).toMatchObject({ accepted: '1', billed: { withdrawn: '2' } })
    expect(await billed()).toEqual(['01 Amazon Bedrock 31'])
    const { billed: shown } = await getImport(principal, { id: month.id })
    expect(shown?.restated.sums).toEqual([{ currency: 'USD', difference: '28' }])
    await requireBalancedBooks(principal)
    await undoImport(principal, { id: month.id })
    expect(await billed()).toEqual(['01 Amazon Bedrock 1', '05 Amazon Bedrock 2'])
    await requireBalancedBooks(principal)
  })

  it('gives way to days of it, told later, whichever they are', async () => {
    const month = await importFile(principal, costExplorer([['2026-08-01', '2026-09-01', '31', 'Amazon Bedrock']]))
    const later = await importFile(principal, costExplorer([['2026-08-05', '2026-08-06', '2', 'Amazon Bedrock']]))
    expect(await billed()).toEqual(['05 Amazon Bedrock 2'])
    await requireBalancedBooks(principal)
    await undoImport(principal, { id: later.id })
    expect(await billed()).toEqual(['01 Amazon Bedrock 31'])
    await undoImport(principal, { id: month.id })
    expect(await billed()).toEqual([])
  })

  it('counts once with its days in one archive, as the later file tells it', async () => {
    const month = costExplorer([['2026-08-01', '2026-09-01', '31', 'Amazon Bedrock']])
    const [first, second] = [
      { name: 'days.json', content: days },
      { name: 'month.json', content: month },
    ]
    await importFile(principal, zipOf([first, second]))
    expect(await billed()).toEqual(['01 Amazon Bedrock 31'])
    await importFile(principal, zipOf([second, first]))
    expect(await billed()).toEqual(['01 Amazon Bedrock 1', '05 Amazon Bedrock 2'])
    await requireBalancedBooks(principal)
  })

  it('is told again when more of it is over', async () => {
    const first = await importFile(principal, costExplorer([['2026-08-01', '2026-08-20', '19', 'Amazon Bedrock']]))
    await importFile(principal, costExplorer([['2026-08-01', '2026-09-01', '31', 'Amazon Bedrock']]))
    expect(await billed()).toEqual(['01 Amazon Bedrock 31'])
    await undoImport(principal, { id: first.id })
    expect(await billed()).toEqual(['01 Amazon Bedrock 31'])
    await requireBalancedBooks(principal)
  })

  it('leaves the days of other months', async () => {
    await importFile(principal, costExplorer([['2026-07-31', '2026-08-01', '7', 'Amazon Bedrock']]))
    await importFile(principal, costExplorer([['2026-09-01', '2026-09-02', '9', 'Amazon Bedrock']]))
    await importFile(principal, `${days}\n${costExplorer([['2026-08-03', '2026-08-04', '3', 'Amazon S3']])}`)
    await importFile(principal, costExplorer([['2026-08-01', '2026-09-01', '31', 'Amazon Bedrock']]))
    expect(await billed()).toEqual(['31 Amazon Bedrock 7', '01 Amazon Bedrock 31', '01 Amazon Bedrock 9'])
    await requireBalancedBooks(principal)
  })
})

describe('the month as it was billed', () => {
  it('stands beside what the same days cost by our prices, other money apart, other services left out', async () => {
    await insertTestPrices()
    await importFile(
      principal,
      usageCsv([
        { id: 'a', timestamp: '2026-08-01T10:00:00Z', input: 1_000_000, output: 0 },
        { id: 'b', timestamp: '2026-08-02T10:00:00Z', input: 2_000_000, output: 0 },
        { id: 'c', timestamp: '2026-08-02T10:00:00Z', model: 'no-such-model', input: 5, output: 0 },
        { id: 'd', timestamp: '2026-08-20T10:00:00Z', input: 4_000_000, output: 0 },
      ]),
    )
    await importFile(
      principal,
      openaiCost([
        [0, '1.30', 'gpt-5, input'],
        [1, '2.5000000000000000000000001', 'gpt-5, input'],
      ]),
    )
    await importFile(
      principal,
      [
        'BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,InvoiceIssuerName,BillingAccountId,ServiceName,ChargeCategory',
        '7,EUR,2026-08-01,2026-09-01,Microsoft,m,Azure OpenAI,Usage',
        '1.33,EUR,2026-08-01,2026-09-01,Microsoft,m,Azure OpenAI,Tax',
        '900,EUR,2026-08-01,2026-09-01,Microsoft,m,Virtual Machines,Usage',
        '',
      ].join('\n'),
    )
    expect((await readBilledMonth(principal, { month: '2026-08' })).hosts).toEqual([
      {
        host: 'azure',
        currency: 'EUR',
        billed: '7',
        others: [{ category: 'tax', amount: '1.33' }],
        days: 31,
        computed: null,
        unpriced_records: '0',
        difference: null,
      },
      {
        host: 'openai',
        currency: 'USD',
        billed: '3.8000000000000000000000001',
        others: [],
        days: 2,
        // (1 + 2) million tokens at 1.25; the fourth record is on a day that the bill does not cover.
        computed: '3.75',
        unpriced_records: '1',
        difference: '0.0500000000000000000000001',
      },
    ])
    const { lines } = await readBilledLines(principal, { month: '2026-08' })
    expect(lines.filter((line) => line.host === 'openai')).toMatchObject([
      { from: '2026-08-01', to: '2026-08-02', line: 'gpt-5, input', model: 'gpt-5', meter: 'input', amount: '1.3' },
      { from: '2026-08-02', to: '2026-08-03', amount: '2.5000000000000000000000001' },
    ])
    await requireBalancedBooks(principal)
  })

  it('takes nothing from a bill that was exported here: nobody billed what was computed', async () => {
    const own = [
      'BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,InvoiceIssuerName,x_TokentabBill',
      '7,USD,2026-08-01,2026-09-01,OpenAI,2026-08',
      '',
    ].join('\n')
    expect(await importFile(principal, own)).toMatchObject({
      status: 'committed',
      rows_read: '0',
      accepted: '0',
      problem: { code: 'OWN_EXPORT' },
    })
    expect(await billed()).toEqual([])
    await requireBalancedBooks(principal)
  })
})
