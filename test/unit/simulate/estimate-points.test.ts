import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { answerPoint, type PointAnswer } from '../../../lib/core/simulate/estimator/answer-point'
import { cardsByName, type OwnCard, ownCardSchema } from '../../../lib/core/simulate/own-card'
import { parseJson } from '../../../lib/core/source/json'

/** As a request body is read: numbers with a fraction are their text. */
function ask(points: readonly object[], cards: readonly OwnCard[] = []) {
  const parsed = parseJson(JSON.stringify({ points }))
  if (!parsed.ok) throw new Error(parsed.error.message)
  const own = cardsByName(cards)
  return bodySchema.parse(parsed.value).points.map((point) => answerPoint(point, own))
}

const bodySchema = z.object({ points: z.array(z.record(z.string(), z.unknown())) })

describe('points of a request', () => {
  test('one that cannot be read is refused alone, and says where', () => {
    const good = { model: 'gpt-oss-120b', gpu: 'H100', precision: 'mxfp4', engine: 'vllm', concurrency: 64 }
    const answers = ask([
      good,
      { ...good, cached_fraction: 1.5 },
      { ...good, gpus: -1 },
      { ...good, concurrency: 'many' },
      good,
    ])
    expect(answers.map(({ kind }) => kind)).toEqual(['estimate', 'refused', 'refused', 'refused', 'estimate'])
    expect(answers[1]).toMatchObject({ code: 'POINT_INVALID', message: expect.stringContaining('cached_fraction') })
    expect(answers[2]).toMatchObject({ message: expect.stringContaining('gpus') })
  })

  test('every measured point, as its source writes it, is answered; only pipelines over PCIe and wrong counts are not', () => {
    const [header, ...lines] = readFileSync(new URL('../../golden/estimator/measured.csv', import.meta.url), 'utf8')
      .trim()
      .split('\n')
    const columns = (header as string).split(',')
    const points = lines.map((line) => {
      const cells = line.split(',')
      const get = (name: string) => cells[columns.indexOf(name)] as string
      const number = (name: string) => (get(name) === '' ? null : Number(get(name)))
      return {
        id: get('id'),
        model: get('model'),
        gpu: get('gpu'),
        gpus: number('gpus'),
        precision: get('precision'),
        engine: get('engine'),
        mode: get('mode'),
        tensor_parallel: number('tensor'),
        data_parallel: number('data'),
        pipeline_parallel: number('pipeline'),
        input_tokens: number('input_tokens'),
        output_tokens: number('output_tokens'),
        cached_fraction: '0',
        concurrency: get('concurrency') === '' ? null : get('concurrency'),
      }
    })
    const answers = ask(points)
    expect(answers.length).toBe(points.length)
    const refused = points.filter((_, i) => answers[i]?.kind !== 'estimate')
    expect(refused.every(({ gpu, id }) => gpu === 'RTX-PRO-6000-BSE' || id.startsWith('nvidia-aic-016'))).toBe(true)
    expect(refused.length).toBe(75)
  })

  test('columns of published tables are read as the fields they are, empty cells as nothing', () => {
    const own = {
      model: 'DeepSeek-R1',
      gpu: 'GB200-186GB',
      gpus: 16,
      precision: 'fp4',
      engine: 'trtllm',
      input_tokens: 1024,
      output_tokens: 1024,
      concurrency: 256,
    }
    const { gpus, engine, input_tokens: isl, output_tokens: osl, ...same } = own
    const table = { ...same, n_gpu: gpus, framework: engine, isl, osl, ttft_ms: '', cached_fraction: '' }
    const cases: readonly (readonly [string, object])[] = [
      ['tp4 pp1 adp4 moe_tp1 ep16', { tensor_parallel: 4, data_parallel: 4 }],
      ['DEP16', { tensor_parallel: 1, data_parallel: 16 }],
      ['TP4PP2', { tensor_parallel: 4, pipeline_parallel: 2 }],
      ['vllm serve deepseek-ai/DeepSeek-R1 -tp 16 --enable-expert-parallel', { tensor_parallel: 16 }],
      ['python3 -m sglang.launch_server --tp-size 16 --enable-dp-attention', { tensor_parallel: 16 }],
      ['wide-EP', {}],
      [
        'P:4gpu(tp1 adp4 ep4) D:12gpu(tp4 adp1 ep4)',
        { prefill: { gpus: 4, data_parallel: 4, tensor_parallel: 1 }, decode: { gpus: 12, tensor_parallel: 4 } },
      ],
    ]
    for (const [parallelism, ranks] of cases) {
      const [column, field] = ask([
        { ...table, parallelism },
        { ...own, ...ranks },
      ])
      expect(column?.kind, parallelism).toBe('estimate')
      expect({ ...column, notes: [] }, parallelism).toEqual({ ...field, notes: [] })
    }
  })

  test('GPUs that only the name counts are counted, and the answer says so', () => {
    const point = { model: 'Llama-3.1-70B', precision: 'fp8', engine: 'vllm', concurrency: 64 }
    const [named, stated, both, one] = ask([
      { ...point, gpu: '8xH100 SXM' },
      { ...point, gpu: 'H100', gpus: 8 },
      { ...point, gpu: '8xH100 SXM', gpus: 4 },
      { ...point, gpu: 'H100', gpus: 4 },
    ])
    expect(named).toMatchObject({ notes: expect.arrayContaining([expect.stringMatching(/^8 GPUs/)]) })
    expect({ ...named, notes: [] }).toEqual({ ...stated, notes: [] })
    expect(both).toEqual(one)
  })

  test('dimensions that cannot be are refused by name, never sized as nonsense', () => {
    const model = { layers: 10, hidden: 1024, n_heads: 8, vocab: 32_000, ffn_dense: 4096 }
    const mixture = { ...model, experts: 8, experts_per_token: 2, moe_ffn: 2048 }
    const asked = (architecture: object) => ask([{ architecture, gpu: 'H100', concurrency: 8 }])[0]
    expect(asked(model)?.kind).toBe('estimate')
    // Where experts are and nothing says in which layers, they are in all.
    expect(asked(mixture)).toEqual(asked({ ...mixture, moe_layers: 10 }))
    for (const [field, part] of [
      ['moe_layers', { ...mixture, moe_layers: 50 }],
      ['sliding_layers', { ...model, sliding_layers: 50, sliding_window: 128 }],
      ['n_kv_heads', { ...model, n_kv_heads: 16 }],
      ['experts_per_token', { ...mixture, experts_per_token: undefined }],
      ['experts_per_token', { ...mixture, experts_per_token: 9 }],
      ['moe_ffn', { ...mixture, moe_ffn: undefined }],
      ['experts', { ...model, moe_layers: 5 }],
      ['ffn_dense', { ...model, ffn_dense: undefined }],
    ] as const) {
      const answer = asked(part)
      expect(answer, field).toMatchObject({ kind: 'refused', code: 'ARCHITECTURE_INCOMPLETE' })
      expect(answer, field).toMatchObject({ message: expect.stringContaining(field) })
    }
  })

  test('whole numbers kept as floats are whole numbers', () => {
    const point = { model: 'Llama-3.1-8B', gpu: 'H100', precision: 'fp8', engine: 'vllm', gpus: '2', concurrency: 8 }
    const floats = `{"points":[${JSON.stringify(point).replace('"2"', '2.0')}]}`
    const parsed = parseJson(floats)
    if (!parsed.ok) throw new Error(parsed.error.message)
    expect(bodySchema.parse(parsed.value).points.map((one) => answerPoint(one, new Map()))).toEqual(ask([point]))
    expect(ask([{ ...point, gpus: '2.5' }])[0]?.kind).toBe('refused')
  })

  test('a name that the workspace keeps a card of is that card, before any of the product’s', () => {
    const hardware = { mem_gb: 96, bw_gbps: 5000, bf16_dense_tflops: 500, fp8_dense_tflops: 1000 }
    const kept = ownCardSchema.parse({ kind: 'gpu', name: 'Lab Card', card: hardware })
    const shadow = ownCardSchema.parse({ kind: 'gpu', name: 'H100', card: hardware })
    const point = { model: 'Llama-3.1-8B', precision: 'fp8', engine: 'vllm', concurrency: 64 }
    const rate = (answer: PointAnswer | undefined) => (answer?.kind === 'estimate' ? answer.outputPerSecond.p50 : null)
    const [given] = ask([{ ...point, hardware }])
    const [own, unknown] = [ask([{ ...point, gpu: 'lab card' }], [kept])[0], ask([{ ...point, gpu: 'lab card' }])[0]]
    expect(rate(own)).toBe(rate(given))
    expect(own).toMatchObject({ notes: expect.arrayContaining([expect.stringContaining('your workspace keeps')]) })
    expect(unknown).toMatchObject({ kind: 'refused', code: 'GPU_UNKNOWN' })
    expect(rate(ask([{ ...point, gpu: 'H100' }], [shadow])[0])).toBe(rate(given))
    expect(rate(ask([{ ...point, gpu: 'H100', hardware }], [shadow])[0])).toBe(rate(given))
  })
})
