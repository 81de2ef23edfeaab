import { describe, expect, test } from 'vitest'
import { OWN_SETTINGS, ownParts, ownSettingsText, parseOwnSettings } from '../../../lib/core/report/own-settings'
import { alsoText, parseQuestion, scenarioOf } from '../../../lib/core/report/what-if-question'
import { scenarioSchema } from '../../../lib/core/simulate/scenario'

const period = { startMs: Date.UTC(2026, 8, 1), endMs: Date.UTC(2026, 9, 1) }

describe('settings of own GPUs in the address', () => {
  test('come back as they were written, and what cannot be read is left out', () => {
    const text = ownSettingsText({ pace: '50' }, { growth: '-2.5', tier: 'spot' })
    expect(parseOwnSettings(text ?? undefined)).toEqual({ pace: '50', growth: '-2.5', tier: 'spot' })
    expect(ownSettingsText({ pace: '50' }, { pace: null })).toBeNull()
    expect(parseOwnSettings('{"pace":"fast","first":"1e9","width":"0","spare":"yes","kwh":"0.2"}')).toEqual({
      kwh: '0.2',
    })
    expect(parseOwnSettings('{"pace":5}')).toEqual({})
    expect(parseOwnSettings('{')).toEqual({})
  })
  test('each changes the question', () => {
    const sample: Record<string, string> = { spare: 'no', tier: 'spot', rateOf: 'all' }
    for (const name of OWN_SETTINGS) {
      // A benchmark's details need its rate, and its lengths each other.
      const rest = name.startsWith('rate') ? { rate: '900', rateIn: '100', rateOut: '200' } : {}
      const { [name]: _, ...without } = rest as Record<string, string>
      const changed = ownParts(parseOwnSettings(JSON.stringify({ ...rest, [name]: sample[name] ?? '12' })))
      expect(changed, name).not.toEqual(ownParts(parseOwnSettings(JSON.stringify(without))))
    }
  })
  test('make a question that the API takes, for GPUs and for a machine', () => {
    const fine = JSON.stringify({
      pace: '80',
      rate: '1200',
      rateIn: '2000',
      rateOut: '300',
      months: '48',
      growth: '-1',
    })
    for (const to of ['own', 'local']) {
      const scenario = scenarioSchema.parse(scenarioOf(parseQuestion({ to, fine, machine: 'dgx-spark' }), period))
      expect(scenario.assumptions).toMatchObject({
        max_ms_per_token: 80,
        growth_per_month: -0.01,
        buy: { months: 48 },
      })
      expect(scenario.moves[0]?.target).toMatchObject({
        benchmark: { output_tokens_per_second: 1200, input_tokens: 2000, output_tokens: 300 },
      })
    }
  })
  test('a kept hosted move and own GPUs are one question', () => {
    const also = JSON.stringify([{ share: '50', model: 'openai/gpt-5', target: 'deepseek/deepseek-flash' }])
    const { moves } = scenarioOf(parseQuestion({ to: 'own', also, model: 'openai/gpt-5-mini' }), period)
    expect(moves.map((move) => move.target.kind)).toEqual(['hosted', 'self_hosted'])
    expect(moves.map((move) => move.select?.model)).toEqual([['gpt-5'], ['gpt-5-mini']])
  })
  test('a move to own GPUs is kept beside another, with its own GPU, benchmark and spill-over', () => {
    const kept = parseQuestion({
      to: 'own',
      share: '50',
      model: 'openai/gpt-5',
      open: 'gpt-oss-20b',
      gpu: 'L40S-48GB',
      rent: '0.9',
      spill: 'deepseek/deepseek-flash',
      realism: '1',
      fine: JSON.stringify({ rate: '900', staff: '100' }),
    })
    const machine = parseQuestion({ to: 'local', machine: 'dgx-spark', model: 'openai/gpt-5-nano' })
    const question = parseQuestion({
      also: alsoText([kept, machine]) ?? '',
      to: 'own',
      model: 'openai/gpt-5-mini',
      fine: JSON.stringify({ staff: '200' }),
    })
    const { moves, assumptions } = scenarioSchema.parse(scenarioOf(question, period))
    expect(moves.map((move) => move.target)).toMatchObject([
      {
        model: 'gpt-oss-20b',
        gpu: 'L40S-48GB',
        price_per_gpu_hour: '0.9',
        spill_to: { host: 'deepseek', model: 'deepseek-flash' },
        benchmark: { output_tokens_per_second: 900 },
      },
      { machine: 'dgx-spark' },
      { model: 'gpt-oss-120b', gpu: 'H100-SXM-80GB' },
    ])
    expect(moves[2]?.target).not.toHaveProperty('benchmark')
    expect(assumptions).toMatchObject({ staff_per_month: '200' })
    expect(parseQuestion({ also: alsoText(question.also) ?? '' }).also).toEqual(question.also)
    const hosted = scenarioOf(parseQuestion({ also: alsoText([kept]) ?? '' }), period)
    expect(hosted.moves.map((move) => move.target.kind)).toEqual(['self_hosted', 'hosted'])
    expect(hosted.assumptions).toMatchObject({ staff_per_month: '100' })
  })
  test('a card of one’s own is asked for by its plain name', () => {
    const { moves } = scenarioOf(parseQuestion({ to: 'own', open: 'own:Lab model', gpu: 'own:Lab card' }), period)
    expect(moves[0]?.target).toMatchObject({ model: 'Lab model', gpu: 'Lab card' })
  })
})
