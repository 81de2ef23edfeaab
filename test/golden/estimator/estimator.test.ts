import { expect, test } from 'vitest'
import fit from '../../../lib/core/simulate/data/estimator-constants.json'
import { estimateServing } from '../../../lib/core/simulate/estimator/estimate'
import { pointSchema, resolvePoint } from '../../../lib/core/simulate/estimator/point-schema'
import { readMeasured } from './read-measured'

function estimate(input: object) {
  const resolved = resolvePoint(pointSchema.parse(input))
  if (!resolved.ok) throw new Error(resolved.error.message)
  return estimateServing(resolved.value)
}

test('the fitted estimator stays within its published error on the measured points', () => {
  const ratios = readMeasured()
    .filter((measured) => measured.mode !== 'online-burst')
    .flatMap((measured) => {
      const answer = estimateServing(measured.point)
      return answer.kind === 'estimate' ? [measured.outputPerSecond / answer.outputPerSecond.p50] : []
    })
  const errors = ratios.map((ratio) => Math.abs(1 / ratio - 1)).sort((a, b) => a - b)
  const within = ratios.filter((ratio) => ratio < 1.5 && ratio > 1 / 1.5).length / ratios.length
  expect(ratios.length).toBeGreaterThan(2500)
  expect(errors[Math.floor(errors.length / 2)]).toBeLessThan(0.12)
  expect(within).toBeGreaterThan(0.89)
})

test('cross-validated on unseen model and GPU groups the median error is at most 16 % and 85 % lie within 1.5 times', () => {
  expect(fit.crossValidated.medianError).toBeLessThanOrEqual(0.16)
  expect(fit.crossValidated.within150).toBeGreaterThanOrEqual(0.85)
})

test('R1 in its native FP8 fits 8 × H200 and in BF16 does not fit 16 × A100', () => {
  const load = { model: 'DeepSeek-R1', input_tokens: 1024, output_tokens: 1024, concurrency: 64 }
  expect(
    estimate({ ...load, gpu: 'H200-SXM-141GB', gpus: 8, precision: 'fp8', engine: 'sglang', tensor_parallel: 8 }).kind,
  ).toBe('estimate')
  expect(
    estimate({ ...load, gpu: 'A100-SXM-80GB', gpus: 16, precision: 'bf16', engine: 'vllm', tensor_parallel: 16 }).kind,
  ).toBe('does_not_fit')
})

test('pipeline parallel over PCIe is refused with a reason, not guessed', () => {
  const answer = estimate({
    model: 'Llama-3.1-405B',
    gpu: 'RTX-PRO-6000-BSE',
    gpus: 8,
    precision: 'fp4',
    engine: 'trtllm',
    tensor_parallel: 1,
    pipeline_parallel: 8,
    concurrency: 'max',
  })
  expect(answer).toMatchObject({ kind: 'unsupported', reason: expect.stringContaining('PCIe') })
})

test('more requests in flight never lower the total, and a longer prompt never raises it', () => {
  const at = (concurrency: number, input: number) => {
    const answer = estimate({
      model: 'gpt-oss-120b',
      gpu: 'H100-SXM-80GB',
      precision: 'mxfp4',
      engine: 'vllm',
      input_tokens: input,
      output_tokens: 500,
      concurrency,
    })
    return answer.kind === 'estimate' ? answer.outputPerSecond.p50 : 0
  }
  for (const [low, high] of [
    [1, 2],
    [2, 8],
    [8, 32],
    [32, 128],
  ] as const)
    expect(at(high, 3000)).toBeGreaterThan(at(low, 3000))
  expect(at(32, 8000)).toBeLessThan(at(32, 1000))
})
