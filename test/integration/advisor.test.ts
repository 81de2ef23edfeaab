import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { usdFromText } from '../../lib/core/money/usd'
import { parseQuestion } from '../../lib/core/report/what-if-question'
import { NO_ANSWERS } from '../../lib/core/simulate/advisor/decide'
import { commandLinePrincipal } from '../../lib/server/auth/command-line'
import type { Principal } from '../../lib/server/auth/principal'
import { syncPriceBook } from '../../lib/server/db/price-book'
import { readAdvisor } from '../../lib/server/read/advisor'
import { readSavings } from '../../lib/server/read/savings'
import { readWhatIf } from '../../lib/server/read/what-if'
import { answerAdvisor } from '../../lib/server/use-case/answer-advisor'
import { createSample } from '../../lib/server/use-case/create-sample'
import { useOwnDataDirectory } from '../support/account'
import { closeTestDatabase, openTestDatabase, resetDatabase } from '../support/database'
import { commandLineOf, drain } from '../support/imports'

const NOW = Date.UTC(2026, 10, 23, 12)
let removeData: () => void
let principal: Principal

beforeAll(async () => {
  removeData = useOwnDataDirectory()
  await openTestDatabase()
  await resetDatabase()
  await syncPriceBook()
  await createSample(NOW)
  await drain()
  principal = await commandLinePrincipal('northwind')
})
afterAll(async () => {
  await closeTestDatabase()
  removeData()
})

async function advice(project: string) {
  const answer = await readAdvisor(principal, { project }, NOW)
  if (answer.state !== 'projects' || answer.advice === null) throw new Error('no advice')
  return answer.advice
}

describe('the advisor over the sample company', () => {
  it('lists every project with its spend, and asks before it advises', async () => {
    const all = await readAdvisor(principal, { project: null }, NOW)
    if (all.state !== 'projects') throw new Error('empty')
    expect(all.projects.length).toBeGreaterThanOrEqual(6)
    expect(all.projects.every((project) => project.decision.state === 'asks')).toBe(true)
    expect((await advice('search')).chosen).toBeNull()
  })

  it('advises the cheapest of the open ways on the project’s own hours, with every candidate’s facts', async () => {
    const answers = { ...NO_ANSWERS, needs_ai: true, may_leave: true, best_quality: false }
    await answerAdvisor(principal, { project: 'search', answers })
    const { chosen, options, project } = await advice('search')
    expect(project.answered?.by).toBe(principal.actor)
    expect(chosen?.kind).not.toBe('closed_api')
    const allowed = options.filter((option) => option.cost !== null && option.kind !== 'closed_api')
    const least = allowed.map((option) => usdFromText(option.cost?.likely ?? '0')).sort((a, b) => (a < b ? -1 : 1))[0]
    if (project.decision.state === 'decided' && project.decision.results.includes('self_host')) {
      expect(usdFromText(chosen?.cost?.likely ?? '0')).toBe(least)
    }
    const priced = options.filter((option) => option.kind !== 'self_host')
    expect(priced.filter((option) => option.cost === null).map((option) => [option.model, option.refused])).toEqual([])
    const r1 = options.find((option) => option.model === 'DeepSeek-R1')
    expect(r1?.where).toMatch(/^(8|16|24|32) × H200/)
    expect(r1?.weightsGb).toBeGreaterThan(640)
    expect(r1?.weightsGb).toBeLessThan(700)
    expect(r1?.notes).toContain('r1_hardware')
  })

  it('leaves only own GPUs held for the peak when data may not leave, and only known quality above a floor', async () => {
    const answers = { ...NO_ANSWERS, needs_ai: true, may_leave: false }
    await answerAdvisor(principal, { project: 'search', answers })
    const kept = await advice('search')
    expect(kept.chosen?.kind).toBe('self_host')
    expect(kept.chosen?.question).toContain('policy=peak')
    expect(kept.options.flatMap((option) => option.notes)).not.toContain('data_leaves_with_spill')
    await answerAdvisor(principal, { project: 'search', answers: { ...answers, quality_floor: 100 } })
    expect((await advice('search')).chosen).toBeNull()
  })

  it('names the largest savings with the figure that the what-if behind each gives', async () => {
    const savings = await readSavings(principal, NOW)
    if (savings === null) throw new Error('no usage')
    expect(savings.lines).toHaveLength(5)
    const likely = savings.lines.map((line) => usdFromText(line.saving.likely))
    expect([...likely].sort((a, b) => (a < b ? 1 : -1))).toEqual(likely)
    for (const line of savings.lines.slice(0, 2)) {
      const question = parseQuestion({
        share: '100',
        model: `${line.host}/${line.model}`,
        project: line.project ?? '',
        target: `${line.target.host}/${line.target.model}`,
      })
      const whatIf = await readWhatIf(principal, question, undefined, NOW)
      if (whatIf.state !== 'answered') throw new Error('empty')
      expect(whatIf.answer?.per_month.saving.likely).toBe(line.saving.likely)
    }
  })

  it('offers no other host to a project whose data may not leave', async () => {
    const first = (await readSavings(principal, NOW))?.lines[0]
    const project = first?.project ?? ''
    await answerAdvisor(principal, { project, answers: { ...NO_ANSWERS, needs_ai: true, may_leave: false } })
    const after = await readSavings(principal, NOW)
    expect(after?.lines.map((line) => line.project)).not.toContain(project)
  })

  it('refuses a project it does not know, and has nothing to say without usage', async () => {
    await expect(readAdvisor(principal, { project: 'nobody' }, NOW)).rejects.toMatchObject({ status: 404 })
    expect(await readAdvisor(await commandLineOf('empty'), { project: null }, NOW)).toEqual({ state: 'empty' })
  })
})
