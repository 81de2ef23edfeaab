/** Published facts that catalogues have wrong, at the instants where they turn. The source is in each name. */
import { describe, expect, it } from 'vitest'
import { rateOf } from './book'

const PAGE = 'api-docs.deepseek.com/quick_start/pricing'

function deepseek(model: string, at: string, meter = 'input'): string {
  return rateOf({ host: 'deepseek', model, at, meter })
}

describe('DeepSeek', () => {
  it.each([
    ['deepseek-chat', '2024-12-30T12:00:00Z', '0.14', 'V3 at its opening price'],
    ['deepseek-chat', '2025-02-07T23:59:59Z', '0.14', 'last second of the opening price'],
    ['deepseek-chat', '2025-02-08T00:00:00Z', '0.27', 'V3'],
    ['deepseek-chat', '2025-06-02T16:29:59Z', '0.27', 'before the night discount'],
    ['deepseek-chat', '2025-06-02T16:30:00Z', '0.135', 'night discount begins'],
    ['deepseek-chat', '2025-06-03T00:29:59Z', '0.135', 'night discount after midnight'],
    ['deepseek-chat', '2025-06-03T00:30:00Z', '0.27', 'night discount over'],
    ['deepseek-reasoner', '2025-06-02T20:00:00Z', '0.135', 'R1 at night: a quarter'],
    ['deepseek-reasoner', '2025-06-02T12:00:00Z', '0.55', 'R1 by day'],
    ['deepseek-chat', '2025-09-05T15:59:59Z', '0.27', 'last second of V3 rates, by day'],
    ['deepseek-chat', '2025-09-05T16:00:00Z', '0.56', 'V3.1: no discount any more'],
    ['deepseek-chat', '2025-09-06T20:00:00Z', '0.56', 'V3.1 at night'],
    ['deepseek-chat', '2025-09-28T23:59:59Z', '0.56', 'last second of V3.1'],
    ['deepseek-chat', '2025-09-29T00:00:00Z', '0.28', 'V3.2'],
    ['deepseek-reasoner', '2025-12-01T00:00:00Z', '0.28', 'V3.2 thinking'],
    ['deepseek-chat', '2026-07-15T12:00:00Z', '0.14', 'the name serves V4-Flash'],
    ['deepseek-reasoner', '2026-07-15T12:00:00Z', '0.14', 'the name serves V4-Flash'],
  ])(`%s at %s is %s: %s (${PAGE})`, (model, at, rate) => {
    expect(deepseek(model, at)).toBe(rate)
  })

  it.each([
    ['2026-08-04T02:00:00Z', '0.14', 'no hours before 2026-08-16 16:00 UTC'],
    ['2026-08-16T15:59:59Z', '0.14', 'last second of the flat card'],
    ['2026-08-16T16:00:00Z', '0.22', 'off-peak from this instant, not from midnight UTC'],
    ['2026-08-17T00:59:59Z', '0.22', 'before the morning peak'],
    ['2026-08-17T01:00:00Z', '0.44', 'morning peak begins'],
    ['2026-08-17T03:59:59Z', '0.44', 'morning peak, last second'],
    ['2026-08-17T04:00:00Z', '0.22', 'noon'],
    ['2026-08-17T06:00:00Z', '0.44', 'afternoon peak begins'],
    ['2026-08-17T09:59:59Z', '0.44', 'afternoon peak, last second'],
    ['2026-08-17T10:00:00Z', '0.22', 'evening'],
    ['2026-08-22T02:00:00Z', '0.44', 'Saturday before the weekend rule'],
    ['2026-08-23T02:00:00Z', '0.22', 'Sunday after the weekend rule'],
    ['2026-08-29T02:00:00Z', '0.22', 'Saturday'],
    ['2026-08-31T02:00:00Z', '0.44', 'Monday'],
    ['2026-09-10T03:59:59Z', '0.44', 'last second of V4-Flash'],
    ['2026-09-10T04:00:00Z', '0.15', 'the name serves V4.1-Flash'],
    ['2026-09-11T06:00:00Z', '0.3', 'V4.1-Flash at peak'],
    ['2026-09-25T06:00:00Z', '0.15', 'Mid-Autumn, a Friday off'],
    ['2026-10-07T06:00:00Z', '0.15', 'National Day week'],
    ['2026-10-08T06:00:00Z', '0.3', 'first workday after it'],
  ])(`deepseek-v4-flash at %s is %s: %s (${PAGE})`, (at, rate) => {
    expect(deepseek('deepseek-v4-flash', at)).toBe(rate)
  })

  it(`deepseek-v4-pro keeps its card after 2026-09-14 04:00 UTC: the redirect to Flash was cancelled (${PAGE})`, () => {
    expect(deepseek('deepseek-v4-pro', '2026-09-14T03:59:59Z')).toBe('1.32')
    expect(deepseek('deepseek-v4-pro', '2026-09-14T04:00:00Z')).toBe('0.66')
    expect(deepseek('deepseek-v4-pro', '2026-10-20T12:00:00Z', 'output')).toBe('1.98')
    expect(deepseek('deepseek-v4-pro', '2026-10-20T07:00:00Z', 'cache_read')).toBe('0.044')
  })
})

