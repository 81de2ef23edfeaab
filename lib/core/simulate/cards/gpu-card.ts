/**
 * Accelerators: memory, bandwidth, dense compute by precision, link, and what they cost to rent or buy.
 * Figures, sources and dates: data/gpus.json. A zero compute figure means the hardware lacks that precision.
 */
import gpus from '../data/gpus.json'
import { plainKey } from './card-name'

/** Decimal dollars as text: what the market asked on `priceDate`. */
export interface PriceRange {
  readonly low: string
  readonly high: string
  readonly likely?: string | undefined
}

export interface GpuCard {
  readonly name: string
  readonly aliases?: readonly string[] | undefined
  readonly vendor: string
  /** 10^9 bytes. */
  readonly memoryGb: number
  /** 10^9 bytes per second. */
  readonly bandwidthGbps: number
  /** Dense, 10^12 operations per second. */
  readonly tflops: {
    readonly bf16: number
    readonly fp8: number
    readonly fp4: number
    /** 8-bit integers, where the card has them and no FP8. */
    readonly int8?: number | undefined
  }
  /** Board power at full load. */
  readonly watts?: number | undefined
  readonly link: 'nvlink' | 'pcie' | 'none'
  /** 10^9 bytes per second in one direction. */
  readonly linkGbps: number
  /** GPUs that one such link reaches; 8 where absent, a server's worth. */
  readonly linkDomain?: number | undefined
  /** Share of what the estimator's constants promise that the card's software has been measured to reach; 1 if absent. */
  readonly softwareShare?: number | undefined
  readonly rentPerHour?: PriceRange | undefined
  /** Dollars to buy one. */
  readonly buyUsd?: { readonly low: number; readonly high: number } | undefined
  readonly priceDate?: string | undefined
  readonly source: string
  readonly priceSource?: string | undefined
  readonly status: string
  readonly checkedOn: string
}

export const GPU_CARDS: readonly GpuCard[] = gpus as readonly GpuCard[]

const byName = gpuIndex()

/** Every name of every card, and its own without the memory where only one card goes by that. */
function gpuIndex(): ReadonlyMap<string, GpuCard> {
  const index = new Map<string, GpuCard>()
  const bare = (card: GpuCard) => plainKey(card.name.replace(/-\d+GB$/, ''))
  for (const card of GPU_CARDS) {
    if (GPU_CARDS.filter((other) => bare(other) === bare(card)).length === 1) index.set(bare(card), card)
  }
  for (const card of GPU_CARDS) for (const name of [card.name, ...(card.aliases ?? [])]) index.set(plainKey(name), card)
  return index
}

export function findGpuCard(name: string): GpuCard | null {
  const key = plainKey(name.replace(/^\s*\d+\s*[x×]\s*/i, ''))
  const exact = byName.get(key) ?? byName.get(key.replace(/^(nvidia|amd|apple|intel)/, ''))
  if (exact !== undefined) return exact
  // "8x NVIDIA H200-SXM-141GB-CTS" names a card and more: the longest known name inside it decides.
  let best: GpuCard | null = null
  let length = 3
  for (const [known, card] of byName) {
    if (known.length > length && key.includes(known)) {
      best = card
      length = known.length
    }
  }
  return best
}
