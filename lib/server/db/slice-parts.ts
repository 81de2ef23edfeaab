/** SQL by which the rows of a question fall into parts of its slices. */
import 'server-only'
import { type SliceCut, type StoredSlice, sliceSql } from './usage-slices'

/** Slices, and what each call of them counts against those of other parts. */
export interface SlicePart {
  readonly slices: readonly StoredSlice[]
  readonly weight: bigint
}

export interface PartsSource {
  /** A common table expression that the joins need. */
  readonly sets: string
  readonly joins: string
  /** The place of the part that a row `u` is in; null for rows of none. */
  readonly part: string
}

/**
 * Adds to `values`. The slices must be those of `cut`. The parts are looked up, not joined: how many rows there are is
 * often not known to the planner of a table that has just been filled, and it would go over all slices for every row.
 */
export function partsSource(cut: SliceCut, parts: readonly SlicePart[], values: unknown[]): PartsSource {
  const { key, sets, joins } = sliceSql(cut, values)
  const places = Object.fromEntries(parts.flatMap(({ slices }, no) => slices.map((slice) => [slice.key, no])))
  return { sets, joins, part: `($${values.push(JSON.stringify(places))}::jsonb -> ${key()})::int` }
}
