/** Moves to hosts and to own GPUs in one question, answered as the server does, over hours whose calls are known. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addUsd, subtractUsd, sumUsd, type Usd, usdFromAtto, ZERO_USD } from '../../../lib/core/money/usd'
import { publicSimulation } from '../../../lib/core/report/simulation-view'
import { contextBandOfLengths } from '../../../lib/core/rollup/context-band'
import { demandLeft } from '../../../lib/core/simulate/fleet/demand'
import { withMachine } from '../../../lib/core/simulate/full-target'
import { classesThatFit, resolveSelfHosted } from '../../../lib/core/simulate/own-target'
import { hoursClassed } from '../../../lib/core/simulate/replay/hour-class'
import { selects } from '../../../lib/core/simulate/replay/move-select'
import { MILLIONTHS, shareText } from '../../../lib/core/simulate/replay/ratio'
import type { HostedTarget } from '../../../lib/core/simulate/replay/target-price'
import type { UsageSlice } from '../../../lib/core/simulate/replay/usage-slice'
import { type ScenarioInput, scenarioSchema } from '../../../lib/core/simulate/scenario'
import { hostedMove, simulateHosted } from '../../../lib/core/simulate/simulate-hosted'
import { type MixedQuestion, simulateMixed } from '../../../lib/core/simulate/simulate-mixed'
import type { Simulation } from '../../../lib/core/simulate/simulation'
import { withSpill } from '../../../lib/core/simulate/spill-target'
import { askedOfHost, askedOfOwn, splitCalls } from '../../../lib/core/simulate/split-calls'
import { demandOfSlices } from '../../../lib/core/simulate/stated-demand'
import { HOUR_MS } from '../../../lib/core/time/instant'
import { bookOf } from '../../support/price-book'

const book = bookOf('deepseek.json')
const period = { startMs: Date.UTC(2026, 10, 2), endMs: Date.UTC(2026, 10, 6) }
const HOURS = 96
/** Quantities are so many times a whole number, so that every share of them is whole, too. */
const UNIT = 1_000_000n

interface Calls {
  readonly model: string
  readonly project?: string
  readonly atMs: number
  /** Calls in units. */
  readonly calls: bigint
  readonly band?: number
  readonly outputTokens?: bigint
  readonly searches?: bigint
}

/** Calls of 3,000 prompt and 400 answer tokens at a cost of $0.01. */
function callsOf({ model, project, atMs, calls, band, outputTokens = 400n, searches }: Calls): UsageSlice {
  return {
    atMs,
    grainSeconds: 3600,
    month: '2026-11',
    host: 'openai',
    model,
    project: project ?? null,
    apiKey: null,
    tags: null,
    serviceTier: 'standard',
    region: null,
    contextBand: band ?? contextBandOfLengths(3000, 400),
    records: calls,
    requests: calls,
    quantities: {
      input: 3000n * calls,
      cacheRead: 0n,
      cacheWrite5m: 0n,
      cacheWrite1h: 0n,
      output: outputTokens * calls,
      reasoning: 0n,
      other: searches === undefined ? null : new Map([['web_search', searches]] as const),
    },
    cost: usdFromAtto(10_000_000_000_000_000n * calls),
  }
}

/** Two models whose calls lie at other hours, and answer at other lengths. */
const ORDINARY = Array.from({ length: HOURS }, (_, hour) => {
  const atMs = period.startMs + hour * HOUR_MS
  return [
    { model: 'alpha', atMs, calls: BigInt(1 + (hour % 24)) * UNIT },
    { model: 'beta', atMs, calls: BigInt(1 + ((hour + 11) % 24) * 2) * UNIT, outputTokens: 900n },
  ] satisfies Calls[]
}).flat()
const slicesOf = (calls: readonly Calls[]) => calls.map(callsOf)

type Moves = NonNullable<ScenarioInput['moves']>
const flash = { kind: 'hosted', host: 'deepseek', model: 'deepseek-flash' } as const
const peak = { kind: 'self_hosted', policy: 'peak' } as const
const FLASH: HostedTarget = { ...flash, serviceTier: 'standard', contextTokens: 1_000_000 }

