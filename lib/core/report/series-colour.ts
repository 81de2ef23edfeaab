/**
 * Which of the seven series colours a group has. Hosts have theirs for good, on every page; other groups take a colour by
 * their place. Colour is never the only carrier: every chart has a legend with amounts and a table twin.
 */
export type SeriesColour = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 'other'

const COLOURS = [1, 2, 3, 4, 5, 6, 7] as const

const OF_HOST: ReadonlyMap<string, SeriesColour> = new Map([
  ['openai', 1],
  ['anthropic', 2],
  ['google', 3],
  ['openrouter', 4],
  ['deepseek', 5],
  ['mistral', 6],
  ['ollama', 7],
])

/** One colour a series, in their order; two series of one chart never share one. */
export function seriesColours(
  by: string,
  series: readonly { readonly key: string | null; readonly isOther: boolean }[],
): SeriesColour[] {
  const fixed = series.map((one) =>
    one.isOther ? 'other' : by === 'host' && one.key !== null ? OF_HOST.get(one.key) : undefined,
  )
  const free = COLOURS.filter((colour) => !fixed.includes(colour))
  return fixed.map((colour) => colour ?? free.shift() ?? 'other')
}
