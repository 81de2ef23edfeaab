import type { PointAnswer } from '@/lib/core/simulate/estimator/answer-point'
import { readJson } from '@/lib/server/http/body'
import { json } from '@/lib/server/http/problem'
import { route } from '@/lib/server/http/route'
import { estimateBody, estimatePoints } from '@/lib/server/use-case/estimate'

const MAX_BYTES = 16 * 1024 ** 2

export const POST = route('simulate.run', async ({ principal, request }) => {
  const answers = await estimatePoints(principal, await readJson(request, estimateBody, { maxBytes: MAX_BYTES }))
  return json({ points: answers.map(publicPoint) })
})

function publicPoint(answer: PointAnswer): Record<string, unknown> {
  if (answer.kind === 'refused') {
    return {
      fits: null,
      supported: false,
      code: answer.code,
      reason: answer.message,
      why: [answer.message, answer.remedy],
    }
  }
  if (answer.kind === 'unsupported') {
    return {
      fits: null,
      supported: false,
      code: 'UNSUPPORTED',
      reason: answer.reason,
      why: [answer.reason, ...answer.notes],
    }
  }
  if (answer.kind === 'does_not_fit') {
    return {
      fits: false,
      supported: true,
      code: 'DOES_NOT_FIT',
      reason: answer.reason,
      weights_gb: answer.weightsPerGpu / 1e9,
      total_weights_gb: answer.totalWeights / 1e9,
      why: [answer.reason, ...answer.notes],
    }
  }
  const { layout } = answer
  return {
    fits: true,
    supported: true,
    memory_gb: answer.memoryPerGpu / 1e9,
    weights_gb: answer.weightsPerGpu / 1e9,
    total_weights_gb: answer.totalWeights / 1e9,
    output_tokens_per_second: answer.outputPerSecond,
    time_per_output_token_ms: answer.secondsPerToken * 1000,
    prefill_ms: answer.prefillSeconds * 1000,
    rough_time_to_first_token_ms: answer.roughSecondsToFirstToken * 1000,
    in_flight: answer.inFlight,
    layout:
      layout === null
        ? null
        : {
            tensor_parallel: layout.tensor,
            data_parallel: layout.data,
            pipeline_parallel: layout.pipeline,
            replicas: layout.replicas,
          },
    why: [...answer.why, ...answer.notes],
  }
}