function ask(slices: readonly UsageSlice[], input: Moves, host = FLASH): Simulation {
  const { moves, assumptions } = scenarioSchema.parse({
    baseline: { from: '2026-11-02', to: '2026-11-06' },
    moves: input,
    assumptions: { draws: 10, staff_per_month: '3000' },
  })
  const resolved = moves.map(({ share, select, target }) => {
    if (target.kind === 'hosted') {
      const move = { share, select, target: host }
      return { kind: 'hosted' as const, move, asked: askedOfHost(hostedMove(move, assumptions), book) }
    }
    const full = withMachine(target, assumptions)
    const cards = resolveSelfHosted(full.target)
    if (!cards.ok) throw new Error(cards.error.message)
    const asked = askedOfOwn(share, select, classesThatFit(cards.value.card.model.maxContext))
    return { kind: 'own' as const, move: { ...full, ...cards.value }, spills: target.spill_to !== undefined, asked }
  })
  const asked = resolved.map((one) => one.asked)
  const split = splitCalls(slices, asked)
  const classes = hoursClassed(
    book,
    asked.map(({ select }) => ({ select, target: host })),
    period,
  )
  const parted: MixedQuestion['moves'] = resolved.map((one, index) => {
    if (one.kind === 'hosted') return one
    const parts = (split.own.get(index)?.parts ?? []).map((part) => ({ ...part, demand: demandOfSlices(part.slices) }))
    const { demand, range } = one.spills
      ? withSpill({ parts, classes, target: host, assumptions }, book)
      : { demand: demandLeft(parts), range: undefined }
    return { kind: 'own', move: { ...one.move, demand, busiest: null, spillRange: range } }
  })
  const answer = simulateMixed({ period, split, moves: parted, assumptions }, book)
  if (!answer.ok) throw new Error(answer.error.message)
  // Nothing that is not a number reaches a reader.
  expect(JSON.stringify(publicSimulation(answer.value), (_key, value) => notFinite(value))).not.toContain('not finite')
  expect(sumUsd(answer.value.lines.map((line) => line.amount))).toBe(answer.value.target.likely)
  for (const end of ['low', 'likely', 'high'] as const) {
    expect(sumUsd(answer.value.months.map((month) => month.target[end])), end).toBe(answer.value.target[end])
  }
  return answer.value
}

const notFinite = (value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? 'not finite' : value)
const saved = ({ baseline, target }: Simulation) => subtractUsd(baseline, target.likely)
const line = (answer: Simulation, name: string) => answer.lines.find((one) => one.name === name)?.amount ?? ZERO_USD
const paid = ({ lines }: Simulation) => new Map(lines.flatMap((one) => (one.amount === 0n ? [] : [[one.name, one]])))
const text = (share: bigint) => shareText(share)
const least = (a: bigint, b: bigint) => (a < b ? a : b)
const share = fc.bigInt(0n, MILLIONTHS)
const someShare = fc.bigInt(1n, MILLIONTHS - 1n)

describe('a fleet after moves that take its calls unevenly', () => {
  test('answers as if the calls had been split by hand', () => {
    fc.assert(
      fc.property(someShare, fc.bigInt(1n, MILLIONTHS), (first, then) => {
        const asked = ask(slicesOf(ORDINARY), [
          { share: text(first), select: { model: 'alpha' }, target: flash },
          { share: text(then), target: peak },
        ])
        const byHand = ORDINARY.flatMap((calls) => {
          const gone = calls.model === 'alpha' ? first : 0n
          const own = least(then, MILLIONTHS - gone)
          const parts = { gone, own, stays: MILLIONTHS - gone - own }
          return Object.entries(parts).flatMap(([project, part]) =>
            part === 0n ? [] : [{ ...calls, project, calls: (calls.calls * part) / MILLIONTHS }],
          )
        })
        const split = ask(slicesOf(byHand), [
          { select: { project: 'gone' }, target: flash },
          { select: { project: 'own' }, target: peak },
        ])
        expect(asked.baseline).toBe(split.baseline)
        expect(asked.target.likely).toBe(split.target.likely)
        expect(asked.lines).toEqual(split.lines)
        expect(asked.fleet?.gpu_hours).toBe(split.fleet?.gpu_hours)
        expect(asked.fleet?.utilisation).toBeCloseTo(split.fleet?.utilisation ?? 0, 9)
        for (const [slot, rate] of asked.hours.demand.entries()) {
          expect(rate).toBeCloseTo(split.hours.demand[slot] ?? 0, 6)
        }
        expect(asked.breakEven?.volumeOverToday).toBeCloseTo(split.breakEven?.volumeOverToday ?? 0, 6)
      }),
      { numRuns: 25 },
    )
  })

  test('is sized on the shape of what is left, not on a part of all', () => {
    // All of one model is gone: the fleet sees the other's hours alone.
    const rest = ask(slicesOf(ORDINARY), [{ select: { model: 'alpha' }, target: flash }, { target: peak }])
    const alone = ask(slicesOf(ORDINARY), [{ select: { model: 'beta' }, target: peak }])
    expect(rest.fleets).toEqual(alone.fleets)
    expect(rest.hours).toEqual(alone.hours)
    const even = ask(slicesOf(ORDINARY), [{ share: '0.5', target: flash }, { target: peak }])
    expect(even.hours.demand).not.toEqual(rest.hours.demand)
  })

  test('spills what it has no room for at the prices of the calls that are left', () => {
    const floor = { kind: 'self_hosted', policy: 'floor_spillover', floor_replicas: 0 } as const
    const spill = { ...floor, spill_to: { host: flash.host, model: flash.model } }
    fc.assert(
      fc.property(someShare, (first) => {
        const rest = { target: spill }
        const before = { share: text(first), select: { model: 'alpha' }, target: flash }
        // A floor of none is a move of everything to that host.
        const all = ask(slicesOf(ORDINARY), [before, rest])
        const hosted = ask(slicesOf(ORDINARY), [{ target: flash }, { share: '0', target: peak }])
        expect(Math.abs(Number(subtractUsd(saved(all), saved(hosted))))).toBeLessThan(1000)
        expect(line(all, 'stays')).toBe(ZERO_USD)
      }),
      { numRuns: 10 },
    )
  })

  test('takes calls that an earlier host cannot, and leaves a later one what is too long for it', () => {
    const long = contextBandOfLengths(200_000, 400)
    const calls = [...ORDINARY, ...ORDINARY.map((one) => ({ ...one, project: 'long', band: long }))]
    const narrow = { ...FLASH, contextTokens: 8192 }
    const wide = { ...peak, model: 'Llama-4-Scout' }
    const after = ask(slicesOf(calls), [{ target: flash }, { target: wide }], narrow)
    expect(after.cannotMove).toEqual([])
    expect(line(after, 'stays')).toBe(ZERO_USD)
    expect(after.fleets).toEqual(ask(slicesOf(calls), [{ select: { project: 'long' }, target: wide }]).fleets)
    const before = ask(slicesOf(calls), [{ share: '0.25', target: peak }, { target: flash }])
    expect(before.cannotMove).toEqual([])
    const moved = before.moved.reduce((sum, one) => addUsd(sum, one.before), ZERO_USD)
    const cost = (one: Calls) => callsOf(one).cost as Usd
    const all = sumUsd(ORDINARY.map(cost))
    expect(moved).toBe(addUsd(usdFromAtto((all * 3n) / 4n), all))
    const nowhere = ask(slicesOf(calls), [{ share: '0.25', target: peak }, { target: flash }], narrow)
    expect(nowhere.cannotMove).toMatchObject([{ reason: 'context_too_long', cost: all }])
  })
})

