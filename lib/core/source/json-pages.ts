/**
 * Where the records of an API's answer lie: in a list under a key, in a page that some tool wrapped once more, in pages
 * kept together. A path is the keys from a value of the file to its records; lists on the way are gone through.
 */
import { isObject } from './json'

/** Keys under which any API may hand out its records. */
export const PAGE_KEYS = [
  'data',
  'results',
  'result',
  'items',
  'records',
  'rows',
  'logs',
  'entries',
  'responses',
  'generations',
  'observations',
  'requests',
  'events',
] as const

/** Keys under which tools keep whole pages. */
const WRAPPERS = [...PAGE_KEYS, 'pages', 'page', 'response', 'body', 'payload', 'usage', 'costs'] as const
const MAX_DEPTH = 3

/** Paths on which some of these values hold objects, the shorter ones first. */
export function pagePaths(values: readonly unknown[]): readonly (readonly string[])[] {
  const found: (readonly string[])[] = []
  let level: readonly (readonly string[])[] = [[]]
  for (let depth = 1; depth <= MAX_DEPTH; depth += 1) {
    const next: (readonly string[])[] = []
    for (const path of level) {
      const at = values.flatMap((value) => valuesAt(value, path))
      for (const key of WRAPPERS) {
        if (at.some((value) => isObject(value) && listed(value[key]).some(isObject))) next.push([...path, key])
      }
    }
    found.push(...next)
    level = next
  }
  return found
}

/** What lies on the path; nothing when the value does not have it. */
export function valuesAt(value: unknown, path: readonly string[]): readonly unknown[] {
  let at: readonly unknown[] = [value]
  for (const key of path) at = at.flatMap((one) => (isObject(one) ? listed(one[key]) : []))
  return at
}

function listed(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}

/** An answer about a time in which nothing happened: a page without records, a bucket without results. */
export function isEmptyPage(value: unknown): boolean {
  if (!isObject(value)) return false
  const { data, results } = value
  if (Array.isArray(results) && results.length === 0) return 'start_time' in value || 'starting_at' in value
  return Array.isArray(data) && data.every(isEmptyPage) && ('has_more' in value || value.object === 'page')
}

/** Any answer whose list of records is empty, and that holds no other list. What names a model is a record itself. */
export function holdsNoRecords(value: unknown): boolean {
  if (!isObject(value) || 'model' in value) return false
  const lists = PAGE_KEYS.flatMap((key) => (value[key] === undefined ? [] : [value[key]]))
  const isEmpty = (list: unknown) => (Array.isArray(list) ? list.length === 0 : holdsNoRecords(list))
  return (
    lists.length > 0 &&
    lists.every(isEmpty) &&
    !Object.values(value).some((one) => Array.isArray(one) && one.length > 0)
  )
}
