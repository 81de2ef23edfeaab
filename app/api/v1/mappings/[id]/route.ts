import { route } from '@/lib/server/http/route'
import { forgetMapping } from '@/lib/server/use-case/map-import'

/** Files of its header ask for a mapping again. */
export const DELETE = route<{ id: string }>('import.create', async ({ principal, params }) => {
  await forgetMapping(principal, { id: params.id })
  return new Response(null, { status: 204 })
})