describe('several moves', () => {
  test('a move of 0 % changes nothing, wherever it stands', () => {
    const own = { share: '0.6', select: { model: 'beta' }, target: peak }
    const host = { share: '0.3', target: flash }
    const none = [
      { share: '0', target: flash },
      { share: '0', target: peak },
    ]
    // Too long for the fleet's model, and with a tool that the host does not sell.
    const long = { band: contextBandOfLengths(200_000, 400), searches: UNIT }
    const calls = [...ORDINARY, ...ORDINARY.map((one) => ({ ...one, ...long }))]
    const asked = ask(slicesOf(calls), [host, own])
    expect(asked.cannotMove).toMatchObject([{ reason: 'tool' }])
    for (const place of [0, 1, 2]) {
      for (const nothing of none) {
        const moves = [host, own]
        moves.splice(place, 0, nothing as typeof own)
        const answer = ask(slicesOf(calls), moves)
        expect(answer.target.likely).toBe(asked.target.likely)
        expect(answer.cannotMove).toEqual(asked.cannotMove)
        expect(paid(answer)).toEqual(paid(asked))
        expect(answer.fleets.filter(({ gpus }) => gpus > 0)).toEqual(asked.fleets)
      }
    }
  })

  test('disjoint moves add up, and in any order', () => {
    fc.assert(
      fc.property(someShare, someShare, (a, b) => {
        const one = { share: text(a), select: { model: 'alpha' }, target: flash }
        const two = { share: text(b), select: { model: 'beta' }, target: peak }
        const none = { share: '0', target: peak }
        const both = ask(slicesOf(ORDINARY), [one, two])
        expect(saved(both)).toBe(
          addUsd(saved(ask(slicesOf(ORDINARY), [one, none])), saved(ask(slicesOf(ORDINARY), [two]))),
        )
        const turned = ask(slicesOf(ORDINARY), [two, one])
        expect(turned.target.likely).toBe(both.target.likely)
        expect(turned.fleets).toEqual(both.fleets)
      }),
      { numRuns: 15 },
    )
  })

  test('the order counts where they overlap', () => {
    const host = { share: '0.7', select: { model: 'alpha' }, target: flash }
    const own = { share: '0.6', target: peak }
    const [first, last] = [ask(slicesOf(ORDINARY), [host, own]), ask(slicesOf(ORDINARY), [own, host])]
    expect(line(first, 'moved_calls') > line(last, 'moved_calls')).toBe(true)
    expect((first.fleet?.utilisation ?? 0) * (first.fleet?.gpus ?? 0)).toBeLessThan(
      (last.fleet?.utilisation ?? 0) * (last.fleet?.gpus ?? 0),
    )
  })

  test('a fleet that earlier moves leave nothing has no GPUs, and says why; one that is stated costs what it costs', () => {
    const hosted = ask(slicesOf(ORDINARY), [{ target: flash }, { share: '0', target: peak }])
    for (const policy of ['peak', 'floor_spillover', 'autoscale', 'scale_to_zero'] as const) {
      const answer = ask(slicesOf(ORDINARY), [{ target: flash }, { target: { kind: 'self_hosted', policy } }])
      expect(answer.fleet).toMatchObject({ gpus: 0, replicas: 0, utilisation: 0 })
      expect(answer.target.likely).toBe(hosted.target.likely)
      expect(answer.notes).toContain('no_calls_left')
      expect(answer.notes).not.toContain('no_floor_pays')
      expect(answer.breakEven?.volumeOverToday).toBeNull()
    }
    const stated = { kind: 'self_hosted', policy: 'fixed', gpus: 2, price_per_gpu_hour: '2' } as const
    const fixed = ask(slicesOf(ORDINARY), [{ target: flash }, { target: stated }])
    expect(line(fixed, 'gpus')).toBe(usdFromAtto(2n * 2n * BigInt(HOURS) * 10n ** 18n))
    expect(fixed.notes).toContain('no_calls_left')
    expect(ask(slicesOf(ORDINARY), [{ target: peak }]).notes).not.toContain('no_calls_left')
  })

  test('no call is taken twice, and what is asked is taken or stays', () => {
    const long = contextBandOfLengths(200_000, 400)
    const models = ['alpha', 'beta', 'gamma']
    const slices = slicesOf(
      models.flatMap((model) => [
        { model, atMs: period.startMs, calls: UNIT },
        { model, atMs: period.startMs, calls: UNIT, band: long },
      ]),
    )
    const move = fc.record({ own: fc.boolean(), share, model: fc.subarray(models, { minLength: 1 }) })
    fc.assert(
      fc.property(fc.array(move, { minLength: 1, maxLength: 5 }), (moves) => {
        const { hosted, own, staying } = splitCalls(
          slices,
          moves.map((one) =>
            one.own
              ? askedOfOwn(text(one.share), { model: one.model }, classesThatFit(131_072))
              : askedOfHost(
                  hostedMove({ share: text(one.share), select: { model: one.model }, target: FLASH }, {}),
                  book,
                ),
          ),
        )
        let stays = 0n
        for (const slice of slices) {
          const groups = hosted.filter((group) => group.slices.includes(slice))
          expect(groups).toHaveLength(1)
          const byHosts = groups[0]?.shares.reduce((sum, part) => sum + part, 0n) ?? 0n
          const byOwn = [...own.values()]
            .flatMap((left) => left.parts.filter((part) => part.slices.includes(slice)))
            .reduce((sum, part) => sum + part.share, 0n)
          const asked = moves
            .filter((one) => selects({ model: one.model }, slice))
            .reduce((sum, one) => sum + one.share, 0n)
          const rest = least(asked, MILLIONTHS) - byHosts - byOwn
          // A host takes any length; what only fleets were asked to take and cannot, stays.
          if (slice.contextBand === long) stays += rest
          else expect(rest).toBe(0n)
          expect(rest >= 0n).toBe(true)
        }
        expect(staying.reduce((sum, { requests }) => sum + requests, 0n)).toBe(stays)
        for (const [index, left] of own) {
          const takes = slices.filter((one) => one.contextBand !== long && selects({ model: moves[index]?.model }, one))
          const shares = new Set(takes.map((one) => left.parts.find((part) => part.slices.includes(one))?.share ?? 0n))
          expect(left.even).toBe(shares.size === 1 && !shares.has(0n))
        }
      }),
      { numRuns: 200 },
    )
  })

  test('without a fleet’s share the hosts’ part is what hosted moves alone give', () => {
    const { assumptions } = scenarioSchema.parse({
      baseline: { from: '2026-11-02', to: '2026-11-06' },
      moves: [{ target: flash }],
    })
    const moves = [
      { share: '0.3', select: { model: ['alpha'] }, target: FLASH },
      { share: '0.9', select: {}, target: FLASH },
    ]
    const alone = simulateHosted(
      { period, slices: slicesOf(ORDINARY), demand: [], profiles: [], moves, assumptions },
      book,
    )
    const beside = ask(slicesOf(ORDINARY), [
      { share: '0.3', select: { model: 'alpha' }, target: flash },
      { share: '0.9', target: flash },
      { share: '0', target: peak },
    ])
    expect(beside.target.likely).toBe(alone.target.likely)
  })
})
