/**
 * What a provider told of a day before and tells no more: a key, a project or a line that usage was moved away from. Left
 * alone it would count beside what took its place, so it is told again with nothing in it.
 */
import { isObject, type JsonObject, type JsonValue, parseJson } from '../json'
import { listAt } from '../json-rows'
import { jsonText, plainText } from '../value'
import type { PullSource } from './pull-source'

const BUCKET = ['start_time', 'end_time', 'starting_at', 'ending_at'] as const

/**
 * Lines of the same form as the records given, holding every result of `before` that no record of `after` names, with its
 * counts and amounts at zero.
 */
export function vanished(
  source: Pick<PullSource, 'names'>,
  before: readonly string[],
  after: readonly string[],
): string[] {
  const told = new Set(
    after.flatMap((text) => resultsOf(text).map(({ bucket, result }) => nameOf(source, bucket, result))),
  )
  return before.flatMap((text) => {
    const gone = resultsOf(text).filter(({ bucket, result }) => !told.has(nameOf(source, bucket, result)))
    const [first] = gone
    if (first === undefined) return []
    const empty = gone.map(({ result }) => emptied(source, result))
    return first.bucket === first.result ? empty.map(jsonText) : [jsonText({ ...first.bucket, results: empty })]
  })
}

/** Results of a bucket, or the record itself where it is a row. */
function resultsOf(text: string): { bucket: JsonObject; result: JsonObject }[] {
  const parsed = parseJson(text)
  if (!parsed.ok || !isObject(parsed.value)) return []
  const bucket = parsed.value
  if (!('results' in bucket)) return [{ bucket, result: bucket }]
  return listAt(bucket, 'results').flatMap((result) => (isObject(result) ? [{ bucket, result }] : []))
}

function nameOf({ names }: Pick<PullSource, 'names'>, bucket: JsonObject, result: JsonObject): string {
  const parts = [...BUCKET.map((name) => bucket[name]), ...names.map((name) => result[name])]
  return JSON.stringify(parts.map((part) => (part === undefined || part === null ? '' : plainText(part))))
}

function emptied({ names }: Pick<PullSource, 'names'>, result: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(result).map(([name, value]) => [name, names.includes(name) ? value : zeroOf(value)]),
  )
}

/** Words stay: a currency, a unit. */
function zeroOf(value: JsonValue): JsonValue {
  if (typeof value === 'number' || typeof value === 'bigint') return 0
  if (typeof value === 'string') return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value) ? '0' : value
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, zeroOf(part)]))
}
