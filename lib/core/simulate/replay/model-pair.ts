/**
 * How many tokens another model reads and writes for the same work, as ranges with sources: answer lengths and
 * tokenizers where both sides were measured, stated priors elsewhere. The likely case takes the same number of tokens
 * unless every measurement says otherwise; then it takes the nearest measured one.
 */
import { z } from 'zod'
import answerLength from '../data/answer-length.json' with { type: 'json' }
import tokenizerCounts from '../data/tokenizers.json' with { type: 'json' }
import { familyOf, type ModelFamily, type Tokenizer } from './model-family'

export interface PairRange {
  /** Decimal text, at most 3 places. */
  readonly low: string
  readonly likely: string
  readonly high: string
  readonly source: string
  readonly checkedOn: string
}

const lengths = z
  .object({ source: z.url(), checked_on: z.string(), models: z.record(z.string(), z.array(z.int().positive()).min(1)) })
  .parse(answerLength)
/** A model may be called like a member of every object. */
const LENGTHS = new Map(Object.entries(lengths.models))
const counts = z
  .object({ source: z.string(), checked_on: z.string(), tokens: z.record(z.string(), z.array(z.int().positive())) })
  .parse(tokenizerCounts)

const SAME: PairRange = {
  low: '1',
  likely: '1',
  high: '1',
  source: 'The same model on both sides',
  checkedOn: counts.checked_on,
}

export function outputRange(from: string, to: string): PairRange {
  const [a, b] = [familyOf(from), familyOf(to)]
  if (a.weights === b.weights) return SAME
  const before = measuredLengths(a)
  const after = measuredLengths(b)
  if (before !== null && after !== null) {
    return rangeOf(Math.min(...after) / Math.max(...before), Math.max(...after) / Math.min(...before), {
      source: `${lengths.source} (tokens per task, ${spanText(before)} before and ${spanText(after)} after)`,
      checkedOn: lengths.checked_on,
    })
  }
  // No measurement of this pair: what kind of models they are bounds the prior. The table's widest pairs are ×0.4 and ×5.
  const [low, high] =
    a.thinks === false && b.thinks === false
      ? [0.8, 1.3]
      : a.thinks === false
        ? [0.8, b.thinks === true ? 5 : 3]
        : b.thinks === false
          ? [0.4, 1.3]
          : [0.5, 2]
  return rangeOf(low, high, {
    source: 'Assumed: this pair was not measured; pairs of one benchmark range from ×0.4 to ×5 as thinking differs',
    checkedOn: lengths.checked_on,
  })
}

export function inputRange(from: string, to: string): PairRange {
  const [a, b] = [familyOf(from), familyOf(to)]
  if (a.weights === b.weights) return SAME
  if (a.tokenizer !== null && a.tokenizer === b.tokenizer)
    return { ...SAME, source: 'The same tokenizer on both sides' }
  const before = a.tokenizer === null ? null : tokensOf(a.tokenizer)
  const after = b.tokenizer === null ? null : tokensOf(b.tokenizer)
  if (before === null || after === null) {
    return rangeOf(0.85, 1.25, {
      source: 'Assumed: one of the tokenizers was not measured; measured pairs range from ×0.76 to ×1.31',
      checkedOn: counts.checked_on,
    })
  }
  const ratios = after.map((count, text) => count / (before[text] as number))
  return rangeOf(Math.min(...ratios), Math.max(...ratios), { source: counts.source, checkedOn: counts.checked_on })
}

function measuredLengths(family: ModelFamily): readonly number[] | null {
  return LENGTHS.get(family.weights) ?? null
}

function tokensOf(tokenizer: Tokenizer): readonly number[] | null {
  return counts.tokens[tokenizer] ?? null
}

function spanText(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  return least === most ? String(least) : `${least} to ${most}`
}

function rangeOf(low: number, high: number, origin: Pick<PairRange, 'source' | 'checkedOn'>): PairRange {
  const text = (value: number) => String(Math.round(value * 1000) / 1000)
  return { low: text(low), likely: text(Math.min(Math.max(1, low), high)), high: text(high), ...origin }
}
