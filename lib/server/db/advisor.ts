/** Answers that people gave about their projects. */
import 'server-only'
import type { AdvisorAnswers } from '../../core/simulate/advisor/decide'
import type { Queryable } from './pool'

export interface StoredAnswers {
  readonly project: string
  readonly answers: AdvisorAnswers
  readonly by: string
  readonly at: Date
}

export async function advisorAnswers(connection: Queryable, workspaceId: number): Promise<StoredAnswers[]> {
  const { rows } = await connection.query<StoredAnswers>(
    'SELECT project, answers, answered_by AS by, answered_at AS at FROM advisor_answer WHERE workspace_id = $1',
    [workspaceId],
  )
  return rows
}

export async function saveAdvisorAnswers(
  connection: Queryable,
  workspaceId: number,
  saved: { readonly project: string; readonly answers: AdvisorAnswers; readonly by: string },
): Promise<void> {
  await connection.query(
    `INSERT INTO advisor_answer (workspace_id, project, answers, answered_by) VALUES ($1, $2, $3, $4)
     ON CONFLICT (workspace_id, project) DO UPDATE
       SET answers = excluded.answers, answered_by = excluded.answered_by, answered_at = now()`,
    [workspaceId, saved.project, JSON.stringify(saved.answers), saved.by],
  )
}
