/** Writing new prices of stored records with the old ones kept, and of those that wait in the history. */
import 'server-only'
import { type Usd, usdToText } from '../../core/money/usd'
import type { InstantMs } from '../../core/time/instant'
import type { Connection } from './pool'
import { deltaSql } from './rollup'

export interface StoredPrice {
  readonly priceSet: number
  /** Null when unpriced. */
  readonly cost: Usd | null
  /** 0 when priced. */
  readonly unpricedCode: number
}

/** Which row it is. */
export interface StoredPlace {
  readonly dedupKey: string
  /** Place among the versions that newer ones replaced, which an undo may bring back; null for a stored record. */
  readonly historySeq: string | null
  /** Which version of the row was read, so that one that a sender restates meanwhile is not given its price. */
  readonly version: string
}

export interface PriceChange extends StoredPlace {
  readonly tsMs: InstantMs
  readonly price: StoredPrice
}

/** A record was restated between being read and being priced: the whole re-pricing has to be begun anew. */
export class RecordChanged extends Error {}

export const SAME_RECORD = 'u.workspace_id = c.workspace_id AND u.ts = c.ts AND u.dedup_key = c.dedup_key'

/** Gives records their new price, keeps the old one, and notes the difference for the rollups. Throws RecordChanged. */
export async function writeChanges(
  connection: Connection,
  workspaceId: number,
  revisionNo: number,
  changes: readonly PriceChange[],
): Promise<void> {
  const stored = changes.filter((change) => change.historySeq === null)
  const history = changes.filter((change) => change.historySeq !== null)
  if (stored.length > 0) await writeStored(connection, workspaceId, revisionNo, stored)
  if (history.length > 0) await writeHistory(connection, workspaceId, revisionNo, history)
}

const KEPT = `INSERT INTO price_revision_record (workspace_id, revision_no, ts, dedup_key, import_no, old_price_set_id, old_cost,
    old_unpriced_code, new_price_set_id, new_cost, new_unpriced_code, history_seq)`
const CHANGE = `change AS (SELECT $1::int AS workspace_id, c.* FROM unnest($2::timestamptz[], $3::uuid[], $4::int[],
    $5::numeric[], $6::smallint[], $7::text[]) AS c (ts, dedup_key, price_set_id, cost, unpriced_code, place))`
const PRICE = 'price_set_id = c.price_set_id, cost = c.cost, unpriced_code = c.unpriced_code'

function changeValues(workspaceId: number, changes: readonly PriceChange[], places: readonly (string | null)[]) {
  return [
    workspaceId,
    changes.map((change) => new Date(change.tsMs)),
    changes.map((change) => change.dedupKey),
    changes.map((change) => change.price.priceSet),
    changes.map(({ price }) => (price.cost === null ? null : usdToText(price.cost))),
    changes.map((change) => change.price.unpricedCode),
    places,
  ]
}

async function writeStored(
  connection: Connection,
  workspaceId: number,
  revisionNo: number,
  changes: readonly PriceChange[],
): Promise<void> {
  const times = changes.map((change) => change.tsMs)
  const values = [
    ...changeValues(
      workspaceId,
      changes,
      changes.map((change) => change.version),
    ),
    new Date(times.reduce((a, b) => Math.min(a, b))),
    new Date(times.reduce((a, b) => Math.max(a, b))),
  ]
  // The bounds keep the other months out of the search.
  const there = `${SAME_RECORD} AND u.workspace_id = $1 AND u.ts >= $8 AND u.ts <= $9`
  // Locked, so that a sender who restates one of them waits.
  const before = await connection.query<{ records: string }>(
    `WITH ${CHANGE}, before AS (
       SELECT u.*, c.price_set_id AS new_price_set_id, c.cost AS new_cost, c.unpriced_code AS new_unpriced_code
       FROM usage_record u JOIN change c ON ${there} AND (u.ctid = c.place::tid) IS TRUE FOR UPDATE OF u
     ), kept AS (
       ${KEPT} SELECT workspace_id, $10, ts, dedup_key, import_no, price_set_id, cost, unpriced_code, new_price_set_id, new_cost,
         new_unpriced_code, 0 FROM before
     ), ${deltaSql('before', -1)} SELECT count(*) AS records FROM before`,
    [...values, revisionNo],
  )
  const wanted = String(changes.length)
  if (before.rows[0]?.records !== wanted) throw new RecordChanged('a record changed while it was priced')
  const after = await connection.query<{ records: string }>(
    `WITH ${CHANGE}, after AS (UPDATE usage_record u SET ${PRICE} FROM change c WHERE ${there} RETURNING u.*),
       ${deltaSql('after')} SELECT count(*) AS records FROM after`,
    values,
  )
  if (after.rows[0]?.records !== wanted) throw new Error('a record to re-price was not found again')
}

/** No sum changes. */
async function writeHistory(
  connection: Connection,
  workspaceId: number,
  revisionNo: number,
  changes: readonly PriceChange[],
): Promise<void> {
  const same = `${SAME_RECORD} AND u.seq = c.place::bigint AND u.workspace_id = $1`
  const values = changeValues(
    workspaceId,
    changes,
    changes.map((change) => change.historySeq),
  )
  await connection.query(
    `WITH ${CHANGE} ${KEPT} SELECT u.workspace_id, $8, u.ts, u.dedup_key, u.import_no, u.price_set_id, u.cost, u.unpriced_code,
       c.price_set_id, c.cost, c.unpriced_code, u.seq FROM usage_restatement u JOIN change c ON ${same}`,
    [...values, revisionNo],
  )
  await connection.query(`WITH ${CHANGE} UPDATE usage_restatement u SET ${PRICE} FROM change c WHERE ${same}`, values)
}
