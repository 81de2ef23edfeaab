/**
 * How full replicas may run. The Allen-Cunneen approximation of an M/G/R queue bounds the mean wait of a call by what the
 * time to first token leaves after its prefill; a practice ceiling keeps a small fleet from being planned to the brim.
 */

/** Arrivals are burstier than Poisson: squared coefficients of variation of 2 to 4 are usual; answers vary like 1. */
const ARRIVALS = 3
const SERVICES = 1
const VARIABILITY = (ARRIVALS + SERVICES) / 2

export interface QueueBound {
  /** Work of one call in seconds of a whole replica: what one replica at its planned load needs for each call. */
  readonly serviceSeconds: number
  /** Mean wait that is allowed, seconds. */
  readonly waitSeconds: number
  /** A stated limit in place of the practice ceiling, 0 to 1. */
  readonly ceiling: number | null
}

/** How full so many replicas may run, 0 to 1. */
export type Fullness = (replicas: number) => number

/** Practice: 0.6 for one replica, 0.75 for four, 0.85 for ten and more. */
export function practiceFullness(replicas: number): number {
  if (replicas <= 1) return 0.6
  if (replicas <= 4) return 0.6 + ((replicas - 1) / 3) * 0.15
  if (replicas <= 10) return 0.75 + ((replicas - 4) / 6) * 0.1
  return 0.85
}

/** Mean wait of a call, seconds, with `replicas` at the fullness `rho`; without bound at 1 and above. */
export function meanWaitSeconds(serviceSeconds: number, replicas: number, rho: number): number {
  if (rho <= 0) return 0
  if (rho >= 1) return Number.POSITIVE_INFINITY
  return (serviceSeconds * VARIABILITY * rho ** (Math.sqrt(2 * (replicas + 1)) - 1)) / (replicas * (1 - rho))
}

/** The fullness at which the mean wait reaches its bound, never above the ceiling. Remembered for each number of replicas. */
export function fullnessOf(bound: QueueBound): Fullness {
  const known: number[] = []
  return (replicas) => {
    const at = Math.max(1, replicas)
    let rho = known[at]
    if (rho === undefined) {
      rho = solved(bound, at)
      known[at] = rho
    }
    return rho
  }
}

function solved({ serviceSeconds, waitSeconds, ceiling }: QueueBound, replicas: number): number {
  const most = ceiling ?? practiceFullness(replicas)
  if (meanWaitSeconds(serviceSeconds, replicas, most) <= waitSeconds) return most
  let low = 0
  let high = most
  for (let step = 0; step < 50; step += 1) {
    const middle = (low + high) / 2
    if (meanWaitSeconds(serviceSeconds, replicas, middle) <= waitSeconds) low = middle
    else high = middle
  }
  return low
}
