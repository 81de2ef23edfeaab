/**
 * How much of an API's cache hits own replicas keep. A local cache holds as many tokens as its memory leaves and forgets
 * the oldest; hits whose prompt comes again later than that are lost.
 */
import { splitParameters } from '../cards/model-card'
import { memoryOf } from '../estimator/memory'
import type { ServingPoint } from '../estimator/point'
import type { CallShape } from './demand'

/** An API's cache forgets a prompt after five to ten minutes without use (OpenAI and Anthropic, prompt caching guides). */
const REUSED_WITHIN_SECONDS = 300

/** Replicas are planned to be about this full, so that part of the calls they could hold leaves room for old prompts. */
const PLANNED_FULL = 0.7

/** `outputPerSecond` of one replica at full load. The share of the prompt that is still found, 0 to 1. */
export function keptFraction(point: ServingPoint, shape: CallShape, inFlight: number, outputPerSecond: number): number {
  const { cachedFraction, inputTokens, outputTokens } = shape
  if (cachedFraction <= 0) return 0
  const layout = { tensor: point.gpus, data: 1, pipeline: 1, replicas: 1 }
  const { sequences } = memoryOf(point, splitParameters(point.model), layout)
  const spare = Math.max(0, sequences - inFlight * PLANNED_FULL) * (inputTokens + outputTokens)
  // What no cache held before is written to it, and so are the answers.
  const written =
    ((outputPerSecond * PLANNED_FULL) / outputTokens) * (inputTokens * (1 - cachedFraction) + outputTokens)
  const kept = written <= 0 ? 1 : Math.min(1, spare / written / REUSED_WITHIN_SECONDS)
  return cachedFraction * kept
}
