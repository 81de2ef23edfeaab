import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { readForecast } from '@/lib/server/read/forecast'

/** The running month and the next three with an 80 % band, and the method's last six errors. */
export const GET = route('bills.read', async ({ principal }) => json(await readForecast(principal)))
