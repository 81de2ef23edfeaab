import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { divide, sumUsd, usdFromAtto, usdFromText } from '../../../lib/core/money/usd'
import { findGpuCard } from '../../../lib/core/simulate/cards/gpu-card'
import { findModelCard } from '../../../lib/core/simulate/cards/model-card'
import { precisionFor } from '../../../lib/core/simulate/cards/precision'
import type { HourDemand } from '../../../lib/core/simulate/fleet/demand'
import { type FleetSettings, gpusHeld, planFleet } from '../../../lib/core/simulate/fleet/plan'
import { fullnessOf, meanWaitSeconds, practiceFullness } from '../../../lib/core/simulate/fleet/queue'
import { settleAt, sizeReplica } from '../../../lib/core/simulate/fleet/replica'
import { seriesOf } from '../../../lib/core/simulate/fleet/series'
import { DAY_MS, HOUR_MS } from '../../../lib/core/time/instant'

const START = Date.UTC(2026, 8, 1)
const period = { startMs: START, endMs: START + 7 * DAY_MS }

describe('how full replicas may run', () => {
  test('follows the practice ceiling where calls are short', () => {
    const fullness = fullnessOf({ serviceSeconds: 0.05, waitSeconds: 3, ceiling: null })
    expect([1, 4, 10, 40].map(fullness)).toEqual([0.6, 0.75, 0.85, 0.85])
  })
  test('never lets the mean wait exceed its bound, and is as much as that and the ceiling allow', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 60, noNaN: true }),
        fc.double({ min: 0.05, max: 30, noNaN: true }),
        fc.integer({ min: 1, max: 200 }),
        (serviceSeconds, waitSeconds, replicas) => {
          const rho = fullnessOf({ serviceSeconds, waitSeconds, ceiling: null })(replicas)
          expect(meanWaitSeconds(serviceSeconds, replicas, rho)).toBeLessThanOrEqual(waitSeconds * (1 + 1e-9))
          if (rho < practiceFullness(replicas) - 1e-6) {
            expect(meanWaitSeconds(serviceSeconds, replicas, rho + 1e-6)).toBeGreaterThan(waitSeconds * (1 - 1e-9))
          }
        },
      ),
    )
  })
  // Allen-Cunneen by hand: 2 s × (3 + 1) / 2 × 0.5^(√4 − 1) ÷ (1 × 0.5) = 4 s.
  test('rests on the Allen-Cunneen wait', () => {
    expect(meanWaitSeconds(2, 1, 0.5)).toBeCloseTo(4, 12)
    expect(meanWaitSeconds(2, 1, 1)).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('GPUs are held in whole nodes', () => {
  test.each([
    [1, 1, 1, 1],
    [3, 2, 1, 6],
    [3, 2, 8, 8],
    [5, 2, 8, 16],
    // Three GPUs a replica: two replicas to a node of eight, two GPUs idle.
    [3, 3, 8, 16],
    // A replica wider than a node takes whole nodes.
    [2, 16, 8, 32],
    [0, 4, 8, 0],
  ])('%i replicas of %i GPUs on nodes of %i: %i', (replicas, gpusPerReplica, gpusPerNode, gpus) => {
    expect(gpusHeld(replicas, { gpusPerReplica, gpusPerNode })).toBe(gpus)
  })
})

test('the searched floor never costs more than the lesser of all calls at the API and the peak fleet, and one node', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 24, maxLength: 24 }),
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom(1, 2, 3, 8, 16),
      fc.constantFrom(1, 4, 8),
      fc.boolean(),
      (rates, price, gpusPerReplica, gpusPerNode, production) => {
        const hours: HourDemand[] = Array.from({ length: 168 }, (_, i) => {
          const output = (rates[i % 24] as number) * 3600
          return {
            startMs: START + i * HOUR_MS,
            requests: output / 500,
            inputTokens: output * 6,
            cachedTokens: 0,
            outputTokens: output,
            cost: divide(usdFromText(String(price)), {
              numerator: BigInt(output),
              denominator: 1_000_000n,
              mode: 'half_even',
            }),
          }
        })
        const settings: FleetSettings = {
          policy: 'peak',
          production,
          peakToMean: 1.8,
          gpusPerReplica,
          gpusPerNode,
          fullness: fullnessOf({ serviceSeconds: 0.5, waitSeconds: 1, ceiling: null }),
          capacity: 1000,
          gpuPrice: { kind: 'rent', hour: usdFromText('2.95') },
          staffMonth: usdFromText('3125'),
          floor: null,
        }
        const series = seriesOf(hours, period)
        const floor = planFleet(series, { ...settings, policy: 'floor_spillover' })
        const peak = planFleet(series, settings)
        const api = sumUsd(hours.map((hour) => hour.cost))
        const node = usdFromAtto(usdFromText('2.95') * BigInt(gpusPerNode) * 168n)
        expect(floor.total <= api + node).toBe(true)
        expect(floor.total <= peak.total + node).toBe(true)
        expect(floor.gpus % gpusPerNode).toBe(0)
        expect(peak.gpus % gpusPerNode).toBe(0)
      },
    ),
    { numRuns: 60 },
  )
})

test('calls in flight and the time each takes settle where one gives the other (Little’s law)', () => {
  const model = findModelCard('gpt-oss-120b')
  const gpu = findGpuCard('H100-SXM-80GB')
  const precision = model === null ? null : precisionFor(model, 'vllm', 'mxfp4')
  if (model === null || gpu === null || precision === null) throw new Error('the cards are missing')
  const settings = { model, gpu, precision, engine: 'vllm' as const }
  const shape = { inputTokens: 3000, outputTokens: 500, cachedFraction: 0 }
  const sized = sizeReplica({ ...settings, gpusPerReplica: 1, maxSecondsPerToken: 0.1 }, shape)
  if (!sized.ok) throw new Error(sized.reason)
  const outputPerSecond = sized.replica.capacity.p50 * 0.7 * 0.6
  const settled = settleAt(settings, shape, 1, { outputPerSecond, speed: 0.7, most: sized.replica.inFlight })
  if (settled === null) throw new Error('nothing settles')
  // Calls a second × seconds of a call.
  expect((outputPerSecond / 500) * (settled.secondsPerToken * 500)).toBeCloseTo(settled.inFlight, -1)
  expect(settled.secondsPerToken).toBeLessThan(0.1)
  expect(settled.inFlight).toBeLessThan(sized.replica.inFlight)
})
