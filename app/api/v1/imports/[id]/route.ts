import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { getImportView } from '@/lib/server/read/imports'
import { endImport } from '@/lib/server/use-case/end-import'

export const GET = route<{ id: string }>('import.read', async ({ principal, params }) =>
  json(await getImportView(principal, { id: params.id })),
)

/** Undoes a committed import, cancels one that still runs. */
export const DELETE = route<{ id: string }>('import.undo', async ({ principal, params }) => {
  await endImport(principal, { id: params.id })
  return json(await getImportView(principal, { id: params.id }))
})
