/** A stated demand as hours of calls, like those of the rollup: sums are exact whatever the shape of the hours. */
import { divideRounded } from '../money/decimal'
import { addUsd, divide, type Usd, usdFromAtto, usdFromText, ZERO_USD } from '../money/usd'
import { err, ok, type Result } from '../result'
import { contextBandOfLengths } from '../rollup/context-band'
import { HOUR_MS, type InstantMs, monthOf, type Period } from '../time/instant'
import type { Quantities } from '../usage/record'
import { type HourDemand, hourOfWeek } from './fleet/demand'
import { type UsageSlice, withPools } from './replay/usage-slice'
import type { SimulationProblem } from './simulation'
import type { StatedDemand } from './stated-demand-schema'

/** A published month. */
export const STATED_MONTH_HOURS = 730

/** Hours of a working day in the profile business_hours, UTC. */
const OPENS = 9
const CLOSES = 18

/** Prices one hour's calls; an error says why they have no price. */
export type PriceHour = (slice: UsageSlice) => Result<Usd, SimulationProblem>

/**
 * One slice for every hour. Calls and tokens of the whole period are the stated ones rounded once, shared among the hours by
 * their weights with what rounding leaves carried on, so that the hours add up to them.
 */
export function statedSlices(
  demand: StatedDemand,
  requestsPerMonth: number,
  period: Period,
  priceHour: PriceHour,
): Result<UsageSlice[], SimulationProblem> {
  const hours = Math.max(1, Math.round((period.endMs - period.startMs) / HOUR_MS))
  const requests = (requestsPerMonth * hours) / STATED_MONTH_HOURS
  const whole = (perRequest: number) => BigInt(Math.round(requests * perRequest))
  const prompt = whole(demand.input_tokens)
  const cached = whole(demand.input_tokens * demand.cached_fraction)
  const totals = { requests: whole(1), input: prompt - cached, cached, output: whole(demand.output_tokens) }
  const steps = stepsOf(demand, period.startMs, hours)
  const all = steps[hours] as bigint
  const slices: UsageSlice[] = []
  for (let hour = 0; hour < hours; hour += 1) {
    const from = steps[hour] as bigint
    const to = steps[hour + 1] as bigint
    const part = (total: bigint) =>
      divideRounded(total * to, all, 'half_up') - divideRounded(total * from, all, 'half_up')
    const atMs = period.startMs + hour * HOUR_MS
    const slice: UsageSlice = {
      atMs,
      grainSeconds: 3600,
      month: monthOf(atMs),
      host: demand.host ?? 'stated',
      model: demand.model ?? 'stated',
      project: null,
      apiKey: null,
      tags: null,
      serviceTier: 'standard',
      region: null,
      contextBand: contextBandOfLengths(demand.input_tokens, demand.output_tokens),
      records: part(totals.requests),
      requests: part(totals.requests),
      quantities: quantitiesOf(part(totals.input), part(totals.cached), part(totals.output)),
      cost: ZERO_USD,
    }
    if (slice.requests === 0n && slice.quantities.output === 0n && slice.quantities.input === 0n) continue
    const cost = priceHour(slice)
    if (!cost.ok) return err(cost.error)
    slices.push({ ...slice, cost: cost.value })
  }
  return ok(withPools(slices))
}

function quantitiesOf(input: bigint, cacheRead: bigint, output: bigint): Quantities {
  return { input, cacheRead, cacheWrite5m: 0n, cacheWrite1h: 0n, output, reasoning: 0n, other: null }
}

/** Weights of the hours summed up to each, in millionths. */
function stepsOf(demand: StatedDemand, startMs: InstantMs, hours: number): bigint[] {
  const steps: bigint[] = [0n]
  for (let hour = 0; hour < hours; hour += 1) {
    const weight = BigInt(Math.round(weightOf(demand.profile, startMs + hour * HOUR_MS) * 1e6))
    steps.push((steps[hour] as bigint) + weight)
  }
  // A short period may miss every hour with calls: then they are even.
  return steps[hours] === 0n ? steps.map((_, hour) => BigInt(hour)) : steps
}

function weightOf(profile: StatedDemand['profile'], ms: InstantMs): number {
  const slot = hourOfWeek(ms)
  if (profile === 'flat') return 1
  if (profile === 'business_hours') return slot < 5 * 24 && slot % 24 >= OPENS && slot % 24 < CLOSES ? 1 : 0
  return profile[profile.length === 24 ? slot % 24 : slot] ?? 0
}

/** At stated prices; without any the calls cost nothing that is known. */
export function statedPrice(price: NonNullable<StatedDemand['price']>): PriceHour {
  const rates = {
    input: usdFromText(price.input_per_million),
    cached: usdFromText(price.cached_input_per_million ?? price.input_per_million),
    output: usdFromText(price.output_per_million),
  }
  const perRequest = usdFromText(price.per_request)
  return ({ quantities, requests }) => {
    const tokens =
      quantities.input * rates.input + quantities.cacheRead * rates.cached + quantities.output * rates.output
    const cost = divide(usdFromAtto(tokens), { numerator: 1n, denominator: 1_000_000n, mode: 'half_even' })
    return ok(addUsd(cost, usdFromAtto(perRequest * requests)))
  }
}

/** Slices of single hours as a fleet sees them; those without a price are left out. */
export function demandOfSlices(slices: readonly UsageSlice[]): HourDemand[] {
  return slices.flatMap(({ cost, atMs, requests, quantities }) => {
    if (cost === null) return []
    return [
      {
        startMs: atMs,
        requests: Number(requests),
        inputTokens: Number(quantities.input + quantities.cacheRead),
        cachedTokens: Number(quantities.cacheRead),
        outputTokens: Number(quantities.output),
        cost,
      },
    ]
  })
}
