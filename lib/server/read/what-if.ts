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
import { soldSpan } from '../../core/simulate/replay/target-price'
import { type ScenarioInput, scenarioSchema } from '../../core/simulate/scenario'
import { HOUR_MS, type InstantMs, isoOf, monthOf } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { pool } from '../db/pool'
import { loadBook } from '../db/price-book'
import { shippedBookFiles } from '../db/price-book-files'
import { usageSpan, usedPairs } from '../db/used-pairs'
import { AppError } from '../errors'
import { runSimulation } from './run-simulation'

export type WhatIf =
  | { readonly state: 'empty' }
  | {
      readonly state: 'answered'
      readonly choice: PeriodChoice
      readonly choices: WhatIfChoices
      /** Until when hours count: the end of the period or of the data, RFC 3339. */
      readonly until: string
      readonly answer: SimulationView | null
      /** The question as it is sent, and the same calls the other way: what a report is made from. */
      readonly asked: ScenarioInput
      readonly other: ScenarioInput
      readonly refused: { readonly message: string; readonly remedy: string | null } | null
    }

const HOSTS = ['deepseek', 'groq', 'together', 'fireworks', 'mistral', 'alibaba', 'novita', 'cerebras']
const OPEN_MODELS = /deepseek|gpt-oss|qwen-?[23]|llama-?4|llama-?3\.3|mi(s|x)tral|kimi-k2|glm-[45]/
const MOST_TARGETS = 150

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
  const [pairs, targets] = await Promise.all([
    usedPairs(pool(), principal.workspaceId, choice.period),
    hostedTargets(principal, nowMs),
  ])
  const choices: WhatIfChoices = {
    models: distinct(
      pairs.map(({ host, model }) => ({ host, model })),
      ({ host, model }) => `${host}/${model}`,
    ),
    projects: [...new Set(pairs.map((pair) => pair.project))].sort(),
    targets,
    openModels: MODEL_CARDS.map((card) => card.name),
    gpus: GPU_CARDS.filter((card) => card.rentPerHour !== undefined || card.buyUsd !== undefined).map(
      (card) => card.name,
    ),
  }
  const asked = scenarioOf(question, period)
  const other = scenarioOf({ ...question, to: question.to === 'own' ? 'hosted' : 'own' }, period)
  const shown = { state: 'answered' as const, choice, choices, until: isoOf(until), asked, other }
  try {
    const simulation = await runSimulation(principal, scenarioSchema.parse(asked))
    return { ...shown, answer: publicSimulation(simulation), refused: null }
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'UNPROCESSABLE') throw error
    return { ...shown, answer: null, refused: { message: error.message, remedy: error.remedy } }
  }
}

async function hostedTargets(principal: Principal, nowMs: InstantMs): Promise<HostedChoice[]> {
  const book = await loadBook(principal.workspaceId)
  const targets: HostedChoice[] = []
  for (const host of HOSTS) {
    const file = shippedBookFiles().find((candidate) => candidate.host.host === host)
    if (file === undefined) continue
    for (const { model } of file.models) {
      if (!OPEN_MODELS.test(model)) continue
      const sold = soldSpan(book, { host, model })
      if (sold === null) continue
      const now = sold.toMs === null || sold.toMs > nowMs
      if (now || host === 'deepseek') targets.push({ host, title: file.host.title, model, sold: now })
    }
  }
  return targets.slice(0, MOST_TARGETS)
}

function distinct<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()]
}
