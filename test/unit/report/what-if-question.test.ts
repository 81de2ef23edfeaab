import { expect, test } from 'vitest'
import { alsoText, parseQuestion, scenarioOf } from '../../../lib/core/report/what-if-question'
import { scenarioSchema } from '../../../lib/core/simulate/scenario'

const period = { startMs: Date.UTC(2026, 7, 1), endMs: Date.UTC(2026, 10, 1) }

test('an empty address asks about DeepSeek and every part falls back to its default', () => {
  const question = parseQuestion({})
  expect(question).toMatchObject({
    share: '80',
    model: null,
    project: null,
    to: 'hosted',
    target: 'deepseek/deepseek-flash',
  })
  expect(parseQuestion({ share: '101', to: 'mars', gpu: 'abacus', rent: '-1', policy: 'hope', realism: '9' })).toEqual(
    question,
  )
})

test('own GPUs start with the precision the model is published in and the rent of the card', () => {
  expect(parseQuestion({ to: 'own' })).toMatchObject({
    open: 'gpt-oss-120b',
    precision: 'mxfp4',
    gpu: 'H100-SXM-80GB',
    rent: '2.95',
  })
  expect(parseQuestion({ to: 'own', open: 'DeepSeek-R1', gpu: 'H200-SXM-141GB' })).toMatchObject({
    precision: 'fp8',
    rent: '4.75',
  })
})

test('a question is a scenario that the API accepts, and a model name may hold slashes', () => {
  for (const to of ['hosted', 'own']) {
    const question = parseQuestion({ to, model: 'openrouter/deepseek/deepseek-r1', project: '', share: '100' })
    const scenario = scenarioSchema.parse(scenarioOf(question, period))
    expect(scenario.baseline.filter).toEqual({ host: ['openrouter'], model: ['deepseek/deepseek-r1'], project: [''] })
    expect(scenario.moves[0]?.share).toBe('1')
  }
})

test('moves that are kept come before the one asked, over all calls, and survive the address', () => {
  const kept = parseQuestion({ share: '50', model: 'openai/gpt-5', hours: '22-6', zone: 'Europe/Berlin' })
  const also = alsoText([kept])
  const question = parseQuestion({ also: also ?? '', tag: 'team=care', length: '>32768' })
  expect(question.also).toHaveLength(1)
  const { baseline, moves } = scenarioSchema.parse(scenarioOf(question, period))
  expect(baseline.filter).toEqual({})
  expect(moves.map((move) => [move.share, move.select])).toEqual([
    ['0.50', { host: ['openai'], model: ['gpt-5'], hours: { from: 22, to: 6, time_zone: 'Europe/Berlin' } }],
    ['0.80', { tag: { team: ['care'] }, prompt_tokens: { min: 32_769 } }],
  ])
  expect(parseQuestion({ also: '[{"share":' }).also).toEqual([])
})
