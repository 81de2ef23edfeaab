import { readJson, readQuery } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { readAdvisor } from '@/lib/server/read/advisor'
import { answerAdvisor, answerAdvisorInput } from '@/lib/server/use-case/answer-advisor'
import { advisorQuery } from '../queries'

/** Every project, and with `project` the options of that one. */
export const GET = route('simulate.run', async ({ principal, request }) => {
  const { project } = readQuery(request, advisorQuery)
  return json(await readAdvisor(principal, { project: project ?? null }, Date.now()))
})

export const POST = route('reports.write', async ({ principal, request }) => {
  await answerAdvisor(principal, await readJson(request, answerAdvisorInput))
  return json({ saved: true })
})
