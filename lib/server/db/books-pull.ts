/** Do the books agree with what the connections say they brought? Rule I12 of docs/books.md. */
import 'server-only'
import type { BookDifference } from './book-difference'
import type { Queryable } from './pool'

const SCOPE = '($1::int IS NULL OR c.workspace_id = $1)'
const DAY = (of: string) => `d.workspace_id = ${of}.workspace_id AND d.connection_id = ${of}.id`

/**
 * Before the cursor every day is complete and the day at the cursor is not; a day that was told by an import names a
 * committed one of its workspace; and nobody waits for an import that is committed already.
 */
export async function pullDifferences(connection: Queryable, workspaceId: number | null): Promise<BookDifference[]> {
  const { rows } = await connection.query<Omit<BookDifference, 'rule'>>(
    `SELECT format('connection %s: days before %s that are complete', c.id, c.cursor) AS place,
       (c.cursor - c.from_day)::text AS expected, count(d.day)::text AS actual
     FROM connection c LEFT JOIN connection_day d ON ${DAY('c')} AND d.day < c.cursor AND d.status = 'complete'
     WHERE ${SCOPE} GROUP BY c.workspace_id, c.id HAVING count(d.day) <> c.cursor - c.from_day
     UNION ALL
     SELECT format('connection %s: the day of its cursor, %s', c.id, c.cursor), 'not complete', 'complete'
     FROM connection c JOIN connection_day d ON ${DAY('c')} AND d.day = c.cursor AND d.status = 'complete' WHERE ${SCOPE}
     UNION ALL
     SELECT format('connection %s, %s: the import that told it', c.id, d.day), 'committed', coalesce(i.status, 'absent')
     FROM connection c JOIN connection_day d ON ${DAY('c')}
       LEFT JOIN import i ON i.id = d.import_id AND i.workspace_id = c.workspace_id
     WHERE ${SCOPE} AND d.import_id IS NOT NULL AND i.status IS DISTINCT FROM 'committed'
     UNION ALL
     SELECT format('connection %s: the import it waits for, #%s', c.id, i.no), 'not committed', i.status
     FROM connection c JOIN import i ON i.id = c.import_id WHERE ${SCOPE} AND i.status = 'committed'`,
    [workspaceId],
  )
  return rows.map((row) => ({ rule: 'I12', ...row }))
}
