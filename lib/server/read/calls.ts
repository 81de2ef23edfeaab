/** Records with their charge lines, page by page: `GET /api/v1/calls` and the calls screen. */
import 'server-only'
import { addUsd, subtractUsd, type Usd, usdFromText, usdToText, ZERO_USD } from '../../core/money/usd'
import type { PriceEntry } from '../../core/price/entry'
import { chargeLineToJson } from '../../core/price/price-call'
import { applySelection } from '../../core/price/price-usage'
import { lineOf, STANDARD } from '../../core/price/situation'
import type { CallFilter, CallPage, CallView, ChargeLineView } from '../../core/report/call-view'
import type { Problem } from '../../core/result'
import { isoOf, parseInstant } from '../../core/time/instant'
import { isMeter, type OtherMeter } from '../../core/usage/meter'
import { authorise, type Principal } from '../auth/principal'
import { type CallPlace, type CallQuery, type CallRow, countSetAside, listCalls } from '../db/calls'
import { dimensionValues } from '../db/dimension'
import { type MeterTotal, meterTotal } from '../db/meter-total'
import { otherCurrencySums } from '../db/other-currency'
import { priceEntriesByIds } from '../db/price-book'
import { COST_CURRENCY, type PriceSetLine, priceSetLines, unpricedReasonOf } from '../db/price-set'
import { type LineFilter, type SpendDimension, type SpendFilter, sumSpend } from '../db/spend'
import { readConsistently } from '../db/transaction'
import { AppError } from '../errors'

const PAGE_ROWS = 50
export const MAX_PAGE_ROWS = 1_000
const DIMENSIONS = ['host', 'model', 'project', 'api_key', 'user'] as const satisfies SpendDimension[]
const STATUS = ['ok', 'error', 'cancelled'] as const

export interface CallsInput {
  readonly filter: CallFilter
  /** `next` of the page before; null for the first. */
  readonly cursor: string | null
  readonly limit?: number
}

/** Newest first. Throws INVALID_REQUEST for a cursor or an instant that cannot be read. */
export async function readCalls(principal: Principal, input: CallsInput): Promise<CallPage> {
  authorise(principal, 'usage.read')
  const { workspaceId } = principal
  const limit = Math.min(input.limit ?? PAGE_ROWS, MAX_PAGE_ROWS)
  const after = input.cursor === null ? null : placeOf(input.cursor)
  const { filter, ...period } = callQueryOf(input.filter)
  return await readConsistently(async (connection) => {
    const rows = await listCalls(connection, workspaceId, { ...period, filter, after, limit: limit + 1 })
    const shown = rows.slice(0, limit)
    const names = await dimensionValues(connection, workspaceId, shown.flatMap(idsOf))
    const sets = await priceSetLines(
      connection,
      workspaceId,
      shown.map((row) => row.price_set_id),
    )
    const entryIds = [...sets.values()].flat().flatMap((line) => [line.price_id, ...line.multiplier_ids])
    const entries = await priceEntriesByIds(workspaceId, entryIds, connection)
    const [total] = await sumSpend(connection, workspaceId, { ...period, groups: [], filter, offset: 0, limit: null })
    const priced = { ...period, filter, groups: [] }
    const others = await otherCurrencySums(connection, workspaceId, priced)
    const meter = filter.line === undefined ? null : await meterTotal(connection, workspaceId, priced, filter.line)
    const aside = await countSetAside(connection, workspaceId, { ...period, filter })
    if (total === undefined) throw new Error('a sum without groups has one row')
    const last = shown.at(-1)
    return {
      items: shown.map((row) => viewOf(row, names, linesOf(row, sets.get(row.price_set_id) ?? [], entries))),
      next: rows.length > limit && last !== undefined ? `${last.ts.getTime()}.${last.dedup_key}` : null,
      total: {
        records: total.records,
        cost: total.cost,
        other_currencies: others.map(({ currency, amount }) => ({ currency, cost: usdToText(amount) })),
        meter: meter === null || filter.line === undefined ? null : meterView(filter.line.meter, meter),
        unpriced_records: others
          .reduce((left, one) => left - one.unpricedRecords, BigInt(total.unpricedRecords))
          .toString(),
        set_aside_records: aside,
      },
    }
  })
}