describe('OpenAI', () => {
  const at = '2026-11-20T12:00:00Z'
  it('o3 had a cached rate of its own before 2025-06-10 (developers.openai.com/api/docs/pricing)', () => {
    const o3 = (instant: string) => rateOf({ host: 'openai', model: 'o3', at: instant, meter: 'cache_read' })
    expect(o3('2025-06-09T23:59:59Z')).toBe('2.5')
    expect(o3('2025-06-10T00:00:00Z')).toBe('0.5')
  })
  it('gpt-4o-audio bills audio at 40 and 80, not as text (developers.openai.com/api/docs/pricing)', () => {
    expect(rateOf({ host: 'openai', model: 'gpt-4o-audio-preview', at, meter: 'input_audio' })).toBe('40')
    expect(rateOf({ host: 'openai', model: 'gpt-4o-audio-preview', at, meter: 'output_audio' })).toBe('80')
  })
  it('gpt-5.5 in fast mode is 12.50/1.25/75, 2.5 times and not twice (openai.com/api-fast-mode)', () => {
    const fast = (meter: string) => rateOf({ host: 'openai', model: 'gpt-5.5', at, meter, tier: 'fast' })
    expect([fast('input'), fast('cache_read'), fast('output')]).toEqual(['12.5', '1.25', '75'])
  })
  it('residency adds 10 % to models of 2026-03-05 and later only (developers.openai.com/api/docs/guides/data-residency)', () => {
    expect(rateOf({ host: 'openai', model: 'gpt-5.4', at, region: 'eu' })).toBe('2.75')
    expect(rateOf({ host: 'openai', model: 'gpt-5.2', at, region: 'eu' })).toBe('1.75')
  })
  it('a search costs the same in every service tier (developers.openai.com/api/docs/pricing)', () => {
    for (const tier of ['standard', 'batch', 'flex', 'priority']) {
      expect(rateOf({ host: 'openai', model: 'gpt-5.4', at, tier, meter: 'web_search' })).toBe('10')
    }
  })
  it('does not sell gpt-oss', () => {
    expect(rateOf({ host: 'openai', model: 'gpt-oss-20b', at })).toBe('MODEL_UNKNOWN')
  })
})

describe('Anthropic', () => {
  const ask = { host: 'anthropic', meter: 'input' }
  it('charges Opus 4.6 the long premium for whole requests over 200,000 tokens until 2026-03-13 (platform.claude.com pricing)', () => {
    const opus = (at: string, prompt: bigint) => rateOf({ ...ask, model: 'claude-opus-4-6', at, prompt })
    expect(opus('2026-03-12T23:59:59Z', 200_000n)).toBe('5')
    expect(opus('2026-03-12T23:59:59Z', 200_001n)).toBe('10')
    expect(opus('2026-03-13T00:00:00Z', 900_000n)).toBe('5')
  })
  it('cache reads are 0.025 of input on Fable 5.1 and 0.05 on Opus 5.5: no constant ratio (platform.claude.com pricing)', () => {
    const at = '2026-11-01T00:00:00Z'
    expect(rateOf({ ...ask, model: 'claude-fable-5-1', at, meter: 'cache_read' })).toBe('0.25')
    expect(rateOf({ ...ask, model: 'claude-opus-5-5', at, meter: 'cache_read' })).toBe('0.2')
  })
  it('US-only inference costs 1.1 times every token meter, from Opus 4.6 on (platform.claude.com data-residency)', () => {
    const at = '2026-11-01T00:00:00Z'
    expect(rateOf({ ...ask, model: 'claude-opus-4-8', at, region: 'us' })).toBe('5.5')
    expect(rateOf({ ...ask, model: 'claude-opus-4-8', at, region: 'us', meter: 'web_search' })).toBe('10')
    expect(rateOf({ ...ask, model: 'claude-opus-4-5', at, region: 'us' })).toBe('5')
  })
  it('fast mode stacks with residency: Opus 4.8 at 2 x 1.1 (platform.claude.com fast-mode)', () => {
    const at = '2026-08-01T00:00:00Z'
    expect(rateOf({ ...ask, model: 'claude-opus-4-8', at, speed: 'fast', region: 'us' })).toBe('11')
    expect(rateOf({ ...ask, model: 'claude-opus-4-8', at, tier: 'fast' })).toBe('10')
    expect(rateOf({ ...ask, model: 'claude-sonnet-5', at, speed: 'fast' })).toBe('SPEED_UNPRICED')
  })
  it('Haiku 5.5 changes cards over 100,000 tokens (platform.claude.com pricing)', () => {
    const haiku = (prompt: bigint) => rateOf({ ...ask, model: 'claude-haiku-5-5', at: '2026-10-08T00:00:00Z', prompt })
    expect([haiku(99_999n), haiku(100_000n), haiku(100_001n)]).toEqual(['0.1', '0.1', '0.5'])
  })
  it('Sonnet 5 was never raised to 3/15: the rise of 2026-09-01 was cancelled (platform.claude.com pricing)', () => {
    expect(rateOf({ ...ask, model: 'claude-sonnet-5', at: '2026-09-02T00:00:00Z' })).toBe('2')
  })
})

