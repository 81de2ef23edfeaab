/**
 * Which spans of a trace stand around others. Spans are told by 53 bits of a hash and by nothing else, so that the spans
 * of a large file fit in memory: about 50 bytes a span.
 */
export interface SpanLink {
  readonly traceId: string
  readonly spanId: string
  /** Empty at the root of a trace. */
  readonly parentSpanId: string
}

export class SpanTree {
  readonly #parents = new Map<number, number>()
  readonly #counted: number[] = []
  readonly #around: Set<number>
  readonly #known: ReadonlySet<number>

  /** `known` are spans that are around one taken in elsewhere. */
  constructor(known: ReadonlySet<number> = new Set()) {
    this.#known = known
    this.#around = new Set(known)
  }

  /** Takes a span in; `counts` when it counts tokens itself. */
  add(span: SpanLink, counts: boolean): void {
    if (span.spanId === '') return
    const own = nameOf(span.traceId, span.spanId)
    if (span.parentSpanId !== '') this.#parents.set(own, nameOf(span.traceId, span.parentSpanId))
    // One that is around others may come after them: what is above it is so too.
    if (counts || this.#around.has(own)) this.#counted.push(own)
  }

  /** True when one of the spans taken in so far that count tokens is below this one. */
  isAround(traceId: string, spanId: string): boolean {
    this.#markAll()
    return this.#around.has(nameOf(traceId, spanId))
  }

  /** Spans that turned out to be around others; those known before are left out. */
  found(): number[] {
    this.#markAll()
    return [...this.#around].filter((span) => !this.#known.has(span))
  }

  #markAll(): void {
    for (let span = this.#counted.pop(); span !== undefined; span = this.#counted.pop()) this.#mark(span)
  }

  #mark(span: number): void {
    const seen = new Set<number>()
    let parent = this.#parents.get(span)
    while (parent !== undefined && !seen.has(parent)) {
      seen.add(parent)
      this.#around.add(parent)
      parent = this.#parents.get(parent)
    }
  }
}

/** 53 bits of a hash of both ids. */
export function nameOf(traceId: string, spanId: string): number {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  const take = (unit: number) => {
    high = Math.imul(high ^ unit, 2_654_435_761)
    low = Math.imul(low ^ unit, 1_597_334_677)
  }
  for (let at = 0; at < traceId.length; at += 1) take(traceId.charCodeAt(at))
  take(0x10000)
  for (let at = 0; at < spanId.length; at += 1) take(spanId.charCodeAt(at))
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909)
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909)
  return 4_294_967_296 * (2_097_151 & low) + (high >>> 0)
}
