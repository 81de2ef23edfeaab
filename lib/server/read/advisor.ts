/** The advisor: for each project what it costs, what was answered, and what follows from both. */
import 'server-only'
import { addUsd, type Usd, usdFromText, usdToText, ZERO_USD } from '../../core/money/usd'
import type { Advice, AdvisorOption, AdvisorProject } from '../../core/report/advisor-view'
import { shiftMonth } from '../../core/report/period-choice'
import {
  CLOSED_CANDIDATES,
  decide,
  type HostedCandidate,
  NO_ANSWERS,
  OPEN_CANDIDATES,
  OWN_CANDIDATES,
} from '../../core/simulate/advisor/decide'
import { qualityOf } from '../../core/simulate/advisor/quality-index'
import { findModelCard, splitParameters } from '../../core/simulate/cards/model-card'
import { findPrecision } from '../../core/simulate/cards/precision'
import { weightsPerGpu } from '../../core/simulate/estimator/memory'
import { scenarioSchema } from '../../core/simulate/scenario'
import { perMonth, type Simulation } from '../../core/simulate/simulation'
import { type InstantMs, isoOf, monthOf, type Period } from '../../core/time/instant'
import { authorise, grantOf, type Principal } from '../auth/principal'
import { advisorAnswers } from '../db/advisor'
import { pool } from '../db/pool'
import { usageSpan, usedPairs } from '../db/used-pairs'
import { AppError } from '../errors'
import { runSimulation } from './run-simulation'

export type Advisor =
  | { readonly state: 'empty' }
  | {
      readonly state: 'projects'
      readonly from: string
      readonly until: string
      readonly projects: readonly AdvisorProject[]
      /** Of the chosen project; null when none was chosen. */
      readonly advice: Advice | null
      readonly mayAnswer: boolean
    }

/** `project` chooses one; null lists all. Throws NOT_FOUND for a project without usage in the last three months of data. */
export async function readAdvisor(
  principal: Principal,
  input: { readonly project: string | null },
  nowMs: InstantMs,
): Promise<Advisor> {
  authorise(principal, 'simulate.run')
  const span = await usageSpan(pool(), principal.workspaceId)
  if (span === null) return { state: 'empty' }
  const endMs = Math.min(span.endMs, nowMs)
  const first = Date.parse(`${shiftMonth(monthOf(endMs - 1), -2)}-01T00:00:00Z`)
  const period: Period = { startMs: Math.max(first, span.startMs), endMs }
  const [pairs, stored] = await Promise.all([
    usedPairs(pool(), principal.workspaceId, period),
    advisorAnswers(pool(), principal.workspaceId),
  ])
  const spend = new Map<string, Usd>()
  for (const pair of pairs) spend.set(pair.project, addUsd(spend.get(pair.project) ?? ZERO_USD, usdFromText(pair.cost)))
  const projects = [...spend].map(([project, cost]): AdvisorProject => {
    const saved = stored.find((one) => one.project === project)
    const monthly = perMonth(cost, period)
    const answers = saved === undefined ? NO_ANSWERS : saved.answers
    return {
      project,
      spend: usdToText(monthly),
      answers,
      answered: saved === undefined ? null : { by: saved.by, at: saved.at.toISOString() },
      decision: decide(answers, monthly),
    }
  })
  projects.sort((a, b) => (usdFromText(a.spend) < usdFromText(b.spend) ? 1 : -1))
  const chosen = input.project === null ? null : projects.find((one) => one.project === input.project)
  if (chosen === undefined) throw new AppError('NOT_FOUND', 'There is no such project with usage.')
  return {
    state: 'projects',
    from: isoOf(period.startMs),
    until: isoOf(period.endMs),
    projects,
    advice: chosen === null ? null : await adviceFor(principal, chosen, period),
    mayAnswer: grantOf(principal, 'reports.write') === 'all',
  }
}

async function adviceFor(principal: Principal, project: AdvisorProject, period: Period): Promise<Advice> {
  const options: AdvisorOption[] = []
  for (const candidate of CLOSED_CANDIDATES)
    options.push(await hosted(principal, project, period, 'closed_api', candidate))
  for (const candidate of OPEN_CANDIDATES) options.push(await hosted(principal, project, period, 'open_api', candidate))
  for (const candidate of OWN_CANDIDATES) options.push(await own(principal, project, period, candidate))
  const { decision } = project
  if (decision.state !== 'decided') return { project, options, chosen: null }
  const fitting = options.filter(
    (option) => decision.results.some((result) => result === option.kind) && option.cost !== null && !option.belowFloor,
  )
  // Where the best is needed quality decides, else the cost.
  const best = project.answers.best_quality === true && decision.results.includes('closed_api')
  fitting.sort((a, b) => (best ? qualityRank(b) - qualityRank(a) : byCost(a, b)))
  return { project, options, chosen: fitting[0] ?? null }
}

