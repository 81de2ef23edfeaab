/** Spend over a period by any dimensions: `GET /api/v1/spend`. */
import 'server-only'
import { z } from 'zod'
import { subtractUsd, usdFromText, usdToText } from '../../core/money/usd'
import { parseInstant } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { type CurrencySum, otherCurrencySums } from '../db/other-currency'
import { pool } from '../db/pool'
import {
  importNoOf,
  type SpendDimension,
  type SpendFilter,
  type SpendGroupBy,
  type SpendSums,
  sumSpend,
} from '../db/spend'
import { readConsistently } from '../db/transaction'
import { AppError } from '../errors'

const DIMENSIONS = ['host', 'model', 'project', 'api_key', 'user', 'service_tier'] as const satisfies SpendDimension[]
const MEASURES = ['cost', 'requests', 'tokens'] as const
type Measure = (typeof MEASURES)[number]
const MAX_GROUPS = 6
/** Rows of one reply; `next` leads to the following ones. */
const PAGE_ROWS = 50_000
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** The query as it stands in the URL: `filter.NAME` keys are read apart because tags are free names. */
export const spendQuery = z.record(z.string(), z.string().max(4_000))
const KNOWN = new Set(['from', 'to', 'group_by', 'measure', 'cursor'])

export interface SpendReply {
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  readonly total: Readonly<Record<string, unknown>>
  /** Cursor of the following rows; null when these are all. */
  readonly next: string | null
}

/** Throws INVALID_REQUEST naming the parameter that cannot be read. */
export async function readSpend(principal: Principal, query: z.output<typeof spendQuery>): Promise<SpendReply> {
  authorise(principal, 'usage.read')
  const { workspaceId } = principal
  const groups = groupsOf(query.group_by)
  const measures = measuresOf(query.measure)
  const filter = await filterOf(workspaceId, query)
  const period = { fromMs: instantOf('from', query.from), toMs: instantOf('to', query.to) }
  const offset = cursorOf(query.cursor)
  const { found, total, foreign, foreignTotal } = await readConsistently(async (connection) => {
    return {
      found: await sumSpend(connection, workspaceId, { ...period, groups, filter, offset, limit: PAGE_ROWS + 1 }),
      total: await sumSpend(connection, workspaceId, { ...period, groups: [], filter, offset: 0, limit: null }),
      foreign: await otherCurrencySums(connection, workspaceId, { ...period, groups, filter }),
      foreignTotal: await otherCurrencySums(connection, workspaceId, { ...period, groups: [], filter }),
    }
  })
  const sum = total[0]
  if (sum === undefined) throw new Error('a sum without groups has one row')
  // Without groups the total is the only row; of no records there is none.
  const rows = groups.length === 0 && sum.records === '0' ? [] : found.slice(0, PAGE_ROWS)
  const byKeys = new Map<string, CurrencySum[]>()
  for (const one of foreign) {
    const key = JSON.stringify(one.keys)
    byKeys.set(key, [...(byKeys.get(key) ?? []), one])
  }
  return {
    rows: rows.map((row) => ({
      ...keysOf(groups, row),
      ...measured(row, measures, byKeys.get(JSON.stringify(row.keys)) ?? []),
    })),
    total: measured(sum, measures, foreignTotal),
    next: found.length > PAGE_ROWS ? String(offset + PAGE_ROWS) : null,
  }
}

function keysOf(groups: readonly SpendGroupBy[], row: SpendSums): Record<string, string | null> {
  return Object.fromEntries(groups.map((group, index) => [nameOf(group), row.keys[index] ?? null]))
}

function nameOf(group: SpendGroupBy): string {
  return group.kind === 'time' ? group.unit : group.kind === 'tag' ? `tag.${group.name}` : group.name
}

/** Reported − computed; null unless both are about the same records, since a part compared with a whole says nothing. */
function reportedDifference(row: SpendSums): string | null {
  if (row.reportedCost === null || row.reportedRecords !== row.records || row.unpricedRecords !== '0') return null
  return usdToText(subtractUsd(usdFromText(row.reportedCost), usdFromText(row.cost)))
}

/** A count of what has no dollar amount, less what is priced in another currency. */
function unpricedOf(text: string, foreign: readonly CurrencySum[], of: (sum: CurrencySum) => bigint): string {
  return foreign.reduce((left, one) => left - of(one), BigInt(text)).toString()
}

