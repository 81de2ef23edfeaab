/**
 * The price book as a ledger in the database. Workspace 0 is the published book; a workspace's own rows are its contract
 * prices and names. Rows are inserted, and closed by setting their end once; nothing else about them ever changes.
 */
import 'server-only'
import { formatScaled, parseScaled } from '../../core/money/decimal'
import { compileBook } from '../../core/price/book'
import { type BookFile, RATE_PLACES } from '../../core/price/book-file'
import type { PriceBook } from '../../core/price/compiled'
import { conditionsOf, conditionsToJson, whenSchema } from '../../core/price/condition'
import type { ModelAlias, PriceEntry } from '../../core/price/entry'
import { type InstantMs, isoOf } from '../../core/time/instant'
import { isMeter } from '../../core/usage/meter'
import { inTransaction, pool, type Queryable } from './pool'
import { shippedBookDigest, shippedBookFiles } from './price-book-files'

export const PUBLISHED = 0
const BATCH_ROWS = 5_000
/** Two processes that start together must not write the book at once; the number is this lock's name. */
const SYNC_LOCK = 7_104_001

export interface SyncOutcome {
  readonly entriesAdded: number
  readonly entriesClosed: number
  readonly namesAdded: number
  readonly namesClosed: number
}

/**
 * Brings the published book up to the files. Throws when a file contradicts the ledger: another amount under an existing
 * id, or another end than the one already set. A correction is a new entry beside a closed one.
 */
export async function syncPriceBook(files: readonly BookFile[] = shippedBookFiles()): Promise<SyncOutcome> {
  return await inTransaction((connection) => writeBookFiles(connection, files))
}

/**
 * The same inside a transaction of the caller's; `createdBy` is noted beside new entries. With `keepsEnds` what the ledger
 * has closed and a file leaves open stays closed: a new version may be older than an update the instance has taken.
 */
export async function writeBookFiles(
  connection: Queryable,
  files: readonly BookFile[],
  options: WriteOptions = {},
): Promise<SyncOutcome> {
  await connection.query('SELECT pg_advisory_xact_lock($1)', [SYNC_LOCK])
  const entries = await syncEntries(
    connection,
    files.flatMap((file) => file.entries),
    options,
  )
  const names = await syncAliases(
    connection,
    files.flatMap((file) => file.aliases),
    options,
  )
  return {
    entriesAdded: entries.added,
    entriesClosed: entries.closed,
    namesAdded: names.added,
    namesClosed: names.closed,
  }
}

/** Files say other than what the ledger has under the same identity; each line names one price or name. */
export class LedgerContradiction extends Error {
  readonly contradictions: readonly string[]

  constructor(contradictions: readonly string[]) {
    super(contradictions.join(' '))
    this.name = 'LedgerContradiction'
    this.contradictions = contradictions
  }
}

/** Brings the published book up to the shipped files, unless the ledger has met exactly these files before. */
export async function syncShippedPriceBook(): Promise<void> {
  const digest = shippedBookDigest()
  const { rows } = await pool().query('SELECT 1 FROM price_book_sync WHERE digest = $1', [digest])
  if (rows.length > 0) return
  await inTransaction((connection) => writeBookFiles(connection, shippedBookFiles(), { keepsEnds: true }))
  await pool().query('INSERT INTO price_book_sync (digest) VALUES ($1) ON CONFLICT DO NOTHING', [digest])
}

interface WriteOptions {
  readonly createdBy?: string
  readonly keepsEnds?: boolean
}

interface Changes {
  readonly added: number
  readonly closed: number
}

