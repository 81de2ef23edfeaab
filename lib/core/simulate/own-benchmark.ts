/** A benchmark of one's own as the capacity of a replica: as it stands, or to anchor the estimate for other lengths. */
import { estimateServing } from './estimator/estimate'
import type { CallShape } from './fleet/demand'
import { pointOf, type Replica, type ReplicaSettings } from './fleet/replica'
import type { FullTarget } from './full-target'

export interface OwnCapacity {
  /** Output tokens per second of one replica for the calls in question. */
  readonly perReplica: number
  /** Measured over estimated at the benchmark's own lengths; null where it stands as it is. */
  readonly anchor: number | null
}

/** Null without a benchmark, or where one that is to anchor the estimate has none for its lengths. */
export function ownCapacity(
  target: FullTarget,
  settings: Omit<ReplicaSettings, 'gpusPerReplica' | 'maxSecondsPerToken'>,
  shape: CallShape,
  replica: Pick<Replica, 'gpus' | 'capacity' | 'inFlight'>,
): OwnCapacity | null {
  const stated = statedCapacity(target, shape, replica.gpus)
  if (stated !== null) return { perReplica: stated, anchor: null }
  const own = target.benchmark
  if (own?.input_tokens === undefined || own.output_tokens === undefined) return null
  const gpus = own.gpus ?? replica.gpus
  const at: CallShape = { inputTokens: own.input_tokens, outputTokens: own.output_tokens, cachedFraction: 0 }
  const output = outputOf(own, at)
  const perReplica = (output * replica.gpus) / gpus
  const inFlight = own.concurrency === undefined ? replica.inFlight : (own.concurrency * replica.gpus) / gpus
  const there = estimateServing(pointOf(settings, at, replica.gpus, inFlight))
  if (there.kind !== 'estimate' || there.outputPerSecond.p50 <= 0) return null
  const anchor = perReplica / there.outputPerSecond.p50
  return { perReplica: replica.capacity.p50 * anchor, anchor }
}

/** The benchmark stands as it is: no estimate is needed. */
export function isStated({ measured_output_tokens_per_second: measured, benchmark }: FullTarget): boolean {
  return measured !== undefined || (benchmark !== undefined && benchmark.input_tokens === undefined)
}

/** GPUs of a replica that the question tells: a benchmark on several is one of a replica. */
export function statedGpus(target: FullTarget): number | null {
  const measuredOn = target.benchmark?.gpus
  return target.gpus_per_replica ?? (measuredOn !== undefined && measuredOn > 1 && measuredOn <= 64 ? measuredOn : null)
}

/** Output tokens per second of a replica of so many GPUs that a benchmark tells without any estimate; null where it needs one. */
export function statedCapacity(target: FullTarget, shape: CallShape, gpus: number): number | null {
  if (target.measured_output_tokens_per_second !== undefined) return target.measured_output_tokens_per_second
  const own = target.benchmark
  if (own === undefined || own.input_tokens !== undefined) return null
  const output = outputOf(own, shape)
  return (output * gpus) / (own.gpus ?? gpus)
}

/** Measured as output, or its part of prompt and output together. */
function outputOf(own: NonNullable<FullTarget['benchmark']>, shape: CallShape): number {
  if (own.output_tokens_per_second !== undefined) return own.output_tokens_per_second
  const { total_tokens_per_second: total } = own
  if (total === undefined) throw new RangeError('a benchmark has a rate')
  return (total * shape.outputTokens) / (shape.inputTokens + shape.outputTokens)
}
