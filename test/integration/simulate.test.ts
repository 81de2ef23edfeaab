import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addUsd, subtractUsd, sumUsd, usdFromText } from '../../lib/core/money/usd'
import { publicMix } from '../../lib/core/report/mix-view'
import { parseQuestion } from '../../lib/core/report/what-if-question'
import { mixSchema, type ScenarioInput, scenarioSchema } from '../../lib/core/simulate/scenario'
import type { Simulation } from '../../lib/core/simulate/simulation'
import { commandLinePrincipal } from '../../lib/server/auth/command-line'
import type { Principal } from '../../lib/server/auth/principal'
import { syncPriceBook } from '../../lib/server/db/price-book'
import { findMix } from '../../lib/server/read/find-mix'
import { readOwnCards } from '../../lib/server/read/own-cards'
import { runSimulation } from '../../lib/server/read/run-simulation'
import { readSpend } from '../../lib/server/read/spend'
import { readWhatIf } from '../../lib/server/read/what-if'
import { dropOwnCard, keepOwnCard, ownCardInput } from '../../lib/server/use-case/change-own-cards'
import { createSample } from '../../lib/server/use-case/create-sample'
import { estimatePoints } from '../../lib/server/use-case/estimate'
import { ingestUsage } from '../../lib/server/use-case/ingest-usage'
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

const QUARTER = { from: '2026-08-01', to: '2026-11-01' }
const OCTOBER = { from: '2026-10-01', to: '2026-11-01' }
const ask = (input: ScenarioInput) => runSimulation(principal, scenarioSchema.parse(input))
const deepseek = { kind: 'hosted', host: 'deepseek', model: 'deepseek-flash' } as const

