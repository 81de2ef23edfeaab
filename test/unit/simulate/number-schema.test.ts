import { describe, expect, test } from 'vitest'
import { pointSchema } from '../../../lib/core/simulate/estimator/point-schema'
import { scenarioSchema } from '../../../lib/core/simulate/scenario'
import { parseJson } from '../../../lib/core/source/json'

/** As a request body is read: numbers with a fraction are their text. */
function body(text: string): unknown {
  const parsed = parseJson(text)
  if (!parsed.ok) throw new Error(parsed.error.message)
  return parsed.value
}

describe('numbers of a question', () => {
  test('a fraction in a JSON body is the number it says, in a card of one’s own and in the assumptions', () => {
    const point = pointSchema.parse(
      body(
        '{"architecture":{"total_params_b":1.35,"layers":24,"hidden":2048,"n_heads":16,"vocab":32256},' +
          '"hardware":{"mem_gb":80,"bw_gbps":3350.5,"bf16_dense_tflops":9.89e2},"cached_fraction":0.25,"input_tokens":921.6}',
      ),
    )
    expect(point.architecture?.total_params_b).toBe(1.35)
    expect(point.hardware).toMatchObject({ bw_gbps: 3350.5, bf16_dense_tflops: 989 })
    expect(point).toMatchObject({ cached_fraction: 0.25, input_tokens: 921.6 })
    const scenario = scenarioSchema.parse(
      body(
        '{"baseline":{"from":"2026-08-01","to":"2026-09-01"},"moves":[{"share":0.8,"target":{"kind":"self_hosted","price_per_gpu_hour":2.5}}],' +
          '"assumptions":{"realism":0.7,"peak_to_mean":1.5,"buy":{"months":"36","annual_rate":0.08}}}',
      ),
    )
    expect(scenario.assumptions).toMatchObject({
      realism: 0.7,
      peak_to_mean: 1.5,
      buy: { months: 36, annual_rate: 0.08 },
    })
    expect(scenario.moves[0]).toMatchObject({ share: '0.8', target: { price_per_gpu_hour: '2.5' } })
  })

  test('what is out of bounds or no number is refused', () => {
    for (const value of ['-0.1', '1.5', '"many"', 'true', '1e99']) {
      expect(pointSchema.safeParse(body(`{"cached_fraction":${value}}`)).success, value).toBe(false)
    }
  })

  test('a refusal says what the value should be, also where several forms would do', () => {
    const complaint = (input: unknown) => {
      const issue = scenarioSchema.safeParse(input).error?.issues[0]
      return `${issue?.path.join('.')}: ${issue?.message}`
    }
    const own = { kind: 'self_hosted' }
    const with_ = (demand: object, assumptions: object = {}) =>
      complaint({ baseline: { demand: { output_tokens: 500, ...demand } }, moves: [{ target: own }], assumptions })
    expect(with_({ output_tokens: undefined })).toBe(
      'baseline.demand.output_tokens: is missing, must be a number from 1 to 10000000',
    )
    expect(with_({ input_tokens: 'many' })).toBe('baseline.demand.input_tokens: must be a number from 0 to 10000000')
    expect(with_({ profile: [1, 2] })).toBe(
      'baseline.demand.profile: must be flat, business_hours, or 24 or 168 weights',
    )
    expect(with_({ price: { per_request: {} } })).toMatch(
      /^baseline.demand.price.per_request: must be a decimal number/,
    )
    expect(with_({}, { output_ratio: '-1' })).toMatch(/^assumptions.output_ratio: must be a decimal number/)
    expect(with_({}, { output_ratio: { low: '2', likely: '1', high: '0.5' } })).toBe(
      'assumptions.output_ratio: low, likely and high must be in this order',
    )
    const point = (input: object) => pointSchema.safeParse({ model: 'gpt-oss-120b', gpu: 'H100', ...input })
    const said = (input: object) => point(input).error?.issues[0]?.message
    expect(said({ concurrency: 'MANY' })).toBe('must be max or a number above 0')
    expect(said({ gpus: 1.5 })).toBe('must be a whole number from 1 to 100000')
    expect(said({ hardware: { bw_gbps: 1, bf16_dense_tflops: 1 } })).toMatch(/^is missing, must be a number/)
  })

  test('a price may have as many places as money has: a month of rent over its hours', () => {
    const target = { kind: 'self_hosted', price_per_gpu_hour: '1.369863013698630136' }
    const baseline = { demand: { output_tokens: 500, requests_per_month: 1, price: { per_request: '0.00000125' } } }
    const read = scenarioSchema.parse({ baseline, moves: [{ target }] })
    expect(read.moves[0]?.target).toMatchObject({ price_per_gpu_hour: '1.369863013698630136' })
    expect(read.baseline.demand?.price?.per_request).toBe('0.00000125')
  })
})