function qualityRank(option: AdvisorOption): number {
  return option.quality.value === null ? -1 : option.quality.value.index
}

function byCost(a: AdvisorOption, b: AdvisorOption): number {
  const [one, two] = [usdFromText(a.cost?.likely ?? '0'), usdFromText(b.cost?.likely ?? '0')]
  return one < two ? -1 : one > two ? 1 : 0
}

async function hosted(
  principal: Principal,
  project: AdvisorProject,
  period: Period,
  kind: 'closed_api' | 'open_api',
  candidate: HostedCandidate,
): Promise<AdvisorOption> {
  const target = { kind: 'hosted', host: candidate.host, model: candidate.model } as const
  const question = new URLSearchParams({
    project: project.project,
    to: 'hosted',
    target: `${candidate.host}/${candidate.model}`,
    share: '100',
  })
  return {
    kind,
    where: candidate.host,
    ...(await answered(principal, project, period, target)),
    ...factsOf(
      candidate.card,
      project,
      candidate.card === candidate.model || findModelCard(candidate.card) === null ? candidate.model : candidate.card,
    ),
    notes: [],
    question: `/what-if?${question.toString()}`,
  }
}

async function own(
  principal: Principal,
  project: AdvisorProject,
  period: Period,
  candidate: (typeof OWN_CANDIDATES)[number],
): Promise<AdvisorOption> {
  const { card, precision, gpu } = candidate
  const ask = (policy: 'peak' | 'floor_spillover') =>
    answered(principal, project, period, { kind: 'self_hosted', model: card, precision, gpu, policy })
  // What may not leave may not spill over to an API either; and a floor of no GPU at all is no self-hosting.
  const floor = project.answers.may_leave === false ? null : await ask('floor_spillover')
  const policy = floor === null || floor.gpus === 0 ? 'peak' : 'floor_spillover'
  const answer = floor === null || floor.gpus === 0 ? await ask('peak') : floor
  const question = new URLSearchParams({
    project: project.project,
    to: 'own',
    open: card,
    precision,
    gpu,
    policy,
    share: '100',
  })
  return {
    kind: 'self_host',
    ...answer,
    where: answer.gpus === null ? gpu : `${answer.gpus} × ${gpu}`,
    ...factsOf(card, project, card),
    notes: [
      ...(card.startsWith('DeepSeek') ? (['deepseek_rarely_pays'] as const) : []),
      ...(card === 'DeepSeek-R1' ? (['r1_hardware'] as const) : []),
      ...(policy === 'floor_spillover' ? (['data_leaves_with_spill'] as const) : []),
    ],
    question: `/what-if?${question.toString()}`,
  }
}

function factsOf(name: string, project: AdvisorProject, shown: string) {
  const card = findModelCard(name)
  const quality = qualityOf(name)
  const floor = project.answers.quality_floor
  const native = card === null ? null : findPrecision(card.nativePrecision)
  const weights =
    card === null || native === null
      ? null
      : weightsPerGpu(splitParameters(card), native, { tensor: 1, data: 1, pipeline: 1, replicas: 1 }, false) / 1e9
  return {
    model: shown,
    quality,
    licence: card === null ? null : card.licence,
    contextTokens: card === null ? null : card.maxContext,
    weightsGb: weights,
    belowFloor: floor !== null && (quality.value === null || quality.value.index < floor),
  }
}

async function answered(
  principal: Principal,
  project: AdvisorProject,
  period: Period,
  target: object,
): Promise<Pick<AdvisorOption, 'cost' | 'refused' | 'stays'> & { readonly gpus: number | null }> {
  try {
    const simulation: Simulation = await runSimulation(
      principal,
      scenarioSchema.parse({
        baseline: { from: isoOf(period.startMs), to: isoOf(period.endMs), filter: { project: [project.project] } },
        moves: [{ target }],
        assumptions: { draws: 100 },
      }),
    )
    const monthly = (amount: Usd) => usdToText(perMonth(amount, simulation.period))
    const { low, likely, high } = simulation.target
    return {
      cost: { low: monthly(low), likely: monthly(likely), high: monthly(high) },
      refused: null,
      stays: simulation.cannotMove.reduce((sum, line) => sum + line.requests, 0n).toString(),
      gpus: simulation.fleet === null ? null : simulation.fleet.gpus,
    }
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'UNPROCESSABLE') throw error
    return { cost: null, refused: error.message, stays: '0', gpus: null }
  }
}
