/**
 * The length class of a call, kept in the hourly rollup so that a what-if can tell which calls would not fit another
 * model's context, and which would meet a long-context price, without reading every record again.
 *
 * A band packs two classes into one small number: the prompt's (what length prices compare) and that of prompt plus
 * output (what a context window must hold).
 */
import type { UsageRecord } from '../usage/record'

/** Inclusive upper bounds in tokens: context windows and price thresholds in use. Class n holds lengths up to bound n. */
export const LENGTH_BOUNDS = [
  8_192, 16_384, 32_768, 65_536, 128_000, 131_072, 163_840, 200_000, 262_144, 272_000, 1_000_000, 1_048_576,
] as const

/** Class of a bucket whose calls' lengths nobody told. */
const UNKNOWN_CLASS = 0
const CLASSES = 16

export interface ContextBand {
  /** Shortest and longest prompt of the class in tokens, both inclusive; null bounds are unknown or unlimited. */
  readonly prompt: LengthRange | null
  /** Prompt plus output. */
  readonly total: LengthRange | null
}

export interface LengthRange {
  readonly min: number
  /** Null beyond the last bound. */
  readonly max: number | null
}

/** 0 when the source tells no call's length; else promptClass × 16 + totalClass, below 256. */
export function contextBandOf(record: UsageRecord): number {
  if (record.promptTokens === null) return bandOfTier(record.contextTier)
  // Lengths that a double rounds are far beyond the last bound.
  const prompt = Number(record.promptTokens)
  return contextBandOfLengths(prompt, Number(record.quantities.output))
}

/** The band of calls of these lengths, tokens. */
export function contextBandOfLengths(prompt: number, output: number): number {
  return classOf(prompt) * CLASSES + classOf(prompt + output)
}

/** A source's own tier of a bucket (">200000") bounds the prompt from one side only; the total stays unknown. */
function bandOfTier(tier: string | null): number {
  if (tier === null) return UNKNOWN_CLASS
  const match = /^(<=|>)(\d{1,9})$/.exec(tier)
  if (match === null) return UNKNOWN_CLASS
  const bound = Number.parseInt(match[2] as string, 10)
  return (match[1] === '>' ? classOf(bound + 1) : classOf(bound)) * CLASSES
}

function classOf(length: number): number {
  for (let index = 0; index < LENGTH_BOUNDS.length; index += 1) {
    if (length <= (LENGTH_BOUNDS[index] as number)) return index + 1
  }
  return LENGTH_BOUNDS.length + 1
}

export function readContextBand(band: number): ContextBand {
  return { prompt: rangeOf(Math.floor(band / CLASSES)), total: rangeOf(band % CLASSES) }
}

function rangeOf(lengthClass: number): LengthRange | null {
  if (lengthClass === UNKNOWN_CLASS) return null
  const below = LENGTH_BOUNDS[lengthClass - 2]
  return { min: below === undefined ? 0 : below + 1, max: LENGTH_BOUNDS[lengthClass - 1] ?? null }
}
