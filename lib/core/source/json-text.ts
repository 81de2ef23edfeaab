/** Texts and numbers of JSON, once their ends are known. */
import { badJson, nulCharacter } from './json-fault'

export const NUMBER = /^-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/
export const IS_ASCII = /^[ -~]*$/
/** Those after a backslash that stand for one character that may be there: not "u". */
export const PLAIN_ESCAPES = new Set([...'"\\/bfnrt'].map((character) => character.charCodeAt(0)))
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/
const MAX_EXACT = 9_007_199_254_740_991n

/** Digits, signs, point, exponent. */
export function isOfNumber(code: number): boolean {
  return (code >= 48 && code <= 57) || code === 43 || code === 45 || code === 46 || code === 69 || code === 101
}

/** What `NUMBER` matched: a safe integer, a longer one, or the text of any other number. */
export function numberOf([digits, fraction, exponent]: RegExpExecArray): number | bigint | string {
  if (fraction !== undefined || exponent !== undefined) return digits
  if (digits.length <= 15) return Number.parseInt(digits, 10)
  const exact = BigInt(digits)
  return exact <= MAX_EXACT && exact >= -MAX_EXACT ? Number.parseInt(digits, 10) : exact
}

/** The value of a text with escapes, given with its quotes; `at` is where it stands. Throws a `JsonStop`. */
export function unescaped(quoted: string, at: number): string {
  let value: string
  try {
    value = JSON.parse(quoted) as string
  } catch {
    throw badJson('A text holds an escape or control character that is not valid', at)
  }
  if (value.includes('\0')) throw nulCharacter(at)
  if (LONE_SURROGATE.test(value)) throw badJson('A text holds half of a surrogate pair', at)
  return value
}
