/**
 * Plain numbers of a question (sizes, ratios, rates; never money). A JSON body is read without losing digits, so a number
 * with a fraction or an exponent arrives as its text; a number written as text is the same number.
 */
import { z } from 'zod'

const DECIMAL = /^-?(\d{1,15}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,2})?$/
// What keeps its tables as floats writes 8 as 8.0.
const WHOLE = /^\d{1,15}(\.0{0,10})?$/

/** Any finite number between the bounds, both inclusive. */
export function realBetween(min: number, max: number) {
  return z
    .union([z.number(), z.string().regex(DECIMAL, 'must be a number').transform(Number)])
    .pipe(z.number().min(min).max(max))
}

/** A positive number up to a bound. */
export function positiveUpTo(max: number) {
  return realBetween(0, max).refine((value) => value > 0, 'must be above 0')
}

/** A whole number between the bounds, both inclusive; digits as text are accepted. */
export function wholeBetween(min: number, max: number) {
  return z
    .union([z.int(), z.string().regex(WHOLE, 'must be a whole number').transform(Number)])
    .pipe(z.int().min(min).max(max))
}

/** Decimal text or a number, as text: up to 9 digits and 6 places. */
export const decimal = z
  .union([z.string(), z.number()])
  .transform(String)
  .pipe(z.string().regex(/^\d{1,9}(\.\d{1,6})?$/, 'must be a decimal number with at most 6 places'))
