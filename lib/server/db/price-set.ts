/**
 * The distinct ways in which records were priced, stored once each; and the closed list of reasons why one was not.
 */
import 'server-only'
import { createHash } from 'node:crypto'
import type { PriceSelection } from '../../core/price/compiled'
import type { Queryable } from './pool'

/** The set of an unpriced record. */
export const NO_PRICE_SET = 0
const UNKNOWN = -1
/** A way of pricing that no record has yet; for previews, which write nothing. */
export const NOT_STORED = -2

/** Stored numbers: never renumber. 0 means priced. */
export const UNPRICED_CODE = {
  HOST_UNKNOWN: 1,
  MODEL_UNKNOWN: 2,
  NO_PRICE_AT_TIME: 3,
  METER_UNPRICED: 4,
  BUCKET_SPANS_PRICES: 5,
  MIXED_CURRENCY: 6,
  /** Priced, in another currency than dollars: it has no cost, and its price set tells its amount in that currency. */
  FOREIGN_CURRENCY: 7,
  PRICE_AMBIGUOUS: 8,
  TIER_UNPRICED: 9,
  SPEED_UNPRICED: 10,
  OTHER: 99,
} as const

const CODES = new Map<string, number>(Object.entries(UNPRICED_CODE))
const NAMES = new Map<number, string>([...CODES].map(([name, code]) => [code, name]))

/** The stored number of a reason; reasons not in the list are "other". */
export function unpricedCodeOf(reason: string): number {
  return CODES.get(reason) ?? UNPRICED_CODE.OTHER
}

export function unpricedReasonOf(code: number): string {
  return NAMES.get(code) ?? 'OTHER'
}

/** The currency of stored costs. */
export const COST_CURRENCY = 'USD'

/** Stored costs are dollars: a record priced in another currency has its prices, and no cost. */
export function isPriced(selection: PriceSelection): boolean {
  return hasPrices(selection) && selection.currency === COST_CURRENCY
}

/** Every quantity has a price, in whichever currency: the record points at its prices. */
export function hasPrices(selection: PriceSelection): boolean {
  return selection.problem === null
}

/** Why a record under this selection is unpriced; 0 when it is priced. */
export function unpricedCodeFor(selection: PriceSelection): number {
  if (isPriced(selection)) return 0
  return selection.problem === null ? UNPRICED_CODE.FOREIGN_CURRENCY : unpricedCodeOf(selection.problem.code)
}

export interface PriceSetLine {
  readonly meter: string
  readonly price_id: string
  readonly multiplier_ids: readonly string[]
}

/** Ids known to one import, like DimensionIds. Selections are compared as objects: the book interns them. */
export class PriceSetIds {
  private readonly known = new Map<PriceSelection, number>()
  private missing: PriceSelection[] = []

  constructor(private readonly workspaceId: number) {}

  /** The id; -1 for a selection that is new here: it has an id after the next `resolve`. */
  find(selection: PriceSelection): number {
    const id = this.known.get(selection)
    if (id !== undefined) return id
    this.known.set(selection, UNKNOWN)
    this.missing.push(selection)
    return UNKNOWN
  }

  /** `store` false only looks up: selections never stored get the id `NOT_STORED`. */
  async resolve(connection: Queryable, options: { readonly store: boolean } = { store: true }): Promise<void> {
    const wanted = this.missing
    this.missing = []
    for (const selection of wanted) {
      const lines: PriceSetLine[] = selection.lines.map((line) => ({
        meter: line.meter,
        price_id: line.entry.id,
        multiplier_ids: line.multipliers.map((multiplier) => multiplier.id),
      }))
      const text = JSON.stringify(lines)
      const digest = createHash('sha256').update(text).digest()
      const find = 'SELECT id FROM price_set WHERE workspace_id = $1 AND digest = $2'
      let { rows } = await connection.query<{ id: number }>(find, [this.workspaceId, digest])
      if (rows.length === 0 && !options.store) {
        this.known.set(selection, NOT_STORED)
        continue
      }
      if (rows.length === 0) {
        await connection.query(
          `INSERT INTO price_set (workspace_id, digest, lines, currency) VALUES ($1, $2, $3, $4)
           ON CONFLICT (workspace_id, digest) DO NOTHING`,
          [this.workspaceId, digest, text, selection.currency],
        )
        rows = (await connection.query<{ id: number }>(find, [this.workspaceId, digest])).rows
      }
      const id = rows[0]?.id
      if (id === undefined) throw new Error('a price set could not be stored')
      this.known.set(selection, id)
    }
  }
}

/** Lines of stored sets, by id. */
export async function priceSetLines(
  connection: Queryable,
  workspaceId: number,
  ids: readonly number[],
): Promise<ReadonlyMap<number, readonly PriceSetLine[]>> {
  const { rows } = await connection.query<{ id: number; lines: PriceSetLine[] }>(
    'SELECT id, lines FROM price_set WHERE workspace_id = $1 AND id = ANY ($2::int[])',
    [workspaceId, ids],
  )
  return new Map(rows.map((row) => [row.id, row.lines]))
}

/** Ids of the ways of pricing whose prices are in another currency than dollars; mostly none. */
export async function foreignPriceSets(connection: Queryable, workspaceId: number): Promise<readonly number[]> {
  const { rows } = await connection.query<{ id: number }>(
    'SELECT id FROM price_set WHERE workspace_id = $1 AND currency <> $2 ORDER BY id',
    [workspaceId, COST_CURRENCY],
  )
  return rows.map((row) => row.id)
}
