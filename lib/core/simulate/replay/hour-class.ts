/** Numbers the hours of a period so that hours of one number can be summed: the same month and the same prices on every target. */
import type { PriceBook } from '../../price/compiled'
import { floorToHour, HOUR_MS, type InstantMs, monthOf, type Period } from '../../time/instant'
import { type HostedTarget, priceClassOf, soldSpan } from './target-price'
import type { MoveSelect } from './usage-slice'

export interface ResolvedHostedMove {
  readonly share: string
  readonly select: MoveSelect
  readonly target: HostedTarget
}

/** Every hour of the period with its class; without a book only the month counts. */
export function hoursClassed(
  book: PriceBook | null,
  moves: readonly ResolvedHostedMove[],
  period: Period,
): { hourMs: InstantMs; hourClass: number }[] {
  const spans = book === null ? [] : moves.map((move) => soldSpan(book, move.target))
  const numbers = new Map<string, number>()
  const hours: { hourMs: InstantMs; hourClass: number }[] = []
  for (let ms = floorToHour(period.startMs); ms < period.endMs; ms += HOUR_MS) {
    let key = monthOf(ms)
    if (book !== null) {
      for (const [index, move] of moves.entries())
        key += `|${priceClassOf(book, move.target, ms, spans[index] ?? null)}`
    }
    let hourClass = numbers.get(key)
    if (hourClass === undefined) {
      hourClass = numbers.size
      numbers.set(key, hourClass)
    }
    hours.push({ hourMs: ms, hourClass })
  }
  return hours
}
