import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { readOverlaps } from '@/lib/server/read/overlaps'

/** Hosts, models and days that two sources tell. */
export const GET = route('import.read', async ({ principal }) => json(await readOverlaps(principal)))
