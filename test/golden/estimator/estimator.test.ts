import { expect, test } from 'vitest'
import fit from '../../../lib/core/simulate/data/estimator-constants.json'
import { estimateServing, RESIDUAL_KINDS, residualKind } from '../../../lib/core/simulate/estimator/estimate'
import { pointSchema, resolvePoint } from '../../../lib/core/simulate/estimator/point-schema'
import { fitConstants, foldOf, quantile, residual, rowsOf } from '../../support/estimator-fit'
import { readMeasured } from './read-measured'

function estimate(input: object) {
  const resolved = resolvePoint(pointSchema.parse(input))
  if (!resolved.ok) throw new Error(resolved.error.message)
  return estimateServing(resolved.value)
}

const steady = readMeasured().filter((measured) => measured.mode !== 'online-burst')

test('the fitted estimator stays within its published error on the measured points', () => {
  const ratios = steady.flatMap((measured) => {
    const answer = estimateServing(measured.point)
    return answer.kind === 'estimate' ? [measured.outputPerSecond / answer.outputPerSecond.p50] : []
  })
  const errors = ratios.map((ratio) => Math.abs(1 / ratio - 1)).sort((a, b) => a - b)
  const within = ratios.filter((ratio) => ratio < 1.5 && ratio > 1 / 1.5).length / ratios.length
  expect(ratios.length).toBeGreaterThan(2500)
  expect(errors[Math.floor(errors.length / 2)]).toBeLessThan(0.1)
  expect(within).toBeGreaterThan(0.91)
})

test('cross-validated on unseen model and GPU groups the median error is at most 16 % and 85 % lie within 1.5 times', () => {
  expect(fit.crossValidated.medianError).toBeLessThanOrEqual(0.16)
  expect(fit.crossValidated.within150).toBeGreaterThanOrEqual(0.85)
})

test('fitted on half of the groups it keeps that error on the other half, most of which lies within p10 to p90', () => {
  const rows = rowsOf(steady).rows
  const held = rows.filter((row) => foldOf(row.measured.group) % 2 === 0)
  const constants = fitConstants(
    rows.filter((row) => foldOf(row.measured.group) % 2 === 1),
    12,
  )
  const ratios = held.map((row) => residual(row, constants))
  expect(held.length).toBeGreaterThan(500)
  expect(
    quantile(
      ratios.map((ratio) => Math.abs(1 / ratio - 1)),
      0.5,
    ),
  ).toBeLessThan(0.16)
  expect(ratios.filter((ratio) => ratio < 1.5 && ratio > 1 / 1.5).length / held.length).toBeGreaterThan(0.85)
  const inside = held.filter((row, i) => {
    const range = fit.residuals.kinds[residualKind(row.measured.point)]
    return (ratios[i] as number) >= range.p10 && (ratios[i] as number) <= range.p90
  }).length
  expect(inside / held.length).toBeGreaterThan(0.7)
  expect(inside / held.length).toBeLessThan(0.9)
  expect(fit.coverage).toBeGreaterThan(0.77)
  expect(fit.coverage).toBeLessThan(0.83)
  for (const kind of RESIDUAL_KINDS) {
    expect(fit.residuals.kinds[kind].p10).toBeLessThan(fit.residuals.kinds[kind].p50)
    expect(fit.residuals.kinds[kind].p50).toBeLessThan(fit.residuals.kinds[kind].p90)
  }
})

test('of the measured points only pipelines over PCIe and 235 GB on one H200 are refused', () => {
  const refused = readMeasured().flatMap(({ id, point }) => {
    const answer = estimateServing(point)
    if (answer.kind === 'estimate') return []
    return [{ id, kind: answer.kind, on: `${point.model.name} ${point.gpus} ${point.gpu.name}` }]
  })
  const unsupported = refused.filter(({ kind }) => kind === 'unsupported')
  expect(unsupported.every(({ on }) => on.endsWith('RTX-PRO-6000-BSE'))).toBe(true)
  expect(unsupported.length).toBe(62)
  const tooLarge = refused.filter(({ kind }) => kind === 'does_not_fit')
  expect(new Set(tooLarge.map(({ on }) => on))).toEqual(new Set(['Qwen3-235B-A22B 1 H200-SXM-141GB']))
  expect(tooLarge.length).toBe(13)
})

test('a disaggregated deployment of unknown layout is estimated as well as one of known layout, within 1.5 times four times of five', () => {
  const ratios = steady.flatMap((measured) => {
    if (measured.point.disaggregated === null) return []
    const answer = estimateServing({ ...measured.point, disaggregated: null, tensor: null, data: null })
    return answer.kind === 'estimate' ? [measured.outputPerSecond / answer.outputPerSecond.p50] : [0]
  })
  expect(ratios.length).toBe(126)
  expect(ratios.filter((ratio) => ratio < 1.5 && ratio > 1 / 1.5).length / ratios.length).toBeGreaterThan(0.8)
})

test('R1 in its native FP8 fits 8 × H200 and in BF16 does not fit 16 × A100', () => {
  const load = { model: 'DeepSeek-R1', input_tokens: 1024, output_tokens: 1024, concurrency: 64 }
  const native = estimate({ ...load, gpu: 'H200-SXM-141GB', gpus: 8, engine: 'sglang', tensor_parallel: 8 })
  expect(native).toMatchObject({ kind: 'estimate' })
  if (native.kind === 'estimate') {
    expect(native.totalWeights / 1e9).toBeGreaterThan(665)
    expect(native.totalWeights / 1e9).toBeLessThan(680)
    expect(native.memoryPerGpu / 1e9).toBeLessThan(141)
  }
  for (const ranks of [{ tensor_parallel: 16 }, {}]) {
    expect(
      estimate({ ...load, gpu: 'A100-SXM-80GB', gpus: 16, precision: 'bf16', engine: 'vllm', ...ranks }).kind,
    ).toBe('does_not_fit')
  }
})

test('the weights of gpt-oss are those of its checkpoints', () => {
  for (const [model, low, high] of [
    ['gpt-oss-120b', 60, 66],
    ['gpt-oss-20b', 12.5, 14.5],
  ] as const) {
    const answer = estimate({ model, gpu: 'H100', concurrency: 8 })
    expect(answer.kind === 'estimate' ? answer.totalWeights / 1e9 : 0, model).toBeGreaterThan(low)
    expect(answer.kind === 'estimate' ? answer.totalWeights / 1e9 : 0, model).toBeLessThan(high)
  }
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
