import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { listFormats } from '@/lib/server/read/formats'

export const GET = route('import.read', async ({ principal }) => json({ formats: listFormats(principal) }))
