/** Do the books of billed cost balance? The rules of docs/books.md, for the second layer. */
import 'server-only'
import type { BookDifference } from './book-difference'
import type { Queryable } from './pool'

type Check = (connection: Queryable, workspaceId: number | null) => Promise<BookDifference[]>

interface Found {
  readonly place: string
  readonly expected: string
  readonly actual: string
}

const SCOPE = '($1::int IS NULL OR workspace_id = $1)'

export async function billedDifferences(connection: Queryable, workspaceId: number | null): Promise<BookDifference[]> {
  const found: BookDifference[] = []
  for (const check of [linesOfImports, amountsOfImports, toldOnce, replacedByCommitted, lineIsUnique, ofWorkspaces]) {
    found.push(...(await check(connection, workspaceId)))
  }
  return found
}

const named = (rule: string, rows: readonly Found[]) => rows.map((row) => ({ rule, ...row }))

/** Lines of an import are all there or none is, replaced ones included. */
const linesOfImports: Check = async (connection, workspaceId) => {
  const { rows } = await connection.query<Found>(
    `WITH stored AS (SELECT import_no, count(*) AS lines FROM billed_cost WHERE ${SCOPE} GROUP BY 1),
       told AS (SELECT no, status, CASE WHEN status = 'committed' THEN billed_rows ELSE 0 END AS lines FROM import WHERE ${SCOPE})
     SELECT format('import #%s (%s): lines of billed cost', coalesce(no, import_no), coalesce(status, 'absent')) AS place,
       coalesce(told.lines, 0)::text AS expected, coalesce(stored.lines, 0)::text AS actual
     FROM told FULL JOIN stored ON import_no = no WHERE coalesce(told.lines, 0) <> coalesce(stored.lines, 0)`,
    [workspaceId],
  )
  return named('I4', rows)
}

/** What the import says it brought is what its lines sum to, by currency. */
const amountsOfImports: Check = async (connection, workspaceId) => {
  const { rows } = await connection.query<Found>(
    `WITH stored AS (SELECT import_no, currency, sum(amount) AS amount FROM billed_cost WHERE ${SCOPE} GROUP BY 1, 2),
       told AS (SELECT i.no, a.currency, a.amount FROM import i,
                  jsonb_to_recordset(i.billed -> 'amounts') AS a (currency text, amount numeric)
                WHERE ${SCOPE} AND i.status = 'committed')
     SELECT format('import #%s: billed %s', coalesce(no, import_no), coalesce(told.currency, stored.currency)) AS place,
       coalesce(trim_scale(told.amount)::text, 'nothing') AS expected, coalesce(trim_scale(stored.amount)::text, 'nothing') AS actual
     FROM told FULL JOIN stored ON import_no = no AND stored.currency = told.currency
     WHERE told.amount IS DISTINCT FROM stored.amount`,
    [workspaceId],
  )
  return named('I2', rows)
}

/** A day of an account's statement is told in one form and grouping. */
const toldOnce: Check = async (connection, workspaceId) => {
  const { rows } = await connection.query<Found>(
    `SELECT format('workspace %s, %s %s, %s: ways in which the day is told', workspace_id, issuer, account, (ts AT TIME ZONE 'UTC')::date) AS place,
       '1' AS expected, count(DISTINCT grouping)::text AS actual
     FROM billed_cost WHERE ${SCOPE} AND replaced_by IS NULL
     GROUP BY workspace_id, issuer, account, (ts AT TIME ZONE 'UTC')::date HAVING count(DISTINCT grouping) > 1`,
    [workspaceId],
  )
  return named('I2', rows)
}

const replacedByCommitted: Check = async (connection, workspaceId) => {
  const { rows } = await connection.query<Found>(
    `SELECT format('lines of billed cost of import #%s', b.import_no) AS place, 'replaced by a committed import' AS expected,
       format('replaced by #%s', b.replaced_by) AS actual
     FROM (SELECT DISTINCT import_no, replaced_by FROM billed_cost WHERE ${SCOPE} AND replaced_by IS NOT NULL) b
     WHERE NOT EXISTS (SELECT 1 FROM import i WHERE i.no = b.replaced_by AND i.status = 'committed')`,
    [workspaceId],
  )
  return named('I4', rows)
}

const lineIsUnique: Check = async (connection) => {
  const wanted = '(workspace_id, ts, dedup_key, ordinal) WHERE (replaced_by IS NULL)'
  const { rows } = await connection.query<{ definition: string }>(
    `SELECT pg_get_indexdef(x.indexrelid) AS definition FROM pg_index x
     WHERE x.indrelid = 'billed_cost'::regclass AND x.indisunique AND x.indisvalid`,
  )
  if (rows.some((row) => row.definition.endsWith(wanted))) return []
  return [{ rule: 'I3', place: 'unique index of billed_cost', expected: wanted, actual: 'absent or invalid' }]
}

const ofWorkspaces: Check = async (connection) => {
  const { rows } = await connection.query<{ lines: string }>(
    `SELECT count(*) AS lines FROM billed_cost b
     WHERE NOT EXISTS (SELECT 1 FROM import i WHERE i.no = b.import_no AND i.workspace_id = b.workspace_id)`,
  )
  const lines = rows[0]?.lines
  if (lines === undefined || lines === '0') return []
  return [
    { rule: 'I9', place: 'lines of billed cost whose import is of another workspace', expected: '0', actual: lines },
  ]
}
