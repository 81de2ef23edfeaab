/**
 * The frozen text of a closed bill: the same figures are the same bytes, whatever order their members were made in, so
 * that a hash of the text is a hash of the bill. A stored bill may be compared with one made anew.
 */
import type { BillFigures } from './bill-view'

/** JSON with the members of every object in the order of their names and no space. */
export function canonicalText(figures: BillFigures): string {
  const { other_currencies, together, ...dollars } = figures
  // A bill all in dollars reads as it did before bills told of other currencies.
  return canonicalJson(other_currencies.length === 0 ? dollars : { ...dollars, other_currencies, together })
}

/** The same value is the same text, whatever order its members were made in. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value))
}

/** A stored bill with the members that its text leaves out. */
export function figuresOf(text: string): BillFigures {
  // Written by this product; the nightly comparison tells when it is not what was written.
  const dollars = { other_currencies: [], together: null }
  return { ...dollars, ...(JSON.parse(text) as Partial<typeof dollars> & Omit<BillFigures, keyof typeof dollars>) }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sorted(value[name])]),
  )
}

/**
 * The price book may end a price or learn a list price after the bill was closed, and an exchange rate be corrected; what
 * the bill said stays.
 */
const MAY_CHANGE: ReadonlySet<string> = new Set([
  'effective_to',
  'list_amount',
  'list',
  'lines_without_list',
  'converted',
  'together',
])

export interface BillDifference {
  /** "hosts.0.models.2.lines.1.quantity" */
  readonly place: string
  readonly frozen: string
  readonly fresh: string
}

/**
 * The first figure of a frozen bill that the same bill made anew tells otherwise; null when there is none. Members that
 * the frozen text does not have are of a later version of the product and are not compared.
 */
export function frozenDifference(frozen: unknown, fresh: unknown, place = ''): BillDifference | null {
  const differs = () => ({ place, frozen: shown(frozen), fresh: shown(fresh) })
  if (Array.isArray(frozen)) {
    if (!Array.isArray(fresh)) return differs()
    for (const [index, one] of frozen.entries()) {
      const found = frozenDifference(one, fresh[index], joined(place, String(index)))
      if (found !== null) return found
    }
    if (frozen.length === fresh.length) return null
    return { place, frozen: `${frozen.length} entries`, fresh: `${fresh.length} entries` }
  }
  if (!isObject(frozen)) return frozen === fresh ? null : differs()
  if (!isObject(fresh)) return differs()
  for (const name of Object.keys(frozen)) {
    if (MAY_CHANGE.has(name)) continue
    const found = frozenDifference(frozen[name], fresh[name], joined(place, name))
    if (found !== null) return found
  }
  return null
}

const joined = (place: string, name: string) => (place === '' ? name : `${place}.${name}`)

function shown(value: unknown): string {
  return value === undefined ? 'absent' : (JSON.stringify(value) ?? 'absent').slice(0, 200)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