async function syncEntries(
  connection: Queryable,
  entries: readonly PriceEntry[],
  { createdBy, keepsEnds = false }: WriteOptions,
): Promise<Changes> {
  const { rows } = await connection.query<{ id: string; amount: string; effective_to: Date | null }>(
    'SELECT id, amount::text, effective_to FROM price_entry WHERE workspace_id = $1',
    [PUBLISHED],
  )
  const stored = new Map(rows.map((row) => [row.id, row]))
  const fresh: PriceEntry[] = []
  const closing: PriceEntry[] = []
  const contradictions: string[] = []
  for (const entry of entries) {
    const old = stored.get(entry.id)
    if (old === undefined) {
      fresh.push(entry)
      continue
    }
    if (plainAmount(old.amount) !== plainAmount(entry.amount)) {
      contradictions.push(
        contradiction(entry, `its amount is ${plainAmount(old.amount)} in the ledger and ${entry.amount} in the file`),
      )
      continue
    }
    const end = old.effective_to?.getTime() ?? null
    if (end === entry.toMs || (keepsEnds && entry.toMs === null)) continue
    if (end === null) closing.push(entry)
    else contradictions.push(contradiction(entry, `it ended ${isoOf(end)} and the file says otherwise`))
  }
  if (contradictions.length > 0) throw new LedgerContradiction(contradictions)
  for (let at = 0; at < fresh.length; at += BATCH_ROWS)
    await insertEntries(connection, PUBLISHED, fresh.slice(at, at + BATCH_ROWS), createdBy)
  await connection.query(
    `UPDATE price_entry SET effective_to = closing.until FROM unnest($2::text[], $3::timestamptz[]) AS closing (id, until)
     WHERE workspace_id = $1 AND price_entry.id = closing.id AND effective_to IS NULL`,
    [PUBLISHED, closing.map((entry) => entry.id), closing.map((entry) => instantText(entry.toMs))],
  )
  return { added: fresh.length, closed: closing.length }
}

function plainAmount(amount: string): string {
  const parsed = parseScaled(amount, RATE_PLACES)
  if (!parsed.ok) throw new Error(`not an amount: ${JSON.stringify(amount)}`)
  return formatScaled(parsed.value, RATE_PLACES)
}

function contradiction(entry: PriceEntry, what: string): string {
  const name = `${entry.host}/${entry.model} ${entry.meter} from ${isoOf(entry.fromMs)} (${entry.id})`
  return `The price book is append-only, but the price ${name} was changed: ${what}. Close it and add a new entry.`
}

function instantText(ms: InstantMs | null): string | null {
  return ms === null ? null : isoOf(ms)
}

/** Inserts new entries; an id that exists is an error. */
export async function insertEntries(
  connection: Queryable,
  workspaceId: number,
  entries: readonly PriceEntry[],
  createdBy = 'price book',
): Promise<void> {
  const rows = entries.map((entry) => ({
    id: entry.id,
    host: entry.host,
    model: entry.model,
    meter: entry.meter,
    kind: entry.kind,
    per: entry.per.toString(),
    amount: entry.amount,
    currency: entry.currency,
    effective_from: isoOf(entry.fromMs),
    effective_to: instantText(entry.toMs),
    conditions: conditionsToJson(entry.conditions),
    book: entry.book,
    priority: entry.priority,
    source_url: entry.sourceUrl,
    checked_on: entry.checkedOn,
    confidence: entry.confidence,
  }))
  await connection.query(
    `INSERT INTO price_entry (workspace_id, id, host, model, meter, kind, per, amount, currency, effective_from, effective_to,
       conditions, book, priority, source_url, checked_on, confidence, created_by)
     SELECT $1, id, host, model, meter, kind, per::numeric, amount::numeric, currency, effective_from, effective_to,
       conditions, book, priority, source_url, checked_on, confidence, $3
     FROM jsonb_to_recordset($2::jsonb) AS entry (id text, host text, model text, meter text, kind text, per text,
       amount text, currency text, effective_from timestamptz, effective_to timestamptz, conditions jsonb, book text,
       priority int, source_url text, checked_on date, confidence text)`,
    [workspaceId, JSON.stringify(rows), createdBy],
  )
}