/** What the filter of a list of calls means. Throws INVALID_REQUEST for an instant that cannot be read. */
export function callQueryOf(filter: CallFilter): CallQuery {
  return { fromMs: instantOf(filter.from), toMs: instantOf(filter.to), filter: filterOf(filter) }
}

function meterView(meter: string, total: MeterTotal): CallPage['total']['meter'] {
  return {
    meter,
    quantity: total.quantity.toString(),
    amounts: total.amounts.map(({ currency, amount }) => ({ currency, amount: usdToText(amount) })),
  }
}

function filterOf(filter: CallFilter): SpendFilter {
  const { service_tier: tier } = filter
  return {
    dimensions: [
      ...DIMENSIONS.flatMap((name) => {
        const value = filter[name]
        return value === undefined ? [] : [{ name, values: [value] }]
      }),
      // Sources that name no tier are standard, and bills say so.
      ...(tier === undefined
        ? []
        : [{ name: 'service_tier' as const, values: tier === '' || tier === STANDARD ? ['', STANDARD] : [tier] }]),
    ],
    ...(filter.meter === undefined ? {} : { line: lineFilterOf(filter.meter, filter.price) }),
    tags: [],
    importNo: filter.import_no ?? null,
    unpriced: filter.unpriced === true,
  }
}

function lineFilterOf(meter: string, price: string | undefined): LineFilter {
  if (!isMeter(meter)) throw new AppError('INVALID_REQUEST', `${JSON.stringify(meter)} is not a meter.`)
  const [id, ...multiplierIds] = price === undefined ? [] : price.split(',')
  return { meter, price: id === undefined ? null : { id, multiplierIds } }
}

function placeOf(cursor: string): CallPlace {
  const match = /^(\d{1,13})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(cursor)
  if (match === null) throw new AppError('INVALID_REQUEST', 'The cursor is not one of this list.')
  return { ms: Number.parseInt(match[1] as string, 10), dedupKey: match[2] as string }
}

function instantOf(text: string): number {
  const parsed = parseInstant(text, 'refuse')
  if (parsed.ok) return parsed.value
  throw new AppError('INVALID_REQUEST', `${JSON.stringify(text)} is not a time like 2026-09-01T00:00:00Z.`)
}

function idsOf(row: CallRow): number[] {
  return [row.host_id, row.model_id, row.project_id, row.api_key_id, row.user_id, row.service_tier_id, row.region_id]
}

/** The charge as it was made: the stored entries times the stored quantities. */
function linesOf(
  row: CallRow,
  set: readonly PriceSetLine[],
  entries: ReadonlyMap<string, PriceEntry>,
): { readonly lines: readonly ChargeLineView[]; readonly currency: string; readonly sum: Usd } {
  const lines = set.map((line) => {
    if (!isMeter(line.meter)) throw new Error(`a price set names no meter: ${line.meter}`)
    const multipliers = line.multiplier_ids.map((id) => entryOf(entries, id))
    return lineOf(line.meter, entryOf(entries, line.price_id), multipliers)
  })
  const charge = applySelection(
    {
      key: '',
      model: '',
      lines,
      problem: null,
      currency: 'USD',
      free: false,
      omitted: [],
      splitsReasoning: lines.some((line) => line.meter === 'reasoning'),
    },
    {
      requests: row.requests === null ? null : BigInt(row.requests),
      quantities: {
        input: BigInt(row.input_tokens),
        cacheRead: BigInt(row.cache_read_tokens),
        cacheWrite5m: BigInt(row.cache_write_5m_tokens),
        cacheWrite1h: BigInt(row.cache_write_1h_tokens),
        output: BigInt(row.output_tokens),
        reasoning: BigInt(row.reasoning_tokens),
        other: otherOf(row),
      },
    },
  )
  const sum = charge.lines.reduce((total, line) => addUsd(total, line.amount), ZERO_USD)
  if (row.cost !== null && sum !== usdFromText(row.cost)) {
    throw new Error(`the lines of record ${row.dedup_key} sum to ${usdToText(sum)}, its cost is ${row.cost}`)
  }
  return {
    lines: charge.lines.map((line) => chargeLineToJson(line) as unknown as ChargeLineView),
    currency: lines[0]?.entry.currency ?? COST_CURRENCY,
    sum,
  }
}

