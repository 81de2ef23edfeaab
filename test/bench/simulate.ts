/**
 * How long a what-if takes once the rollup has been read: 12 months of 200 pairs of model and project, as the database
 * sums them, on the published book. `npm run bench -- simulate`
 */
import { readdirSync, readFileSync } from 'node:fs'
import { usdFromText } from '../../lib/core/money/usd'
import { compileBook } from '../../lib/core/price/book'
import { parseBookFile } from '../../lib/core/price/book-file'
import type { HourDemand } from '../../lib/core/simulate/fleet/demand'
import { hoursClassed } from '../../lib/core/simulate/replay/hour-class'
import type { UsageSlice } from '../../lib/core/simulate/replay/usage-slice'
import { scenarioSchema } from '../../lib/core/simulate/scenario'
import { simulateHosted } from '../../lib/core/simulate/simulate-hosted'
import { simulateSelfHosted } from '../../lib/core/simulate/simulate-self-hosted'
import { HOUR_MS, monthOf } from '../../lib/core/time/instant'

const folder = new URL('../../prisma/price-book/', import.meta.url)
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => {
    const parsed = parseBookFile(JSON.parse(readFileSync(new URL(name, folder), 'utf8')))
    if (!parsed.ok) throw new Error(`${name}: ${parsed.error[0]?.message}`)
    return parsed.value
  })
const book = compileBook({
  entries: files.flatMap((file) => file.entries),
  aliases: files.flatMap((file) => file.aliases),
  hosts: files.map((file) => file.host),
})
const period = { startMs: Date.UTC(2025, 10, 1), endMs: Date.UTC(2026, 10, 1) }
const move = {
  share: '0.8',
  select: {},
  target: {
    kind: 'hosted',
    host: 'deepseek',
    model: 'deepseek-flash',
    serviceTier: 'standard',
    contextTokens: 1_000_000,
  },
} as const

const classes = time('hours classed', () => hoursClassed(book, [move], period))
const first = new Map(classes.map(({ hourMs, hourClass }) => [hourClass, hourMs]))
const slices: UsageSlice[] = []
for (const atMs of first.values()) {
  for (let pair = 0; pair < 200; pair += 1) {
    slices.push({
      atMs,
      grainSeconds: 3600,
      month: monthOf(atMs),
      host: 'openai',
      model: `gpt-5-${pair % 20}`,
      project: `project ${Math.floor(pair / 20)}`,
      apiKey: null,
      tags: null,
      serviceTier: 'standard',
      region: null,
      contextBand: 17,
      records: 500n,
      requests: 500n,
      cost: usdFromText('12.345678901'),
      quantities: {
        input: 1_500_000n + BigInt(pair),
        cacheRead: 300_000n,
        cacheWrite5m: 0n,
        cacheWrite1h: 0n,
        output: 250_000n,
        reasoning: 0n,
        other: null,
      },
    })
  }
}
const demand: HourDemand[] = classes.map(({ hourMs }, i) => {
  const output = 3600 * (200 + 800 * Math.max(0, Math.sin(((i % 24) / 24) * Math.PI * 2)))
  return {
    startMs: hourMs,
    requests: output / 500,
    inputTokens: output * 6,
    cachedTokens: output,
    outputTokens: output,
    cost: usdFromText((output / 1e5).toFixed(6)),
  }
})
process.stdout.write(
  `${slices.length} slices, ${demand.length} hours of ${(period.endMs - period.startMs) / HOUR_MS}\n`,
)
const profiles = Array.from({ length: 10 }, (_, i) => ({
  project: `project ${i}`,
  serviceTier: 'standard',
  tokens: Array.from({ length: 24 }, (_hour, hour) => (hour >= 2 && hour < 5 ? 1 : 0)),
}))
for (let round = 0; round < 6; round += 1) {
  time('hosted', () => simulateHosted({ period, slices, demand, profiles, moves: [move], assumptions: {} }, book))
  for (const [policy, draws] of [
    ['floor_spillover', 200],
    ['peak', 200],
    ['autoscale', 200],
    ['floor_spillover', 2000],
  ] as const) {
    const scenario = scenarioSchema.parse({
      baseline: { from: '2025-11-01', to: '2026-11-01' },
      moves: [{ target: { kind: 'self_hosted', policy } }],
      assumptions: { draws },
    })
    const target = scenario.moves[0]?.target
    if (target?.kind !== 'self_hosted') throw new Error('not a fleet')
    time(`own GPUs, ${policy}, ${draws} draws`, () =>
      simulateSelfHosted({ period, slices, demand, select: {}, target, assumptions: scenario.assumptions }),
    )
  }
}

function time<T>(name: string, work: () => T): T {
  const before = process.cpuUsage()
  const started = performance.now()
  const result = work()
  const { user, system } = process.cpuUsage(before)
  const wall = (performance.now() - started).toFixed(0)
  process.stdout.write(`${name}: ${wall} ms (processor ${((user + system) / 1000).toFixed(0)} ms)\n`)
  return result
}