async function syncAliases(
  connection: Queryable,
  aliases: readonly ModelAlias[],
  { keepsEnds = false }: WriteOptions,
): Promise<Changes> {
  const keyOf = (host: string, pattern: string, kind: string, fromMs: number) =>
    JSON.stringify([host, pattern, kind, fromMs])
  const stored = new Map(
    (await aliasesOf(connection, [PUBLISHED])).map((alias) => [
      keyOf(alias.host, alias.pattern, alias.kind, alias.fromMs),
      alias,
    ]),
  )
  const fresh: ModelAlias[] = []
  const closing: ModelAlias[] = []
  for (const alias of aliases) {
    const old = stored.get(keyOf(alias.host, alias.pattern, alias.kind, alias.fromMs))
    if (old === undefined) {
      fresh.push(alias)
      continue
    }
    const name = `The name "${alias.pattern}" at ${alias.host}`
    if (old.model !== alias.model) {
      throw new LedgerContradiction([
        `${name} means ${old.model} in the ledger and ${alias.model} in the file. Close it and add a new one.`,
      ])
    }
    if (old.toMs === alias.toMs || (keepsEnds && alias.toMs === null)) continue
    if (old.toMs !== null) {
      throw new LedgerContradiction([`${name} ended ${isoOf(old.toMs)} and the file says otherwise.`])
    }
    closing.push(alias)
  }
  const rowOf = (alias: ModelAlias) => ({
    host: alias.host,
    pattern: alias.pattern,
    kind: alias.kind,
    model: alias.model,
    effective_from: isoOf(alias.fromMs),
    effective_to: instantText(alias.toMs),
  })
  const columns = 'host text, pattern text, kind text, model text, effective_from timestamptz, effective_to timestamptz'
  await connection.query(
    `INSERT INTO model_alias (workspace_id, host, pattern, kind, model, effective_from, effective_to)
     SELECT $1, host, pattern, kind, model, effective_from, effective_to FROM jsonb_to_recordset($2::jsonb) AS alias (${columns})`,
    [PUBLISHED, JSON.stringify(fresh.map(rowOf))],
  )
  await connection.query(
    `UPDATE model_alias SET effective_to = closing.effective_to FROM jsonb_to_recordset($2::jsonb) AS closing (${columns})
     WHERE workspace_id = $1 AND model_alias.host = closing.host AND model_alias.pattern = closing.pattern
       AND model_alias.kind = closing.kind AND model_alias.effective_from = closing.effective_from`,
    [PUBLISHED, JSON.stringify(closing.map(rowOf))],
  )
  return { added: fresh.length, closed: closing.length }
}

