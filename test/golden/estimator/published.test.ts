/** Published figures that the constants were not fitted on: SOURCE.md, "Not fitted". */
import { describe, expect, test } from 'vitest'
import { answerPoint } from '../../../lib/core/simulate/estimator/answer-point'

const ask = (point: Record<string, unknown>) => answerPoint(point, new Map())

function estimate(point: Record<string, unknown>) {
  const answer = ask(point)
  if (answer.kind !== 'estimate') throw new Error(`${answer.kind} ${JSON.stringify(point)}`)
  return answer
}

describe('sizes of checkpoints', () => {
  test.each([
    ['Q8_0', 74.98],
    ['Q5_K_M', 49.95],
    ['Q4_K_M', 42.52],
    ['Q4_K_S', 40.35],
    ['Q3_K_L', 37.14],
    ['Q3_K_M', 34.27],
    ['IQ3_XS', 29.31],
    ['Q2_K', 26.38],
    ['IQ2_M', 24.12],
    ['IQ2_S', 22.24],
    ['IQ2_XXS', 19.1],
    ['IQ1_M', 16.75],
    ['IQ1_S', 15.34],
  ])('Llama 3.1 70B as %s is a file of %d GB', (precision, gb) => {
    const { totalWeights } = estimate({ model: 'Llama-3.1-70B', gpu: 'A100 80GB', gpus: 2, precision })
    expect(Math.abs(totalWeights / 1e9 / gb - 1)).toBeLessThan(0.03)
  })

  test.each([
    ['Llama-3.1-70B', 'w4a16', 39.8],
    ['Qwen3-32B', 'awq', 19.3],
    ['Kimi-K2.5', 'int4', 595],
    ['Kimi-K2-Instruct', null, 1029],
    ['Kimi-K2-Thinking', null, 595],
  ])('%s in %s is a checkpoint of %d GB', (model, precision, gb) => {
    const { totalWeights } = estimate({ model, gpu: 'B300', gpus: 8, precision, concurrency: 1 })
    expect(Math.abs(totalWeights / 1e9 / gb - 1)).toBeLessThan(0.03)
  })
})

test.each([
  ['A6000', 2, 'DeepSeek-R1-Distill-Llama-70B', 1024 / 38.9],
  ['A100', 1, 'DeepSeek-R1-Distill-Llama-70B', 1024 / 35.3],
  ['H100', 1, 'DeepSeek-R1-Distill-Llama-70B', 1024 / 31.2],
  ['A6000', 1, 'DeepSeek-R1-Distill-Llama-8B', 1024 / 9.1],
  ['A100', 1, 'DeepSeek-R1-Distill-Llama-8B', 1024 / 6.4],
  ['H100', 1, 'DeepSeek-R1-Distill-Llama-8B', 1024 / 5.6],
])(
  'four-bit weights on %s × %d: a slow memory hides the unpacking that a fast one does not',
  (gpu, gpus, model, rate) => {
    const load = { precision: 'w4a16', engine: 'vllm', input_tokens: 256, output_tokens: 1024, concurrency: 1 }
    const { p50 } = estimate({ model, gpu, gpus, tensor_parallel: gpus, ...load }).outputPerSecond
    expect(rate / p50).toBeGreaterThan(0.75)
    expect(rate / p50).toBeLessThan(1.3)
  },
)

test.each([
  ['H100-SXM-80GB', 1, 'fp8', 1000, 1000, 464.5],
  ['H100-SXM-80GB', 1, 'fp8', 128, 2048, 418.4],
  ['H100-SXM-80GB', 2, 'fp16', 1000, 1000, 777],
  ['A100-SXM-80GB', 2, 'fp16', 1000, 1000, 468.6],
])(
  'TensorRT-LLM keeps a share of what weights leave free: Llama 3 70B nearly fills %s × %d',
  (gpu, gpus, precision, i, o, rate) => {
    const load = { input_tokens: i, output_tokens: o, concurrency: 'max', engine: 'trtllm', tensor_parallel: gpus }
    const { p50 } = estimate({ model: 'Llama-3-70B', gpu, gpus, precision, ...load }).outputPerSecond
    expect(rate / p50).toBeGreaterThan(0.5)
    expect(rate / p50).toBeLessThan(1.5)
  },
)

test('four-bit products are no faster than 16-bit ones on a card without FP4 units', () => {
  const load = { model: 'Llama-3.1-70B', gpu: 'H100', gpus: 4, engine: 'vllm', tensor_parallel: 4 }
  const prompt = { input_tokens: 8192, output_tokens: 1, concurrency: 1 }
  const prefill = (precision: string) => estimate({ ...load, ...prompt, precision }).prefillSeconds
  expect(prefill('nvfp4')).toBeCloseTo(prefill('bf16'), 6)
  expect(prefill('fp8')).toBeLessThan(0.7 * prefill('bf16'))
})

test.each([
  ['nvfp4', 'H100', 'H100-SXM-80GB has no units for fp4: weights are widened to 16 bits before every product.'],
  ['fp8', 'A100', 'A100-SXM-80GB has no units for fp8: weights are widened to 16 bits before every product.'],
])('%s on %s is told to be weights only', (precision, gpu, note) => {
  expect(estimate({ model: 'Llama-3.1-8B', gpu, precision, engine: 'vllm' }).notes).toContain(note)
})

test('what the hardware has units for, and GGUF, which is made to be widened, are not remarked on', () => {
  for (const [precision, gpu] of [
    ['fp8', 'H100'],
    ['w8a8', 'A100'],
    ['bf16', 'T4'],
    ['Q4_K_M', 'RTX 3090'],
  ])
    expect(estimate({ model: 'Qwen2.5-3B', gpu, precision }).notes.join()).not.toContain('widened')
})

test.each(['MI300X', 'Gaudi 3', 'M3 Ultra'])('TensorRT-LLM on %s is refused, in one pool or two', (gpu) => {
  for (const disaggregated of [false, { prefill: { gpus: 8 }, decode: { gpus: 8 } }]) {
    expect(ask({ model: 'Llama-3.1-8B', gpu, engine: 'TensorRT-LLM', disaggregated })).toMatchObject({
      kind: 'unsupported',
      reason: expect.stringContaining('NVIDIA'),
    })
  }
})

describe('a Mac lends its GPU a part of its memory', () => {
  test.each([
    ['gpt-oss-120b', 'mxfp4', 'M4 Max 128GB', 'estimate'],
    ['gpt-oss-120b', 'mxfp4', 'M4 Max 64GB', 'does_not_fit'],
    ['Llama-3.1-70B', 'Q4_K_M', 'M1 Max 64GB', 'estimate'],
    ['Llama-3.1-70B', 'Q4_K_M', 'M4 Pro 48GB', 'does_not_fit'],
    ['DeepSeek-R1', 'Q4_K_M', 'M3 Ultra 512GB', 'estimate'],
    ['DeepSeek-R1', 'Q4_K_M', 'Mac Studio M3 Ultra 256GB', 'does_not_fit'],
  ])('%s as %s on %s: %s', (model, precision, gpu, kind) => {
    expect(ask({ model, precision, gpu, engine: 'llama.cpp', input_tokens: 512, output_tokens: 128 }).kind).toBe(kind)
  })
})
