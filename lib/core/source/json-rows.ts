/** JSON records read by key: what most dialects need. */
import type { ReadOptions, RowReader } from './dialect'
import { ContentIdentities } from './identity'
import { isObject, type JsonObject, type JsonValue } from './json'
import { InstantReader, readRow, stop } from './value'

export interface JsonReading {
  readonly instants: InstantReader
  readonly contents: ContentIdentities
  readonly options: ReadOptions
}

export function jsonReading(options: ReadOptions): JsonReading {
  return { instants: new InstantReader(options, 'utc'), contents: new ContentIdentities(), options }
}

/** Opens a stream of objects. `read` gives the records of one; none for lines that are no usage. */
export function openObjects<Fact>(
  options: ReadOptions,
  read: (object: JsonObject, reading: JsonReading) => readonly Fact[],
): RowReader<unknown, Fact> {
  const reading = jsonReading(options)
  return {
    note: () => reading.instants.note(),
    read: (value) =>
      readRow(() => {
        if (isObject(value)) return read(value, reading)
        return stop('NOT_THIS_FORMAT', null, 'The record is not an object.', 'Export the log again.')
      }),
  }
}

/** The object under a path of keys; null when any step is absent. */
export function objectAt(value: unknown, ...path: readonly string[]): JsonObject | null {
  let at: unknown = value
  for (const key of path) at = isObject(at) ? at[key] : undefined
  return isObject(at) ? at : null
}

export function listAt(value: unknown, key: string): readonly JsonValue[] {
  const list = isObject(value) ? value[key] : undefined
  return Array.isArray(list) ? list : []
}
