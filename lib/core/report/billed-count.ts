/** How many tokens or calls a billed line counts, by its unit: clouds bill thousands and millions of them. */

/** "tokens", "1K tokens", "1M", "1000_tokens", "count"; a unit that is not said is one of the meter. */
const UNIT = /^(?:1 ?(K|,?000|M|,?000,?000))?[ _]?(?:tokens?|requests?|count)?$/i
const ZEROS: Readonly<Record<string, number>> = { k: 3, '000': 3, m: 6, '000000': 6 }

/**
 * Null where the unit is another ("Units", hours), and where the quantity comes to no whole number of it: it was rounded.
 * @param quantity decimal text
 */
export function billedCount({
  quantity,
  unit,
}: {
  readonly quantity: string | null
  readonly unit: string | null
}): bigint | null {
  const number = quantity === null ? null : /^(\d+)(?:\.(\d+))?$/.exec(quantity)
  const scale = UNIT.exec((unit ?? '').trim())
  if (number === null || scale === null) return null
  const zeros = scale[1] === undefined ? 0 : (ZEROS[scale[1].toLowerCase().replaceAll(',', '')] ?? 0)
  const places = (number[2] ?? '').replace(/0+$/, '')
  return places.length > zeros ? null : BigInt(`${number[1]}${places.padEnd(zeros, '0')}`)
}
