/** Notes that a report's switch was made, or that it was not: from then on its savings receipt counts. */
import 'server-only'
import { z } from 'zod'
import { switchSchema } from '../../core/report/what-if-report'
import { authorise, type Principal } from '../auth/principal'
import { writeAudit } from '../db/audit'
import { inTransaction } from '../db/pool'
import { setSwitched } from '../db/report'
import { AppError } from '../errors'

export const switchReportInput = z.strictObject({ switched: switchSchema.nullable() })

export async function switchReport(
  principal: Principal,
  input: z.output<typeof switchReportInput> & { readonly id: string },
): Promise<void> {
  authorise(principal, 'reports.write')
  const missing = new AppError('NOT_FOUND', 'There is no such report.')
  if (!z.uuid().safeParse(input.id).success) throw missing
  await inTransaction(async (connection) => {
    if (!(await setSwitched(connection, principal.workspaceId, input.id, input.switched))) throw missing
    await writeAudit(connection, principal, 'report.switch', `report ${input.id}`, { switched: input.switched })
  })
}
