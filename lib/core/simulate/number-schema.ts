/**
 * Plain numbers of a question (sizes, ratios, rates; never money). A JSON body is read without losing digits, so a number
 * with a fraction or an exponent arrives as its text; a number written as text is the same number.
 */
import { z } from 'zod'

const DECIMAL = /^-?(\d{1,15}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,2})?$/
// What keeps its tables as floats writes 8 as 8.0.
const WHOLE = /^\d{1,15}(\.0{0,10})?$/

/** What a refused value should have been, where none of several forms fits: without it a union only says "invalid". */
export function shouldBe(what: string) {
  return { error: ({ input }: { readonly input?: unknown }) => (input === undefined ? `is missing, ${what}` : what) }
}

/** Any finite number between the bounds, both inclusive. */
export function realBetween(min: number, max: number) {
  const what = `must be a number from ${min} to ${max}`
  return z
    .union([z.number(), z.string().regex(DECIMAL, what).transform(Number)], shouldBe(what))
    .pipe(z.number().min(min).max(max))
}

/** A positive number up to a bound. */
export function positiveUpTo(max: number) {
  return realBetween(0, max).refine((value) => value > 0, 'must be above 0')
}

/** A whole number between the bounds, both inclusive; digits as text are accepted. */
export function wholeBetween(min: number, max: number) {
  const what = `must be a whole number from ${min} to ${max}`
  return z
    .union([z.int(), z.string().regex(WHOLE, what).transform(Number)], shouldBe(what))
    .pipe(z.int().min(min).max(max))
}

/** Decimal text or a number, as text: up to 9 digits and so many places. */
function decimalTo(places: number) {
  const what = `must be a decimal number with at most ${places} places`
  return z
    .union([z.string(), z.number()], shouldBe(what))
    .transform(String)
    .pipe(z.string().regex(new RegExp(`^\\d{1,9}(\\.\\d{1,${places}})?$`), what))
}

/** A share or a factor: these are counted in millionths. */
export const decimal = decimalTo(6)

/** Dollars: as exact as they are counted, since a stated price may be a quotient (a month's rent over its hours). */
export const dollars = decimalTo(18)
