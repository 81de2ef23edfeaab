/** What the GPUs of a question cost: rented in a tier, or bought with everything that comes with it. */
import { addUsd, divide, type Usd, usdFromAtto, usdFromText } from '../money/usd'
import { err, ok, type Result } from '../result'
import type { ServingPoint } from './estimator/point'
import type { Capital } from './fleet/outlook'
import { BUY_DEFAULTS, type BuySettings, capitalOf, middleBuyPrice, ownedGpuMonth, usualRent } from './fleet/ownership'
import type { FleetSettings } from './fleet/plan'
import type { FullTarget } from './full-target'
import type { ScenarioAssumptions } from './scenario'
import { monthsToPay, type SimulationProblem } from './simulation'
import { STATED_MONTH_HOURS } from './stated-demand'

interface Question {
  readonly target: FullTarget
  readonly assumptions: ScenarioAssumptions
}

/** Rent over the on-demand one, in percent: contracts of a year are 30 to 50 % below; spot is assumed. */
export const TIER_PERCENT = { on_demand: 100n, reserved: 60n, spot: 50n } as const

export function gpuPriceOf(
  question: Question,
  card: ServingPoint,
  busy = 1,
): Result<FleetSettings['gpuPrice'], SimulationProblem> {
  const { target } = question
  if (target.acquire === 'rent') {
    if (target.price_per_gpu_hour !== undefined)
      return ok({ kind: 'rent', hour: usdFromText(target.price_per_gpu_hour) })
    const usual = usualRent(card.gpu)
    if (usual !== null) {
      const numerator = TIER_PERCENT[target.price_tier]
      return ok({ kind: 'rent', hour: divide(usdFromText(usual), { numerator, denominator: 100n, mode: 'half_even' }) })
    }
    return err({
      code: 'RENT_UNKNOWN',
      message: `No rent is known for ${card.gpu.name}.`,
      remedy: 'Give price_per_gpu_hour.',
    })
  }
  const settings = buySettings(question, card, busy)
  if (settings === null) {
    return err({
      code: 'PRICE_UNKNOWN',
      message: `No buying price is known for ${card.gpu.name}.`,
      remedy: 'Give price_per_gpu.',
    })
  }
  return ok({ kind: 'buy', month: ownedGpuMonth(settings) })
}

/** As a stated calculation has it: with what comes on top of a GPU, and for the hours of its month. */
export function pricedFor(
  price: FleetSettings['gpuPrice'],
  { gpu_overhead: overhead = 0, hours_per_month: hours = STATED_MONTH_HOURS }: ScenarioAssumptions,
): FleetSettings['gpuPrice'] {
  const over = (amount: Usd) =>
    overhead === 0
      ? amount
      : divide(amount, { numerator: millionths(1 + overhead), denominator: MILLION, mode: 'half_even' })
  if (price.kind === 'buy') return { kind: 'buy', month: over(price.month) }
  return {
    kind: 'rent',
    hour: over(price.hour),
    share:
      hours === STATED_MONTH_HOURS
        ? undefined
        : { numerator: millionths(hours), denominator: millionths(STATED_MONTH_HOURS) },
  }
}

const MILLION = 1_000_000n

function millionths(value: number): bigint {
  return BigInt(Math.round(value * 1e6))
}

/** Of a data-centre card whose sheet does not tell. */
const USUAL_WATTS = 700

/** Null for a rented fleet and for a card without a price. */
export function buySettings({ target, assumptions }: Question, card: ServingPoint, busy = 1): BuySettings | null {
  if (target.acquire === 'rent') return null
  const gpuPrice = target.price_per_gpu === undefined ? middleBuyPrice(card.gpu) : Number(target.price_per_gpu)
  if (gpuPrice === null) return null
  const own = assumptions.buy ?? {}
  return {
    gpuPrice,
    nodeFactor: own.node_factor ?? BUY_DEFAULTS.nodeFactor,
    months: own.months ?? BUY_DEFAULTS.months,
    annualRate: own.annual_rate ?? BUY_DEFAULTS.annualRate,
    residual: own.residual ?? BUY_DEFAULTS.residual,
    watts: own.watts ?? card.gpu.watts ?? USUAL_WATTS,
    idlePower: own.idle_power,
    busy,
    poweredHours: own.powered_hours_per_month ?? assumptions.hours_per_month,
    serverPower: own.server_power ?? BUY_DEFAULTS.serverPower,
    powerUsageEffectiveness: own.power_usage_effectiveness ?? BUY_DEFAULTS.powerUsageEffectiveness,
    dollarsPerKwh: own.dollars_per_kwh ?? BUY_DEFAULTS.dollarsPerKwh,
    maintenance: own.maintenance ?? BUY_DEFAULTS.maintenance,
    network: own.network,
    colocation: own.colocation_per_kw_month,
  }
}

/** What so many bought GPUs cost at once, and the part of their month that gives it back; undefined where they are rented. */
export function capitalOfFleet(gpus: number, bought: BuySettings | null): Capital | undefined {
  if (bought === null) return undefined
  const { price, recoveryMonth } = capitalOf(bought)
  return { price: usdFromAtto(price * BigInt(gpus)), recoveryMonth: usdFromAtto(recoveryMonth * BigInt(gpus)) }
}

/**
 * Months until what was paid at once is back: the migration, and what the GPUs of bought fleets cost; the monthly saving
 * then counts without the recovery of that capital. Null: never.
 */
export function paybackOf(
  migration: Usd,
  saving: Usd,
  fleets: readonly { readonly gpus: number; readonly bought: BuySettings | null }[],
): number | null {
  let [once, monthly] = [migration, saving]
  for (const { gpus, bought } of fleets) {
    const capital = capitalOfFleet(gpus, bought)
    if (capital === undefined) continue
    once = addUsd(once, capital.price)
    monthly = addUsd(monthly, capital.recoveryMonth)
  }
  return monthsToPay(once, monthly)
}
