import { describe, expect, test } from 'vitest'
import { usdFromText } from '../../../lib/core/money/usd'
import {
  CLOSED_CANDIDATES,
  decide,
  NO_ANSWERS,
  OPEN_CANDIDATES,
  OWN_CANDIDATES,
} from '../../../lib/core/simulate/advisor/decide'
import { qualityOf } from '../../../lib/core/simulate/advisor/quality-index'
import { findGpuCard } from '../../../lib/core/simulate/cards/gpu-card'
import { findModelCard } from '../../../lib/core/simulate/cards/model-card'

const SMALL = usdFromText('500')
const LARGE = usdFromText('500.01')
const yes = { ...NO_ANSWERS, needs_ai: true, may_leave: true }

describe('the decision tree', () => {
  test('asks what the data cannot tell, in order, and nothing once it does not matter', () => {
    expect(decide(NO_ANSWERS, LARGE)).toMatchObject({ state: 'asks', question: 'needs_ai' })
    expect(decide({ ...NO_ANSWERS, needs_ai: false }, LARGE)).toMatchObject({ results: ['no_model'] })
    expect(decide({ ...NO_ANSWERS, needs_ai: true }, LARGE)).toMatchObject({ state: 'asks', question: 'may_leave' })
    expect(decide({ ...yes, may_leave: false }, SMALL)).toMatchObject({ results: ['self_host'] })
    expect(decide(yes, LARGE)).toMatchObject({ state: 'asks', question: 'best_quality' })
  })

  test('the best quality leads to a closed model, else the spend decides whether own GPUs are worth a look', () => {
    expect(decide({ ...yes, best_quality: true }, LARGE)).toMatchObject({ results: ['closed_api'] })
    expect(decide({ ...yes, best_quality: false }, SMALL)).toMatchObject({ results: ['open_api'] })
    expect(decide({ ...yes, best_quality: false }, LARGE)).toMatchObject({ results: ['open_api', 'self_host'] })
  })

  test('a stated budget stands before today’s spend and does not claim to be data', () => {
    const stated = decide({ ...yes, best_quality: false, monthly_budget: '9000' }, SMALL)
    expect(stated).toMatchObject({ results: ['open_api', 'self_host'] })
    expect(stated.steps.find((step) => step.question === 'budget')).toMatchObject({ yes: true, fromData: false })
  })
})

describe('the quality index', () => {
  test('is insufficient below three benchmarks and says how many there are', () => {
    expect(qualityOf('DeepSeek-R1-Distill-Llama-8B')).toMatchObject({ value: null, benchmarks: 2 })
    expect(qualityOf('DeepSeek-Coder-33B')).toMatchObject({ value: null, benchmarks: 0, scores: 0 })
  })

  test('orders models of one family as their makers do, inside its interval', () => {
    const index = (model: string) => qualityOf(model).value?.index ?? Number.NaN
    expect(index('Qwen2.5-72B')).toBeGreaterThan(index('Qwen2.5-7B'))
    expect(index('Llama-4-Maverick')).toBeGreaterThan(index('Llama-4-Scout'))
    expect(index('DeepSeek-V3.2')).toBeGreaterThan(index('Llama-3.1-8B'))
    expect(index('gpt-5')).toBeGreaterThan(index('gpt-5-nano'))
    for (const model of ['gpt-5', 'DeepSeek-R1', 'gpt-oss-120b', 'Qwen3-32B']) {
      const { value, benchmarks } = qualityOf(model)
      expect(benchmarks).toBeGreaterThanOrEqual(3)
      expect(value === null ? [] : [value.low < value.index, value.index < value.high]).toEqual([true, true])
    }
  })

  test('candidates are known: each open model has a card or says that it has none', () => {
    for (const { card, gpu } of OWN_CANDIDATES) {
      expect(findModelCard(card)?.name).toBe(card)
      expect(findGpuCard(gpu)?.name).toBe(gpu)
    }
    const without = OPEN_CANDIDATES.filter(({ card }) => findModelCard(card) === null)
    expect(without.map(({ card }) => card)).toEqual(['DeepSeek-V4.1-Flash'])
    for (const { card } of CLOSED_CANDIDATES) expect(qualityOf(card).value).not.toBeNull()
  })
})
