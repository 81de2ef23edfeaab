/** The parts of a price book that is ready for use, and what choosing prices from it gives. */
import type { Problem } from '../result'
import type { InstantMs } from '../time/instant'
import type { Meter } from '../usage/meter'
import type { Quantities } from '../usage/record'
import type { HostInfo } from './book-file'
import type { LocalTimeCondition, PriceEntry } from './entry'

/** What pricing reads of a usage record. */
export interface PriceableUsage {
  readonly host: string
  readonly model: string
  readonly startMs: InstantMs
  /** End of a bucket (exclusive); null or absent for one call. */
  readonly endMs?: InstantMs | null
  readonly serviceTier: string
  readonly region: string | null
  readonly speed: string | null
  /** Thinking, non-thinking and the like. */
  readonly mode?: string | null
  /** Search context size. */
  readonly contextSize?: string | null
  readonly promptTokens: bigint | null
  readonly contextTier: string | null
  readonly requests: bigint | null
  readonly quantities: Quantities
}

/** One meter's price: quantity × numerator / denominator is the amount in 10^-18 of the currency's unit. */
export interface PriceLine {
  readonly meter: Meter
  readonly entry: PriceEntry
  /** Applied to the entry's amount, sorted by id. */
  readonly multipliers: readonly PriceEntry[]
  readonly numerator: bigint
  /** 1 for every `per` of a power of ten; otherwise the division rounds once, half-even. */
  readonly denominator: bigint
}

/**
 * The prices that apply to a record: which entry for each meter it used. Records priced alike share one frozen object,
 * so that its identity, or its key, can stand for it.
 */
export interface PriceSelection {
  /** The meters with the ids of the entries and multipliers used; equal keys price equally. */
  readonly key: string
  readonly model: string | null
  readonly lines: readonly PriceLine[]
  /** Why the record is unpriced; null when every meter found its price. */
  readonly problem: Problem | null
  readonly currency: string
  /** Every line's rate is an explicit zero, and there is a line. */
  readonly free: boolean
  /** Fees left out because the record does not state what they depend on: the search context size of a request fee. */
  readonly omitted: readonly Meter[]
  /** `reasoning` has a line of its own, so the line of `output` is output without reasoning. */
  readonly splitsReasoning: boolean
}

export type Winner = { readonly line: PriceLine } | { readonly problem: Problem }

/** A model's prices under one set of facts: an interval of time, a prompt length class, a tier and so on. */
export interface Situation {
  readonly model: CompiledModel
  readonly facts: Facts
  readonly winners: Map<Meter, Winner | null>
  readonly splitsReasoning: boolean
  /** Selections by the set of core meters used. */
  readonly bySet: (PriceSelection | undefined)[]
  /** The same for records with further meters, by the set and their names. */
  readonly byNames: Map<string, PriceSelection>
}

export interface Facts {
  readonly ms: InstantMs
  readonly serviceTier: string
  readonly speed: string
  readonly region: string | null
  readonly mode: string | null
  readonly contextSize: string | null
  readonly promptTokens: bigint
}

export interface CompiledModel {
  readonly model: string
  readonly rates: readonly PriceEntry[]
  readonly multipliers: readonly PriceEntry[]
  /** Instants at which some price begins or ends, ascending. */
  readonly instants: readonly InstantMs[]
  /** Prompt lengths from which some condition holds or no longer holds, ascending. */
  readonly lengths: readonly bigint[]
  readonly clocks: readonly LocalTimeCondition[]
  /** Which further facts of a call any of its conditions reads. */
  readonly reads: { readonly region: boolean; readonly mode: boolean; readonly contextSize: boolean }
  /** Some rate is for the call itself. */
  readonly billsRequests: boolean
  readonly situations: Map<string, Situation>
  /** The situation chosen last, where these four facts alone decide it. */
  latest: LatestSituation | null
}

interface LatestSituation {
  /** How many of the model's instants, and of its prompt lengths, lie at or below the call's. */
  readonly interval: number
  readonly length: number
  readonly serviceTier: string
  readonly speed: string
  readonly situation: Situation
}

export interface NameTarget {
  readonly model: string
  readonly fromMs: InstantMs
  readonly toMs: InstantMs | null
}

export interface CompiledHost {
  readonly info: HostInfo
  readonly models: ReadonlyMap<string, CompiledModel>
  readonly exact: ReadonlyMap<string, readonly NameTarget[]>
  readonly dated: ReadonlyMap<string, readonly NameTarget[]>
  /** Names as sources write them, resolved; bounded. */
  readonly resolved: Map<string, readonly NameTarget[]>
}

export interface PriceBook {
  readonly hosts: ReadonlyMap<string, CompiledHost>
  /** Every spelling of every host, lower case, to the host. */
  readonly hostNames: ReadonlyMap<string, string>
  readonly entries: readonly PriceEntry[]
  /** Selections by key, so that models and situations share them. */
  readonly selections: Map<string, PriceSelection>
}
