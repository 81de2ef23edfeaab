import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { listMappings } from '@/lib/server/read/import-mapping'

export const GET = route('import.read', async ({ principal }) => json({ mappings: await listMappings(principal) }))
