/**
 * Answers of slow questions to the rollup, kept while the rollup stays as it is, so that changing an assumption does not
 * read a year of hours again. What changes the rollup of a workspace changes one of its imports or writes an audit row in
 * the same transaction; the newest of both is the version an answer belongs to.
 */
import 'server-only'
import { hash } from 'node:crypto'
import type { Queryable } from './pool'

const MOST_ANSWERS = 48

const answers = new Map<string, { readonly version: string; readonly answer: Promise<unknown> }>()

async function versionOf(connection: Queryable, workspaceId: number): Promise<string> {
  const { rows } = await connection.query<{ version: string }>(
    `SELECT concat_ws('/', count(*), max(no), max(finished_at), max(undone_at), sum(accepted), sum(duplicate), sum(restated),
       (SELECT max(id) FROM audit_log WHERE workspace_id = $1)) AS version FROM import WHERE workspace_id = $1`,
    [workspaceId],
  )
  return rows[0]?.version ?? ''
}

/** `question` names what `read` reads; equal questions of one workspace share the answer. Answers must not be changed. */
export async function remembered<T>(
  connection: Queryable,
  workspaceId: number,
  question: readonly unknown[],
  read: () => Promise<T>,
): Promise<T> {
  const key = `${workspaceId} ${hash('sha256', JSON.stringify(question))}`
  // Before the read: what is written meanwhile belongs to a later version.
  const version = await versionOf(connection, workspaceId)
  const known = answers.get(key)
  if (known !== undefined && known.version === version) {
    answers.delete(key)
    answers.set(key, known)
    return (await known.answer) as T
  }
  const answer = read()
  answers.set(key, { version, answer })
  for (const oldest of answers.keys()) {
    if (answers.size <= MOST_ANSWERS) break
    answers.delete(oldest)
  }
  try {
    return await answer
  } catch (error) {
    if (answers.get(key)?.answer === answer) answers.delete(key)
    throw error
  }
}
