/**
 * One call as the price API takes it: a provider's usage object with the facts that prices ask for, priced from a book
 * or from rates given with the call. What is wrong with a call is in its charge, never an exception.
 */
import { z } from 'zod'
import { formatScaled, parseScaled } from '../money/decimal'
import { type Usd, usdToText } from '../money/usd'
import { err, ok, type Problem, type Result } from '../result'
import { type InstantMs, isoOf, parseInstant } from '../time/instant'
import { isMeter, isTokenMeter } from '../usage/meter'
import { isUsageApi, normaliseUsage, USAGE_APIS } from '../usage/normalise'
import type { ReportedCost } from '../usage/record'
import type { NormalisedUsage } from '../usage/shapes/shape'
import { compileBook, resolveHost } from './book'
import { RATE_PLACES } from './book-file'
import type { ChargeLine } from './charge'
import type { PriceableUsage, PriceBook } from './compiled'
import { conditionsOf, whenSchema } from './condition'
import type { PriceEntry } from './entry'
import { priceUsage } from './price-usage'

const text = z.string().max(300).nullish()
const digits = z.union([z.int().positive(), z.bigint().positive(), z.string().regex(/^[1-9]\d{0,18}$/)])
const decimal = z
  .union([z.int().nonnegative(), z.string().regex(/^\d{1,11}(\.\d+)?$/)])
  .transform((value) => String(value))

const rateSchema = z
  .strictObject({
    meter: z.string().refine(isMeter, 'is not a meter'),
    amount: decimal.optional(),
    unit_price: decimal.optional(),
    per: digits.optional(),
    currency: z.string().length(3).optional(),
    when: whenSchema.optional(),
  })
  .refine((rate) => (rate.amount === undefined) !== (rate.unit_price === undefined), 'needs amount or unit_price')

/** The keys of a call are fixed; the usage object inside is the provider's own and may hold anything. */
export const callSchema = z.strictObject({
  id: z.string().max(300).nullish(),
  provider: z.string().min(1).max(100),
  model: z.string().min(1).max(300),
  api: z.string(),
  /** RFC 3339; absent means now. */
  timestamp: z.string().nullish(),
  service_tier: text,
  region: text,
  speed: text,
  mode: text,
  context_size: text,
  usage: z.unknown(),
  rates: z.array(rateSchema).max(200).nullish(),
})

export type PriceCall = z.infer<typeof callSchema>

export interface PricedCall {
  readonly status: 'priced' | 'free' | 'unpriced' | 'invalid_usage'
  readonly cost: Usd | null
  readonly currency: string | null
  /** `partial`: unpriced, though some meters found a price; or priced without a fee that depends on an unstated fact. */
  readonly coverage: 'full' | 'partial' | 'none'
  readonly lines: readonly ChargeLine[]
  readonly host: string
  readonly model: string
  readonly reason: Problem | null
  readonly reportedCost: ReportedCost | null
  /** The lines' prices came with the call, so they have no id and no source. */
  readonly ownRates: boolean
}

/** Prices a call already parsed from JSON; `nowMs` stands in for a missing timestamp. */
export function priceCall(book: PriceBook, json: unknown, nowMs: InstantMs): PricedCall {
  const parsed = callSchema.safeParse(json)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const raw = (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>
    return refused('invalid_usage', nameOf(raw.provider), nameOf(raw.model), {
      code: 'CALL_INVALID',
      message: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a call'}`,
      remedy: 'Send the keys the API documents for a call, each of its type.',
    })
  }
  const call = parsed.data
  const host = resolveHost(book, call.provider)?.info.host ?? call.provider.toLowerCase()
  const startMs = startOf(call, nowMs)
  if (!startMs.ok) return refused('invalid_usage', host, call.model, startMs.error)
  if (!isUsageApi(call.api)) return refused('invalid_usage', host, call.model, apiUnknown(call.api))
  const usage = normaliseUsage(call.api, call.usage, { model: call.model })
  if (!usage.ok) return refused('invalid_usage', host, call.model, usage.error)
  const priceable = priceableOf(call, usage.value, host, startMs.value)
  if (call.rates === undefined || call.rates === null) return charged(book, priceable, usage.value, false)
  const own = ownBook(call.rates, startMs.value)
  if (!own.ok) return refused('unpriced', host, call.model, own.error)
  // Rates that name no tier or speed are meant for the call as it is.
  const namesTier = call.rates.some((rate) => rate.when?.service_tier !== undefined)
  const namesSpeed = call.rates.some((rate) => rate.when?.speed !== undefined)
  const facts = {
    ...priceable,
    host: OWN_HOST,
    model: OWN_MODEL,
    serviceTier: namesTier ? priceable.serviceTier : 'standard',
    speed: namesSpeed ? priceable.speed : null,
  }
  const priced = charged(own.value, facts, usage.value, true)
  const reason = priced.reason === null ? null : { ...OWN_RATES_LACK, code: priced.reason.code }
  return { ...priced, host, model: call.model, reason }
}

function charged(book: PriceBook, usage: PriceableUsage, from: NormalisedUsage, ownRates: boolean): PricedCall {
  const charge = priceUsage(book, usage)
  const base = { lines: charge.lines, host: usage.host, reportedCost: from.reportedCost, ownRates }
  if (charge.status === 'unpriced') {
    return {
      ...base,
      status: 'unpriced',
      cost: null,
      currency: null,
      coverage: charge.lines.length === 0 ? 'none' : 'partial',
      model: charge.model ?? usage.model,
      reason: charge.reason,
    }
  }
  const { status, cost, currency, model, omitted } = charge
  return { ...base, status, cost, currency, coverage: omitted.length === 0 ? 'full' : 'partial', model, reason: null }
}