describe('other hosts', () => {
  const at = '2026-11-20T12:00:00Z'
  it('Bedrock: a geography costs 10 % more than the global profile (aws.amazon.com/bedrock/pricing)', () => {
    const opus = (prefix: string) =>
      rateOf({ host: 'aws', model: `${prefix}anthropic.claude-opus-4-6-v1`, at, meter: 'output' })
    expect([opus('global.'), opus('us.'), opus('eu.'), opus('')]).toEqual(['25', '27.5', '27.5', '27.5'])
  })
  it('Vertex: Claude costs 10 % more in a location than globally, older Claude does not (platform.claude.com pricing)', () => {
    const vertex = (model: string, region: string) => rateOf({ host: 'vertex_ai', model, at, region })
    expect(vertex('claude-opus-4-8', 'europe-west1')).toBe('5.5')
    expect(vertex('claude-opus-4-8', 'global')).toBe('5')
    expect(vertex('claude-3-5-sonnet', 'us-east5')).toBe('3')
  })
  it('Alibaba bands include their upper bound (alibabacloud.com model-studio)', () => {
    const qwen = (prompt: bigint) => rateOf({ host: 'alibaba', model: 'qwen3-max', at, prompt })
    expect([32_000n, 32_001n, 128_000n, 128_001n].map(qwen)).toEqual(['1.2', '2.4', '2.4', '3'])
  })
  it('mistral-large-latest is Large 3 since December 2025 (mistral.ai/pricing)', () => {
    const large = (instant: string) => rateOf({ host: 'mistral', model: 'mistral-large-latest', at: instant })
    expect([large('2025-12-01T23:59:59Z'), large('2025-12-02T00:00:00Z')]).toEqual(['2', '0.5'])
  })
  it('Perplexity’s request fee goes by the depth of the search (docs.perplexity.ai pricing)', () => {
    const fee = (contextSize: string) =>
      rateOf({ host: 'perplexity', model: 'sonar-pro', at, meter: 'requests', contextSize })
    expect([fee('low'), fee('medium'), fee('high')]).toEqual(['6', '10', '14'])
  })
  it('software on your own machine is free of API cost, any model; Ollama’s cloud models are not', () => {
    expect(rateOf({ host: 'ollama', model: 'gemma4', at })).toBe('0')
    expect(rateOf({ host: 'vllm', model: 'Qwen/Qwen3-8B', at, meter: 'output' })).toBe('0')
    expect(rateOf({ host: 'lm-studio', model: 'granite-3.0-2b-instruct', at })).toBe('0')
    expect(rateOf({ host: 'ollama', model: 'gpt-oss:120b-cloud', at })).not.toBe('0')
  })
  it('OpenRouter’s ":free" variants are an explicit zero; other unpriced models stay unpriced', () => {
    expect(rateOf({ host: 'openrouter', model: 'deepseek/deepseek-r1:free', at })).toBe('0')
    expect(rateOf({ host: 'github-copilot', model: 'gpt-4o', at })).toBe('MODEL_UNKNOWN')
  })
})
