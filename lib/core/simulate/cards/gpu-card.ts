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

/** A slice of a partitioned card: "MIG 3g.40gb" is three of seven compute slices with 40 GB of its memory. */
const SLICE = /(?:\bmig[\s:_-]*)?\b([1-7])g\.(\d{1,3})gb\b/i

export function findGpuCard(name: string): GpuCard | null {
  const slice = SLICE.exec(name)
  if (slice === null) return wholeCard(name)
  const whole = wholeCard(name.replace(SLICE, ' '))
  return whole === null ? null : sliceOf(whole, Number(slice[1]), Number(slice[2]))
}

/** Memory brings its share of the bandwidth; slices do not reach each other. Nobody sells them at a known price. */
function sliceOf(whole: GpuCard, sevenths: number, memoryGb: number): GpuCard {
  const compute = sevenths / 7
  const memory = Math.min(1, memoryGb / whole.memoryGb)
  const { bf16, fp8, fp4, int8 } = whole.tflops
  return {
    ...whole,
    name: `${whole.name} ${sevenths}g.${memoryGb}gb`,
    aliases: undefined,
    memoryGb: Math.min(memoryGb, whole.memoryGb),
    bandwidthGbps: whole.bandwidthGbps * memory,
    tflops: {
      bf16: bf16 * compute,
      fp8: fp8 * compute,
      fp4: fp4 * compute,
      int8: int8 === undefined ? undefined : int8 * compute,
    },
    watts: whole.watts === undefined ? undefined : whole.watts * compute,
    link: 'none',
    linkGbps: 0,
    rentPerHour: undefined,
    buyUsd: undefined,
  }
}

/** "8x H100", "8 × H100" or "H100 x8": how many of them a name says. */
const COUNT_BEFORE = /^\s*(\d{1,4})\s*[x×]\s*(?!\d{1,3}\s*$)/i
const COUNT_AFTER = /(?<=[\d)\s]|gb)(?<!pcie[\d.]*\s*)[x×]\s*(\d{1,3})\s*$/i

/** GPUs that the name of an accelerator counts; null where it does not. The sockets of a server are one card. */
export function gpusInName(name: string): number | null {
  const count = Number(COUNT_BEFORE.exec(name)?.[1] ?? COUNT_AFTER.exec(name)?.[1] ?? 0)
  return count === 0 || wholeCard(name)?.name.startsWith('CPU-') ? null : count
}

function wholeCard(name: string): GpuCard | null {
  const key = plainKey(name.replace(COUNT_BEFORE, '').replace(COUNT_AFTER, ''))
  const exact = byName.get(key) ?? byName.get(key.replace(/^(nvidia|amd|apple|intel)/, ''))
  if (exact !== undefined) return exact
  // The mobile part of a name is another chip with less memory, and so is a "Ti" that has no card.
  if (MOBILE.test(name)) return null
  // "8x NVIDIA H200-SXM-141GB-CTS" names a card and more: the longest known name inside it decides.
  let best: GpuCard | null = null
  let length = 3
  for (const [known, card] of byName) {
    const at = known.length > length ? key.indexOf(known) : -1
    if (at >= 0 && !OTHER_CHIP.test(key.slice(at + known.length))) {
      best = card
      length = known.length
    }
  }
  return best === null ? null : withMemoryOf(name, best)
}

const MOBILE = /\b(laptop|mobile|notebook)\b/i
const OTHER_CHIP = /^ti(?![a-z])/

/**
 * One chip of a machine whose GPU shares its memory is sold with several sizes of it: "M3 Ultra 256GB" is that chip with the
 * memory its name says. What such a machine costs is not known.
 */
function withMemoryOf(name: string, card: GpuCard): GpuCard {
  const stated = Number(/(\d{1,4})\s*GB\b/i.exec(name)?.[1] ?? card.memoryGb)
  if (card.vendor !== 'Apple' || stated === card.memoryGb || stated < 8) return card
  return {
    ...card,
    name: card.name.replace(/\d+GB$/, `${stated}GB`),
    aliases: undefined,
    memoryGb: stated,
    buyUsd: undefined,
  }
}
