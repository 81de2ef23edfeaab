import { publicSimulation } from '@/lib/core/report/simulation-view'
import { scenarioSchema } from '@/lib/core/simulate/scenario'
import { readJson } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { runSimulation } from '@/lib/server/read/run-simulation'

export const POST = route('simulate.run', async ({ principal, request }) => {
  return json(publicSimulation(await runSimulation(principal, await readJson(request, scenarioSchema))))
})
