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
})
