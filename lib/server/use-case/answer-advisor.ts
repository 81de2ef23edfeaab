/** Keeps what a person answered about a project, for everybody of the workspace. */
import 'server-only'
import { z } from 'zod'
import { advisorAnswersSchema } from '../../core/simulate/advisor/decide'
import { authorise, type Principal } from '../auth/principal'
import { saveAdvisorAnswers } from '../db/advisor'
import { writeAudit } from '../db/audit'
import { inTransaction } from '../db/pool'

export const answerAdvisorInput = z.strictObject({
  /** Empty for calls without a project. */
  project: z.string().max(500),
  answers: advisorAnswersSchema,
})

export async function answerAdvisor(principal: Principal, input: z.output<typeof answerAdvisorInput>): Promise<void> {
  authorise(principal, 'reports.write')
  const { project, answers } = input
  await inTransaction(async (connection) => {
    await saveAdvisorAnswers(connection, principal.workspaceId, { project, answers, by: principal.actor })
    await writeAudit(connection, principal, 'advisor.answer', `project ${project}`, { answers })
  })
}
