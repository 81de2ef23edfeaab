/**
 * How sure the saving of moved calls is: seeded draws over the stated ranges of tokens, for each pair of models apart, and
 * over what the prices of the target and of today's models may do. The ranges of prices are priors: DeepSeek's list was
 * halved in September 2025, quartered in May 2026 and raised by 1.5 to 4.7 times in August 2026; prices of models in use
 * fell or stayed.
 */
import { addUsd, divide, subtractUsd, sumUsd, type Usd, ZERO_USD } from '../money/usd'
import { generator, triangular } from './fleet/random'
import type { MovedLine } from './replay/replay-hours'

export const TARGET_PRICE = { low: 0.5, high: 2 } as const
export const TODAY_PRICE = { low: 0.7, high: 1 } as const

export interface HostedBar {
  readonly factor: 'tokens' | 'target_price' | 'today_price'
  readonly low: number
  readonly high: number
  /** Costs of the moved calls that leave the saving the factor leaves. */
  readonly costAtLow: Usd
  readonly costAtHigh: Usd
}

const STEPS = 1_000_000

function times(amount: Usd, factor: number): Usd {
  return divide(amount, {
    numerator: BigInt(Math.round(factor * STEPS)),
    denominator: BigInt(STEPS),
    mode: 'half_even',
  })
}

/** What moves to its own place or price is not uncertain. */
function changing(lines: readonly MovedLine[]): MovedLine[] {
  return lines.filter((line) => line.low !== line.before || line.after !== line.before || line.high !== line.before)
}

/** Share of the draws in which the calls cost less where they go; null where nothing changes. */
export function chanceOf(
  lines: readonly MovedLine[],
  { draws, seed }: { readonly draws: number; readonly seed: number },
): number | null {
  // Projects of one model and target share what is not known of the pair.
  const pairs = new Map<string, { before: Usd; low: Usd; after: Usd; high: Usd }>()
  for (const line of changing(lines)) {
    const key = JSON.stringify([line.host, line.model, line.target])
    const sum = pairs.get(key) ?? { before: ZERO_USD, low: ZERO_USD, after: ZERO_USD, high: ZERO_USD }
    pairs.set(key, {
      before: addUsd(sum.before, line.before),
      low: addUsd(sum.low, line.low),
      after: addUsd(sum.after, line.after),
      high: addUsd(sum.high, line.high),
    })
  }
  if (pairs.size === 0 || draws === 0) return null
  const random = generator(seed)
  let saving = 0
  for (let draw = 0; draw < draws; draw += 1) {
    const there = triangular(random(), TARGET_PRICE.low, 1, TARGET_PRICE.high)
    const here = triangular(random(), TODAY_PRICE.low, 1, TODAY_PRICE.high)
    let before = ZERO_USD
    let after = ZERO_USD
    for (const pair of pairs.values()) {
      before = addUsd(before, pair.before)
      // From −1 at the low end over 0 to 1 at the high one.
      const at = triangular(random(), -1, 0, 1)
      const span = at < 0 ? subtractUsd(pair.after, pair.low) : subtractUsd(pair.high, pair.after)
      after = addUsd(after, addUsd(pair.after, times(span, at)))
    }
    if (times(after, there) < times(before, here)) saving += 1
  }
  return saving / draws
}

/** Each factor alone at its low and high value; widest first. */
export function hostedTornado(moved: readonly MovedLine[]): HostedBar[] {
  const lines = changing(moved)
  if (lines.length === 0) return []
  const sum = (pick: (line: MovedLine) => Usd) => sumUsd(lines.map(pick))
  const [before, low, after, high] = [
    sum((line) => line.before),
    sum((line) => line.low),
    sum((line) => line.after),
    sum((line) => line.high),
  ]
  const today = (factor: number) => subtractUsd(after, subtractUsd(times(before, factor), before))
  const bars: HostedBar[] = [
    { factor: 'tokens', low: 0, high: 1, costAtLow: low, costAtHigh: high },
    {
      factor: 'target_price',
      ...TARGET_PRICE,
      costAtLow: times(after, TARGET_PRICE.low),
      costAtHigh: times(after, TARGET_PRICE.high),
    },
    {
      factor: 'today_price',
      ...TODAY_PRICE,
      costAtLow: today(TODAY_PRICE.low),
      costAtHigh: today(TODAY_PRICE.high),
    },
  ]
  const width = ({ costAtLow, costAtHigh }: HostedBar) =>
    costAtLow > costAtHigh ? costAtLow - costAtHigh : costAtHigh - costAtLow
  return bars.sort((a, b) => (width(a) > width(b) ? -1 : width(a) < width(b) ? 1 : 0))
}