function otherOf(row: CallRow): ReadonlyMap<OtherMeter, bigint> | null {
  if (row.other_quantities === null) return null
  return new Map(
    Object.entries(row.other_quantities).map(([meter, quantity]) => [meter as OtherMeter, BigInt(quantity)]),
  )
}

function entryOf(entries: ReadonlyMap<string, PriceEntry>, id: string): PriceEntry {
  const entry = entries.get(id)
  if (entry === undefined) throw new Error(`the ledger has no price entry ${id}`)
  return entry
}

function viewOf(
  row: CallRow,
  names: ReadonlyMap<number, string>,
  { lines, currency, sum }: { readonly lines: readonly ChargeLineView[]; readonly currency: string; readonly sum: Usd },
): CallView {
  // Stored costs are dollars; what is priced in another currency costs what its lines sum to, in that currency.
  const cost = row.cost === null && currency !== COST_CURRENCY ? usdToText(sum) : row.cost
  const host = names.get(row.host_id) ?? ''
  const model = names.get(row.model_id) ?? ''
  return {
    id: row.dedup_key,
    timestamp: isoOf(row.ts.getTime()),
    bucket_seconds: row.bucket_seconds,
    host,
    model,
    project: names.get(row.project_id) ?? null,
    api_key: names.get(row.api_key_id) ?? null,
    user: names.get(row.user_id) ?? null,
    service_tier: names.get(row.service_tier_id) ?? 'standard',
    region: names.get(row.region_id) ?? null,
    requests: row.requests,
    input: row.input_tokens,
    cache_read: row.cache_read_tokens,
    cache_write_5m: row.cache_write_5m_tokens,
    cache_write_1h: row.cache_write_1h_tokens,
    output: row.output_tokens,
    reasoning: row.reasoning_tokens,
    status: STATUS[row.status] ?? 'ok',
    latency_ms: row.latency_ms,
    cost,
    currency,
    reason: cost === null ? reasonOf(unpricedReasonOf(row.unpriced_code), host, model) : null,
    reported_cost: row.reported_cost,
    reported_currency: row.reported_currency,
    reported_difference: differenceOf(row),
    lines: cost === null ? [] : lines,
    set_aside_by: row.set_aside_by,
    import_no: row.import_no,
    source_line: row.source_line,
  }
}

/** Reported − computed; null unless both are dollars. */
function differenceOf(row: Pick<CallRow, 'cost' | 'reported_cost' | 'reported_currency'>): string | null {
  if (row.cost === null || row.reported_cost === null || row.reported_currency !== 'USD') return null
  return usdToText(subtractUsd(usdFromText(row.reported_cost), usdFromText(row.cost)))
}

const REASONS: Readonly<Record<string, (host: string, model: string) => Omit<Problem, 'code'>>> = {
  HOST_UNKNOWN: (host) => ({
    message: `The price book has no host "${host}".`,
    remedy: 'Name the provider that bills the call, or add prices for this host.',
  }),
  MODEL_UNKNOWN: (host, model) => ({
    message: `The price book has no model "${model}" at ${host}.`,
    remedy: 'Add a price for it, or a name that stands for a model of the book.',
  }),
  NO_PRICE_AT_TIME: (host, model) => ({
    message: `There is no price of "${model}" at ${host} for this time.`,
    remedy: 'Add a dated price for this time, with its source.',
  }),
  METER_UNPRICED: (_host, model) => ({
    message: `One of the quantities of this call has no price for "${model}".`,
    remedy: 'Add a price entry for that meter, with its source.',
  }),
  FOREIGN_CURRENCY: (_host, model) => ({
    message: `"${model}" was priced in another currency before bills told of those.`,
    remedy: 'Re-price the month: its amount is then kept in that currency.',
  }),
  BUCKET_SPANS_PRICES: (_host, model) => ({
    message: `The price of "${model}" changes inside this bucket.`,
    remedy: 'Import hourly rows or single calls for this time.',
  }),
}

function reasonOf(code: string, host: string, model: string): Problem {
  const words = REASONS[code]?.(host, model)
  return {
    code,
    message: words?.message ?? `The price book cannot price "${model}" at ${host} as this record has it.`,
    remedy: words?.remedy ?? 'Look at the prices of the model, and correct or add what is missing.',
  }
}
