/** What a GPU costs a month: rented by the hour, or bought and run. Money is exact from the stated inputs on. */
import { addUsd, divide, parseUsd, type Usd, usdFromText, usdToText } from '../../money/usd'
import type { GpuCard } from '../cards/gpu-card'

/** Mean hours of a month, by which monthly sums are spread over hours. */
export const HOURS_PER_MONTH = 730n

export interface BuySettings {
  /** Dollars for one GPU. */
  readonly gpuPrice: number
  /** Chassis, processors, network cards over the GPUs' price. */
  readonly nodeFactor: number
  readonly months: number
  readonly annualRate: number
  /** Value left at the end over the price. */
  readonly residual: number
  /** Board power at full load. */
  readonly watts: number
  /** Power without work over that at full load. */
  readonly idlePower?: number | undefined
  /** How busy the GPUs are on average, 0 to 1; absent: wholly. */
  readonly busy?: number | undefined
  /** Hours a month the machines are switched on; absent: all 730. */
  readonly poweredHours?: number | undefined
  /** Whole server over its GPUs' board power. */
  readonly serverPower: number
  readonly powerUsageEffectiveness: number
  readonly dollarsPerKwh: number
  /** A year, over the price. */
  readonly maintenance: number
  /** Storage and network of the node, a year, over the price. */
  readonly network?: number | undefined
  /** Dollars a kilowatt and month of a colocation, in place of electricity and its overhead. */
  readonly colocation?: number | undefined
}

export const BUY_DEFAULTS = {
  nodeFactor: 1.3,
  months: 36,
  annualRate: 0.08,
  idlePower: 0.2,
  residual: 0.3,
  serverPower: 1.5,
  powerUsageEffectiveness: 1.3,
  dollarsPerKwh: 0.12,
  maintenance: 0.04,
} as const

/** One bought GPU with its share of a server, a month: capital recovery, power, maintenance. To the cent of a millionth. */
export function ownedGpuMonth(settings: BuySettings): Usd {
  const price = settings.gpuPrice * settings.nodeFactor
  const kilowatts = (settings.watts * settings.serverPower) / 1000
  // A colocation is paid for what is reserved; a meter counts what is drawn.
  const drawn = kilowatts * loadShare(settings) * (settings.poweredHours ?? 730)
  const power =
    settings.colocation === undefined
      ? drawn * settings.powerUsageEffectiveness * settings.dollarsPerKwh
      : kilowatts * settings.colocation
  const yearly = settings.network === undefined ? settings.maintenance : settings.maintenance + settings.network
  return usdOf(recoveryOf(settings) + power + (price * yearly) / 12)
}

function loadShare({ idlePower = BUY_DEFAULTS.idlePower, busy = 1 }: BuySettings): number {
  return idlePower + (1 - idlePower) * Math.min(1, Math.max(0, busy))
}

/** What one bought GPU costs at once, and the part of its month that only gives that back. */
export function capitalOf(settings: BuySettings): { readonly price: Usd; readonly recoveryMonth: Usd } {
  return { price: usdOf(settings.gpuPrice * settings.nodeFactor), recoveryMonth: usdOf(recoveryOf(settings)) }
}

function recoveryOf(settings: BuySettings): number {
  const price = settings.gpuPrice * settings.nodeFactor
  const rate = settings.annualRate / 12
  if (rate === 0) return (price * (1 - settings.residual)) / settings.months
  const discount = (1 + rate) ** -settings.months
  return ((price - price * settings.residual * discount) * rate) / (1 - discount)
}

/** Buying price as the middle of what the market asks; null when the card has none. */
export function middleBuyPrice(gpu: GpuCard): number | null {
  if (gpu.buyUsd === undefined) return null
  return (gpu.buyUsd.low + gpu.buyUsd.high) / 2
}

/** Rent per GPU hour as decimal text: the likely value of the card, or the middle of its range; null when it has none. */
export function usualRent(gpu: GpuCard): string | null {
  const { rentPerHour } = gpu
  if (rentPerHour === undefined) return null
  if (rentPerHour.likely !== undefined) return rentPerHour.likely
  const sum = addUsd(usdFromText(rentPerHour.low), usdFromText(rentPerHour.high))
  return usdToText(divide(sum, { numerator: 1n, denominator: 2n, mode: 'half_up' }))
}

/** A monthly sum for so many hours. */
export function forHours(month: Usd, hours: bigint): Usd {
  return divide(month, { numerator: hours, denominator: HOURS_PER_MONTH, mode: 'half_even' })
}

/** An estimate as money, to six places. */
export function usdOf(value: number): Usd {
  const parsed = parseUsd(value.toFixed(6))
  if (!parsed.ok) throw new RangeError(`not an amount: ${value}`)
  return parsed.value
}