describe('a what-if over the sample company', () => {
  it('has the baseline that the books have', async () => {
    const answer = await ask({ baseline: QUARTER, moves: [{ target: deepseek }] })
    const spend = await readSpend(principal, { from: '2026-08-01', to: '2026-11-01' })
    expect(answer.baseline).toBe(usdFromText(String(spend.total.cost)))
    expect(answer.months.map((month) => month.month)).toEqual(['2026-08', '2026-09', '2026-10'])
    expect(sumUsd(answer.months.map((month) => month.target.likely))).toBe(answer.target.likely)
    expect(answer.target.likely < answer.baseline).toBe(true)
  })

  it('changes nothing, to the digit, when nothing moves', async () => {
    const answer = await ask({ baseline: QUARTER, moves: [{ share: '0', target: deepseek }] })
    expect(answer.target.likely).toBe(answer.baseline)
  })

  it('changes nothing, to the digit, when a model moves to its own place', async () => {
    const filter = { host: ['openai'] }
    const model = (await readSpend(principal, { ...QUARTER, group_by: 'model', 'filter.host': 'openai' })).rows[0]
      ?.model as string
    const answer = await ask({
      baseline: { ...QUARTER, filter },
      moves: [{ select: { model: [model] }, target: { kind: 'hosted', host: 'openai', model } }],
    })
    expect(subtractUsd(answer.target.likely, answer.baseline)).toBe(0n)
  })

  it('adds up over any disjoint split: keys, tags, hours, prompt lengths and shares', async () => {
    const saved = async (selects: readonly (readonly [string, object])[]) => {
      const { baseline, target } = await ask({
        baseline: OCTOBER,
        moves: selects.map(([share, select]) => ({ share, select, target: deepseek })),
      })
      return subtractUsd(baseline, target.likely)
    }
    const whole = await saved([['1', {}]])
    const keys = (await readSpend(principal, { ...OCTOBER, group_by: 'api_key' })).rows.map((row) => row.api_key ?? '')
    expect(keys.length).toBeGreaterThan(1)
    expect(await saved(keys.map((key) => ['1', { api_key: String(key) }] as const))).toBe(whole)
    const night = { hours: { from: 22, to: 6, time_zone: 'Europe/Berlin' } }
    const day = { hours: { from: 6, to: 22, time_zone: 'Europe/Berlin' } }
    expect(addUsd(await saved([['1', night]]), await saved([['1', day]]))).toBe(whole)
    expect(
      await saved([
        ['1', night],
        ['1', day],
      ]),
    ).toBe(whole)
    // Buckets do not tell how long their calls are; those are in neither part.
    const short = ['1', { prompt_tokens: { max: 8192 } }] as const
    const long = ['1', { prompt_tokens: { min: 8193 } }] as const
    const both = await saved([short, long])
    expect(addUsd(await saved([short]), await saved([long]))).toBe(both)
    expect(both < whole && both > 0n).toBe(true)
    expect(
      await saved([
        ['0.25', {}],
        ['0.75', {}],
      ]),
    ).toBe(whole)
    const teams = (await readSpend(principal, { ...OCTOBER, group_by: 'tag.team' })).rows.map((row) => row['tag.team'])
    const tagged = teams.flatMap((team) => (typeof team === 'string' ? [['1', { tag: { team } }] as const] : []))
    expect(tagged.length).toBeGreaterThan(1)
    const perTeam = await Promise.all(tagged.map((one) => saved([one])))
    expect(sumUsd(perTeam)).toBe(await saved(tagged))
    expect(sumUsd(perTeam)).toBe(whole)
  })

  it('adds up where caches decide: a mean is taken over all calls alike, however a move cuts them', async () => {
    const cached = await commandLineOf('cached')
    // At night prompts are shorter than the target caches; in the evening far more is read than a written token serves.
    const usageAt = (hour: number) =>
      hour < 5
        ? { input: '20', cache_read: '900' }
        : hour < 13
          ? { input: '3000', cache_read: '500' }
          : { input: '100', cache_read: '3000' }
    const calls = Array.from({ length: 900 }, (_, i) => {
      const at = new Date(Date.UTC(2026, 9, 5) + ((i * 7919) % (14 * 24 * 60)) * 60_000)
      return {
        id: `call ${i}`,
        timestamp: at.toISOString(),
        provider: 'openai',
        model: i % 3 === 0 ? 'gpt-5' : 'gpt-5-mini',
        ...(i % 4 === 3 ? {} : { tags: { team: i % 4 === 0 ? 'search' : 'chat' } }),
        usage: { ...usageAt(at.getUTCHours()), output: String((i * 611_953) % 500) },
      }
    })
    await ingestUsage(cached, { body: Buffer.from(JSON.stringify(calls)), idempotencyKey: null })
    const baseline = { from: '2026-10-05', to: '2026-10-20' }
    const asked = (moves: ScenarioInput['moves'], filter: ScenarioInput['baseline']['filter'] = {}) =>
      runSimulation(
        cached,
        scenarioSchema.parse({ baseline: { ...baseline, filter }, moves, assumptions: { draws: 0 } }),
      )
    const target = { kind: 'hosted', host: 'anthropic', model: 'claude-opus-4-6' } as const
    const saved = async (selects: readonly object[]) => {
      const answer = await asked(selects.map((select) => ({ select, target })))
      return subtractUsd(answer.baseline, answer.target.likely)
    }
    const whole = await saved([{}])
    for (const parts of [
      [{ hours: { from: 0, to: 5 } }, { hours: { from: 5, to: 13 } }, { hours: { from: 13, to: 24 } }],
      [{ hours: { from: 0, to: 24, weekdays: [1, 2, 3] } }, { hours: { from: 0, to: 24, weekdays: [4, 5, 6, 7] } }],
      [{ model: 'gpt-5' }, { model: 'gpt-5-mini' }],
      [{ tag: { team: ['search', 'chat'] } }, { tag: { team: '' } }],
    ]) {
      expect(sumUsd(await Promise.all(parts.map((part) => saved([part])))), JSON.stringify(parts)).toBe(whole)
      expect(await saved(parts), JSON.stringify(parts)).toBe(whole)
    }
    const move = [{ target }]
    const [named, none, all] = [
      await asked(move, { tag: { team: ['search', 'chat'] } }),
      await asked(move, { tag: { team: '' } }),
      await asked(move),
    ]
    expect(none.baseline > 0n).toBe(true)
    expect(addUsd(named.baseline, none.baseline)).toBe(all.baseline)
  })

  it('finds the cheapest mix that the projects allow, and a rule keeps calls from a move likewise', async () => {
    const rule = { project: 'contracts', quality_floor: null, residency: 'own' as const }
    const started = performance.now()
    const mix = await findMix(principal, mixSchema.parse({ baseline: OCTOBER, projects: [rule] }))
    process.stdout.write(`cheapest mix of ${mix.targets} targets ${(performance.now() - started).toFixed(0)} ms\n`)
    const view = publicMix(mix)
    const spend = await readSpend(principal, OCTOBER)
    expect(view.baseline_cost).toBe(spend.total.cost)
    expect(mix.lines.filter((line) => line.project === 'contracts').every((line) => line.choice === null)).toBe(true)
    expect(mix.lines.every((line) => line.choice === null || line.choice.likely < line.before)).toBe(true)
    expect(view.lines.every((line) => line.target === null || (line.target.quality.index ?? 0) >= 50)).toBe(true)
    const ruled = await ask({
      baseline: OCTOBER,
      moves: [{ target: deepseek }],
      assumptions: { projects: [rule] },
    })
    const free = await ask({ baseline: OCTOBER, moves: [{ target: deepseek }] })
    expect(ruled.cannotMove.map((line) => line.reason)).toContain('data_residency')
    expect(ruled.target.likely > free.target.likely).toBe(true)
  })

  it('offers every open model of the market, at hosts that sell it or as history', async () => {
    const shown = await readWhatIf(principal, parseQuestion({}), undefined, NOW)
    if (shown.state !== 'answered') throw new Error('there is usage')
    const names = shown.choices.targets.map((target) => target.model.toLowerCase()).join('\n')
    for (const family of [
      /deepseek.*r1/,
      /deepseek.*v3\.?2/,
      /deepseek.*v4/,
      /gpt-oss.20b/,
      /gpt-oss.120b/,
      /qwen.?3-/,
      /qwen.?2\.5/,
      /qwen.*coder/,
      /llama.*4.*scout/,
      /llama.*4.*maverick/,
      /mistral/,
      /deepseek-coder/,
    ]) {
      expect(names).toMatch(family)
    }
    const history = shown.choices.targets.find(
      (target) => target.model === 'deepseek-v3.2' && target.host === 'deepseek',
    )
    expect(history?.sold).toBe(false)
  })

  it('refuses a target that the book does not have, and says which it may be', async () => {
    const asked = ask({
      baseline: OCTOBER,
      moves: [{ target: { kind: 'hosted', host: 'deepseek', model: 'deepseek-v3.2x' } }],
    })
    await expect(asked).rejects.toMatchObject({ status: 422, reason: 'UNKNOWN_TARGET' })
  })

  it('sizes a fleet for the same hours and adds up', async () => {
    const answer = await ask({ baseline: QUARTER, moves: [{ share: '0.8', target: { kind: 'self_hosted' } }] })
    expect(answer.fleet).toMatchObject({ model: 'gpt-oss-120b', gpu: 'H100-SXM-80GB' })
    expect(sumUsd(answer.lines.map((line) => line.amount))).toBe(answer.target.likely)
    expect(sumUsd(answer.months.map((month) => month.target.likely))).toBe(answer.target.likely)
    expect(sumUsd(answer.months.map((month) => month.baseline))).toBe(answer.baseline)
  })

  it('moves some calls to a host and others to own GPUs in one question, and the savings add up', async () => {
    const [one, two] = (await readSpend(principal, { ...OCTOBER, group_by: 'model' })).rows
      .map((row) => String(row.model))
      .filter((model) => model.startsWith('gpt-5') || model.startsWith('claude'))
    if (one === undefined || two === undefined) throw new Error('the sample has several models')
    const toHost = { share: '0.5', select: { model: [one] }, target: deepseek }
    const toOwn = { share: '0.8', select: { model: [two] }, target: { kind: 'self_hosted', policy: 'peak' } as const }
    const saved = async (moves: ScenarioInput['moves']) => {
      const answer = await ask({ baseline: OCTOBER, moves })
      expect(sumUsd(answer.lines.map((line) => line.amount))).toBe(answer.target.likely)
      expect(sumUsd(answer.months.map((month) => month.target.likely))).toBe(answer.target.likely)
      return subtractUsd(answer.baseline, answer.target.likely)
    }
    const both = addUsd(await saved([toHost]), await saved([toOwn]))
    expect(await saved([toHost, toOwn])).toBe(both)
    expect(await saved([toOwn, toHost])).toBe(both)
    const mixed = await ask({ baseline: OCTOBER, moves: [toHost, toOwn] })
    expect(mixed.kind).toBe('mixed')
    expect(mixed.fleets).toHaveLength(1)
    const two_ = await ask({
      baseline: OCTOBER,
      moves: [toOwn, { ...toOwn, select: { model: [one] } }],
    })
    expect(two_.fleets).toHaveLength(2)
    expect(two_.chanceOfSaving).not.toBeNull()
    expect(two_.tornado.length).toBeGreaterThan(4)
    expect(two_.target.low <= two_.target.likely && two_.target.likely <= two_.target.high).toBe(true)
    // Half of everything first: the rest of it is known for every hour.
    const half = { share: '0.5', target: deepseek } as const
    const rest = { share: '1', target: { kind: 'self_hosted' } as const }
    expect((await ask({ baseline: OCTOBER, moves: [half, rest] })).fleets).toHaveLength(1)
  })

  it('sizes a fleet on exactly the calls that earlier moves leave it, whatever part of which', async () => {
    const models = (await readSpend(principal, { ...OCTOBER, group_by: 'model' })).rows.map((row) => String(row.model))
    const one = models.find((model) => model.startsWith('gpt-5'))
    if (one === undefined) throw new Error('the sample has several models')
    const own = { target: { kind: 'self_hosted', policy: 'peak' } as const }
    const others = models.filter((model) => model !== one)
    const stays = ({ lines }: Simulation) => sumUsd(lines.filter((line) => line.name === 'stays').map((l) => l.amount))
    const moved = (answer: Simulation) => subtractUsd(answer.baseline, stays(answer))
    // All of one model is gone: the fleet answers as for the others alone, which is read in another way.
    const gone = await ask({ baseline: OCTOBER, moves: [{ select: { model: one }, target: deepseek }, own] })
    const alone = await ask({ baseline: OCTOBER, moves: [{ ...own, select: { model: others } }] })
    expect(gone.fleets).toEqual(alone.fleets)
    expect(gone.hours).toEqual(alone.hours)
    // Half of it is gone: what moves is that half and all else that can move, to the digit.
    const half = { share: '0.5', select: { model: one }, target: deepseek }
    const uneven = await ask({ baseline: OCTOBER, moves: [half, own] })
    const whole = await ask({ baseline: OCTOBER, moves: [own] })
    const toHost = await ask({ baseline: OCTOBER, moves: [half] })
    const left = subtractUsd(moved(uneven), sumUsd(toHost.moved.map((line) => line.before)))
    // An hour's half is rounded once, to an attodollar.
    expect(Math.abs(Number(addUsd(left, left) - addUsd(moved(whole), moved(alone))))).toBeLessThan(1000)
    expect(uneven.moved.map(({ before }) => before)).toEqual(toHost.moved.map(({ before }) => before))
    // Every call the fleet can take and nobody took: halves of one model's and the whole of the others'.
    for (const [slot, rate] of uneven.hours.demand.entries()) {
      expect(rate).toBeCloseTo((whole.hours.demand[slot] as number) / 2 + (alone.hours.demand[slot] as number) / 2, 6)
    }
    // By tags, keys, hours and lengths as well, each read apart.
    const [team] = (await readSpend(principal, { ...OCTOBER, group_by: 'tag.team' })).rows.map((row) => row['tag.team'])
    const [key] = (await readSpend(principal, { ...OCTOBER, group_by: 'api_key' })).rows.map((row) => row.api_key)
    for (const select of [
      { tag: { team: String(team) } },
      { api_key: String(key) },
      { hours: { from: 22, to: 6, time_zone: 'Europe/Berlin' } },
      { prompt_tokens: { max: 32_768 } },
      { project: 'contracts' },
    ]) {
      const first = { ...own, share: '0.5', select }
      const rest = await ask({ baseline: OCTOBER, moves: [first, own] })
      const [taken, remaining] = rest.fleets
      expect(rest.notes).not.toContain('no_calls_left')
      expect(moved(rest)).toBe(moved(whole))
      const tokens = (fleet: typeof taken) => Number(fleet?.utilisation) * Number(fleet?.gpu_hours)
      expect(tokens(taken)).toBeGreaterThan(0)
      expect(tokens(remaining)).toBeGreaterThan(0)
    }
    // Nothing is left: no fleet, and the answer is the host's alone.
    const none = await ask({ baseline: OCTOBER, moves: [{ target: deepseek }, own] })
    expect(none.target.likely).toBe((await ask({ baseline: OCTOBER, moves: [{ target: deepseek }] })).target.likely)
    expect(none.fleet?.gpus).toBe(0)
    expect(none.notes).toContain('no_calls_left')
  })

  it('sends what a floor has no room for to another host of the book, alone and beside other moves', async () => {
    const floor = { kind: 'self_hosted', policy: 'floor_spillover', floor_replicas: 0 } as const
    const place = { host: 'deepseek', model: 'deepseek-flash' }
    const [there, hosted, here] = await Promise.all([
      ask({ baseline: OCTOBER, moves: [{ target: { ...floor, spill_to: place } }] }),
      ask({ baseline: OCTOBER, moves: [{ target: deepseek }] }),
      ask({ baseline: OCTOBER, moves: [{ target: floor }] }),
    ])
    expect(here.target.likely).toBe(here.baseline)
    expect(there.target.likely < here.target.likely).toBe(true)
    // A floor of none is a move to the host, of the calls that the fleet could take.
    const moved = subtractUsd(hosted.baseline, hosted.target.likely)
    expect(Number(subtractUsd(there.baseline, there.target.likely)) / Number(moved)).toBeGreaterThan(0.9)
    expect(subtractUsd(there.baseline, there.target.likely) <= moved).toBe(true)
    expect(there.tornado.map((bar) => bar.factor)).toContain('spill')
    expect(there.target.low < there.target.likely && there.target.likely < there.target.high).toBe(true)
    await expect(
      ask({ baseline: OCTOBER, moves: [{ target: floor }], assumptions: { hours_per_month: 720 } }),
    ).rejects.toMatchObject({ reason: 'HOURS_ARE_OF_A_STATED_DEMAND' })
    expect(there.lines.find((line) => line.name === 'spill_over')?.detail).toContain('deepseek / deepseek-flash')
    const half = { share: '0.5', target: deepseek } as const
    const mixed = await ask({ baseline: OCTOBER, moves: [half, { target: { ...floor, spill_to: place } }] })
    expect(mixed.target.likely < (await ask({ baseline: OCTOBER, moves: [half] })).target.likely).toBe(true)
    await expect(
      ask({ baseline: OCTOBER, moves: [{ target: { ...floor, spill_to: { ...place, model: 'none such' } } }] }),
    ).rejects.toMatchObject({ status: 422, reason: 'UNKNOWN_TARGET' })
  })

  it('answers a stated demand at a price of the book, on a host and on own GPUs', async () => {
    const demand = { requests_per_month: 1_000_000, input_tokens: 2000, output_tokens: 500 }
    const baseline = { from: '2026-10-01', demand: { ...demand, host: 'openai', model: 'gpt-5' } }
    // 2,000 M at $1.25 and 500 M at $10.
    const hosted = await ask({
      baseline,
      moves: [{ target: { kind: 'hosted', host: 'openai', model: 'gpt-5' } }],
    })
    expect(hosted.baseline).toBe(usdFromText('7500'))
    expect(hosted.target.likely).toBe(usdFromText('7500'))
    const own = await ask({ baseline, moves: [{ target: { kind: 'self_hosted' } }] })
    expect(own.baseline).toBe(usdFromText('7500'))
    expect(own.breakEven?.requestsPerMonth).toBeGreaterThan(0)
    const [mixed, none] = await Promise.all([
      ask({ baseline, moves: [{ share: '0.5', target: deepseek }, { target: { kind: 'self_hosted' } }] }),
      ask({ baseline, moves: [{ share: '0', target: { kind: 'self_hosted', policy: 'floor_spillover' } }] }),
    ])
    expect(mixed.baseline).toBe(usdFromText('7500'))
    expect(none.target.likely).toBe(none.baseline)
  })

  it('finds the models and accelerators the workspace described by their names, and nobody else does', async () => {
    const gpu = ownCardInput.parse({
      kind: 'gpu',
      name: 'Lab Card',
      card: {
        mem_gb: 80,
        bw_gbps: '3350',
        bf16_dense_tflops: 989,
        fp8_dense_tflops: 1979,
        tdp_w: 700,
        interconnect: 'nvlink',
        link_gbps_per_dir: 450,
      },
    })
    const { id } = await keepOwnCard(principal, gpu)
    await expect(keepOwnCard(principal, { ...gpu, name: 'lab card' })).rejects.toMatchObject({ code: 'CONFLICT' })
    const target = { kind: 'self_hosted', gpu: 'lab card', price_per_gpu_hour: '2.95' } as const
    const there = { kind: 'self_hosted', gpu: 'H100-SXM-80GB', price_per_gpu_hour: '2.95' } as const
    const own = await ask({ baseline: OCTOBER, moves: [{ target }] })
    expect(own.fleet?.gpu).toBe('Lab Card')
    expect(own.target.likely).toBe((await ask({ baseline: OCTOBER, moves: [{ target: there }] })).target.likely)
    const stranger = await commandLineOf('cards')
    expect(await readOwnCards(stranger)).toEqual([])
    const points = [{ model: 'Llama-3.1-8B', gpu: 'lab card' }]
    expect(await estimatePoints(principal, { points })).toMatchObject([{ kind: 'estimate' }])
    expect(await estimatePoints(stranger, { points })).toMatchObject([{ kind: 'refused', code: 'GPU_UNKNOWN' }])
    await expect(dropOwnCard(stranger, id)).rejects.toMatchObject({ status: 404 })
    expect((await readOwnCards(principal)).map((card) => card.name)).toEqual(['Lab Card'])
    await dropOwnCard(principal, id)
    await expect(ask({ baseline: OCTOBER, moves: [{ target }] })).rejects.toMatchObject({ reason: 'GPU_UNKNOWN' })
    const incomplete = ownCardInput.parse({
      kind: 'model',
      name: 'Half a model',
      card: { total_params_b: 7, layers: 32, hidden: 4096, n_heads: 32, vocab: 32000, attention: 'mla' },
    })
    await expect(keepOwnCard(principal, incomplete)).rejects.toMatchObject({ reason: 'ARCHITECTURE_INCOMPLETE' })
  })

  it('answers the screen within a second once warm', async () => {
    const question = parseQuestion({})
    const first = await readWhatIf(principal, question, undefined, NOW)
    const started = performance.now()
    const again = await readWhatIf(principal, question, undefined, NOW)
    process.stdout.write(`what-if screen ${(performance.now() - started).toFixed(0)} ms\n`)
    const own = performance.now()
    await readWhatIf(principal, parseQuestion({ to: 'own' }), '2025-12..2026-11', NOW)
    process.stdout.write(`what-if screen, own GPUs over 12 months ${(performance.now() - own).toFixed(0)} ms\n`)
    expect(again).toEqual(first)
    expect(first.state).toBe('answered')
  })

  it('sees a call that came in since the last answer', async () => {
    const question: ScenarioInput = { baseline: QUARTER, moves: [{ target: deepseek }] }
    const before = await ask(question)
    const call = {
      id: 'late',
      timestamp: '2026-10-13T02:10:00Z',
      provider: 'openai',
      model: 'gpt-5',
      usage: { input: '1000000' },
    }
    await ingestUsage(principal, { body: Buffer.from(JSON.stringify([call])), idempotencyKey: null })
    const after = await ask(question)
    expect(subtractUsd(after.baseline, before.baseline)).toBe(usdFromText('1.25'))
    // A Tuesday at 02:10 UTC is a peak hour: $0.30 a million.
    expect(subtractUsd(after.target.likely, before.target.likely)).toBe(usdFromText('0.3'))
  })

  it('measures how much busier the busiest minutes are where single calls tell', async () => {
    const bursts = await commandLineOf('bursts')
    const [from, to] = ['2026-10-05', '2026-10-06']
    const select: ScenarioInput = { baseline: { from, to }, moves: [{ target: { kind: 'self_hosted' } }] }
    const peakToMean = async () => {
      const answer = await runSimulation(bursts, scenarioSchema.parse(select))
      return answer.assumptions.find((one) => one.name === 'peak_to_mean')
    }
    for (let hour = 0; hour < 3; hour += 1) {
      // Half of the hour's 720 calls in its first five minutes, the rest evenly over the others.
      const calls = Array.from({ length: 720 }, (_, i) => ({
        id: `${hour} ${i}`,
        timestamp: new Date(
          Date.UTC(2026, 9, 5, 8 + hour) + (i < 360 ? i * 800 : 300_000 + (i - 360) * 9100),
        ).toISOString(),
        provider: 'openai',
        model: 'gpt-5',
        usage: { input: '1000', output: '100' },
      }))
      await ingestUsage(bursts, { body: Buffer.from(JSON.stringify(calls)), idempotencyKey: null })
      if (hour === 0) expect(await peakToMean()).toMatchObject({ value: '1.8' })
    }
    // Half of twelve parts.
    expect(await peakToMean()).toMatchObject({ value: '6.00' })
    for (let hour = 0; hour < 3; hour += 1) {
      const calls = Array.from({ length: 720 }, (_, i) => ({
        id: `even ${hour} ${i}`,
        timestamp: new Date(Date.UTC(2026, 9, 5, 8 + hour) + i * 5000).toISOString(),
        provider: 'openai',
        model: 'gpt-5-mini',
        usage: { input: '1000', output: '100' },
      }))
      await ingestUsage(bursts, { body: Buffer.from(JSON.stringify(calls)), idempotencyKey: null })
    }
    const besides = async (share: string) => {
      const moves: ScenarioInput['moves'] = [{ share, select: { model: 'gpt-5' }, target: deepseek }, ...select.moves]
      const answer = await runSimulation(bursts, scenarioSchema.parse({ ...select, moves }))
      return answer.assumptions.find((one) => one.name === 'peak_to_mean')
    }
    // 360 + 60 calls of 1440 in five minutes; half of the bursts, 180 + 60 of 1080; none of them.
    expect(await peakToMean()).toMatchObject({ value: '3.50' })
    expect(await besides('0.5')).toMatchObject({ value: '2.67' })
    expect(await besides('1')).toMatchObject({ value: '1.00' })
  })

  it('tells calls that use tools from those of the same model that do not', async () => {
    const tools = await commandLineOf('tools')
    const call = (hour: number, usage: object) => ({
      id: `at ${hour}`,
      timestamp: `2026-10-05T${String(hour).padStart(2, '0')}:10:00Z`,
      provider: 'openai',
      model: 'gpt-5',
      usage: { input: '100000', output: '10000', ...usage },
    })
    const body = Buffer.from(JSON.stringify([call(8, {}), call(9, {}), call(10, { web_search: 2 })]))
    await ingestUsage(tools, { body, idempotencyKey: null })
    const baseline = { from: '2026-10-05', to: '2026-10-06' }
    const own = { target: { kind: 'self_hosted', policy: 'peak' } } as const
    const there = { target: { kind: 'hosted', host: 'openai', model: 'gpt-5' } } as const
    const asked = (moves: ScenarioInput['moves']) =>
      runSimulation(tools, scenarioSchema.parse({ baseline, moves, assumptions: { staff_per_month: '0' } }))
    const alone = await asked([own])
    expect(alone.cannotMove).toMatchObject([{ reason: 'tool', requests: 1n }])
    const both = await asked([own, there])
    expect(both.cannotMove).toEqual([])
    expect(both.moved).toMatchObject([{ requests: 1n }])
    expect(both.lines.find((line) => line.name === 'stays')?.amount).toBe(0n)
    expect(both.target.likely).toBe(alone.target.likely)
  })

  it('spreads days of unknown hours over what a fleet is left, too', async () => {
    const days = await commandLineOf('days')
    const rows = [5, 6, 7].flatMap((day) =>
      ['gpt-5', 'gpt-5-mini'].map((model) => ({
        id: `${model} ${day}`,
        timestamp: `2026-10-0${day}T00:00:00Z`,
        end_timestamp: `2026-10-0${day + 1}T00:00:00Z`,
        provider: 'openai',
        model,
        requests: 2400,
        usage: { input: '48000000', output: model === 'gpt-5' ? '4800000' : '2400000' },
      })),
    )
    // And an hour that tells itself, on the first of these days.
    const call = { id: 'one', timestamp: '2026-10-05T08:30:00Z', provider: 'openai', model: 'gpt-5' }
    const body = Buffer.from(JSON.stringify([...rows, { ...call, usage: { input: '1000', output: '36000' } }]))
    await ingestUsage(days, { body, idempotencyKey: null })
    const own = { target: { kind: 'self_hosted', policy: 'peak' } } as const
    const half = { share: '0.5', select: { model: 'gpt-5' }, target: deepseek } as const
    const baseline = { from: '2026-10-05', to: '2026-10-08' }
    const answer = await runSimulation(days, scenarioSchema.parse({ baseline, moves: [half, own] }))
    // Half of 200,000 and all of 100,000 tokens in each hour of Monday to Wednesday; half of 36,000 on top at one of them.
    const expected = Array.from({ length: 168 }, (_, hour) =>
      hour >= 72 ? 0 : hour === 8 ? 218_000 / 3600 : 200_000 / 3600,
    )
    for (const [hour, rate] of answer.hours.demand.entries()) expect(rate).toBeCloseTo(expected[hour] ?? 0, 6)
    expect(answer.lines.find((line) => line.name === 'stays')?.amount).toBe(0n)
  })

  it('says that a workspace without usage has nothing to replay', async () => {
    expect(await readWhatIf(await commandLineOf('empty'), parseQuestion({}), undefined, NOW)).toEqual({
      state: 'empty',
    })
  })

  it('refuses what does not fit, with the sizes', async () => {
    const asked = ask({
      baseline: QUARTER,
      moves: [{ target: { kind: 'self_hosted', model: 'DeepSeek-R1', precision: 'bf16', gpu: 'L4-24GB' } }],
    })
    await expect(asked).rejects.toMatchObject({ status: 422, reason: 'DOES_NOT_FIT' })
  })
})
