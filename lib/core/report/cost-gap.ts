/**
 * A host's billed cost, as its own report tells it, beside the computed cost of the same month: from which difference on a
 * month is only closed with a note. Nothing is rounded away: a cent is a difference.
 */
import { subtractUsd, type Usd, usdFromText } from '../money/usd'
import type { GapTolerance } from './reconcile-view'

export interface CostGap {
  readonly host: string
  /** Computed cost and our adjustments. */
  readonly computed: Usd
  readonly billed: Usd
  /** How far the billed sum may be off because the host rounded each line. */
  readonly rounding: Usd
}

const CENT = usdFromText('0.01')

/** Billed less computed. */
export const gapOf = ({ billed, computed }: CostGap): Usd => subtractUsd(billed, computed)

/** @param tolerance what the workspace set; null when it set none, and then a cent is too much */
export function needsNote(gap: CostGap, tolerance: GapTolerance | null): boolean {
  const size = magnitude(gapOf(gap))
  if (size <= gap.rounding) return false
  if (tolerance === null) return size >= CENT
  return size > tolerance.amount && size * 10_000n > magnitude(gap.billed) * BigInt(tolerance.perMyriad)
}

const magnitude = (amount: bigint): bigint => (amount < 0n ? -amount : amount)