/** Adds a workspace's own name; false when it exists with the same begin. */
export async function insertAlias(
  connection: Queryable,
  workspaceId: number,
  alias: ModelAlias,
  createdBy: string,
): Promise<boolean> {
  const { rowCount } = await connection.query(
    `INSERT INTO model_alias (workspace_id, host, pattern, kind, model, effective_from, effective_to, created_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
    [
      workspaceId,
      alias.host,
      alias.pattern,
      alias.kind,
      alias.model,
      isoOf(alias.fromMs),
      instantText(alias.toMs),
      createdBy,
    ],
  )
  return rowCount === 1
}

export const ENTRY_COLUMNS = `id, host, model, meter, kind, per::text, amount::text, currency, effective_from, effective_to, conditions,
  book, priority, source_url, checked_on::text, confidence`

export interface EntryRow {
  id: string
  host: string
  model: string
  meter: string
  kind: PriceEntry['kind']
  per: string
  amount: string
  currency: string
  effective_from: Date
  effective_to: Date | null
  conditions: unknown
  book: PriceEntry['book']
  priority: number
  source_url: string
  checked_on: string
  confidence: PriceEntry['confidence']
}

export function entryOfRow(row: EntryRow): PriceEntry {
  if (row.meter !== '*' && !isMeter(row.meter)) throw new Error(`price entry ${row.id} names no meter: ${row.meter}`)
  return {
    id: row.id,
    host: row.host,
    model: row.model,
    meter: row.meter,
    kind: row.kind,
    per: BigInt(row.per),
    amount: plainAmount(row.amount),
    currency: row.currency,
    fromMs: row.effective_from.getTime(),
    toMs: row.effective_to?.getTime() ?? null,
    conditions: conditionsOf(whenSchema.parse(row.conditions)),
    book: row.book,
    priority: row.priority,
    sourceUrl: row.source_url,
    checkedOn: row.checked_on,
    confidence: row.confidence,
  }
}

async function aliasesOf(connection: Queryable, workspaceIds: readonly number[]): Promise<ModelAlias[]> {
  const { rows } = await connection.query<{
    host: string
    pattern: string
    kind: ModelAlias['kind']
    model: string
    effective_from: Date
    effective_to: Date | null
  }>(
    // A workspace's own names come first, and the first name that holds decides.
    `SELECT host, pattern, kind, model, effective_from, effective_to FROM model_alias WHERE workspace_id = ANY ($1::int[])
     ORDER BY workspace_id DESC, effective_from`,
    [workspaceIds],
  )
  return rows.map((row) => ({
    host: row.host,
    pattern: row.pattern,
    kind: row.kind,
    model: row.model,
    fromMs: row.effective_from.getTime(),
    toMs: row.effective_to?.getTime() ?? null,
  }))
}

/** Every published price and name of one host, as this transaction sees them. */
export async function publishedOfHost(
  connection: Queryable,
  host: string,
): Promise<{ readonly entries: readonly PriceEntry[]; readonly aliases: readonly ModelAlias[] }> {
  const { rows } = await connection.query<EntryRow>(
    `SELECT ${ENTRY_COLUMNS} FROM price_entry WHERE workspace_id = $1 AND host = $2`,
    [PUBLISHED, host],
  )
  const aliases = await aliasesOf(connection, [PUBLISHED])
  return { entries: rows.map(entryOfRow), aliases: aliases.filter((alias) => alias.host === host) }
}

const compiled = new Map<number, { readonly version: string; readonly book: PriceBook }>()
const MAX_COMPILED_BOOKS = 32

/** The published book with the workspace's own prices and names; compiled once per version of the ledger. */
export async function loadBook(workspaceId: number, connection: Queryable = pool()): Promise<PriceBook> {
  const scope = [PUBLISHED, workspaceId]
  const { rows } = await connection.query<{ version: string }>(
    // Ends of the published book are set once; a workspace's own may be brought forward, so they are in the version.
    `SELECT concat_ws(' ', (SELECT concat(count(*), '/', count(effective_to), '/', max(created_at)) FROM price_entry
         WHERE workspace_id = ANY ($1::int[])),
       (SELECT concat(count(*), '/', count(effective_to), '/', max(created_at)) FROM model_alias
         WHERE workspace_id = ANY ($1::int[])),
       (SELECT sum(extract(epoch FROM effective_to)) FROM price_entry WHERE workspace_id = $2)) AS version`,
    [scope, workspaceId],
  )
  const version = rows[0]?.version
  if (version === undefined) throw new Error('the price book has no version')
  const known = compiled.get(workspaceId)
  if (known?.version === version) return known.book
  const entries = await connection.query<EntryRow>(
    `SELECT ${ENTRY_COLUMNS} FROM price_entry WHERE workspace_id = ANY ($1::int[])`,
    [scope],
  )
  const book = compileBook({
    entries: entries.rows.map(entryOfRow),
    aliases: await aliasesOf(connection, scope),
    hosts: shippedBookFiles().map((file) => file.host),
  })
  if (compiled.size >= MAX_COMPILED_BOOKS) compiled.clear()
  compiled.set(workspaceId, { version, book })
  return book
}

/** Entries by id, for showing how a stored record was priced; closed and withdrawn ones too. */
export async function priceEntriesByIds(
  workspaceId: number,
  ids: readonly string[],
  connection: Queryable = pool(),
): Promise<ReadonlyMap<string, PriceEntry>> {
  const { rows } = await connection.query<EntryRow>(
    `SELECT ${ENTRY_COLUMNS} FROM price_entry WHERE workspace_id = ANY ($1::int[]) AND id = ANY ($2::text[])`,
    [[PUBLISHED, workspaceId], ids],
  )
  return new Map(rows.map((row) => [row.id, entryOfRow(row)]))
}
