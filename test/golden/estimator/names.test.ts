import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { findGpuCard, GPU_CARDS, gpusInName } from '../../../lib/core/simulate/cards/gpu-card'
import { findModelCard, MODEL_CARDS } from '../../../lib/core/simulate/cards/model-card'
import { findPrecision, precisionFor } from '../../../lib/core/simulate/cards/precision'
import { findEngine } from '../../../lib/core/simulate/estimator/point'

const names = readFileSync(new URL('./names.csv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => [line.slice(0, line.indexOf(',')), line.slice(line.indexOf(',') + 1)] as const)

const FIND: Readonly<Record<string, (name: string) => unknown>> = {
  model: findModelCard,
  gpu: findGpuCard,
  precision: findPrecision,
  framework: findEngine,
}

describe('names', () => {
  test('every name the sources use finds its card', () => {
    expect(names.length).toBe(153)
    expect(names.filter(([column, name]) => FIND[column]?.(name) === null)).toEqual([])
  })

  test('every card is found by its own name, and by its name shouted or run together', () => {
    for (const card of MODEL_CARDS) {
      for (const name of [card.name, card.name.toUpperCase(), card.name.replace(/-/g, ' '), `acme/${card.name}`])
        expect(findModelCard(name)?.name, name).toBe(card.name)
    }
    for (const card of GPU_CARDS) {
      for (const name of [card.name, card.name.toLowerCase(), card.name.replace(/-/g, '_')])
        expect(findGpuCard(name)?.name, name).toBe(card.name)
    }
  })

  test.each([
    ['nvidia/DeepSeek-R1-0528-NVFP4-v2', 'DeepSeek-R1'],
    ['deepseek-ai/DeepSeek-V3.2-Exp', 'DeepSeek-V3.2'],
    ['deepseek-r1:8b', 'DeepSeek-R1-0528-Qwen3-8B'],
    ['deepseek-r1:14b', 'DeepSeek-R1-Distill-Qwen-14B'],
    ['llama2-70b-99.9', 'Llama-2-70B'],
    ['meta-llama/Meta-Llama-3-8B-Instruct', 'Llama-3.1-8B'],
    ['RedHatAI/Meta-Llama-3.1-70B-Instruct-quantized.w4a16', 'Llama-3.1-70B'],
    ['Qwen/Qwen3-235B-A22B-Instruct-2507-FP8', 'Qwen3-235B-A22B'],
    ['mistralai/Mixtral-8x7B-Instruct-v0.1', 'Mixtral-8x7B'],
    ['llama-3.1-8b-instruct-q4_k_m', 'Llama-3.1-8B'],
    ['gpt-oss:20b', 'gpt-oss-20b'],
    ['meta-llama/Llama-3.1-70B-Instruct', 'Llama-3.1-70B'],
    ['neuralmagic/Meta-Llama-3.1-8B-Instruct-FP8', 'Llama-3.1-8B'],
    ['Qwen/Qwen2-7B-Instruct', 'Qwen2.5-7B'],
    ['meta-llama/Llama-2-7b-chat-hf', 'Llama-2-7B'],
    ['Qwen/Qwen3-Coder-30B-A3B-Instruct', 'Qwen3-30B-A3B'],
    ['llama-v3.3-70b', 'Llama-3.1-70B'],
    ['qwen3-235b', 'Qwen3-235B-A22B'],
    ['qwen3:30b', 'Qwen3-30B-A3B'],
    ['mistralai/Codestral-22B-v0.1', 'Mistral-Small-22B'],
    ['deepseek-coder-v2:16b', 'DeepSeek-Coder-V2-Lite-16B'],
    ['deepseek-ai/DeepSeek-R1-Zero', 'DeepSeek-R1'],
    ['DeepSeek-V3.2-Speciale', 'DeepSeek-V3.2'],
    ['Mistral Large 2', 'Mistral-Large-123B'],
    ['mistralai/Magistral-Small-2509', 'Mistral-Small-24B'],
    ['mistral-small3.2:24b', 'Mistral-Small-24B'],
    ['moonshotai/Kimi-K2-Instruct-0905', 'Kimi-K2'],
    ['moonshotai/Kimi-K2-Thinking', 'Kimi-K2.5'],
    ['google/gemma-3-27b-it', 'Gemma-3-27B'],
    ['gemma2:9b', 'Gemma-2-9B'],
    ['llama3.2:1b', 'Llama-3.2-1B'],
    ['microsoft/phi-4', 'Phi-4'],
  ])('the weights of %s are those of %s', (name, card) => {
    expect(findModelCard(name)?.name).toBe(card)
  })

  test.each(['gpt-4o', 'Llama-3.2-90B', 'DeepSeek-V4-Flash', 'Phi-5', 'Gemma-3', '', '7b'])('%j is no card', (name) => {
    expect(findModelCard(name)).toBeNull()
  })

  test.each([
    ['NVIDIA H100 80GB HBM3', 'H100-SXM-80GB'],
    ['H100-SXM5-80GB', 'H100-SXM-80GB'],
    ['NVIDIA H100 SXM5', 'H100-SXM-80GB'],
    ['8xH100', 'H100-SXM-80GB'],
    ['HGX H200 8-GPU', 'H200-SXM-141GB'],
    ['H200 NVL', 'H200-NVL-141GB'],
    ['NVIDIA B200 192GB', 'B200-180GB'],
    ['RTX 4080 SUPER', 'RTX-4080-16GB'],
    ['GeForce RTX 4070 Ti SUPER', 'RTX-4070-Ti-Super-16GB'],
    ['Tesla V100-SXM2-16GB', 'V100-SXM-16GB'],
    ['AMD Instinct MI300X OAM 192GB HBM3', 'MI300X-192GB'],
    ['Intel Gaudi 3', 'Gaudi3-128GB'],
    ['gb200_sxm', 'GB200-186GB'],
    ['AMD Radeon RX 7900 XTX', 'RX-7900-XTX-24GB'],
    ['NVIDIA L40', 'L40-48GB'],
    ['NVIDIA H100-PCIe-80GB', 'H100-PCIe-80GB'],
    ['NVIDIA H100 NVL', 'H100-NVL-94GB'],
    ['8x NVIDIA H200-SXM-141GB-CTS', 'H200-SXM-141GB'],
    ['NVIDIA B200-SXM-180GB', 'B200-180GB'],
    ['GB200 NVL72', 'GB200-186GB'],
    ['AMD Instinct MI355X', 'MI355X-288GB'],
    ['NVIDIA A100-SXM4-40GB', 'A100-SXM-40GB'],
    ['4x NVIDIA L4', 'L4-24GB'],
    ['NVIDIA GeForce RTX 4090', 'RTX-4090-24GB'],
    ['Intel(R) Xeon(R) 6787P', 'CPU-2x-Xeon6-768GB'],
    ['Apple M3 Ultra', 'M3-Ultra-512GB'],
    ['T4 x4', 'T4-16GB'],
    ['2x Intel Xeon 6 6980P', 'CPU-2x-Xeon-6980P-768GB'],
    ['Tesla V100-PCIE-16GB', 'V100-SXM-16GB'],
    ['A6000 Ada', 'RTX-6000-Ada-48GB'],
    ['4090x2', 'RTX-4090-24GB'],
    ['AMD Ryzen AI Max+ 395', 'Ryzen-AI-Max-395-128GB'],
  ])('%s is %s', (name, card) => {
    expect(findGpuCard(name)?.name).toBe(card)
  })

  test('a Mac has the memory that its name says, and no price where no such machine was priced', () => {
    expect(findGpuCard('Mac Studio M3 Ultra 256GB')).toMatchObject({ name: 'M3-Ultra-256GB', memoryGb: 256 })
    expect(findGpuCard('Mac Studio M3 Ultra 256GB')?.buyUsd).toBeUndefined()
    expect(findGpuCard('Apple M4 Max 128GB')?.buyUsd).toBeDefined()
    expect(findGpuCard('Workstation 64GB (NVIDIA RTX 4090)')?.memoryGb).toBe(24)
  })

  test.each(['RTX 4090 Laptop GPU', 'RTX 3070 Ti', 'GeForce RTX 4080 Mobile'])(
    '%s is another chip than its namesake',
    (name) => {
      expect(findGpuCard(name)).toBeNull()
    },
  )

  test('a slice of a partitioned card has its part of the compute and its own memory', () => {
    const whole = findGpuCard('A100 80GB')
    const slice = findGpuCard('NVIDIA A100-SXM4-80GB MIG 3g.40gb')
    if (whole === null || slice === null) throw new Error('no card')
    expect(slice.memoryGb).toBe(40)
    expect(slice.bandwidthGbps).toBe(whole.bandwidthGbps / 2)
    expect(slice.tflops.bf16).toBeCloseTo((whole.tflops.bf16 * 3) / 7, 9)
    expect(slice).toMatchObject({ link: 'none', rentPerHour: undefined })
    expect(findGpuCard('MIG 1g.10gb')).toBeNull()
  })

  test.each([
    ['8xH100 SXM', 8],
    ['4 × NVIDIA L40S', 4],
    ['H200 x8', 8],
    ['H100-80GBx2', 2],
    ['4090x2', 2],
    ['H100', null],
    ['RTX 4090', null],
    ['RTX 4090 PCIe4 x16', null],
    ['2x Xeon 6787P', null],
  ])('%s counts %j GPUs', (name, count) => {
    expect(gpusInName(name)).toBe(count)
  })

  test.each([
    ['FP8 block 128x128', 'fp8'],
    ['fp8_e4m3', 'fp8'],
    ['W8A8', 'int8'],
    ['nvfp4', 'fp4'],
    ['MXFP4 (experts only)', 'mxfp4'],
    ['GPTQ/AWQ int4 g128', 'gptq-int4'],
    ['awq', 'gptq-int4'],
    ['awq_marlin', 'gptq-int4'],
    ['e4m3', 'fp8'],
    ['compressed-tensors-fp8', 'fp8'],
    ['W4A8', 'w4a8'],
    ['Q4_K_M', 'gguf-q4_k_m'],
    ['IQ2_XXS', 'gguf-iq2_xxs'],
    ['gguf-q8_0', 'gguf-q8_0'],
    ['GGUF/Q4_K_M', 'gguf-q4_k_m'],
    ['Q4_K', 'gguf-q4_k_m'],
    ['Q4_K_L', 'gguf-q4_k_m'],
    ['Q6_K_L', 'gguf-q6_k'],
    ['UD-Q2_K_XL', 'gguf-q2_k'],
    ['TQ1_0', 'gguf-tq1_0'],
    ['gguf-bf16', 'gguf-bf16'],
    ['F32', 'gguf-f32'],
    ['Q4', 'gguf-q4_k_m'],
    ['MXFP4_MOE (gguf)', 'mxfp4'],
    ['gguf:mxfp4_moe', 'gguf-mxfp4'],
    ['mlx-4bit', 'gptq-int4'],
    ['INT8 weight-only', 'gptq-int8'],
    ['INT8 SmoothQuant', 'int8'],
    ['AWQ 4-bit', 'gptq-int4'],
    ['MXFP8', 'fp8'],
    ['FP8-KV', 'fp8-kv'],
  ])('the precision %s is %s', (name, precision) => {
    expect(findPrecision(name)?.name).toBe(precision)
  })

  test('four-bit names mean what the model can be: its own experts, or all its weights', () => {
    const card = (name: string) => findModelCard(name) ?? { nativePrecision: '' }
    expect(precisionFor(card('gpt-oss-120b'), 'vllm', 'fp4')).toMatchObject({ name: 'mxfp4', attention: 2 })
    expect(precisionFor(card('Llama-2-70B'), 'vllm', 'mxfp4')).toMatchObject({ compute: 'fp4', dense: 4.25 / 8 })
    expect(precisionFor(card('Kimi-K2.5'), 'vllm', 'int4')).toMatchObject({ name: 'int4', attention: 2 })
    expect(precisionFor(card('Llama-3.1-70B'), 'vllm', 'int4')).toMatchObject({ name: 'gptq-int4' })
  })

  test.each([
    ['TRT-LLM v1.0', 'trtllm'],
    ['tensorrt-llm', 'trtllm'],
    ['vLLM 0.12.0', 'vllm'],
    ['LM Studio', 'llama.cpp'],
    ['ktransformers', 'llama.cpp'],
    ['HF Transformers', 'transformers'],
  ])('the engine %s is %s', (name, engine) => {
    expect(findEngine(name)).toBe(engine)
  })
})
