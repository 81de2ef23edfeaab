/**
 * Numbers the hours of a period so that hours of one number can be summed: the same month, the same prices on every
 * target and in or out of the same moves.
 */
import type { PriceBook } from '../../price/compiled'
import { floorToHour, HOUR_MS, type InstantMs, monthOf, type Period } from '../../time/instant'
import { hourSelected, type MoveSelect } from './move-select'
import { type HostedTarget, priceClassOf, soldSpan } from './target-price'

/** Every hour of the period that `filter` selects with its class; without a book prices do not count. */
export function hoursClassed(
  book: PriceBook | null,
  moves: readonly { readonly select: MoveSelect; readonly target: HostedTarget | null }[],
  period: Period,
  filter: MoveSelect = {},
): { hourMs: InstantMs; hourClass: number }[] {
  const priced = moves.flatMap(({ target }) =>
    book === null || target === null ? [] : [{ book, target, sold: soldSpan(book, target) }],
  )
  const clocks = moves.flatMap(({ select }) => (select.hours === undefined ? [] : [select.hours]))
  const numbers = new Map<string, number>()
  const hours: { hourMs: InstantMs; hourClass: number }[] = []
  for (let ms = floorToHour(period.startMs); ms < period.endMs; ms += HOUR_MS) {
    if (filter.hours !== undefined && !hourSelected(filter.hours, ms)) continue
    let key = monthOf(ms)
    for (const { book, target, sold } of priced) key += `|${priceClassOf(book, target, ms, sold)}`
    for (const clock of clocks) key += hourSelected(clock, ms) ? '+' : '-'
    let hourClass = numbers.get(key)
    if (hourClass === undefined) {
      hourClass = numbers.size
      numbers.set(key, hourClass)
    }
    hours.push({ hourMs: ms, hourClass })
  }
  return hours
}
