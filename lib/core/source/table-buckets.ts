/**
 * Buckets of one table. An export never restates itself, so rows of one table that are named alike and count differently are
 * of dimensions that were not exported, or were cut away: each is a bucket of its own. Equal rows stay one.
 */
import type { UsageRecord } from '../usage/record'

/** Buckets told apart; a table of more is no export by day or hour. */
const MOST = 200_000

export class TableBuckets {
  /** What was counted under each name, in the order of the table. */
  readonly #counted = new Map<string, string[]>()

  named(record: UsageRecord): UsageRecord {
    const { identity } = record
    if (identity.kind !== 'bucket') return record
    const name = JSON.stringify(identity.parts)
    const known = this.#counted.get(name)
    const counts = countsOf(record)
    if (known === undefined) {
      if (this.#counted.size < MOST) this.#counted.set(name, [counts])
      return record
    }
    let place = known.indexOf(counts)
    if (place < 0) place = known.push(counts) - 1
    return place === 0 ? record : { ...record, identity: { ...identity, parts: [...identity.parts, String(place)] } }
  }
}

function countsOf({ requests, quantities, reportedCost }: UsageRecord): string {
  const { other, ...leaves } = quantities
  return [requests, ...Object.values(leaves), ...[...(other ?? [])].flat(), reportedCost?.amount].join(' ')
}
