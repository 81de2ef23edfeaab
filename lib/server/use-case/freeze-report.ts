/** Saves a what-if as a report: the answer as it is now, with what it was made from. */
import 'server-only'
import { createHash, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { publicSimulation } from '../../core/report/simulation-view'
import { DEFAULT_TARGET, splitTarget } from '../../core/report/what-if-question'
import type { FrozenAnswer, FrozenReport } from '../../core/report/what-if-report'
import { targetPriceIds } from '../../core/simulate/price-ids'
import { type Scenario, type ScenarioInput, scenarioSchema } from '../../core/simulate/scenario'
import { isoOf } from '../../core/time/instant'
import { authorise, type Principal } from '../auth/principal'
import { writeAudit } from '../db/audit'
import { frozenData } from '../db/frozen-data'
import { inTransaction, pool } from '../db/pool'
import { loadBook } from '../db/price-book'
import { insertReport } from '../db/report'
import { AppError } from '../errors'
import { readFormerMix } from '../read/former-mix'
import { runSimulation } from '../read/run-simulation'

const question = z.record(z.string(), z.unknown())

export const freezeReportInput = z.strictObject({
  title: z.string().trim().min(1).max(200).nullable().default(null),
  /** As for POST /api/v1/simulate. */
  scenario: question,
  /** The other way, shown beside it; absent: own GPUs beside a host, DeepSeek's API beside own GPUs. */
  other: question.nullable().optional(),
})
export type FreezeReportInput = z.input<typeof freezeReportInput>

/** Throws UNPROCESSABLE when the question has no answer; the other way may have none. */
export async function freezeReport(principal: Principal, input: FreezeReportInput): Promise<{ readonly id: string }> {
  authorise(principal, 'reports.write')
  const { title, scenario, other } = freezeReportInput.parse(input)
  const asked = parsed(scenario)
  const otherScenario = other === undefined ? otherWay(scenario as unknown as ScenarioInput, asked) : other
  const simulation = await runSimulation(principal, asked)
  const answer = publicSimulation(simulation)
  const beside = otherScenario === null ? null : await answered(principal, otherScenario)
  const period = { startMs: Date.parse(answer.from), endMs: Date.parse(answer.to) }
  const stated = asked.baseline.demand !== undefined
  const [data, book, former] = await Promise.all([
    stated
      ? statedData(asked.baseline.demand)
      : frozenData(pool(), principal.workspaceId, period, asked.baseline.filter),
    loadBook(principal.workspaceId),
    stated ? [] : readFormerMix(principal, asked, simulation),
  ])
  const targets = [asked, ...(beside === null ? [] : [scenarioSchema.parse(beside.scenario)])]
    .flatMap((one) => one.moves.map((move) => move.target))
    .flatMap((target) => (target.kind === 'hosted' ? [target] : target.spill_to === undefined ? [] : [target.spill_to]))
    .flatMap((place) => targetPriceIds(book, place, period))
  const content: FrozenReport = {
    version: 1,
    title,
    asked: { scenario: scenario as unknown as ScenarioInput, answer },
    other: beside,
    frozen_at: isoOf(Date.now()),
    data: { sha256: data.sha256, records: data.records },
    prices: { today: data.priceIds, target: [...new Set(targets)].sort() },
    former: former.map((line) => ({ ...line, tokens: line.tokens.toString() })),
  }
  const id = randomUUID()
  await inTransaction(async (connection) => {
    await insertReport(connection, { workspaceId: principal.workspaceId, id, content, createdBy: principal.actor })
    await writeAudit(connection, principal, 'report.create', `report ${id}`, { data: data.sha256 })
  })
  return { id }
}

/** A stated demand is its own data: nothing stored was read. */
function statedData(demand: unknown) {
  return { sha256: createHash('sha256').update(JSON.stringify(demand)).digest('hex'), records: '0', priceIds: [] }
}

function parsed(scenario: unknown): Scenario {
  const result = scenarioSchema.safeParse(scenario)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw new AppError(
    'INVALID_REQUEST',
    `scenario.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a question'}`,
  )
}

async function answered(
  principal: Principal,
  scenario: Record<string, unknown> | ScenarioInput,
): Promise<FrozenAnswer | null> {
  try {
    const answer = publicSimulation(await runSimulation(principal, parsed(scenario)))
    return { scenario: scenario as ScenarioInput, answer }
  } catch (error) {
    if (error instanceof AppError && error.code === 'UNPROCESSABLE') return null
    throw error
  }
}

/** The same calls moved the other way, with the product's defaults. */
function otherWay(scenario: ScenarioInput, asked: Scenario): ScenarioInput {
  const [first] = scenario.moves
  const hosted = asked.moves[0]?.target.kind === 'hosted'
  return {
    baseline: scenario.baseline,
    moves: [
      {
        ...(first?.share === undefined ? {} : { share: first.share }),
        ...(first?.select === undefined ? {} : { select: first.select }),
        target: hosted
          ? { kind: 'self_hosted', policy: 'floor_spillover' }
          : { kind: 'hosted', ...splitTarget(DEFAULT_TARGET) },
      },
    ],
  }
}
