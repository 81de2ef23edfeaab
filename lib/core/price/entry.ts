/**
 * Price entries: the one mechanism that every rate, tier, discount and window is written in. An entry prices one meter
 * of one model at one host, between two instants, when all of its conditions hold. The most specific entry wins; two
 * equally specific ones are a data error that a test finds; none means the meter is unpriced. $0 is an explicit entry.
 */
import type { InstantMs } from '../time/instant'
import type { Meter } from '../usage/meter'

/** All present conditions must hold. Sources and boundary operators: docs/pricing.md. */
export interface PriceConditions {
  /** The record's service tier is one of these. Absent on a rate: only tier "standard"; on a multiplier: any tier. */
  readonly serviceTier?: readonly string[]
  /** Compares the prompt length of the whole request with thresholds; the operator belongs to the host. */
  readonly promptTokens?: {
    readonly gt?: bigint
    readonly gte?: bigint
    readonly lte?: bigint
    readonly lt?: bigint
  }
  readonly region?: readonly string[]
  /** Absent on a rate: only the ordinary speed; on a multiplier: any. */
  readonly speed?: readonly string[]
  /** Thinking, non-thinking and the like. */
  readonly mode?: readonly string[]
  /** Search context size: low, medium, high. */
  readonly contextSize?: readonly string[]
  readonly localTime?: LocalTimeCondition
}

/** Minutes of the local day, half-open, in a zone with a fixed offset; `negate` inverts the whole condition. */
export interface LocalTimeCondition {
  readonly utcOffsetMinutes: number
  readonly windows: readonly (readonly [fromMinute: number, toMinute: number])[]
  /** ISO weekdays 1 (Monday) to 7; absent means every day. */
  readonly weekdays?: readonly number[]
  /** Days of this calendar do not count as weekdays listed above. */
  readonly holidayCalendar?: 'cn'
  readonly negate?: boolean
}

export interface PriceEntry {
  /** Stable digest of everything but the amount and the end: the same price line keeps its id for ever. */
  readonly id: string
  readonly host: string
  /** Canonical model id within the host, lower case; "*" is any model of the host that has no row of its own. */
  readonly model: string
  /** "*", on multipliers only, is every meter whose unit is a token. */
  readonly meter: Meter | '*'
  /** `rate`: amount of currency per `per` units. `multiplier`: factor on every winning rate of the meters it applies to. */
  readonly kind: 'rate' | 'multiplier'
  /** Units the amount is for: "1000000" tokens, "1000" searches, "3600" seconds, "1" image. */
  readonly per: bigint
  /** Decimal text, at most 9 places. */
  readonly amount: string
  readonly currency: string
  readonly fromMs: InstantMs
  /** Exclusive; null while in force. */
  readonly toMs: InstantMs | null
  readonly conditions: PriceConditions
  readonly book: 'list' | 'contract'
  readonly priority: number
  readonly sourceUrl: string
  /** Date the figure was checked, YYYY-MM-DD. */
  readonly checkedOn: string
  readonly confidence: 'provider' | 'catalogue' | 'third_party' | 'user'
}

/** A dated name: `exact`, or `dated` which also accepts the name followed by -YYYYMMDD or -YYYY-MM-DD. Never a substring. */
export interface ModelAlias {
  readonly host: string
  readonly pattern: string
  readonly kind: 'exact' | 'dated'
  readonly model: string
  readonly fromMs: InstantMs
  readonly toMs: InstantMs | null
}
