/** Removes a report and every link to it. */
import 'server-only'
import { z } from 'zod'
import { authorise, type Principal } from '../auth/principal'
import { writeAudit } from '../db/audit'
import { inTransaction } from '../db/pool'
import { deleteReport as deleteRow } from '../db/report'
import { AppError } from '../errors'

export async function deleteReport(principal: Principal, input: { readonly id: string }): Promise<void> {
  authorise(principal, 'reports.write')
  const missing = new AppError('NOT_FOUND', 'There is no such report.')
  if (!z.uuid().safeParse(input.id).success) throw missing
  await inTransaction(async (connection) => {
    if (!(await deleteRow(connection, principal.workspaceId, input.id))) throw missing
    await writeAudit(connection, principal, 'report.delete', `report ${input.id}`)
  })
}
