/** Seeded draws: the same seed gives the same numbers everywhere. */

/** `share` from 0 to 1 of a triangular distribution. */
export function triangular(share: number, low: number, likely: number, high: number): number {
  if (high <= low) return likely
  const turn = (likely - low) / (high - low)
  return share < turn
    ? low + Math.sqrt(share * (high - low) * (likely - low))
    : high - Math.sqrt((1 - share) * (high - low) * (high - likely))
}

/** mulberry32: small, fast and the same everywhere. */
export function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
