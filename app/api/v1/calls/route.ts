import { z } from 'zod'
import { readQuery } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { MAX_PAGE_ROWS, readCalls } from '@/lib/server/read/calls'

const name = z.string().max(500).optional()
const query = z.strictObject({
  from: z.string().max(40).default('1970-01-01T00:00:00Z'),
  to: z.string().max(40).default('2200-01-01T00:00:00Z'),
  host: name,
  model: name,
  project: name,
  api_key: name,
  user: name,
  unpriced: z.enum(['true', 'false']).optional(),
  import_no: z.coerce.number().int().positive().optional(),
  cursor: z.string().max(80).optional(),
  limit: z.coerce.number().int().min(1).max(MAX_PAGE_ROWS).optional(),
})

export const GET = route('usage.read', async ({ principal, request }) => {
  const { cursor, limit, unpriced, import_no, host, model, project, api_key, user, from, to } = readQuery(
    request,
    query,
  )
  const filter = {
    from,
    to,
    ...(host === undefined ? {} : { host }),
    ...(model === undefined ? {} : { model }),
    ...(project === undefined ? {} : { project }),
    ...(api_key === undefined ? {} : { api_key }),
    ...(user === undefined ? {} : { user }),
    ...(unpriced === undefined ? {} : { unpriced: unpriced === 'true' }),
    ...(import_no === undefined ? {} : { import_no }),
  }
  return json(await readCalls(principal, { filter, cursor: cursor ?? null, ...(limit === undefined ? {} : { limit }) }))
})
