/** What people and programs notice while a file is imported: times of the dashboards' questions and of small ingests. */
import { parsePeriodChoice } from '../../lib/core/report/period-choice'
import type { Principal } from '../../lib/server/auth/principal'
import { readCalls } from '../../lib/server/read/calls'
import { readOverview } from '../../lib/server/read/overview'
import { readSpend } from '../../lib/server/read/spend'
import { ingestUsage } from '../../lib/server/use-case/ingest-usage'

const RECORDS_AN_INGEST = 20
const FROM = '2026-09-01T00:00:00Z'
const TO = '2026-12-01T00:00:00Z'

type Question = readonly [name: string, ask: () => Promise<unknown>]

/** The functions behind the pages and the endpoint, as the web server calls them. */
function questionsOf(principal: Principal): readonly Question[] {
  const choice = parsePeriodChoice('2026-09..2026-11', Date.now())
  const filter = { from: FROM, to: TO }
  return [
    ['overview', () => readOverview(principal, { choice, by: 'model' })],
    ['spend by day and model', () => readSpend(principal, { from: FROM, to: TO, group_by: 'day,model' })],
    ['page of calls', () => readCalls(principal, { filter, cursor: null })],
  ]
}

let batches = 0

function batchOf(): Uint8Array {
  batches += 1
  const lines = Array.from({ length: RECORDS_AN_INGEST }, (_line, place) =>
    JSON.stringify({
      id: `live-${process.pid}-${batches}-${place}`,
      timestamp: new Date().toISOString(),
      provider: 'openai',
      model: 'gpt-5',
      project: `project-${place}`,
      usage: { input: 1_000 + place, output: 100 },
    }),
  )
  return new TextEncoder().encode(lines.join('\n'))
}

class Times {
  private readonly all: number[] = []

  async take(work: () => Promise<unknown>): Promise<void> {
    const begun = performance.now()
    await work()
    this.all.push(performance.now() - begun)
  }

  toString(): string {
    const sorted = [...this.all].sort((a, b) => a - b)
    const at = (share: number) =>
      (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(0)
    return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, largest ${at(1)} ms of ${sorted.length}`
  }
}

/** Asks and ingests, one after another with a pause, until `busy` settles; then says how long it took. */
export async function measureLoad(principal: Principal, title: string, busy: Promise<unknown>): Promise<void> {
  const questions = questionsOf(principal)
  const dashboards = new Times()
  const ingests = new Times()
  let over = false
  const ended = busy.finally(() => {
    over = true
  })
  const people = async () => {
    for (let turn = 0; !over; turn += 1) {
      const [, ask] = questions[turn % questions.length] as Question
      await dashboards.take(ask)
      await pause(50)
    }
  }
  const programs = async () => {
    while (!over) {
      await ingests.take(() => ingestUsage(principal, { body: batchOf(), idempotencyKey: null }))
      await pause(50)
    }
  }
  await Promise.all([ended, people(), programs()])
  console.log(`${title}\n  dashboards: ${dashboards}\n  ingest of ${RECORDS_AN_INGEST} records: ${ingests}`)
}

export async function pause(ms: number): Promise<void> {
  await new Promise((done) => setTimeout(done, ms))
}
