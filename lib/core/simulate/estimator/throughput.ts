/** From phase times to tokens per second of the whole deployment, with the number of requests in flight solved. */
import type { ParameterSplit } from '../cards/model-card'
import { type Memory, memoryOf } from './memory'
import type { Layout, ServingPoint } from './point'
import { phaseTimes, type RooflineConstants } from './roofline'

export interface Throughput {
  /** Output tokens per second over all GPUs. */
  readonly outputPerSecond: number
  readonly secondsPerToken: number
  readonly prefillSeconds: number
  /** Requests in flight in one replica. */
  readonly batch: number
  /** What limits `batch`. */
  readonly limit: 'load' | 'memory' | 'engine'
  readonly memory: Memory
  /** How the GPUs that decode are used. */
  readonly layout: Layout
}

/** Sequences an engine schedules at once on one rank, by its defaults. */
function engineCap(point: ServingPoint, layout: Layout): number {
  if (point.engine === 'vllm') return 1024 * layout.data
  if (point.engine === 'llama.cpp') return 64
  if (point.engine === 'transformers') return 32
  return (point.engine === 'trtllm' ? 4096 : 2048) * layout.data
}

export function aggregated(
  point: ServingPoint,
  split: ParameterSplit,
  layout: Layout,
  c: RooflineConstants,
): Throughput {
  const memory = memoryOf(point, split, layout)
  const cap = engineCap(point, layout)
  const wanted = point.concurrency === 'max' ? Number.POSITIVE_INFINITY : point.concurrency / layout.replicas
  const batch = Math.max(Math.min(wanted, memory.running, cap), 1e-6)
  const limit = wanted <= memory.running && wanted <= cap ? 'load' : memory.running <= cap ? 'memory' : 'engine'
  const times = phaseTimes(point, split, layout, batch, memory.cacheBytesPerElement, c)
  const output = Math.max(1, point.outputTokens)
  // Each request waits for the prefills of the others on its rank once per request.
  const request = output * times.step + (times.perRank > 1 ? c.overlap * times.perRank : 1) * times.prefill
  return {
    outputPerSecond: (layout.replicas * batch * output) / request,
    secondsPerToken: request / output,
    prefillSeconds: times.prefill,
    batch,
    limit,
    memory,
    layout,
  }
}

/** Prefill and decode on separate pools: the slower pool decides. */
export function disaggregated(point: ServingPoint, split: ParameterSplit, c: RooflineConstants): Throughput | null {
  const pools = point.disaggregated
  if (pools === null) return null
  const decode = layoutOf(pools.decode)
  const prefill = layoutOf(pools.prefill)
  const memory = memoryOf(point, split, decode)
  const wanted = point.concurrency === 'max' ? Number.POSITIVE_INFINITY : point.concurrency / decode.replicas
  const batch = Math.max(Math.min(wanted, memory.running, engineCap(point, decode)), 1e-6)
  const output = Math.max(1, point.outputTokens)
  const d = phaseTimes(point, split, decode, batch, memory.cacheBytesPerElement, c)
  const p = phaseTimes(point, split, prefill, Math.max(1, prefill.data), memory.cacheBytesPerElement, c)
  const decodeRate = (decode.replicas * batch) / (output * d.step + p.prefill)
  const prefillRate = (prefill.replicas * prefill.data) / p.prefill
  const requests = Math.min(decodeRate, prefillRate)
  return {
    outputPerSecond: requests * output,
    secondsPerToken: d.step,
    prefillSeconds: p.prefill,
    batch,
    limit: wanted <= memory.running ? 'load' : 'memory',
    memory,
    layout: decode,
  }
}

function layoutOf(pool: { gpus: number; tensor: number; data: number }): Layout {
  const width = pool.tensor * pool.data
  return { tensor: pool.tensor, data: pool.data, pipeline: 1, replicas: Math.max(1, Math.floor(pool.gpus / width)) }
}
