/** Decides how an unknown file is read: the mapping is saved for every file of its header, and the import goes on with it. */
import 'server-only'
import { z } from 'zod'
import { MAPPABLE_CODES } from '../../core/source/mapping/draft'
import { mappingSpec } from '../../core/source/mapping/spec'
import { authorise, type Principal } from '../auth/principal'
import { writeAudit } from '../db/audit'
import { outcomeOf } from '../db/import-view'
import { queueMapped, removeMapping, saveMapping } from '../db/mapping'
import { inTransaction, pool } from '../db/pool'
import { AppError } from '../errors'
import { questionsOf } from '../read/import-mapping'

export const mapImportInput = z.strictObject({ name: z.string().trim().min(1).max(80), spec: mappingSpec })

/**
 * `queued`: the import waited for the mapping and goes on. Throws NOT_FOUND, CONFLICT, or INVALID_REQUEST while something
 * in the mapping is still open.
 */
export async function mapImport(
  principal: Principal,
  input: z.output<typeof mapImportInput> & { readonly id: string },
): Promise<{ readonly mapping: string; readonly queued: boolean }> {
  authorise(principal, 'import.create')
  const open = await questionsOf(principal, input)
  if (open.length > 0) {
    throw new AppError('INVALID_REQUEST', `The mapping leaves open: ${open.map(({ code }) => code).join(', ')}.`, {
      reason: 'MAPPING_OPEN',
      remedy: 'Answer what the mapping asks; nothing of it is guessed.',
    })
  }
  const found = await outcomeOf(pool(), input.id)
  if (found === null || found.workspaceId !== principal.workspaceId) {
    throw new AppError('NOT_FOUND', 'There is no such import.')
  }
  return await inTransaction(async (connection) => {
    const { workspaceId, actor } = principal
    const { name, spec } = input
    const mapping = await saveMapping(connection, { workspaceId, name, spec, createdBy: actor })
    const queued = await queueMapped(connection, workspaceId, input.id, mapping, MAPPABLE_CODES)
    await writeAudit(connection, principal, 'import.map', `import #${found.no}`, { mapping: name })
    return { mapping, queued }
  })
}

/** Files of its header ask for a mapping again; what was imported with it stays. Throws NOT_FOUND. */
export async function forgetMapping(principal: Principal, input: { readonly id: string }): Promise<void> {
  authorise(principal, 'import.create')
  await inTransaction(async (connection) => {
    if (!z.uuid().safeParse(input.id).success) throw new AppError('NOT_FOUND', 'There is no such mapping.')
    const name = await removeMapping(connection, principal.workspaceId, input.id)
    if (name === null) throw new AppError('NOT_FOUND', 'There is no such mapping.')
    await writeAudit(connection, principal, 'mapping.remove', `mapping “${name}”`)
  })
}
