/**
 * Names to numbers: hosts, models, projects and the like are stored once a workspace and big tables carry their ids.
 * Id 0 is "none". Ids are given in transactions of their own: an import that fails leaves at most an unused name.
 */
import 'server-only'
import type { Queryable } from './pool'

/** Stored numbers: never renumber. */
export const DIMENSION = {
  host: 1,
  model: 2,
  project: 3,
  api_key: 4,
  user: 5,
  service_tier: 6,
  region: 7,
  /** Value is JSON text of the sorted [name, value] pairs. */
  tag_set: 8,
} as const

export type DimensionName = keyof typeof DIMENSION
export const NO_DIMENSION = 0
const UNKNOWN = -1

const NAMES = Object.keys(DIMENSION) as DimensionName[]

/** Ids known to one import. `find` is synchronous for the hot path: unknown names are noted and resolved together. */
export class DimensionIds {
  private readonly known: Readonly<Record<DimensionName, Map<string, number>>> = emptyMaps()
  private missing: { readonly kind: DimensionName; readonly value: string }[] = []

  constructor(private readonly workspaceId: number) {}

  /** The id, 0 for none; -1 for a name that is new here: it has an id after the next `resolve`. */
  find(kind: DimensionName, value: string | null): number {
    if (value === null) return NO_DIMENSION
    const map = this.known[kind]
    const id = map.get(value)
    if (id !== undefined) return id
    map.set(value, UNKNOWN)
    this.missing.push({ kind, value })
    return UNKNOWN
  }

  /** How many names of a kind were asked for. */
  count(kind: DimensionName): number {
    return this.known[kind].size
  }

  async resolve(connection: Queryable): Promise<void> {
    const wanted = this.missing
    this.missing = []
    if (wanted.length === 0) return
    // One order for everyone: two imports that add the same names cannot wait for each other.
    wanted.sort((a, b) => DIMENSION[a.kind] - DIMENSION[b.kind] || (a.value < b.value ? -1 : a.value > b.value ? 1 : 0))
    let open = await this.lookUp(connection, wanted)
    if (open.length > 0) {
      await connection.query(
        `INSERT INTO dimension (workspace_id, kind, value)
         SELECT $1, kind, value FROM unnest($2::smallint[], $3::text[]) WITH ORDINALITY AS w (kind, value, place) ORDER BY place
         ON CONFLICT (workspace_id, kind, text_digest(value)) DO NOTHING`,
        [this.workspaceId, open.map((name) => DIMENSION[name.kind]), open.map((name) => name.value)],
      )
      open = await this.lookUp(connection, open)
      if (open.length > 0) throw new Error(`dimension values could not be stored: ${open.length}`)
    }
  }

  /** Returns the names that have no id yet. */
  private async lookUp(
    connection: Queryable,
    names: readonly { readonly kind: DimensionName; readonly value: string }[],
  ): Promise<{ readonly kind: DimensionName; readonly value: string }[]> {
    const { rows } = await connection.query<{ place: string; id: number }>(
      `SELECT w.place, d.id FROM unnest($2::smallint[], $3::text[]) WITH ORDINALITY AS w (kind, value, place)
       JOIN dimension d ON d.workspace_id = $1 AND d.kind = w.kind
        AND text_digest(d.value) = text_digest(w.value)`,
      [this.workspaceId, names.map((name) => DIMENSION[name.kind]), names.map((name) => name.value)],
    )
    const found = new Set<number>()
    for (const row of rows) {
      const index = Number.parseInt(row.place, 10) - 1
      const name = names[index]
      if (name === undefined) continue
      this.known[name.kind].set(name.value, row.id)
      found.add(index)
    }
    return names.filter((_name, index) => !found.has(index))
  }
}

function emptyMaps(): Record<DimensionName, Map<string, number>> {
  return Object.fromEntries(NAMES.map((name) => [name, new Map<string, number>()])) as Record<
    DimensionName,
    Map<string, number>
  >
}

/** Values of ids, for a page of records; ids without a value ("none") are absent. */
export async function dimensionValues(
  connection: Queryable,
  workspaceId: number,
  ids: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  const { rows } = await connection.query<{ id: number; value: string }>(
    'SELECT id, value FROM dimension WHERE workspace_id = $1 AND id = ANY ($2::int[])',
    [workspaceId, ids],
  )
  return new Map(rows.map((row) => [row.id, row.value]))
}
