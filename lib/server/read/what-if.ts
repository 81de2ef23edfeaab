/** What the what-if screen shows: the question's choices and its answer over the workspace's own hours. */
import 'server-only'
import { type PeriodChoice, parsePeriodChoice, shiftMonth } from '../../core/report/period-choice'
import { publicSimulation, type SimulationView } from '../../core/report/simulation-view'
import {
  type HostedChoice,
  scenarioOf,
  type WhatIfChoices,
  type WhatIfQuestion,
} from '../../core/report/what-if-question'
import { GPU_CARDS } from '../../core/simulate/cards/gpu-card'
import { MODEL_CARDS } from '../../core/simulate/cards/model-card'
import { isEmbedding, soldSpan } from '../../core/simulate/replay/target-price'
import { scenarioSchema } from '../../core/simulate/scenario'
import { HOUR_MS, type InstantMs, isoOf, monthOf } from '../../core/time/instant'
import { authorise, grantOf, type Principal } from '../auth/principal'
import { pool } from '../db/pool'
import { loadBook } from '../db/price-book'
import { usageSpan, usedNames, usedPairs } from '../db/used-pairs'
import { AppError } from '../errors'
import { isOpenTarget, targetFiles } from './hosted-targets'
import { readOwnCards } from './own-cards'
import { runSimulation } from './run-simulation'

export type WhatIf =
  | { readonly state: 'empty' }
  | {
      readonly state: 'answered'
      readonly choice: PeriodChoice
      readonly choices: WhatIfChoices
      /** From when hours count, RFC 3339. */
      readonly from: string
      /** Until when: the end of the period or of the data, RFC 3339. */
      readonly until: string
      readonly answer: SimulationView | null
      readonly refused: { readonly message: string; readonly remedy: string | null } | null
    }

export async function readWhatIf(
  principal: Principal,
  question: WhatIfQuestion,
  periodText: string | undefined,
  nowMs: InstantMs,
): Promise<WhatIf> {
  authorise(principal, 'simulate.run')
  const span = await usageSpan(pool(), principal.workspaceId)
  if (span === null) return { state: 'empty' }
  const last = monthOf(span.endMs - 1)
  // Without a choice: the last three months that have data.
  const choice = parsePeriodChoice(periodText ?? `${shiftMonth(last, -2)}..${last}`, nowMs)
  const until = Math.max(choice.period.startMs + HOUR_MS, Math.min(choice.period.endMs, span.endMs, nowMs))
  const period = { startMs: Math.min(Math.max(choice.period.startMs, span.startMs), until - HOUR_MS), endMs: until }
  const [pairs, names, targets, cards] = await Promise.all([
    usedPairs(pool(), principal.workspaceId, choice.period),
    usedNames(pool(), principal.workspaceId, choice.period),
    hostedTargets(principal, nowMs),
    readOwnCards(principal),
  ])
  const choices: WhatIfChoices = {
    models: distinct(
      pairs.map(({ host, model }) => ({ host, model })),
      ({ host, model }) => `${host}/${model}`,
    ),
    projects: [...new Set(pairs.map((pair) => pair.project))].sort(),
    ...names,
    targets,
    openModels: MODEL_CARDS.map((card) => card.name),
    gpus: GPU_CARDS.filter((card) => card.rentPerHour !== undefined || card.buyUsd !== undefined).map(
      (card) => card.name,
    ),
    ownCards: cards.map(({ id, kind, name }) => ({ id, kind, name })),
    mayDescribe: grantOf(principal, 'reports.write') !== 'none',
  }
  const shown = { state: 'answered' as const, choice, choices, from: isoOf(period.startMs), until: isoOf(until) }
  try {
    const simulation = await runSimulation(principal, scenarioSchema.parse(scenarioOf(question, period)))
    return { ...shown, answer: publicSimulation(simulation), refused: null }
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'UNPROCESSABLE') throw error
    return { ...shown, answer: null, refused: { message: error.message, remedy: error.remedy } }
  }
}

async function hostedTargets(principal: Principal, nowMs: InstantMs): Promise<HostedChoice[]> {
  const book = await loadBook(principal.workspaceId)
  const targets: HostedChoice[] = []
  for (const { host, models } of targetFiles()) {
    for (const { model } of models) {
      if (!isOpenTarget(model) || isEmbedding(model)) continue
      const sold = soldSpan(book, { host: host.host, model })
      if (sold === null) continue
      const now = sold.toMs === null || sold.toMs > nowMs
      targets.push({ host: host.host, title: host.title, model, sold: now })
    }
  }
  // The models' own API first, then hosts by name.
  const rank = (target: HostedChoice) => (target.host === 'deepseek' ? 0 : 1)
  return targets.sort((a, b) => rank(a) - rank(b) || a.title.localeCompare(b.title) || a.model.localeCompare(b.model))
}

function distinct<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()]
}
