/**
 * Reads counts out of a provider's usage object and remembers the first thing that is wrong with it. Objects are
 * tolerated with fields nobody knows; the fields that are known must be whole numbers of zero or more.
 */
import type { Problem } from '../../result'

export type UsageObject = Readonly<Record<string, unknown>>

/** The largest count that is stored (int8); a source that states more is refused on import as well. */
const MAX_COUNT = 9_223_372_036_854_775_807n

export class UsageReader {
  problem: Problem | null = null

  fault(code: string, message: string, remedy = 'Send the usage object as the provider returned it.'): void {
    this.problem ??= { code, message, remedy }
  }

  /** The object under a key; null when absent. */
  object(parent: UsageObject | null, key: string): UsageObject | null {
    const value = parent?.[key]
    if (value === undefined || value === null) return null
    if (typeof value === 'object' && !Array.isArray(value)) return value as UsageObject
    this.fault('USAGE_MALFORMED', `${key} is not an object.`)
    return null
  }

  /** The count under the first of these keys that is present; null when none is. */
  count(parent: UsageObject | null, ...keys: readonly string[]): bigint | null {
    for (const key of keys) {
      const value = parent?.[key]
      if (value === undefined || value === null) continue
      return this.whole(value, key)
    }
    return null
  }

  /** A detail that providers leave out when there is none of it. */
  detail(parent: UsageObject | null, ...keys: readonly string[]): bigint {
    const value = this.count(parent, ...keys)
    return value === null ? 0n : value
  }

  /** A count without which the usage cannot be priced. */
  required(parent: UsageObject | null, ...keys: readonly string[]): bigint {
    const value = this.count(parent, ...keys)
    if (value !== null) return value
    this.fault('USAGE_INCOMPLETE', `The usage has no ${keys.join(' or ')}.`)
    return 0n
  }

  text(parent: UsageObject | null, ...keys: readonly string[]): string | null {
    for (const key of keys) {
      const value = parent?.[key]
      if (typeof value === 'string' && value.trim() !== '') return value.trim()
    }
    return null
  }

  /** `part` is counted inside `whole`: gives the rest, or a fault when the part is the larger. */
  rest(whole: bigint, part: bigint, message: string): bigint {
    if (part <= whole) return whole - part
    this.fault('LEAVES_EXCEED_TOTAL', message)
    return 0n
  }

  private whole(value: unknown, key: string): bigint {
    if (typeof value === 'bigint') return this.withinBounds(value, key)
    if (typeof value === 'number') {
      if (Number.isSafeInteger(value)) return this.withinBounds(BigInt(value), key)
      const reason = Number.isInteger(value)
        ? 'is beyond 2^53 and lost digits; send it as a string'
        : 'is not a whole number'
      this.fault('COUNT_INVALID', `${key} ${reason}.`)
      return 0n
    }
    const digits = typeof value === 'string' ? /^\s*(-?\d{1,30})(?:\.0+)?\s*$/.exec(value) : null
    if (digits !== null) return this.withinBounds(BigInt(digits[1] as string), key)
    this.fault('COUNT_INVALID', `${key} is not a count.`)
    return 0n
  }

  private withinBounds(value: bigint, key: string): bigint {
    if (value >= 0n && value <= MAX_COUNT) return value
    if (value < 0n) this.fault('COUNT_NEGATIVE', `${key} is negative.`)
    else this.fault('COUNT_INVALID', `${key} is more than ${MAX_COUNT}.`)
    return 0n
  }
}