function measured(
  row: SpendSums,
  measures: ReadonlySet<Measure>,
  foreign: readonly CurrencySum[],
): Record<string, unknown> {
  const everyCountUnknown = row.records !== '0' && row.records === row.uncountedRecords
  const nothingPriced = row.records !== '0' && row.records === row.unpricedRecords
  return {
    ...(measures.has('cost')
      ? {
          cost: nothingPriced ? null : row.cost,
          currency: 'USD',
          other_currencies: foreign.map(({ currency, amount }) => ({ currency, cost: usdToText(amount) })),
          reported_cost: row.reportedCost,
          reported_difference: reportedDifference(row),
        }
      : {}),
    ...(measures.has('requests') ? { requests: everyCountUnknown ? null : row.requests } : {}),
    ...(measures.has('tokens')
      ? {
          tokens: {
            input: row.input,
            cache_read: row.cacheRead,
            cache_write_5m: row.cacheWrite5m,
            cache_write_1h: row.cacheWrite1h,
            output: row.output,
            reasoning: row.reasoning,
          },
        }
      : {}),
    records: row.records,
    unpriced_requests: unpricedOf(row.unpricedRequests, foreign, (one) => one.unpricedRequests),
    unpriced_tokens: unpricedOf(row.unpricedTokens, foreign, (one) => one.unpricedTokens),
  }
}

function groupsOf(text: string | undefined): SpendGroupBy[] {
  const names = (text ?? '').split(',').filter((name) => name !== '')
  if (names.length > MAX_GROUPS || new Set(names).size !== names.length) {
    throw invalid('group_by', `names up to ${MAX_GROUPS} different groups`)
  }
  return names.map((name) => {
    if (name === 'hour' || name === 'day' || name === 'month') return { kind: 'time', unit: name }
    const dimension = DIMENSIONS.find((one) => one === name)
    if (dimension !== undefined) return { kind: 'dimension', name: dimension }
    if (name.startsWith('tag.') && name.length > 4) return { kind: 'tag', name: name.slice(4) }
    throw invalid('group_by', `is a list of hour, day, month, ${DIMENSIONS.join(', ')} and tag.NAME; "${name}" is none`)
  })
}

function measuresOf(text: string | undefined): ReadonlySet<Measure> {
  if (text === undefined) return new Set(MEASURES)
  const names = text.split(',').map((name) => MEASURES.find((measure) => measure === name))
  if (names.includes(undefined)) throw invalid('measure', `is a list of ${MEASURES.join(', ')}`)
  return new Set(names as Measure[])
}

function instantOf(name: 'from' | 'to', text: string | undefined): number | null {
  if (text === undefined) return null
  const month = /^\d{4}-\d{2}$/.test(text)
  const parsed = parseInstant(month ? `${text}-01` : text, 'refuse')
  if (!parsed.ok) throw invalid(name, 'is a date or an RFC 3339 time with its zone, like 2026-09-01')
  return parsed.value
}

async function filterOf(workspaceId: number, query: Readonly<Record<string, string>>): Promise<SpendFilter> {
  const dimensions: { name: SpendDimension; values: string[] }[] = []
  const tags: { name: string; values: string[] }[] = []
  let importNo: number | null = null
  for (const [key, text] of Object.entries(query)) {
    if (KNOWN.has(key)) continue
    const name = key.startsWith('filter.') ? key.slice('filter.'.length) : null
    const dimension = DIMENSIONS.find((one) => one === name)
    if (dimension !== undefined) dimensions.push({ name: dimension, values: valuesOf(text) })
    else if (name?.startsWith('tag.') === true) tags.push({ name: name.slice(4), values: valuesOf(text) })
    else if (name === 'import') importNo = await importOf(workspaceId, text)
    else throw invalid(key, 'is not a parameter of this request')
  }
  return { dimensions, tags, importNo, unpriced: false }
}

const VALUE = /"((?:[^"]|"")*)"(?=,|$)|[^,]*/y

/** Values separated by commas; one that holds a comma itself stands in double quotes, with two for each of its own. */
function valuesOf(text: string): string[] {
  const values: string[] = []
  for (let at = 0; at <= text.length; at += 1) {
    VALUE.lastIndex = at
    const [whole = '', quoted] = VALUE.exec(text) ?? []
    values.push(quoted?.replaceAll('""', '"') ?? whole)
    at += whole.length
  }
  return values
}

async function importOf(workspaceId: number, text: string): Promise<number> {
  const no = UUID.test(text) ? await importNoOf(pool(), workspaceId, text) : null
  if (no === null) throw new AppError('NOT_FOUND', 'There is no such import.')
  return no
}

function cursorOf(text: string | undefined): number {
  if (text === undefined) return 0
  if (!/^\d{1,9}$/.test(text)) throw invalid('cursor', 'is not one of this list')
  return Number.parseInt(text, 10)
}

function invalid(name: string, what: string): AppError {
  return new AppError('INVALID_REQUEST', `The parameter ${name} ${what}.`)
}
