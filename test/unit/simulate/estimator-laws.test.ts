/** Laws every estimate keeps, over models, cards, engines and loads that are not chosen for looking well. */
import { describe, expect, test } from 'vitest'
import { type Estimate, estimateServing } from '../../../lib/core/simulate/estimator/estimate'
import { pointNotes } from '../../../lib/core/simulate/estimator/point-notes'
import { type PointInput, pointSchema, resolvePoint } from '../../../lib/core/simulate/estimator/point-schema'

function estimate(input: PointInput): Estimate {
  const resolved = resolvePoint(pointSchema.parse(input))
  if (!resolved.ok) throw new Error(resolved.error.message)
  return estimateServing(resolved.value)
}

function answerOf(input: PointInput) {
  const answer = estimate(input)
  return answer.kind === 'estimate' ? answer : null
}

const MODELS = [
  'Llama-3.1-8B',
  'Llama-3.1-70B',
  'DeepSeek-R1',
  'DeepSeek-V3.2',
  'gpt-oss-120b',
  'Mixtral-8x7B',
  'Qwen3.5-397B-A17B',
]
const CARDS = ['H100', 'H200', 'B200', 'MI300X', 'L40S', 'GB300', 'A100', 'RTX PRO 6000']
const ENGINES = ['vllm', 'sglang', 'trtllm']
const RANKS = [1, 2, 4, 8]

const configurations: PointInput[] = MODELS.flatMap((model) =>
  CARDS.flatMap((gpu) =>
    ENGINES.flatMap((engine) =>
      RANKS.map((ranks) => ({
        model,
        gpu,
        engine,
        gpus: ranks,
        tensor_parallel: ranks,
        input_tokens: 2000,
        output_tokens: 500,
      })),
    ),
  ),
)

describe('the laws of an estimate', () => {
  test('more requests in flight never lower the output of the whole', () => {
    let checked = 0
    for (const point of configurations) {
      let last = 0
      for (const concurrency of [1, 2, 3, 5, 8, 16, 64, 200, 1000, 5000]) {
        const answer = answerOf({ ...point, concurrency })
        if (answer === null) break
        expect(answer.outputPerSecond.p50, `${JSON.stringify(point)} at ${concurrency}`).toBeGreaterThanOrEqual(
          last * 0.999_999,
        )
        last = answer.outputPerSecond.p50
        checked += 1
      }
    }
    expect(checked).toBeGreaterThan(2000)
  })

  test('a longer prompt or context is never faster, and never holds more requests', () => {
    for (const point of configurations) {
      let last: ReturnType<typeof answerOf> = null
      for (const input_tokens of [100, 1000, 4000, 16_000, 64_000]) {
        const answer = answerOf({ ...point, input_tokens, concurrency: 'max' })
        if (answer === null) break
        if (last !== null) {
          expect(answer.outputPerSecond.p50, JSON.stringify(point)).toBeLessThanOrEqual(
            last.outputPerSecond.p50 * 1.000_001,
          )
          expect(answer.inFlight).toBeLessThanOrEqual(last.inFlight)
        }
        last = answer
      }
    }
  })

  test('cached prompt tokens never slow it down', () => {
    for (const point of configurations) {
      const none = answerOf({ ...point, concurrency: 16, cached_fraction: 0 })
      const most = answerOf({ ...point, concurrency: 16, cached_fraction: '0.9' })
      if (none === null || most === null) continue
      expect(most.outputPerSecond.p50, JSON.stringify(point)).toBeGreaterThan(none.outputPerSecond.p50)
    }
  })

  test('a lower precision never needs more memory, and what fits goes on fitting', () => {
    const down = [
      'bf16',
      'gguf-q8_0',
      'fp8',
      'gguf-q6_k',
      'gguf-q5_k_m',
      'gguf-q4_k_m',
      'gguf-iq3_m',
      'gguf-q2_k',
      'gguf-iq1_s',
    ]
    for (const model of ['Llama-3.1-8B', 'Llama-3.1-70B', 'DeepSeek-R1', 'Mixtral-8x22B']) {
      const weights = down.map((precision) => {
        const answer = estimate({ model, gpu: 'H100', gpus: 1, precision, engine: 'vllm', concurrency: 1 })
        return answer.kind === 'unsupported' ? 0 : answer.totalWeights
      })
      for (let i = 1; i < weights.length; i += 1) {
        // FP8 keeps its vocabulary at 16 bits, a GGUF of 8.5 bits does not.
        if (down[i] === 'fp8') continue
        expect(weights[i], `${model} ${down[i]}`).toBeLessThan(weights[i - 1] as number)
      }
    }
  })

  test('more ranks hold less each; the same GPUs never hold more than they have', () => {
    for (const point of configurations) {
      const answer = answerOf({ ...point, concurrency: 64 })
      if (answer === null) continue
      const wider = answerOf({ ...point, gpus: 16, tensor_parallel: 16, concurrency: 64 })
      expect(wider?.weightsPerGpu, JSON.stringify(point)).toBeLessThan(answer.weightsPerGpu)
      expect(answer.memoryPerGpu).toBeGreaterThanOrEqual(answer.weightsPerGpu)
    }
  })

  test('left the choice of ranks, it is no slower than with ranks the caller could name', () => {
    for (const model of MODELS) {
      for (const concurrency of [1, 64, 'max'] as const) {
        const point = { model, gpu: 'B200', gpus: 8, engine: 'sglang', concurrency }
        const free = answerOf(point)?.outputPerSecond.p50 ?? 0
        for (const tensor_parallel of RANKS) {
          const named = answerOf({ ...point, tensor_parallel })
          if (named === null || named.inFlight < 8) continue
          expect(free, `${model} ${concurrency} tp${tensor_parallel}`).toBeGreaterThanOrEqual(named.outputPerSecond.p50)
        }
      }
    }
  })
})