function priceableOf(call: PriceCall, usage: NormalisedUsage, host: string, startMs: InstantMs): PriceableUsage {
  return {
    host,
    model: call.model,
    startMs,
    serviceTier: call.service_tier ?? usage.serviceTier ?? 'standard',
    region: call.region ?? usage.region,
    speed: call.speed ?? usage.speed,
    mode: call.mode ?? usage.mode,
    contextSize: call.context_size ?? usage.contextSize,
    promptTokens: usage.promptTokens,
    contextTier: null,
    requests: usage.requests,
    quantities: usage.quantities,
  }
}

function startOf(call: PriceCall, nowMs: InstantMs): Result<InstantMs, Problem> {
  if (call.timestamp === undefined || call.timestamp === null) return ok(nowMs)
  const parsed = parseInstant(call.timestamp, 'utc')
  if (parsed.ok) return ok(parsed.value)
  return err({
    code: 'TIMESTAMP_INVALID',
    message: `timestamp ${JSON.stringify(call.timestamp.slice(0, 60))} is not an instant.`,
    remedy: 'Send RFC 3339 in UTC, like 2026-07-15T12:00:00Z.',
  })
}

const OWN_RATES_LACK = {
  message: 'The rates sent with the call do not price every meter it uses, at its tier, speed and length.',
  remedy: 'Send a rate for each meter of the usage, or leave the rates out to use the book.',
}
const OWN_HOST = 'given'
const OWN_MODEL = 'given'

/** A book of one model from the rates of a call. */
function ownBook(rates: NonNullable<PriceCall['rates']>, startMs: InstantMs): Result<PriceBook, Problem> {
  if (rates.length === 0) return err(ratesInvalid('The list of rates is empty.'))
  const entries: PriceEntry[] = []
  for (const [index, rate] of rates.entries()) {
    const amount = (rate.amount ?? rate.unit_price) as string
    if (!isMeter(rate.meter) || !parseScaled(amount, RATE_PLACES).ok) {
      return err(ratesInvalid(`${amount} per ${rate.meter} has more than ${RATE_PLACES} decimal places.`))
    }
    const tokens = isTokenMeter(rate.meter) || rate.meter === 'reasoning'
    if (rate.per === undefined && !tokens) {
      return err(ratesInvalid(`The rate of ${rate.meter} does not say how many units it is for ("per").`))
    }
    entries.push({
      id: `rate ${index}`,
      host: OWN_HOST,
      model: OWN_MODEL,
      meter: rate.meter,
      kind: 'rate',
      per: rate.per === undefined ? 1_000_000n : BigInt(rate.per),
      amount,
      currency: (rate.currency ?? 'USD').toUpperCase(),
      fromMs: startMs,
      toMs: null,
      conditions: conditionsOf(rate.when ?? {}),
      book: 'contract',
      priority: 0,
      sourceUrl: '',
      checkedOn: isoOf(startMs).slice(0, 10),
      confidence: 'user',
    })
  }
  return ok(compileBook({ entries, aliases: [], hosts: [] }))
}

function ratesInvalid(message: string): Problem {
  return {
    code: 'RATES_INVALID',
    message,
    remedy: 'Correct the rates sent with the call, or leave them out to use the book.',
  }
}

function apiUnknown(api: string): Problem {
  return {
    code: 'API_UNKNOWN',
    message: `"${api.slice(0, 60)}" is not a usage shape.`,
    remedy: `Name the API the usage object came from: ${USAGE_APIS.join(', ')}.`,
  }
}

function nameOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 300) : ''
}

function refused(status: 'invalid_usage' | 'unpriced', host: string, model: string, reason: Problem): PricedCall {
  const nothing = {
    cost: null,
    currency: null,
    coverage: 'none',
    lines: [],
    reportedCost: null,
    ownRates: false,
  } as const
  return { ...nothing, status, host, model, reason }
}

/** The charge as the API writes it: amounts and counts as text. */
export function pricedCallToJson(priced: PricedCall): Readonly<Record<string, unknown>> {
  return {
    status: priced.status,
    cost: priced.cost === null ? null : usdToText(priced.cost),
    currency: priced.currency,
    coverage: priced.coverage,
    lines: priced.lines.map((line) => chargeLineToJson(line, priced.ownRates)),
    host: priced.host,
    model: priced.model,
    reason: priced.reason,
    ...(priced.reportedCost === null ? {} : { reported_cost: priced.reportedCost }),
  }
}

export function chargeLineToJson(line: ChargeLine, ownRates = false): Readonly<Record<string, unknown>> {
  const { entry } = line
  return {
    meter: line.meter,
    quantity: line.quantity.toString(),
    unit_price: formatScaled(scaledRate(entry), RATE_PLACES),
    per: entry.per.toString(),
    multiplier: factorOf(line.multipliers),
    amount: usdToText(line.amount),
    price_id: ownRates ? null : entry.id,
    source_url: ownRates ? null : entry.sourceUrl,
    effective_from: ownRates ? null : isoOf(entry.fromMs),
  }
}

/** The product of multipliers as decimal text; "1" for none. */
export function factorOf(multipliers: readonly PriceEntry[]): string {
  const product = multipliers.reduce((factor, entry) => factor * scaledRate(entry), 1n)
  return formatScaled(product, RATE_PLACES * multipliers.length)
}

function scaledRate(entry: PriceEntry): bigint {
  const parsed = parseScaled(entry.amount, RATE_PLACES)
  if (!parsed.ok) throw new Error(`price entry ${entry.id} has an impossible amount`)
  return parsed.value
}
