/** How a column writes its numbers, decided over all its rows; and numbers of a decided style as plain decimal text. */
import { NUMBER_STYLES, type NumberStyle } from './spec'

/** Blanks (also the narrow and the unbreakable) and apostrophes that set thousands apart. */
const GROUP = " \u00a0\u202f\u2009'’"
const SHAPES: Readonly<Record<NumberStyle, RegExp>> = {
  point: new RegExp(
    `^([+-]?)([1-9]\\d{0,2}(?:,\\d{3})+|[1-9]\\d{0,2}(?:[${GROUP}]\\d{3})+|\\d+)?(?:\\.(\\d+))?(?:[eE]([+-]?\\d{1,3}))?$`,
  ),
  comma: new RegExp(
    `^([+-]?)([1-9]\\d{0,2}(?:\\.\\d{3})+|[1-9]\\d{0,2}(?:[${GROUP}]\\d{3})+|\\d+)?(?:,(\\d+))?(?:[eE]([+-]?\\d{1,3}))?$`,
  ),
}
const SIGN = /^([+-]?)\s*[$€£¥]\s*|\s*(?:[$€£¥]|USD|EUR|GBP|CNY)$/i

/** Plain decimal text ("1234.56"), or null when the text is no number in this style. */
export function plainNumber(text: string, style: NumberStyle): string | null {
  const bare = text.trim()
  const found = SHAPES[style].exec(bare)
  if (found === null) return null
  const [, sign = '', whole = '', fraction = '', exponent = ''] = found
  if (whole === '' && fraction === '') return null
  const digits = whole.replace(/\D/g, '')
  return `${sign}${digits}${fraction === '' ? '' : `.${fraction}`}${exponent === '' ? '' : `e${exponent}`}`
}

/** Text of an amount without its currency sign, which the mapping names apart. */
export function withoutSign(text: string): string {
  return text.trim().replace(SIGN, '$1')
}

/**
 * `decided` with the only style in which every row is a number; `open` when both remain and would differ; `none` when
 * the column holds no numbers. `whole`: only whole numbers make sense here, which may decide it.
 */
export type StyleOfNumbers =
  | { readonly kind: 'decided'; readonly style: NumberStyle }
  | { readonly kind: 'open' }
  | { readonly kind: 'none' }

export function numberStyleOf(values: readonly string[], whole: boolean): StyleOfNumbers {
  const filled = values.map(withoutSign).filter((text) => text !== '')
  if (filled.length === 0) return { kind: 'decided', style: 'point' }
  const fits = NUMBER_STYLES.filter((style) => filled.every((text) => isNumber(text, style, whole)))
  const [only] = fits
  if (only !== undefined && fits.length === 1) return { kind: 'decided', style: only }
  if (only !== undefined) {
    // Both read every row: open only where they would not read the same.
    const differs = filled.some((text) => plainNumber(text, 'point') !== plainNumber(text, 'comma'))
    return differs ? { kind: 'open' } : { kind: 'decided', style: 'point' }
  }
  // No style reads every row. Most rows decide, the others will be refused one by one; a column of words is none.
  const counts = NUMBER_STYLES.map((style) => filled.filter((text) => isNumber(text, style, whole)).length)
  const [point = 0, comma = 0] = counts
  if (Math.max(point, comma) * 2 < filled.length) return { kind: 'none' }
  if (point === comma) {
    const differs = filled.some((text) => plainNumber(text, 'point') !== plainNumber(text, 'comma'))
    return differs ? { kind: 'open' } : { kind: 'decided', style: 'point' }
  }
  return { kind: 'decided', style: point > comma ? 'point' : 'comma' }
}

function isNumber(text: string, style: NumberStyle, whole: boolean): boolean {
  const plain = plainNumber(text, style)
  if (plain === null) return false
  return !whole || plain.includes('e') || !/\.\d*[1-9]/.test(plain)
}