describe('what a point may leave out', () => {
  test('a model and a card are enough, and the answer says what was assumed', () => {
    const input = { model: 'Llama-3.1-8B', gpu: 'H100' }
    const resolved = resolvePoint(pointSchema.parse(input))
    if (!resolved.ok) throw new Error(resolved.error.message)
    expect(resolved.value).toMatchObject({
      gpus: 1,
      engine: 'vllm',
      concurrency: 'max',
      inputTokens: 1024,
      outputTokens: 1024,
    })
    expect(resolved.value.precision.name).toBe('bf16')
    expect(pointNotes(input, resolved.value)).toEqual([
      'Engine not given: estimated for vllm.',
      'Precision not given: bf16, as the model was published.',
      'Requests in flight not given: as many as fit.',
      'Lengths not all given: 1024 tokens in, 1024 out.',
    ])
  })

  test('an engine nobody knows is estimated and named; fields nobody looks at are named', () => {
    const input = {
      model: 'Llama-3.1-8B',
      gpu: 'H100',
      engine: 'my engine 3',
      precision: 'fp8',
      concurrency: 8,
      input_tokens: 0,
      output_tokens: 100,
      framework_version: '1',
    }
    const resolved = resolvePoint(pointSchema.parse(input))
    if (!resolved.ok) throw new Error(resolved.error.message)
    expect(estimateServing(resolved.value).kind).toBe('estimate')
    expect(pointNotes(input, resolved.value)).toEqual([
      'Engine not known: estimated for vllm.',
      'Not looked at: framework_version.',
    ])
  })

  test('what does not go together is told: more tokens than the model takes, more ranks than GPUs', () => {
    const input = {
      model: 'Llama-2-70B',
      gpu: 'H100',
      precision: 'fp8',
      engine: 'vllm',
      gpus: 4,
      tensor_parallel: 8,
      input_tokens: 8000,
      output_tokens: 500,
      concurrency: 4,
    }
    const resolved = resolvePoint(pointSchema.parse(input))
    if (!resolved.ok) throw new Error(resolved.error.message)
    expect(pointNotes(input, resolved.value)).toEqual([
      '8500 tokens are more than the 4096 that Llama-2-70B was published for.',
      '8 ranks need more than 4 GPUs: estimated for 8.',
    ])
    expect(answerOf(input)?.outputPerSecond).toEqual(answerOf({ ...input, gpus: 8 })?.outputPerSecond)
  })

  test('no ranks, zero ranks and null ranks are the same', () => {
    const point = { model: 'DeepSeek-R1', gpu: 'B200', gpus: 8, engine: 'sglang', precision: 'fp4', concurrency: 256 }
    const free = estimate(point)
    expect(estimate({ ...point, tensor_parallel: 0, data_parallel: 0 })).toEqual(free)
    expect(estimate({ ...point, tensor_parallel: null, data_parallel: null, pipeline_parallel: null })).toEqual(free)
  })

  test('data-parallel attention counted inside the tensor ranks is the same deployment', () => {
    const point = { model: 'DeepSeek-R1', gpu: 'H200', gpus: 8, engine: 'sglang', concurrency: 256 }
    expect(estimate({ ...point, tensor_parallel: 8, data_parallel: 8 })).toEqual(
      estimate({ ...point, tensor_parallel: 1, data_parallel: 8 }),
    )
  })

  test('pools of a disaggregated deployment may stand in an object or beside it', () => {
    const prefill = { gpus: 4, tensor_parallel: 4 }
    const decode = { gpus: 16, tensor_parallel: 4, data_parallel: 0 }
    const point = { model: 'Kimi-K2.5', gpu: 'GB200', precision: 'fp4', engine: 'vllm', concurrency: 128 }
    const pooled = estimate({ ...point, gpus: 20, disaggregated: { prefill, decode } })
    expect(pooled).toMatchObject({ kind: 'estimate', layout: null })
    expect(estimate({ ...point, gpus: 20, prefill, decode })).toEqual(pooled)
    expect(estimate({ ...point, gpus: 20, disaggregated: true }).kind).toBe('estimate')
  })

  test('cards of one’s own read as data sheets are written, with empty cells', () => {
    const own = {
      architecture: {
        layers: '61',
        hidden: '7168',
        ffn_dense: '18432',
        moe_layers: '58',
        experts: '256',
        experts_per_token: '8',
        moe_ffn: '2048',
        shared_expert_ffn: '2048',
        attention: 'MLA+DSA top-2048',
        n_heads: '128',
        n_kv_heads: '',
        head_dim: '',
        mla_kv_rank: '512',
        mla_rope_dim: '64',
        sliding_layers: '0',
        sliding_window: '0',
        vocab: '129280',
        tied_embeddings: 'False' as const,
        native_precision: 'fp8',
        total_params_b: '671.88',
        max_context: '163840',
      },
      hardware: {
        mem_gb: '141',
        bw_gbps: '4800',
        bf16_dense_tflops: '989',
        fp8_dense_tflops: '1979',
        fp4_dense_tflops: '',
        interconnect: 'NVLink4',
        link_gbps_per_dir: '450',
      },
    }
    const load = {
      gpus: 8,
      tensor_parallel: 8,
      engine: 'sglang',
      precision: 'fp8',
      concurrency: 64,
      input_tokens: 4000,
      output_tokens: 500,
    }
    const mine = answerOf({ ...own, ...load })
    const known = answerOf({ model: 'DeepSeek-V3.2', gpu: 'H200', ...load })
    expect(mine?.outputPerSecond).toEqual(known?.outputPerSecond)
    expect(mine?.memoryPerGpu).toBe(known?.memoryPerGpu)
  })

  test('a burst at an engine out of the box is told at 0.4 of a tuned one, as realism says it', () => {
    const point = {
      model: 'Qwen3-14B',
      gpu: 'H100',
      engine: 'vllm',
      concurrency: 1000,
      input_tokens: 217,
      output_tokens: 200,
    }
    const tuned = answerOf(point)?.outputPerSecond.p50 ?? 0
    expect(answerOf({ ...point, mode: 'online-burst' })?.outputPerSecond.p50).toBeCloseTo(tuned * 0.4, 6)
    expect(answerOf({ ...point, realism: '0.7' })?.outputPerSecond.p50).toBeCloseTo(tuned * 0.7, 6)
  })

  test('what is unknown is refused with a code', () => {
    const code = (input: PointInput) => {
      const resolved = resolvePoint(pointSchema.parse(input))
      return resolved.ok ? 'ok' : resolved.error.code
    }
    expect(code({ model: 'gpt-4o', gpu: 'H100' })).toBe('MODEL_UNKNOWN')
    expect(code({ gpu: 'H100' })).toBe('MODEL_UNKNOWN')
    expect(code({ model: 'Llama-3.1-8B', gpu: 'Groq LPU' })).toBe('GPU_UNKNOWN')
    expect(code({ model: 'Llama-3.1-8B', gpu: 'H100', precision: 'ternary' })).toBe('PRECISION_UNKNOWN')
    expect(code({ model: 'Llama-3.1-8B', gpu: 'H100', precision: 'unknown', engine: '' })).toBe('ok')
  })
})
