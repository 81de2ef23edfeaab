/**
 * A charge: what a usage record costs, as lines that each point at the price entry they used. A cost is never a lone
 * number, and an unknown price is a reason, never zero.
 */
import type { Usd } from '../money/usd'
import type { Problem } from '../result'
import type { Meter } from '../usage/meter'
import type { PriceEntry } from './entry'

export interface ChargeLine {
  readonly meter: Meter
  readonly quantity: bigint
  readonly entry: PriceEntry
  /** Multiplier entries applied, in a fixed order. */
  readonly multipliers: readonly PriceEntry[]
  readonly amount: Usd
}

export type Charge =
  | {
      /** `free`: every quantity met an explicit zero rate. */
      readonly status: 'priced' | 'free'
      readonly cost: Usd
      readonly currency: string
      readonly lines: readonly ChargeLine[]
      /** Fees that depend on a fact the record does not state; the cost is without them. */
      readonly omitted: readonly Meter[]
      /** Canonical model the name resolved to. */
      readonly model: string
    }
  | {
      readonly status: 'unpriced'
      readonly reason: Problem
      /** The meters that did find a price; their sum is not a cost of the record. */
      readonly lines: readonly ChargeLine[]
      readonly model: string | null
    }
